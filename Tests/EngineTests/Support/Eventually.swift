/// Waits until something is so; a test that waits for what never comes fails after a minute. It looks again every few
/// milliseconds: what an engine has done stands in the database, which tells nobody.
func until(
    _ what: String, patience: Duration = .seconds(60), _ condition: @Sendable () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + patience
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw NeverCame(what: what) }
        try await Task.sleep(for: .milliseconds(10))
    }
}

struct NeverCame: Error, CustomStringConvertible {
    let what: String
    var description: String { "waited in vain: \(what)" }
}
