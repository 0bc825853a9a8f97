import CLuaHost
import Wording

/// Why a chunk could not be loaded, or why a call ended early.
public struct LuaFailure: ExplainedError, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        /// The text is not Lua, or was refused before it was compiled.
        case syntax
        /// An error that the script, or a function it called, raised.
        case runtime
        /// The instruction budget was used up.
        case instructions
        /// The wall deadline passed.
        case time
        /// The memory cap, or the cap on one table or string, was reached.
        case memory
        /// The host asked for something that the machine does not do.
        case refused
    }

    public var kind: Kind
    /// For people, in every language; Lua's own words stay English inside it.
    public var message: Message
    /// What Lua said, without the place in front.
    public var text: String
    /// 1-based line of the user's chunk; 0 when none is known.
    public var line: Int
    /// The chunk that the line belongs to, as named when it was loaded; empty when none is known.
    public var chunk: String

    public init(_ kind: Kind, message: Message, text: String, line: Int = 0, chunk: String = "") {
        self.kind = kind
        self.message = message
        self.text = text
        self.line = line
        self.chunk = chunk
    }

    public var diagnostic: Diagnostic {
        Diagnostic(.error, line: line, code: "lua-\(kind.rawValue)", message: message)
    }

    /// True for a stop by a budget, which the script could not have caught.
    public var isStop: Bool { kind == .instructions || kind == .time || kind == .memory }
}

extension LuaFailure {
    /// The machine's last error, with the limits that explain it.
    init(_ error: UnsafePointer<ah_error>, limits: LuaLimits, loading: Bool) {
        let raw = error.pointee
        let chunk = withUnsafeBytes(of: raw.chunk) { Self.text(in: $0) }
        let full = withUnsafeBytes(of: raw.message) { bytes in
            String(decoding: bytes.prefix(Int(raw.length)), as: UTF8.self)
        }
        let line = Int(raw.line)
        let text = Self.withoutPlace(full)
        switch raw.status {
        case AH_SYNTAX:
            let said = Message("Syntax error: \(text)", fr: "Erreur de syntaxe : \(Self.french(text))")
            self.init(.syntax, message: said, text: text, line: line, chunk: chunk)
        case AH_INSTRUCTIONS:
            self.init(
                .instructions, message: Self.outOfInstructions(limits, loading), text: full, line: line, chunk: chunk)
        case AH_TIME:
            self.init(.time, message: Self.outOfTime(limits, loading), text: full, line: line, chunk: chunk)
        case AH_MEMORY:
            self.init(.memory, message: Self.outOfMemory(full, limits), text: full, line: line, chunk: chunk)
        case AH_REFUSED, AH_REENTRY:
            self.init(.refused, message: Message(text, fr: text), text: text, line: line, chunk: chunk)
        default:
            let hint = Self.hint(for: text)
            let said = Message(
                "Error in the script: \(text)\(hint.english)", fr: "Erreur dans le script : \(text)\(hint.french)")
            self.init(.runtime, message: said, text: text, line: line, chunk: chunk)
        }
    }

    private static func text(in bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Drops "name:line: " in front; a chunk's name holds no colon.
    static func withoutPlace(_ text: String) -> String {
        guard let colon = text.firstIndex(of: ":") else { return text }
        let digits = text[text.index(after: colon)...].prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, text[digits.endIndex...].hasPrefix(": ") else { return text }
        return String(text[text.index(digits.endIndex, offsetBy: 2)...])
    }

    /// The refusals of our own survey of the source; Lua's own words stay as they are.
    private static func french(_ text: String) -> String {
        let known = [
            "the source is empty": "le source est vide",
            "compiled Lua is not accepted, only text": "le Lua compilé n'est pas accepté, seulement du texte",
            "byte 0x00 is not text": "l'octet 0x00 n'est pas du texte",
            "brackets nested too deeply": "parenthèses trop imbriquées",
            "too many field accesses in a row": "trop d'accès à des champs à la suite",
            "too many branches (elseif)": "trop de branches (elseif)",
            "too many goto": "trop de goto",
            "too many labels": "trop d'étiquettes",
            "too many breaks": "trop de break",
            "too many 'and' and 'or'": "trop de « and » et de « or »",
        ]
        if let translated = known[text] { return translated }
        let words = text.split(separator: " ")
        if text.hasSuffix(" is not UTF-8"), words.count == 5 { return "l'octet \(words[1]) n'est pas de l'UTF-8" }
        if text.hasPrefix("the source has "), words.count > 8 {
            return "le source a \(words[3]) octets, au plus \(words[7]) sont acceptés"
        }
        return text
    }

    private static func hint(for text: String) -> Message {
        guard text.hasPrefix("attempt to concatenate a live number") else { return Message("", fr: "") }
        return Message("; write tostring(…) around it", fr: " ; écrivez tostring(…) autour")
    }

    private static func outOfInstructions(_ limits: LuaLimits, _ loading: Bool) -> Message {
        let count = loading ? limits.loadInstructions : limits.instructions
        return Message(
            "Stopped: more than \(count) instructions in one call; look for a loop that does not end",
            fr: "Arrêt : plus de \(count) instructions en un appel ; cherchez une boucle sans fin")
    }

    private static func outOfTime(_ limits: LuaLimits, _ loading: Bool) -> Message {
        let milliseconds = (loading ? limits.loadNanoseconds : limits.callNanoseconds) / 1_000_000
        return Message(
            "Stopped: more than \(milliseconds) ms in one call",
            fr: "Arrêt : plus de \(milliseconds) ms en un appel")
    }

    private static func outOfMemory(_ text: String, _ limits: LuaLimits) -> Message {
        switch text {
        case "stack overflow":
            return Message(
                "Stopped: too many nested calls (stack overflow); look for a function that calls itself for ever",
                fr:
                    "Arrêt : trop d'appels imbriqués (pile pleine) ; cherchez une fonction qui s'appelle sans fin"
            )
        case "string too long":
            return Message(
                "Stopped: a string of more than \(limits.stringBytes) bytes",
                fr: "Arrêt : une chaîne de plus de \(limits.stringBytes) octets")
        case "table too large":
            return Message(
                "Stopped: a table of more than \(limits.blockBytes) bytes (\(limits.blockBytes / 16) list elements)",
                fr: "Arrêt : une table de plus de \(limits.blockBytes) octets (\(limits.blockBytes / 16) éléments)")
        default:
            return Message(
                "Stopped: more than \(limits.memoryBytes) bytes of memory",
                fr: "Arrêt : plus de \(limits.memoryBytes) octets de mémoire")
        }
    }
}
