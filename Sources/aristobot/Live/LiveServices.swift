import Broker
import Engine
import Glibc
import Heartbeat
import HTTPAPI
import Logging
import Market
import Metrics
import Storage
import Wording

/// The parts of the live loop as one process uses them: built here and nowhere else.
///
/// What is not asked for is not started: the same parts make `heartbeat`, `engine`, `serve`, and all of them `up`.
final class LiveServices: Sendable {
    let services: Services
    let sources: MarketSources
    let metrics: MetricsRegistry
    let processes: StrategyProcesses
    let logger: Logger
    /// By this machine's clock, in seconds since the epoch.
    let started: Double

    init(_ services: Services, metrics: MetricsRegistry, processes: StrategyProcesses) {
        self.services = services
        self.metrics = metrics
        self.processes = processes
        sources = MarketSources(services.configuration)
        logger = Logger(label: "aristobot")
        started = Double(SystemClock.now.milliseconds) / 1000
    }

    /// Closes what was opened; the services go on.
    func close() async {
        await sources.close()
    }

    // MARK: Parts

    func engine(named name: String) -> EngineService {
        var options = EngineOptions(name: name)
        options.marketURL = services.configuration.binanceURL
        let processes = processes
        return EngineService(
            store: services.store, executors: { try processes.executor(for: $0) },
            connectors: BrokerConnector(services: services, sources: sources), options: options,
            logger: Logger(label: "engine"))
    }

    func heartbeats(only: (name: VenueName, place: VenuePlace)? = nil) -> HeartbeatFleet {
        let (store, defaultURL) = (services.store, services.configuration.binanceURL)
        let logger = Logger(label: "heartbeat")
        return HeartbeatFleet(
            store: store, sources: sources, only: only, defaultURL: defaultURL, logger: logger,
            beat: { market, source in
                let place = StoredHeartbeatPlace(store, market: market, name: Self.processName)
                await HeartbeatRota(market: market, place: place, logger: logger).run {
                    await HeartbeatService(
                        market: market, source: source, store: store, defaultURL: defaultURL, logger: logger
                    ).run()
                }
            })
    }

    /// - Parameter engine: the engine that has to live; nil for any.
    func health(engine: String? = nil) -> LiveHealth {
        LiveHealth(store: services.store, defaultURL: services.configuration.binanceURL, engineName: engine)
    }

    /// What this process is called among others that offer to be a market's heartbeat.
    static var processName: String { "\(engineName):\(getpid())" }

    /// The name that an engine has where none is given: the machine's, so that a second one on it is refused.
    static var engineName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "engine" }
        let host = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let name = host.unicodeScalars.map { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) ? Character(scalar) : "-"
        }
        let text = String(name.drop { $0 == "-" }.prefix(60))
        return text.isEmpty ? "engine" : text
    }
}
