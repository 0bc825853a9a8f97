import CLuaHost
import LuaRuntime
import Testing
import Wording

/// Memory of the host as scripts see it.
final class Columns {
    let clock = UnsafeMutablePointer<ah_clock>.allocate(capacity: 1)
    let values = UnsafeMutablePointer<Double>.allocate(capacity: 8)
    let times = UnsafeMutablePointer<Int64>.allocate(capacity: 8)
    let series = UnsafeMutablePointer<ah_series>.allocate(capacity: 2)
    let columns = UnsafeMutablePointer<ah_column>.allocate(capacity: 2)
    let bundle = UnsafeMutablePointer<ah_bundle>.allocate(capacity: 1)
    let main = UnsafeMutablePointer<Double>.allocate(capacity: 2)
    let flag = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
    let text = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: 1)
    let method = UnsafeMutablePointer<ah_ref>.allocate(capacity: 1)
    let fields = UnsafeMutablePointer<ah_field>.allocate(capacity: 5)
    let record = UnsafeMutablePointer<ah_record>.allocate(capacity: 2)

    init() {
        clock.initialize(to: ah_clock(count: 0))
        values.initialize(repeating: 0, count: 8)
        times.initialize(repeating: 0, count: 8)
        series[0] = ah_series()
        series[0].base = UnsafeRawPointer(values)
        series[0].mask = 7
        series[0].clock = UnsafePointer(clock)
        series[0].depth = 6
        series[1] = series[0]
        series[1].base = UnsafeRawPointer(times)
        series[1].element = AH_I64.rawValue
        columns[0] = ah_column(name: Self.close, series: series, value: 0)
        columns[1] = ah_column(name: Self.time, series: series + 1, value: 0)
        bundle.initialize(to: ah_bundle(name: Self.candles, columns: columns, count: 2, tag: 0, clock: clock))
        main[0] = 1000
        main[1] = .nan
        flag.initialize(to: 1)
        text.initialize(to: nil)
        method.initialize(to: 0)
        fields[0] = ah_field(name: Self.free, kind: AH_FIELD_NUMBER.rawValue, address: main)
        fields[1] = ah_field(name: Self.stop, kind: AH_FIELD_OPTIONAL.rawValue, address: main + 1)
        fields[2] = ah_field(name: Self.isOpen, kind: AH_FIELD_BOOLEAN.rawValue, address: flag)
        fields[3] = ah_field(name: Self.side, kind: AH_FIELD_TEXT.rawValue, address: text)
        fields[4] = ah_field(name: Self.risk, kind: AH_FIELD_VALUE.rawValue, address: method)
        record[0] = ah_record(name: Self.balance, fields: fields, count: 5, tag: 0, value: main)
        record[1] = ah_record(name: Self.position, fields: fields, count: 5, tag: 0, value: nil)
    }

    deinit {
        for pointer in [values, main] { pointer.deallocate() }
        clock.deallocate()
        times.deallocate()
        series.deallocate()
        columns.deallocate()
        bundle.deallocate()
        flag.deallocate()
        text.deallocate()
        method.deallocate()
        fields.deallocate()
        record.deallocate()
    }

    func append(_ value: Double) {
        let at = Int(clock.pointee.count) & 7
        values[at] = value
        times[at] = clock.pointee.count * 60_000
        clock.pointee.count += 1
    }

    /// Names that live as long as the process.
    nonisolated(unsafe) static let close = name("close")
    nonisolated(unsafe) static let time = name("time")
    nonisolated(unsafe) static let candles = name("candles")
    nonisolated(unsafe) static let free = name("free")
    nonisolated(unsafe) static let stop = name("stop")
    nonisolated(unsafe) static let isOpen = name("is_open")
    nonisolated(unsafe) static let side = name("side")
    nonisolated(unsafe) static let risk = name("risk")
    nonisolated(unsafe) static let balance = name("balance")
    nonisolated(unsafe) static let position = name("position")
    nonisolated(unsafe) static let long = name("long")

    static func name(_ text: String) -> UnsafePointer<CChar> {
        let bytes = Array(text.utf8CString)
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        copy.initialize(from: bytes, count: bytes.count)
        return UnsafePointer(copy)
    }
}

/// Answers twice its second argument, or refuses what is no number.
let twice: ah_function = { frame, _ in
    guard let frame else { return 0 }
    guard let number = frame.number(frame.count - 1) else {
        return frame.refuse("a number expected, line \(frame.line)")
    }
    frame.answer(.number(number * 2))
    return 0
}

/// Answers what it was given, as text.
let describeArguments: ah_function = { frame, _ in
    guard let frame else { return 0 }
    func describe(_ value: LuaValue) -> String {
        switch value {
        case .string(let text): "\"\(text)\""
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        case .table(let table):
            "{" + table.entries.map { describe($0.key) + "=" + describe($0.value) }.joined(separator: ",") + "}"
        case .labelled(let label, let number): "\(label):\(number)"
        default: value.typeName
        }
    }
    frame.answer((0..<frame.count).map { describe(frame.value($0)) }.joined(separator: " "))
    return 0
}

@Suite struct HostObjectTests {
    private func bench(_ columns: Columns) throws -> Bench {
        let bench = try Bench()
        bench.kept.append(columns)
        let machine = bench.machine
        try machine.setGlobal("close", machine.makeSeries(columns.series))
        try machine.setGlobal("time", machine.makeSeries(columns.series + 1))
        try machine.setGlobal("candles", machine.makeBundle(columns.bundle))
        let risk = try machine.makeFunction("risk", context: nil, twice)
        bench.kept.append(risk)
        columns.method.pointee = risk.raw
        try machine.setGlobal("risk", risk)
        try machine.setGlobal("balance", machine.makeRecord(columns.record))
        try machine.setGlobal("position", machine.makeRecord(columns.record + 1))
        try machine.setGlobal("crossover", machine.builtin(.crossover))
        try machine.setGlobal("crossunder", machine.builtin(.crossunder))
        try machine.setGlobal(
            "describe", machine.makeFunction("describe", opened: 0b101, context: nil, describeArguments))
        return bench
    }

    @Test("[0] is the newest; beyond the history and the depth it reads NaN")
    func series() throws {
        let columns = Columns()
        let bench = try bench(columns)
        #expect(try bench.run("return close[0] ~= close[0] and #close == 0").isTrue)
        for value in 1...20 { columns.append(Double(value)) }
        #expect(try bench.run("return close[0] * 100 + close[1.0] * 10 + close[5]").double == 20 * 100 + 19 * 10 + 15)
        #expect(try bench.run("return close[6] ~= close[6] and close[1000000000000] ~= close[1000000000000]").isTrue)
        #expect(try bench.run("return #close").exactInteger == 20)
        #expect(try bench.run("return math.type(time[0]) == 'integer' and time[0]").exactInteger == 19 * 60_000)
        for index in ["-1", "0.5", "'0'", "nil", "{}", "0/0", "1e300", "-1/0"] {
            #expect(bench.failure("return close[\(index)]")?.kind == .runtime, "\(index)")
        }
        #expect(bench.failure("close[0] = 1")?.text == "a series is read-only")
        #expect(bench.failure("return close + 1")?.kind == .runtime)
        #expect(bench.failure("for i, v in ipairs(close) do end")?.kind == .runtime)
        #expect(try bench.text("return tostring(close) .. type(close)") == "seriesuserdata")
        #expect(bench.failure("close{}")?.text.hasPrefix("attempt to call a series") == true)
    }

    @Test("A crossing compares the last two elements, numbers included, and NaN is no crossing")
    func crossings() throws {
        let columns = Columns()
        let bench = try bench(columns)
        #expect(try bench.run("return crossover(close, 5)").isTrue == false)
        columns.append(5)
        columns.append(6)
        #expect(
            try bench.run("return crossover(close, 5) and not crossunder(close, 5) and crossunder(5, close)").isTrue)
        columns.append(4)
        #expect(try bench.run("return crossunder(close, 5) and not crossover(close, 5) and crossover(5, close)").isTrue)
        #expect(
            try bench.run("return crossover(close, close) or crossover(close, 0/0) or crossunder(0/0, close)").isTrue
                == false)
        #expect(
            bench.failure("return crossover(close)")?.text
                == "bad argument #2 to 'crossover' (series or number expected, got no value)")
        #expect(bench.failure("return crossover('5', close)")?.kind == .runtime)
    }

    @Test("A bundle answers its columns, and rows that keep their candle")
    func bundles() throws {
        let columns = Columns()
        let bench = try bench(columns)
        for value in 1...3 { columns.append(Double(value)) }
        #expect(
            try bench.run("return candles.close[0] * 100 + candles[1].close * 10 + candles[2].time / 60000").double
                == 320)
        #expect(try bench.run("row = candles[0] return row.close").double == 3)
        columns.append(9)
        #expect(try bench.run("return row.close").double == 3)
        #expect(try bench.run("return candles[50].close ~= candles[50].close").isTrue)
        #expect(bench.failure("return candles.opne")?.text == "candles has no 'opne'")
        #expect(bench.failure("return candles[0].opne")?.text == "candles has no 'opne'")
        #expect(bench.failure("return candles[-1]")?.kind == .runtime)
        #expect(bench.failure("candles.close = 1")?.kind == .runtime)
        #expect(try bench.run("return #candles").exactInteger == 4)
    }

    @Test("A record reads the host's memory; with a main value it is a number")
    func records() throws {
        let columns = Columns()
        let bench = try bench(columns)
        #expect(
            try bench.run("return balance * 0.1 + 1 - balance / 2 + -balance + 2 ^ (balance - 998)").double == 100 + 1
                - 500 - 1000 + 4)
        #expect(
            try bench.run(
                "return balance > 5 and 5 < balance and balance >= balance and not (balance < 1000)"
            ).isTrue)
        #expect(try bench.run("return balance + '1'").double == 1001)
        #expect(try bench.text("return tostring(balance) .. string.format(' %.2f', balance + 0)") == "1000.0 1000.00")
        #expect(try bench.run("return balance.free").double == 1000)
        #expect(try bench.run("return balance:risk(4)").double == 8)
        #expect(
            try bench.run("return position.stop == nil and position.side == nil and position.is_open == true").isTrue)
        columns.main[1] = 7
        columns.flag.pointee = 0
        columns.text.pointee = Columns.long
        #expect(
            try bench.text("return tostring(position.stop) .. position.side .. tostring(position.is_open)")
                == "7.0longfalse")
        #expect(bench.failure("return position.entri")?.text == "position has no field 'entri'")
        #expect(bench.failure("position.stop = 1")?.text == "position is read-only")
        #expect(bench.failure("return position + 1")?.kind == .runtime)
        #expect(bench.failure("return balance + {}")?.kind == .runtime)
        #expect(
            bench.failure("return balance .. 'x'")?.message.english.hasSuffix("write tostring(…) around it") == true)
        #expect(bench.failure("return balance < 'x'")?.kind == .runtime)
    }

    @Test("Host functions read plain copies, and their refusals are errors at the script's line")
    func functions() throws {
        let bench = try bench(Columns())
        #expect(
            try bench.text("return describe({b = {1, 2, x = {}}, a = true}, {1}, {3})")
                == "{\"a\"=true,\"b\"={1=1,2=2,\"x\"={}}} {} {1=3}")
        #expect(
            try bench.text("return describe('x', 1, 1.5, nil, print, close, balance)")
                == "\"x\" 1 1.5 nil function series userdata")
        let refused = try #require(bench.failure("local x = 1\nlocal y = risk('no')\nreturn y"))
        #expect(refused.text == "a number expected, line 2")
        #expect(refused.line == 2)
        #expect(try bench.text("return tostring(pcall(risk, 'no'))") == "false")
        #expect(bench.failure("describe(table.unpack({}, 1, 17))")?.text == "describe: at most 16 arguments, got 17")
        let deep = "local t = {} local r = t for i = 1, 40 do t.t = {} t = t.t end return describe(r)"
        #expect(bench.failure(deep)?.text == "a table handed over is nested deeper than 16 levels")
        #expect(bench.failure("local t = {} t.t = t return describe(t)")?.kind == .runtime)
        #expect(bench.failure("local t = {} for i = 1, 20000 do t[i] = i end return describe(t)")?.kind == .runtime)
        #expect(
            bench.failure("local t = {} for i = 1, 10 do t[i] = ('x'):rep(200000) .. i end return describe(t)")?.kind
                == .runtime)
    }

    @Test("The machine refuses to be entered from inside a host function")
    func reentry() throws {
        let bench = try Bench()
        let reenter: ah_function = { frame, context in
            guard let frame, let context else { return 0 }
            let machine = Unmanaged<LuaMachine>.fromOpaque(context).takeUnretainedValue()
            do {
                _ = try machine.makeTable()
                frame.answer(.boolean(true))
            } catch {
                frame.answer(.boolean((error as? LuaFailure)?.kind != .refused))
            }
            return 0
        }
        let context = Unmanaged.passUnretained(bench.machine).toOpaque()
        try bench.machine.setGlobal("reenter", bench.machine.makeFunction("reenter", context: context, reenter))
        #expect(try bench.run("return reenter() == false and 1 + 1").double == 2)
    }

    @Test("A plan runs its steps in one entry, each with its own budget, and tells where it failed")
    func plans() throws {
        var limits = Bench.patient
        limits.instructions = 10_000
        let bench = try Bench(limits: limits)
        let machine = bench.machine
        let source = """
            return {
              yes = function(self) return true, "because " .. self.name end,
              no = function(self) for i = 1, 2000 do end return false end,
              bad = function(self) error("bad") end,
              count = function(self, x) return x + 1 end,
            }
            """
        guard case .reference(let table) = try bench.run(source) else {
            Issue.record("no table")
            return
        }
        func function(_ name: String) throws -> LuaReference {
            guard case .reference(let function) = try machine.get(table, name) else { throw LuaTestError.missing }
            return function
        }
        let receiver = try machine.makeTable()
        try machine.set(receiver, "name", .string("x"))
        let plan = LuaPlan(capacity: 8)
        for position in 0..<6 { plan.set(position, try function("no"), receiver: receiver, results: 1) }
        plan.set(6, try function("yes"), receiver: receiver, results: 2, stopIfTrue: true)
        plan.set(7, try function("bad"), receiver: receiver)
        #expect(try machine.run(plan, count: 8) == 7)
        #expect(plan.steps[6].results.0.isTrue)
        #expect(plan.steps[6].results.1.string == "because x")
        #expect(plan.steps[7].ran == 0)
        plan.set(6, try function("no"), receiver: receiver)
        #expect(throws: LuaFailure.self) { try machine.run(plan, count: 8) }
        #expect(plan.steps[7].ran == 1)
        plan.set(0, try function("count"), receiver: receiver)
        plan.steps[0].argument_count = 1
        plan.steps[0].arguments.0 = .integer(41)
        #expect(try machine.run(plan, count: 1) == 1)
        #expect(plan.steps[0].results.0.double == 42)
    }

    @Test("Plain data goes in and out of the machine unchanged")
    func tables() throws {
        let bench = try Bench()
        let source = "return {1, 2.5, 'x', true, nested = {['a b'] = {}}, [10] = 'ten', [-1] = false}"
        guard case .reference(let table) = try bench.run(source) else {
            Issue.record("no table")
            return
        }
        let copy = try bench.machine.open(table)
        let again = try bench.machine.makeTable(copy)
        try bench.machine.setGlobal("copy", again)
        #expect(
            try bench.run("return copy[2] == 2.5 and copy.nested['a b'] and copy[10] == 'ten' and copy[-1] == false")
                .isTrue)
        #expect(copy.list.count == 4)
        #expect(copy["nested"]["a b"].typeName == "table")
    }
}

enum LuaTestError: Error {
    case missing
}
