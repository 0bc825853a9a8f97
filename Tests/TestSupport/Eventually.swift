/// Waits until the condition holds, at most so long; false when it never did. It looks again every few milliseconds:
/// nobody tells a test what goes on in other processes, and looking all the time would take their processor from them.
public func eventually(
    within limit: Duration = .seconds(30), every first: Duration = .milliseconds(1),
    _ condition: () async throws -> Bool
) async throws -> Bool {
    let deadline = ContinuousClock.now + limit
    var pause = first
    while true {
        if try await condition() { return true }
        guard ContinuousClock.now < deadline else { return false }
        try await Task.sleep(for: pause)
        pause = min(pause * 2, first * 20)
    }
}

/// The same for a test that cannot go on without it: throws when it never holds.
public func until(
    _ what: String, patience: Duration = .seconds(60), _ condition: () async throws -> Bool
) async throws {
    guard try await eventually(within: patience, condition) else { throw NeverCame(what: what) }
}

/// What became of a task that ends, or was told to; throws when it does not end. Waiting for its value could not be
/// given up, and a whole run of tests would hang with it.
public func ending<Success: Sendable>(
    _ what: String, of task: Task<Success, any Error>, patience: Duration = .seconds(120)
) async throws -> Result<Success, any Error> {
    let (outcomes, output) = AsyncStream.makeStream(of: Result<Success, any Error>.self)
    Task {
        output.yield(await task.result)
        output.finish()
    }
    let bell = Task {
        // Only cut short when nobody waits any more.
        try? await Task.sleep(for: patience)
        output.finish()
    }
    defer { bell.cancel() }
    // In a task of its own: a test whose time is up still waits for what it has begun.
    let first = Task { await outcomes.first { _ in true } }
    guard let outcome = await first.value else { throw NeverCame(what: what) }
    return outcome
}

public struct NeverCame: Error, CustomStringConvertible {
    let what: String
    public var description: String { "waited in vain: \(what)" }
}

/// Lets something happen at a moment that nobody chose: for faults, never to wait for anything.
public func after(_ delay: Duration, _ body: @escaping @Sendable () -> Void) -> Task<Void, any Error> {
    Task {
        try await Task.sleep(for: delay)
        body()
    }
}
