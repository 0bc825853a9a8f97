import CLuaHost
import LuaRuntime

/// A sandbox with one of each kind of host object, as a strategy would find them, and no trading behind it.
///
/// Globals: `series`, `candles` (a bundle), `balance` (a record that is a number), `position` (a record), `host` (a
/// function that reads all it is given), `crossover`, and the module `ta`.
public final class ScriptSandbox {
    public struct Outcome: Sendable, CustomStringConvertible {
        public var kind: HostileScript.Expectation
        public var detail: String
        /// What the script printed, at most 64 KiB.
        public var output: String
        public var memoryPeak: Int

        public var description: String { "\(kind.rawValue): \(detail)" }
        public var isDefeat: Bool { output.contains("DEFEATED") }
    }

    private static let rows = 256
    private static let module = """
        local t = { list = { 1, 2, 3 } }
        function t.upper(text) return text:upper() end
        function t.crossover(a, b) return a == b end
        return t
        """

    private let machine: LuaMachine
    private let values = UnsafeMutablePointer<Double>.allocate(capacity: rows)
    private let clock = UnsafeMutablePointer<ah_clock>.allocate(capacity: 1)
    private let series = UnsafeMutablePointer<ah_series>.allocate(capacity: 1)
    private let columns = UnsafeMutablePointer<ah_column>.allocate(capacity: 2)
    private let bundle = UnsafeMutablePointer<ah_bundle>.allocate(capacity: 1)
    private let fields = UnsafeMutablePointer<ah_field>.allocate(capacity: 1)
    private let records = UnsafeMutablePointer<ah_record>.allocate(capacity: 2)
    private let output = OutputText()

    public init(limits: LuaLimits) throws {
        machine = try LuaMachine(limits: limits, seed: 42)
        for row in 0..<Self.rows { values[row] = 100 + Double(row % 17) }
        clock.initialize(to: ah_clock(count: 200))
        series.initialize(
            to: ah_series(
                base: UnsafeRawPointer(values), mask: .max, clock: clock, depth: 100, element: AH_F64.rawValue, tag: 1,
                call: 0))
        try furnish()
        machine.setOutput(collectOutput, context: Unmanaged.passUnretained(output).toOpaque())
    }

    deinit {
        values.deallocate()
        clock.deallocate()
        series.deallocate()
        columns.deallocate()
        bundle.deallocate()
        fields.deallocate()
        records.deallocate()
    }

    private func furnish() throws {
        let one = try machine.makeSeries(series)
        try machine.setGlobal("series", one)
        columns.initialize(to: ah_column(name: Self.name("open"), series: series, value: 0))
        (columns + 1).initialize(to: ah_column(name: Self.name("close"), series: series, value: 0))
        bundle.initialize(
            to: ah_bundle(name: Self.name("candles"), columns: columns, count: 2, tag: 2, clock: clock))
        try machine.setGlobal("candles", machine.makeBundle(bundle))
        fields.initialize(
            to: ah_field(
                name: Self.name("free"), kind: AH_FIELD_NUMBER.rawValue, address: UnsafeRawPointer(values)))
        records.initialize(
            to: ah_record(name: Self.name("balance"), fields: fields, count: 1, tag: 3, value: values))
        (records + 1).initialize(
            to: ah_record(name: Self.name("position"), fields: fields, count: 1, tag: 4, value: nil))
        try machine.setGlobal("balance", machine.makeRecord(records))
        try machine.setGlobal("position", machine.makeRecord(records + 1))
        try machine.setGlobal("host", machine.makeFunction("host", opened: .max, context: nil, readEverything))
        try machine.setGlobal("crossover", machine.builtin(.crossover))
        try machine.addModule("ta", source: Self.module.utf8)
    }

    /// A name that lives as long as the process.
    private static func name(_ text: StaticString) -> UnsafePointer<CChar> {
        UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    /// Runs the script as a chunk; a table that it returns is copied out, as a strategy's declaration would be.
    public func run(_ source: [UInt8], name: String) -> Outcome {
        var outcome = Outcome(kind: .harmless, detail: "ran to its end", output: "", memoryPeak: 0)
        do throws(LuaFailure) {
            let results = try machine.run(source, name: name)
            if case .reference(let table)? = results.first, !table.isFunction {
                _ = try machine.open(table)
            }
        } catch {
            outcome.kind = error.kind == .syntax ? .refused : error.isStop ? .stopped : .error
            outcome.detail = "\(error.kind.rawValue), line \(error.line): \(error.text)"
        }
        outcome.output = output.take()
        outcome.memoryPeak = machine.memoryPeak
        return outcome
    }

    /// True when the machine still answers rightly, whatever ran in it before.
    public func stillWorks() -> Bool {
        let probe = "local t = {} for i = 1, 50 do t[i] = ('x'):rep(i) end return #table.concat(t)"
        do throws(LuaFailure) {
            return try machine.run(probe.utf8, name: "probe").first?.exactInteger == 1275
        } catch {
            // A heap that the script's globals fill to the cap stays full: an answer too.
            return error.kind == .memory
        }
    }
}

private final class OutputText {
    private var bytes: [UInt8] = []

    func append(_ text: UnsafeRawBufferPointer) {
        guard bytes.count + text.count < 64 << 10 else { return }
        bytes += text
        bytes.append(UInt8(ascii: "\n"))
    }

    func take() -> String {
        defer { bytes = [] }
        return String(decoding: bytes, as: UTF8.self)
    }
}

private let collectOutput: @convention(c) (UnsafeMutableRawPointer?, Int32, UnsafePointer<CChar>?, Int) -> Void = {
    context, _, text, length in
    guard let context else { return }
    Unmanaged<OutputText>.fromOpaque(context).takeUnretainedValue().append(
        UnsafeRawBufferPointer(start: text, count: length))
}

/// Reads every byte of every argument, so that a text that is gone already would show.
private let readEverything: ah_function = { frame, _ in
    guard let frame else { return 0 }
    var size = 0
    for number in 0..<frame.count { size += "\(frame.value(number))".utf8.count }
    frame.answer(.number(Double(size)))
    return 0
}
