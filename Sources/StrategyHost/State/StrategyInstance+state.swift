import LuaRuntime
import Wording

/// `self.state`: plain data that outlives the interpreter.
extension StrategyInstance {
    /// The text form of `self.state`; equal data has equal bytes.
    ///
    /// Throws when it holds a function or an object of the host, is not a table, or is larger than the limit.
    public func snapshotState() throws(StrategyError) -> [UInt8] {
        let state: LuaValue
        do throws(LuaFailure) {
            switch try machine.get(try table(), "state") {
            case .reference(let reference) where !reference.isFunction: state = .table(try machine.open(reference))
            case .null: state = .table(LuaTable())
            case let other: state = other
            }
        } catch {
            throw Self.stateError(Message(error.text, fr: error.text))
        }
        guard case .table = state, let value = PlainValue(state) else {
            let kind = Message("self.state is a \(state.typeName)", fr: "self.state est de type \(state.typeName)")
            throw Self.stateError(state.placeOfBehaviour(in: "self.state") ?? kind)
        }
        let bytes = PlainText.encode(value)
        let most = options.limits.stateBytes
        guard bytes.count <= most else {
            throw StrategyError(
                code: "state-too-large",
                Message(
                    "self.state takes \(bytes.count) bytes: expected at most \(most)",
                    fr: "self.state occupe \(bytes.count) octets : attendu au plus \(most)"))
        }
        return bytes
    }

    private static func stateError(_ detail: Message?) -> StrategyError {
        let more = detail.map { Message("; " + $0.english, fr: " ; " + $0.french) } ?? Message("", fr: "")
        return StrategyError(
            code: "state",
            Message(
                "self.state cannot be stored: expected a table of numbers, texts, booleans and such tables"
                    + more.english,
                fr: "self.state ne peut pas être enregistré : attendu une table de nombres, textes, booléens et de "
                    + "telles tables\(more.french)"))
    }

    /// Puts back what `snapshotState` gave; before the first candle.
    public func restoreState(_ bytes: [UInt8]) throws(StrategyError) {
        let old = try Self.decode(bytes)
        try explained { () throws(LuaFailure) in try setField("state", try machine.makeTable(old)) }
    }

    /// Takes over the state of another version of the strategy: `on_upgrade(old_state, from_version)` answers the new
    /// state, or sets `self.state` itself; without the callback the old state stays as it was.
    public func upgradeState(_ bytes: [UInt8], fromVersion version: String) throws(StrategyError) {
        guard let function = callbacks[CallbackName.onUpgrade.index], let receiver else {
            return try restoreState(bytes)
        }
        let old = try Self.decode(bytes)
        phase = .asking
        beginCall(.onUpgrade)
        defer { endCall() }
        try explained(in: CallbackName.onUpgrade.rawValue) { () throws(LuaFailure) in
            let arguments: [LuaValue] = [.reference(receiver), .table(old), .string(version)]
            if case .reference(let new)? = try machine.call(function, arguments).first, !new.isFunction {
                try setField("state", new)
            }
        }
    }

    private static func decode(_ bytes: [UInt8]) throws(StrategyError) -> LuaTable {
        guard case .table(let table)? = PlainText.decode(bytes)?.luaValue else {
            throw StrategyError(
                code: "state",
                Message("the stored state cannot be read", fr: "l'état enregistré ne peut pas être lu"))
        }
        return table
    }
}
