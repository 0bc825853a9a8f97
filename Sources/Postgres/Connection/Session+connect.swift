import CPostgres
import Glibc
import Wording

extension Session {
    /// Keywords for every connection, where the configuration does not name them.
    private static let defaults = [
        "application_name": "aristobot", "keepalives_idle": "30", "keepalives_interval": "10",
        "keepalives_count": "3", "tcp_user_timeout": "30000",
    ]

    static func connect(
        _ configuration: PostgresConfiguration, _ interruption: Interruption, _ operation: Operation
    ) throws(PostgresError) -> OpaquePointer {
        var keywords = defaults.merging(configuration.keywords) { $1 }
        keywords["client_encoding"] = "UTF8"
        for (keyword, secret) in configuration.hidden { keywords[keyword] = secret.exposed }
        let pairs = keywords.sorted { $0.key < $1.key }
        guard let connection = start(pairs) else {
            throw unreachable(configuration, Message("out of memory", fr: "mémoire insuffisante"))
        }
        do throws(PostgresError) {
            try establish(connection, configuration, interruption, operation)
        } catch {
            PQfinish(connection)
            throw error
        }
        return connection
    }

    private static func start(_ pairs: [(key: String, value: String)]) -> OpaquePointer? {
        var keys: [UnsafePointer<CChar>?] = pairs.map { UnsafePointer(strdup($0.key)) }
        var values: [UnsafePointer<CChar>?] = pairs.map { UnsafePointer(strdup($0.value)) }
        defer {
            for text in keys + values { free(UnsafeMutableRawPointer(mutating: text)) }
        }
        keys.append(nil)
        values.append(nil)
        return PQconnectStartParams(keys, values, 0)
    }

    private static func establish(
        _ connection: OpaquePointer, _ configuration: PostgresConfiguration, _ interruption: Interruption,
        _ operation: Operation
    ) throws(PostgresError) {
        // Of a refused connection libpq keeps only a text: in this form it ends with the SQLSTATE.
        PQsetErrorVerbosity(connection, PQERRORS_SQLSTATE)
        aristobot_pg_silence_notices(connection)
        var step = PQstatus(connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
        while step != PGRES_POLLING_OK {
            guard step == PGRES_POLLING_READING || step == PGRES_POLLING_WRITING else {
                throw refusal(connection, configuration)
            }
            let left = ContinuousClock.now.duration(to: operation.deadline)
            guard left > .zero else { throw .timeout(.connect, milliseconds: operation.milliseconds) }
            var watched = [
                pollfd(
                    fd: PQsocket(connection), events: Int16(step == PGRES_POLLING_READING ? POLLIN : POLLOUT),
                    revents: 0),
                pollfd(fd: interruption.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&watched, 2, Int32(clamping: left.boundedMilliseconds))
            if ready > 0, watched[1].revents != 0 { interruption.drain() }
            if interruption.isRequested(operation.number) { throw .cancelled }
            if ready > 0, watched[0].revents != 0 { step = PQconnectPoll(connection) }
        }
        PQsetErrorVerbosity(connection, PQERRORS_DEFAULT)
    }

    private static func unreachable(_ configuration: PostgresConfiguration, _ reason: Message) -> PostgresError {
        .unreachable(server: configuration.server, reason: reason)
    }

    /// What libpq says most often, in French; anything else stays as it is.
    private static func french(_ reason: String) -> String {
        let known = [
            "Connection refused": "connexion refusée", "No such file or directory": "pas de socket à cet endroit",
            "Permission denied": "accès refusé", "Network is unreachable": "réseau inaccessible",
            "No route to host": "aucune route vers cette machine", "Connection timed out": "pas de réponse",
        ]
        if let translated = known[reason] { return translated }
        // could not translate host name "x" to address: …; invalid integer value "x" for connection option "port"
        let parts = reason.split(separator: "\"", omittingEmptySubsequences: false)
        switch parts.first {
        case "could not translate host name " where parts.count >= 3: return "la machine \"\(parts[1])\" est inconnue"
        case "invalid integer value " where parts.count >= 5:
            return "\"\(parts[1])\" n'est pas un nombre entier, que \(parts[3]) demande"
        default: return reason
        }
    }

    private static func refusal(
        _ connection: OpaquePointer, _ configuration: PostgresConfiguration
    ) -> PostgresError {
        let text = String(cString: PQerrorMessage(connection))
        if PQconnectionNeedsPassword(connection) == 1 {
            return .unauthorised(server: configuration.server, user: configuration.user)
        }
        let last = text.split(separator: "\n").last { !$0.hasPrefix("\t") }.map(String.init) ?? text
        let word = last.split(separator: " ").last.map(String.init) ?? ""
        guard word.utf8.count == 5, word.allSatisfy({ $0.isASCII && ($0.isNumber || $0.isUppercase) }) else {
            let reason = last.components(after: "failed: ") ?? last
            return unreachable(configuration, Message(reason, fr: french(reason)))
        }
        switch word {
        case "28000", "28P01": return .unauthorised(server: configuration.server, user: configuration.user)
        case "3D000": return .databaseMissing(server: configuration.server, database: configuration.database)
        case "53300": return .tooManyConnections(server: configuration.server)
        case "57P03", "57P01", "57P02": return unreachable(configuration, ServerReport.startingOrStopping)
        default: return .server(sqlState: word, text: "")
        }
    }
}

extension String {
    fileprivate func components(after mark: String) -> String? {
        ranges(of: mark).last.map { String(self[$0.upperBound...]) }
    }
}
