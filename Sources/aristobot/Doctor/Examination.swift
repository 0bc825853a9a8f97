import Foundation
import Glibc
import LuaRuntime
import Market
import Storage
import StrategyHost
import Wording

/// What `doctor` looks at, one finding each.
struct Examination {
    enum Verdict: String, Encodable {
        case fine = "ok"
        case doubtful = "warning"
        case missing
    }

    struct Finding: Encodable {
        let name: String
        let verdict: Verdict
        let detail: String
    }

    let configuration: Configuration
    /// Whether venues are left alone.
    let isOffline: Bool

    func findings() async -> [Finding] {
        var all = [
            program, system, lua, sandbox, zlib, database.library, venue.library, dataDirectory, disk, secretKey,
        ]
        all.append(await WorkerExamination().walls())
        all += await database.findings()
        all += [memory, processors, terminal, locale, clock]
        if !isOffline { all.append(await venue.clockOffset()) }
        return all
    }

    private var database: DatabaseExamination { DatabaseExamination(configuration: configuration) }
    private var venue: VenueExamination { VenueExamination(configuration: configuration) }

    private var program: Finding {
        Finding(name: "aristobot", verdict: .fine, detail: "\(Aristobot.version), \(Self.compiler)")
    }

    private static var compiler: String {
        #if compiler(>=6.4)
            "Swift 6.4+"
        #elseif compiler(>=6.3)
            "Swift 6.3"
        #elseif compiler(>=6.2)
            "Swift 6.2"
        #else
            "Swift 6.1"
        #endif
    }

    private var system: Finding {
        var name = utsname()
        guard uname(&name) == 0 else {
            return Finding(name: say("system", fr: "système"), verdict: .doubtful, detail: "uname")
        }
        let words = [Self.text(&name.sysname), Self.text(&name.release), Self.text(&name.machine)]
        return Finding(name: say("system", fr: "système"), verdict: .fine, detail: words.joined(separator: " "))
    }

    private static func text<Characters>(_ characters: inout Characters) -> String {
        withUnsafeBytes(of: &characters) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    private var lua: Finding {
        Finding(name: "Lua", verdict: .fine, detail: LuaLibrary.release)
    }

    /// The template strategy goes through every stage of the check, which needs the whole host.
    private var sandbox: Finding {
        let name = say("sandbox", fr: "bac à sable")
        let text = StrategyTemplate.text(name: "doctor", fullControl: false)
        let errors = StrategyChecker.check(name: "doctor.lua", bytes: Array(text.utf8)).filter { $0.severity == .error }
        guard let first = errors.first else {
            return Finding(
                name: name, verdict: .fine, detail: say("a strategy runs in it", fr: "une stratégie y tourne"))
        }
        return Finding(name: name, verdict: .missing, detail: first.message.text(in: Console.language))
    }

    private var zlib: Finding {
        Finding(name: "zlib", verdict: .fine, detail: GzipLibrary.version)
    }

    /// The directory itself, or the nearest one above it that is there.
    private var existingDirectory: String {
        var place = configuration.dataDirectory
        while place != "/", !FileManager.default.fileExists(atPath: place) {
            place = URL(fileURLWithPath: place).deletingLastPathComponent().path
        }
        return place
    }

    /// It, or the nearest one above it that is there, must be writable.
    private var dataDirectory: Finding {
        let name = say("data directory", fr: "dossier de données")
        let wanted = configuration.dataDirectory
        let place = existingDirectory
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: place, isDirectory: &isDirectory), isDirectory.boolValue,
            Self.isWritable(place)
        else {
            return Finding(
                name: name, verdict: .missing,
                detail: say(
                    "\(wanted) cannot be written: \(place) is no directory of yours",
                    fr: "\(wanted) n'est pas inscriptible : \(place) n'est pas un dossier à vous"))
        }
        let isThere = place == wanted
        return Finding(
            name: name, verdict: .fine,
            detail: isThere ? wanted : say("\(wanted), made when needed", fr: "\(wanted), créé au besoin"))
    }

    private static let leastSpace = 1_000_000_000

    private var disk: Finding {
        let name = say("disk space", fr: "espace disque")
        var status = statvfs()
        guard statvfs(existingDirectory, &status) == 0 else {
            return Finding(name: name, verdict: .doubtful, detail: String(cString: strerror(errno)))
        }
        let free = Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
        let text = CountText.bytes(free)
        let enough = free >= Self.leastSpace
        let hint = enough ? "" : say(": less than 1 GB", fr: " : moins de 1 Go")
        return Finding(
            name: name, verdict: enough ? .fine : .doubtful, detail: say("\(text) free", fr: "\(text) libres") + hint)
    }

    /// Whether there is one, never which.
    private var secretKey: Finding {
        let name = say("secret key", fr: "clé secrète")
        let variable = KeyVault.environmentName
        if let key = configuration.secretKey {
            do {
                _ = try KeyVault(secret: key)
            } catch {
                return Finding(name: name, verdict: .missing, detail: error.message.text(in: Console.language))
            }
            return Finding(name: name, verdict: .fine, detail: say("of \(variable)", fr: "de \(variable)"))
        }
        guard configuration.databaseURL == nil else {
            return Finding(
                name: name, verdict: .doubtful,
                detail: say(
                    "\(variable) is not set: keys of brokers cannot be kept",
                    fr: "\(variable) n'est pas définie : les clés des brokers ne peuvent être gardées"))
        }
        let file = SecretKeyFile(path: configuration.secretKeyFile)
        do {
            let isThere = try file.read() != nil
            return Finding(
                name: name, verdict: .fine,
                detail: isThere ? file.path : say("\(file.path), made when needed", fr: "\(file.path), créée au besoin")
            )
        } catch {
            return Finding(name: name, verdict: .missing, detail: error.message.text(in: Console.language))
        }
    }

    /// Tried in earnest: permissions alone do not tell of a full or read-only disk.
    private static func isWritable(_ directory: String) -> Bool {
        do {
            try AtomicFile.check("\(directory)/doctor")
            return true
        } catch {
            return false
        }
    }

    /// The figures are those of Linux, in kB.
    private var memory: Finding {
        let name = say("memory", fr: "mémoire")
        var available: Int?
        var total: Int?
        // Without /proc nothing is known, which is said below.
        for line in ((try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)) ?? "").split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 2, let kilobytes = Int(words[1]) else { continue }
            if words[0] == "MemTotal:" { total = kilobytes }
            if words[0] == "MemAvailable:" { available = kilobytes }
        }
        guard let available, let total else {
            return Finding(name: name, verdict: .doubtful, detail: say("not known", fr: "inconnue"))
        }
        let free = CountText.bytes(available * 1024)
        let whole = CountText.bytes(total * 1024)
        let enough = available >= 300 * 1024
        let hint =
            enough
            ? "" : say("; a million candles take about 100 MB", fr: " ; un million de bougies prend environ 100 Mo")
        return Finding(
            name: name, verdict: enough ? .fine : .doubtful,
            detail: say("\(free) available of \(whole)\(hint)", fr: "\(free) disponibles sur \(whole)\(hint)"))
    }

    private var processors: Finding {
        Finding(
            name: say("processors", fr: "processeurs"), verdict: .fine,
            detail: "\(ProcessInfo.processInfo.activeProcessorCount)")
    }

    private var terminal: Finding {
        let kind = Console.environment("TERM") ?? "-"
        let detail =
            Console.outputIsTerminal
            ? say(
                "\(kind), \(Console.width) columns, colours \(Console.outputHasColours ? "on" : "off")",
                fr: "\(kind), \(Console.width) colonnes, \(Console.outputHasColours ? "en couleurs" : "sans couleurs")")
            : say("output goes to a file or a pipe", fr: "la sortie va dans un fichier ou un tube")
        return Finding(name: "terminal", verdict: .fine, detail: detail)
    }

    private var locale: Finding {
        let named = ["LC_ALL", "LC_MESSAGES", "LANG"].compactMap(Console.environment).first { !$0.isEmpty }
        return Finding(
            name: say("language", fr: "langue"), verdict: .fine,
            detail: "\(Console.language.rawValue) (\(named ?? say("no locale is set", fr: "aucune locale définie")))")
    }

    /// A clock that is years off makes every live candle wrong.
    private var clock: Finding {
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let plausible = now.date.year >= 2024
        return Finding(
            name: say("clock", fr: "horloge"), verdict: plausible ? .fine : .doubtful, detail: now.description)
    }
}
