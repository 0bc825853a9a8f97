import HTTPAPI
import Metrics
import Postgres
import Storage
import Wording

/// Runs parts of the live loop together until Ctrl-C, or until one of them ends.
struct LiveRun: Sendable {
    /// Something that runs until its task is cancelled.
    typealias Part = @Sendable () async throws -> Void

    let live: LiveServices
    let log: ServiceLog

    /// Opens the store, runs `body`, and closes everything after it, however it ends; Ctrl-C is no failure.
    static func with(
        _ configuration: Configuration, logging: LogOptions, isInProcess: Bool = false, log: ServiceLog,
        sink: () -> LogSink = { .standardError }, schema: Services.Schema = .usual,
        _ body: (LiveRun) async throws -> Void
    ) async throws {
        Interruption.listen()
        Console.goOnUnheard()
        DescriptorLimit.raise()
        let stopping = Message("stopping", fr: "arrêt")
        // The status view would be written over.
        if log.isPlain { Interruption.onRequest { log.say(stopping) } }
        let metrics = MetricsRegistry()
        MetricsSystem.bootstrap(metrics)
        log.say(Message("starting", fr: "démarrage"))
        let services: Services
        do {
            services = try await Services.open(configuration, schema: schema, progress: MigrateCommand.tell)
        } catch let error where isInterruption(error) {
            // What was begun for the database has ended with it.
            log.say(Message("stopped", fr: "arrêté"))
            return
        }
        logging.bootstrap(sink())
        let live = LiveServices(
            services, metrics: metrics, processes: StrategyProcesses(isInProcess: isInProcess))
        do {
            try await body(LiveRun(live: live, log: log))
        } catch let error where isInterruption(error) {
            // Ctrl-C.
        } catch {
            await live.close()
            // What went wrong is told; a server that does not stop besides would hide it.
            _ = try? await services.close()
            throw error
        }
        if !log.isPlain || !Interruption.isRequested { log.say(stopping) }
        await live.close()
        let stopped = try await services.close()
        log.say(
            stopped
                ? Message("stopped, with the private PostgreSQL", fr: "arrêté, avec le PostgreSQL privé")
                : Message("stopped", fr: "arrêté"))
    }

    /// Whether it is how Ctrl-C is met: by a wait, by a call to the database, or by one to a venue.
    private static func isInterruption(_ error: any Error) -> Bool {
        CommandFailure.explaining(error)?.kind == .interrupted
    }

    /// Runs all of them; the first that ends ends the others, and all have ended when this returns.
    func together(_ parts: [Part]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in parts { group.addTask { try await part() } }
            var failure: (any Error)?
            do { try await group.next() } catch { failure = error }
            group.cancelAll()
            // How the others end after that is of no interest beside it.
            while let result = await group.nextResult() { _ = result }
            if let failure, !Interruption.isRequested { throw failure }
        }
    }

    /// Health and metrics on a port.
    func status(port: Int, checks: [HealthCheck]) -> Part {
        var server = StatusServer(port: port, metrics: live.metrics, started: live.started, checks: checks)
        let store = live.services.store
        let (pool, processes) = (live.services.pool, live.processes)
        server.status = { try await LiveStatus.read(store) }
        let (pools, workers) = (PoolMeters(), Gauge(label: "aristobot_workers"))
        server.refresh = {
            pools.show(pool.figures)
            workers.record(processes.count)
        }
        let (log, ready) = (log, server)
        return {
            try await ready.run { port in
                log.say(
                    Message(
                        "health and metrics on http://\(StatusServer.host):\(port)",
                        fr: "santé et mesures sur http://\(StatusServer.host):\(port)"))
            }
        }
    }
}
