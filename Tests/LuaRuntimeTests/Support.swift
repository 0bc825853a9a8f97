import CLuaHost
import LuaRuntime
import Testing

/// A machine with the lines of `print` collected, for short tests.
final class Bench {
    let machine: LuaMachine
    /// What the machine reads and must outlive it.
    var kept: [AnyObject] = []
    private let lines = Lines()

    final class Lines {
        var all: [String] = []
    }

    /// Without limits of the test's own, the wall clock stays out of it: machines are busy.
    static var patient: LuaLimits {
        var limits = LuaLimits()
        limits.callNanoseconds = 60_000_000_000
        limits.loadNanoseconds = 60_000_000_000
        return limits
    }

    init(limits: LuaLimits = Bench.patient, seed: UInt64 = 1) throws {
        machine = try LuaMachine(limits: limits, seed: seed)
        machine.setOutput(collectLine, context: Unmanaged.passUnretained(lines).toOpaque())
    }

    var printed: [String] { lines.all }

    /// Runs a chunk under the call budget and answers its first result.
    @discardableResult
    func run(_ source: String) throws -> LuaValue {
        try machine.call(machine.load(source, name: "user.lua"), results: 1)[0]
    }

    /// The text of a chunk's first result.
    func text(_ source: String) throws -> String {
        guard case .string(let text) = try run(source) else { return "not a string" }
        return text
    }

    /// The failure that the chunk ends with.
    func failure(_ source: String) -> LuaFailure? {
        do {
            try run(source)
            return nil
        } catch {
            return error as? LuaFailure
        }
    }
}

let collectLine: ah_output = { context, _, text, length in
    guard let context, let text else { return }
    let lines = Unmanaged<Bench.Lines>.fromOpaque(context).takeUnretainedValue()
    lines.all.append(String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self))
}
