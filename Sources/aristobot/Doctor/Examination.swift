import Foundation
import Glibc
import LuaRuntime
import Market
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

    let library: CandleLibrary

    var findings: [Finding] {
        [program, system, lua, sandbox, zlib, dataDirectory, memory, processors, terminal, locale, clock]
    }

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

    /// The directory itself, or the nearest one above it that is there, must be writable.
    private var dataDirectory: Finding {
        let name = say("candle directory", fr: "dossier des bougies")
        var place =
            library.root.hasPrefix("/") ? library.root : FileManager.default.currentDirectoryPath + "/" + library.root
        var isDirectory: ObjCBool = false
        while !FileManager.default.fileExists(atPath: place, isDirectory: &isDirectory), place.contains("/") {
            let above = place.split(separator: "/").dropLast().joined(separator: "/")
            place = "/" + above
        }
        guard isDirectory.boolValue, Self.isWritable(place) else {
            return Finding(
                name: name, verdict: .missing,
                detail: say(
                    "\(library.root) cannot be written: \(place) is no directory of yours",
                    fr: "\(library.root) n'est pas inscriptible : \(place) n'est pas un dossier à vous"))
        }
        let files = library.keys().count
        return Finding(
            name: name, verdict: .fine,
            detail: say("\(library.root), \(files) files", fr: "\(library.root), \(files) fichiers"))
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
