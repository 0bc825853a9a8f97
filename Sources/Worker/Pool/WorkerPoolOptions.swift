/// How worker processes are started and kept.
public struct WorkerPoolOptions: Sendable {
    /// The program that serves descriptor 3 when it is called with these arguments.
    public var executable: String
    public var arguments: [String]
    /// Executors, and so processes, at once.
    public var mostWorkers = 512
    public var limits = WorkerLimits()
    /// Nanoseconds of work that one callback in a strategy's turn may take the process; nil for the budget that the
    /// limits give a callback.
    var turnNanoseconds: Int64?
    /// Nanoseconds of its own work that a worker may take beyond the budgets of what it was asked.
    public var graceNanoseconds: Int64 = 2_000_000_000
    /// Nanoseconds of its own work that a worker may do between two conversations; an honest one waits for the next.
    var restlessNanoseconds: Int64 = 1_000_000_000
    /// Milliseconds between two looks at one that is asked nothing.
    var restMilliseconds: Int32 = 5_000

    public init(executable: String, arguments: [String] = ["worker"]) {
        self.executable = executable
        self.arguments = arguments
    }
}
