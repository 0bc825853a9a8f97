import LuaRuntime
import Wording

extension LuaFailure {
    /// The failure as a finding about the user's file.
    ///
    /// - Parameters:
    ///   - callback: the function that failed; nil for the file itself.
    ///   - refusal: what a host function last refused with, in both languages; Lua's own words are English in both.
    func diagnostic(in callback: String?, refusal: Message?) -> Diagnostic {
        var said = kind == .runtime || kind == .refused ? Message(text, fr: text) : message
        if let refusal, let range = said.french.ranges(of: refusal.english).last {
            var french = said.french
            french.replaceSubrange(range, with: refusal.french)
            said = Message(said.english, fr: french)
        }
        let code = kind == .refused ? "runtime" : kind.rawValue
        let hint = kind == .runtime ? RuntimeHint.hint(for: text) : nil
        guard let callback else { return Diagnostic(.error, line: line, code: code, message: said, hint: hint) }
        return Diagnostic(
            .error, line: line, code: code,
            message: Message("\(callback): \(said.english)", fr: "\(callback) : \(said.french)"), hint: hint)
    }
}
