import Broker
import Logging
import Postgres
import Storage
import Wording

/// One heartbeat for each market that strategies trade on. Markets that come into use while it runs are picked up, and
/// those that go out of use let go.
struct HeartbeatFleet: Sendable {
    /// Runs one market's heartbeat until its task is cancelled.
    typealias Beat = @Sendable (VenueName, any MarketDataSource) async -> Void

    let store: Store
    let sources: MarketSources
    /// Only this market, which beats whether or not a strategy trades on it.
    let only: (name: VenueName, place: VenuePlace)?
    let defaultURL: String?
    let logger: Logger
    let beat: Beat

    /// Markets at once; one more is told and left out.
    static let mostMarkets = 32
    /// How often the roster is read when nothing tells that it has changed.
    private static let lookEvery = Duration.seconds(30)

    private struct Running {
        let task: Task<Void, Never>
        let market: VenueName
    }

    /// Until the task is cancelled; every heartbeat has ended then.
    func run() async {
        var running: [VenueName: Running] = [:]
        let (bells, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await ring(bell, at: StoreChannel.roster) }
            group.addTask { await ringEvery(Self.lookEvery, bell) }
            bell.yield()
            for await _ in bells {
                await update(&running)
            }
            group.cancelAll()
        }
        for heartbeat in running.values { heartbeat.task.cancel() }
        for heartbeat in running.values { await heartbeat.task.value }
    }

    /// Starts what is missing and ends what nobody needs. While the database is away everything stays as it is.
    private func update(_ running: inout [VenueName: Running]) async {
        let wanted: [(name: VenueName, source: any MarketDataSource)]
        do {
            wanted = try await markets()
        } catch {
            if !Task.isCancelled {
                logger.warning("the markets in use cannot be read", metadata: ["error": "\(error)"])
            }
            return
        }
        let names = Set(wanted.map(\.name))
        for (name, heartbeat) in running where !names.contains(name) {
            logger.notice("no strategy trades here any more", metadata: ["market": "\(name)"])
            heartbeat.task.cancel()
            await heartbeat.task.value
            running[name] = nil
        }
        for market in wanted where running[market.name] == nil {
            guard running.count < Self.mostMarkets else {
                logger.error("too many markets are in use", metadata: ["left out": "\(market.name)"])
                continue
            }
            let beat = beat
            running[market.name] = Running(
                task: Task { await beat(market.name, market.source) }, market: market.name)
        }
    }

    private func markets() async throws -> [(name: VenueName, source: any MarketDataSource)] {
        if let only { return [(only.name, try await sources.source(at: only.place))] }
        var found: [(name: VenueName, source: any MarketDataSource)] = []
        for demand in try await store.activeStrategies.demands(defaultURL: defaultURL) {
            guard let broker = demand.brokers.first else { continue }
            do {
                found.append((demand.market, try await sources.source(of: broker)))
            } catch {
                logger.error(
                    "a market has no usable address",
                    metadata: ["market": "\(demand.market)", "broker": "\(broker.name)", "error": "\(error)"])
            }
        }
        return found
    }

    /// Rings at every notification; where listening is impossible, the look every so often has to do.
    private func ring(_ bell: AsyncStream<Void>.Continuation, at channel: String) async {
        do {
            for try await _ in try await store.pool.listen([channel]) { bell.yield() }
        } catch {
            if !Task.isCancelled {
                logger.warning("changes of the roster are not told", metadata: ["error": "\(error)"])
            }
        }
        // The stream of bells ends with the task.
        if Task.isCancelled { bell.finish() }
    }

    private func ringEvery(_ pause: Duration, _ bell: AsyncStream<Void>.Continuation) async {
        while !Task.isCancelled {
            bell.yield()
            do { try await Task.sleep(for: pause) } catch { break }
        }
        bell.finish()
    }
}
