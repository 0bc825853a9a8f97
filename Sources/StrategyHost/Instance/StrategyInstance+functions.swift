import CLuaHost
import LuaRuntime
import Market
import Trading
import Wording

/// What the interpreter hands to every host function.
typealias HostFrame = UnsafeMutablePointer<ah_frame>?
typealias HostContext = UnsafeMutableRawPointer?

/// Runs the Swift side of a host function: a refusal becomes an error at the script's line, raised by the trampoline
/// once no Swift frame is left.
@inline(__always)
private func respond(
    _ frame: HostFrame, _ context: HostContext, _ body: (StrategyInstance, HostCall) throws(Refusal) -> Void
) -> Int32 {
    guard let frame, let context else { return Int32(bitPattern: AH_REFUSED.rawValue) }
    let instance = Unmanaged<StrategyInstance>.fromOpaque(context).takeUnretainedValue()
    let call = HostCall(frame: frame)
    do throws(Refusal) {
        try body(instance, call)
        return Int32(bitPattern: AH_OK.rawValue)
    } catch {
        instance.refusal = error.message
        return frame.refuse(error.message.english)
    }
}

extension StrategyInstance {
    /// What host functions get back to find their instance by. The machine, and with it every function, dies with it.
    var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    /// The globals of scripts.
    func installGlobals() throws(LuaFailure) {
        machine.setOutput(printFunction, context: context)
        let globals = try machine.scriptGlobals()
        try install(globals, "Strategy", declareFunction, opened: 0b1)
        try install(globals, "units", unitsFunction)
        try install(globals, "plot", plotFunction)
        try install(globals, "notify", notifyFunction)
        try install(globals, "now", nowFunction)

        let param = try machine.makeTable()
        try install(param, "int", intFunction, opened: 0b1)
        try install(param, "float", floatFunction, opened: 0b1)
        try install(param, "choice", choiceFunction, opened: 0b1)
        try install(param, "bool", boolFunction, opened: 0b1)
        try machine.set(globals, "param", try machine.freeze(param))

        let log = try machine.makeTable()
        try install(log, "debug", debugFunction, opened: 0b10)
        try install(log, "info", infoFunction, opened: 0b10)
        try install(log, "warn", warnFunction, opened: 0b10)
        try install(log, "error", errorFunction, opened: 0b10)
        try machine.set(globals, "log", try machine.freeze(log))

        // The interpreter's own generator: `seed()` sets it before every turn.
        guard case .reference(let math) = try machine.get(globals, "math"),
            case .reference(let random) = try machine.get(math, "random")
        else { return }
        try machine.set(globals, "random", random)
    }

    /// What `require` finds, and what the host's own modules see besides.
    func installModules() throws(LuaFailure) {
        for module in StandardLibrary.modules { try machine.addModule(module.name, staticSource: module.source) }
        let host = try machine.hostGlobals()
        try install(host, "indicator", indicatorFunction)
        try install(host, "check_indicator", checkIndicatorFunction)
        try install(host, "refuse", refuseFunction)
        try machine.set(host, "crossover", try machine.builtin(.crossover))
        try machine.set(host, "crossunder", try machine.builtin(.crossunder))
    }

    /// The methods of `self` that the host brings.
    func installMethods() throws(LuaFailure) {
        let table = try table()
        try install(table, "tf", timeframeFunction)
        try install(table, "symbol", symbolFunction)
        try install(table, "buy", buyFunction, opened: 0b10)
        try install(table, "sell", sellFunction, opened: 0b10)
        try install(table, "cancel", cancelFunction)
        try install(table, "set_stop", setStopFunction)
        try install(table, "set_target", setTargetFunction)
    }

    private func install(
        _ table: LuaReference, _ name: String, _ function: @escaping ah_function, opened: UInt32 = 0
    ) throws(LuaFailure) {
        try machine.set(table, name, try machine.makeFunction(name, opened: opened, context: context, function))
    }
}

// MARK: Thunks

private func declareFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 {
    respond(frame, context) { (instance, call) throws(Refusal) in try instance.declare(call) }
}

private func parameter(_ kind: String, _ frame: HostFrame, _ context: HostContext) -> Int32 {
    respond(frame, context) { (instance, call) throws(Refusal) in
        call.frame.answer(try instance.declareParameter(kind, call))
    }
}

private func intFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 { parameter("int", frame, context) }
private func floatFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 { parameter("float", frame, context) }
private func choiceFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 { parameter("choice", frame, context) }
private func boolFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 { parameter("bool", frame, context) }

private func unitsFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 {
    respond(frame, context) { (instance, call) throws(Refusal) in try instance.makeUnits(call) }
}

private func plotFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 {
    respond(frame, context) { (instance, call) throws(Refusal) in try instance.plot(call) }
}

private func notifyFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 {
    respond(frame, context) { (instance, call) throws(Refusal) in try instance.notify(call) }
}

private func nowFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 {
    respond(frame, context) { (instance, call) throws(Refusal) in call.answer(.integer(instance.instant)) }
}

/// What `print` calls, once it has put its arguments into one line.
private func printFunction(
    _ context: UnsafeMutableRawPointer?, _ level: Int32, _ text: UnsafePointer<CChar>?, _ length: Int
) {
    guard let context else { return }
    let instance = Unmanaged<StrategyInstance>.fromOpaque(context).takeUnretainedValue()
    instance.printed(UnsafeRawBufferPointer(start: text, count: length))
}

private func debugFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 { log(.debug, frame, context) }
private func infoFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 { log(.info, frame, context) }
private func warnFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 { log(.warn, frame, context) }
private func errorFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 { log(.error, frame, context) }

private func log(_ level: LogLine.Level, _ frame: HostFrame, _ context: HostContext) -> Int32 {
    respond(frame, context) { (instance, call) throws(Refusal) in instance.log(level, call) }
}

private func indicatorFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 {
    respond(frame, context) { (instance, call) throws(Refusal) in try instance.makeIndicator(call) }
}

private func checkIndicatorFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 {
    respond(frame, context) { (instance, call) throws(Refusal) in try instance.checkIndicator(call) }
}

/// `refuse(english, french)`: an error of a module, in both languages.
private func refuseFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 {
    respond(frame, context) { (_, call) throws(Refusal) in
        let english = call.text(0) ?? ""
        throw Refusal(english, fr: call.text(1) ?? english)
    }
}

private func timeframeFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 {
    respond(frame, context) { (instance, call) throws(Refusal) in try instance.timeframe(call) }
}

private func symbolFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 {
    respond(frame, context) { (instance, call) throws(Refusal) in try instance.symbol(call) }
}

private func buyFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 {
    respond(frame, context) { (instance, call) throws(Refusal) in try instance.submit(.buy, call) }
}

private func sellFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 {
    respond(frame, context) { (instance, call) throws(Refusal) in try instance.submit(.sell, call) }
}

/// `self:close{…}`: the close series is called, so the strategy comes second and the table third.
func closeFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 {
    respond(frame, context) { (instance, call) throws(Refusal) in try instance.closePosition(call) }
}

private func cancelFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 {
    respond(frame, context) { (instance, call) throws(Refusal) in try instance.cancel(call) }
}

private func setStopFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 {
    respond(frame, context) { (instance, call) throws(Refusal) in
        let price = try instance.protection("set_stop", call)
        try instance.queue("set_stop", .moveStop(price))
    }
}

private func setTargetFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 {
    respond(frame, context) { (instance, call) throws(Refusal) in
        let price = try instance.protection("set_target", call)
        try instance.queue("set_target", .moveTarget(price))
    }
}

func riskFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 {
    respond(frame, context) { (instance, call) throws(Refusal) in try instance.risk(call) }
}

func percentFunction(_ frame: HostFrame, _ context: HostContext) -> Int32 {
    respond(frame, context) { (instance, call) throws(Refusal) in try instance.percent(call) }
}
