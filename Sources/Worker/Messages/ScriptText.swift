import StrategyHost

/// A strategy file as it was stored, not yet looked at.
public struct ScriptText: Sendable, Hashable {
    /// What diagnostics call the file.
    public var name: String
    public var bytes: [UInt8]

    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    public init(name: String, source: String) {
        self.init(name: name, bytes: Array(source.utf8))
    }

    /// The same text, known to be of a bearable size and encoding.
    func script() throws(StrategyError) -> StrategyScript {
        try StrategyScript(name: name, bytes: bytes)
    }

    /// Why the text is too large even to be sent to a worker; nil when it is not.
    var oversize: StrategyError? {
        guard bytes.count > StrategyScript.sizeLimit else { return nil }
        do throws(StrategyError) {
            _ = try script()
            return nil
        } catch {
            return error
        }
    }
}
