import LuaRuntime
import StrategyHost

/// What a worker process may use, told it before anything else.
public struct WorkerLimits: Sendable {
    /// Bytes of address space: the program itself takes some 100 MiB of it.
    public var memoryBytes: UInt64 = 4 << 30
    /// What its strategies may hold and use.
    public var host = HostLimits()

    public init() {}
}

extension WorkerLimits: WireValue {
    func write(to writer: inout WireWriter) {
        writer.unsigned(memoryBytes)
        writer.int(host.mostInstances)
        writer.int(host.mostFeeds)
        writer.int(host.interpreterBytes)
        writer.signed(host.longestTurn)
        let instance = host.instance
        let own = [
            instance.intentsPerCallback, instance.intentsPerDecision, instance.logLinesPerCallback,
            instance.logLineBytes, instance.logFields, instance.plotNames, instance.noticesPerCallback,
            instance.noticeBytes, instance.indicators, instance.stateBytes, instance.failuresBeforePause,
        ]
        for number in own { writer.int(number) }
        let lua = instance.lua
        let machine = [
            Int(lua.instructions), Int(lua.loadInstructions), Int(lua.callNanoseconds), Int(lua.loadNanoseconds),
            lua.memoryBytes, lua.blockBytes, lua.stringBytes, lua.sourceBytes, lua.valueDepth, lua.valueCount,
            lua.valueBytes, lua.outputLines, lua.outputBytes,
        ]
        for number in machine { writer.int(number) }
    }

    init(from reader: inout WireReader) throws(WireError) {
        self.init()
        func next() throws(WireError) -> Int { try reader.int("limit", 0...Int.max) }
        memoryBytes = try reader.unsigned()
        host.mostInstances = try next()
        host.mostFeeds = try next()
        host.interpreterBytes = try next()
        host.longestTurn = Int64(try next())
        host.instance.intentsPerCallback = try next()
        host.instance.intentsPerDecision = try next()
        host.instance.logLinesPerCallback = try next()
        host.instance.logLineBytes = try next()
        host.instance.logFields = try next()
        host.instance.plotNames = try next()
        host.instance.noticesPerCallback = try next()
        host.instance.noticeBytes = try next()
        host.instance.indicators = try next()
        host.instance.stateBytes = try next()
        host.instance.failuresBeforePause = try next()
        host.instance.lua.instructions = Int64(try next())
        host.instance.lua.loadInstructions = Int64(try next())
        host.instance.lua.callNanoseconds = Int64(try next())
        host.instance.lua.loadNanoseconds = Int64(try next())
        host.instance.lua.memoryBytes = try next()
        host.instance.lua.blockBytes = try next()
        host.instance.lua.stringBytes = try next()
        host.instance.lua.sourceBytes = try next()
        host.instance.lua.valueDepth = try next()
        host.instance.lua.valueCount = try next()
        host.instance.lua.valueBytes = try next()
        host.instance.lua.outputLines = try next()
        host.instance.lua.outputBytes = try next()
    }
}
