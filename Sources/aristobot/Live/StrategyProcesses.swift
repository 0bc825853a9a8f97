import Storage
import Worker

/// Where the scripts of users run.
struct StrategyProcesses: Sendable {
    /// In this process, with one wall less: for looking for faults only.
    let isInProcess: Bool

    init(isInProcess: Bool) {
        self.isInProcess = isInProcess
    }

    /// For the status view; nil without processes of their own.
    var line: StatusSnapshot.WorkersLine? { nil }

    func executor(for user: UserID) async throws -> any StrategyExecutor {
        InProcessExecutor()
    }
}
