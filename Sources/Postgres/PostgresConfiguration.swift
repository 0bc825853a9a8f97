import CPostgres
import Wording

/// How to reach a server and within which limits to use it. The password is no part of any description.
public struct PostgresConfiguration: Sendable, CustomStringConvertible {
    /// libpq's connection keywords with their values, without the password. What is missing comes from the `PG…`
    /// variables of the environment, as everywhere with libpq.
    public private(set) var keywords: [String: String]
    /// The keywords that hold passwords, of the user or of a key file.
    private(set) var hidden: [String: Secret] = [:]

    /// Connections that are open at most.
    public var poolSize = 8
    /// Calls that wait for a connection at most; one more is refused at once.
    public var maximumWaiting = 256
    /// How long a call waits for a free connection, or for a server that is down, before it fails.
    public var acquireTimeout: Duration = .seconds(10)
    public var connectTimeout: Duration = .seconds(10)
    public var statementTimeout: Duration = .seconds(30)
    /// The statement timeout of COPY.
    public var copyTimeout: Duration = .seconds(600)
    public var lockTimeout: Duration = .seconds(10)
    public var idleInTransactionTimeout: Duration = .seconds(60)
    /// Prepared statements that a connection keeps at most; the one used longest ago is dropped first.
    public var statementCacheSize = 256
    /// The lowest major version that is accepted.
    public var requiredVersion = 15

    /// From `postgres://user:password@host:port/database?…` or from libpq's `keyword=value` form.
    ///
    /// Throws `badConfiguration` for a text that is neither; it does not repeat the text, which may hold a password.
    public init(url: String) throws(PostgresError) {
        keywords = [:]
        // libpq reads up to a NUL, and takes a text without "=" for a database name only when it connects.
        guard !url.isEmpty, !url.utf8.contains(0), let options = PQconninfoParse(url, nil) else {
            throw .badConfiguration(
                Message(
                    "The connection string of the database is not valid: expected postgres://USER@HOST:PORT/DATABASE",
                    fr: "La chaîne de connexion de la base n'est pas valable : attendu "
                        + "postgres://UTILISATEUR@HÔTE:PORT/BASE"))
        }
        defer { PQconninfoFree(options) }
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                let (name, text) = (String(cString: keyword), String(cString: value))
                // libpq marks what is to be typed unseen.
                if option.pointee.dispchar.pointee == CChar(UInt8(ascii: "*")) {
                    hidden[name] = Secret(text)
                } else {
                    keywords[name] = text
                }
            }
            option += 1
        }
        if let seconds = keywords["connect_timeout"].flatMap(Int.init), seconds > 0 {
            connectTimeout = .seconds(seconds)
        }
    }

    /// A server that listens on a Unix socket in `socketDirectory`.
    public init(socketDirectory: String, port: Int = 5432, user: String, database: String) {
        keywords = ["host": socketDirectory, "port": String(port), "user": user, "dbname": database]
    }

    public var password: Secret? {
        get { hidden["password"] }
        set { hidden["password"] = newValue }
    }

    public var database: String { keywords["dbname"] ?? user }
    public var user: String { keywords["user"] ?? Self.fallback("user") ?? "" }
    public var host: String { keywords["host"] ?? keywords["hostaddr"] ?? Self.fallback("host") ?? "localhost" }
    public var port: String { keywords["port"] ?? Self.fallback("port") ?? "5432" }

    /// The same server and limits, another database.
    public func with(database: String) -> PostgresConfiguration {
        var copy = self
        copy.keywords["dbname"] = database
        return copy
    }

    /// The server's address for messages, such as `db.example:5432` or `/run/postgresql:5432`.
    public var server: String { "\(host):\(port)" }

    public var description: String { "postgres://\(user)@\(server)/\(database)" }

    /// libpq's own default of a keyword, the environment's variables included.
    private static func fallback(_ keyword: String) -> String? {
        guard let options = PQconndefaults() else { return nil }
        defer { PQconninfoFree(options) }
        var option = options
        while let name = option.pointee.keyword {
            if String(cString: name) == keyword { return option.pointee.val.map { String(cString: $0) } }
            option += 1
        }
        return nil
    }

    /// The variables of the environment that give libpq's programs the same target, password included; their
    /// arguments would be visible to every user of the machine.
    func environment() -> [String: String] {
        var variables: [String: String] = [:]
        guard let options = PQconndefaults() else { return variables }
        defer { PQconninfoFree(options) }
        var option = options
        while let name = option.pointee.keyword {
            if let variable = option.pointee.envvar {
                let keyword = String(cString: name)
                let value = hidden[keyword]?.exposed ?? keywords[keyword]
                if let value { variables[String(cString: variable)] = value }
            }
            option += 1
        }
        return variables
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, at least 1; at most what PostgreSQL's settings take.
    var boundedMilliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds < Int64(Int32.max) / 1000 else { return Int(Int32.max) }
        let milliseconds = Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
        return max(1, milliseconds)
    }
}
