import Logging
import Market
import Storage

/// What all parts of one engine share.
struct EngineWiring: Sendable {
    let store: Store
    let executors: ExecutorFactory
    let connectors: any AccountConnector
    let options: EngineOptions
    let probe: EngineProbe
    let meter: EngineMeter
    let logger: Logger
    let fence: LeaseFence
    /// The system's time, where a venue's is not known.
    let now: @Sendable () -> Timestamp
}
