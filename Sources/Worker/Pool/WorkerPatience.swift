/// How long a worker may take from one reply to the next.
///
/// Its own CPU time counts: on a machine that has no time for it, a worker is late without being at fault. One that
/// does not compute either is given four times as long by the wall's clock.
struct WorkerPatience: Equatable {
    let nanoseconds: Int64

    /// - Parameter grace: given on top of every budget.
    init(budget: Int64, grace: Int64) {
        nanoseconds = budget + grace
    }

    /// For the turns of one conversation: what a turn may take is bounded however many events it tells, so with the
    /// limits as they are no answer is waited for longer than 7 s of work, or 28 s by the wall's clock.
    ///
    /// - Parameters:
    ///   - events: of the turn that tells most.
    ///   - call: nanoseconds of one callback.
    init(events: Int, call: Int64, longestTurn: Int64, grace: Int64) {
        let most = max(longestTurn, HostLimits.callsOfCandle * call)
        self.init(budget: min(most, call * (HostLimits.callsOfCandle + Int64(events))), grace: grace)
    }

    var wallNanoseconds: Int64 { nanoseconds * 4 }
}

/// One wait under a patience.
struct Watch {
    private let patience: WorkerPatience
    private let cpuAtStart: Int64?
    private let wallAtStart = HostedInstance.now()

    init(_ patience: WorkerPatience, cpu: Int64?) {
        self.patience = patience
        cpuAtStart = cpu
    }

    /// Milliseconds after which to look again.
    var pause: Int32 {
        let left = patience.nanoseconds - (HostedInstance.now() - wallAtStart)
        // Once the patience is over by the wall's clock, the CPU time decides: it is looked at ten times a second.
        return left > 100_000_000 ? Int32(clamping: left / 1_000_000) : 100
    }

    func isOver(cpu: Int64?) -> Bool {
        let wall = HostedInstance.now() - wallAtStart
        guard wall >= patience.nanoseconds else { return false }
        guard wall < patience.wallNanoseconds, let cpu, let cpuAtStart else { return true }
        return cpu - cpuAtStart >= patience.nanoseconds
    }
}
