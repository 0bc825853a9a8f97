import Market
import StrategyHost
import Trading

extension StrategyDeclaration: WireValue {
    func write(to writer: inout WireWriter) {
        writer.text(name)
        writer.value(timeframe)
        writer.text(version)
        writer.text(description)
        writer.optional(warmup) { $0.int($1) }
        writer.int(history)
        writer.values(uses)
        writer.values(symbols)
        writer.bool(market == .futures)
        writer.values(parameters)
        writer.bool(hasValidityRule)
        writer.values(callbacks)
    }

    init(from reader: inout WireReader) throws(WireError) {
        self.init(
            name: try reader.line("name", most: WireBounds.messageBytes), timeframe: try reader.value(),
            version: try reader.line("version", most: WireBounds.messageBytes),
            description: try reader.cleanText("description", most: WireBounds.messageBytes),
            warmup: try reader.optional { reader throws(WireError) in
                try reader.int("warmup", 0...Self.largestWarmup)
            },
            history: try reader.int("history", 0...Self.largestHistory),
            uses: try reader.values("uses", most: Self.mostFeeds),
            symbols: try reader.values("symbols", most: Self.mostFeeds),
            market: try reader.bool() ? .futures : .spot,
            parameters: try reader.values("params", most: Self.mostParameters), hasValidityRule: try reader.bool(),
            callbacks: try reader.values("callbacks", most: CallbackName.allCases.count))
    }
}

extension ParameterDefinition: WireValue {
    func write(to writer: inout WireWriter) {
        writer.text(name)
        switch domain {
        case .int(let minimum, let maximum, let step):
            writer.byte(0)
            writer.signed(minimum)
            writer.signed(maximum)
            writer.signed(step)
        case .float(let minimum, let maximum, let step):
            writer.byte(1)
            writer.double(minimum)
            writer.double(maximum)
            writer.optional(step) { $0.double($1) }
        case .choice(let known):
            writer.byte(2)
            writer.list(known) { $0.text($1) }
        case .bool: writer.byte(3)
        }
        writer.value(defaultValue)
    }

    init(from reader: inout WireReader) throws(WireError) {
        let name = try reader.line("parameter", most: WireBounds.nameBytes)
        let domain: Domain
        switch try reader.byte() {
        case 0:
            domain = .int(
                minimum: try reader.signed(), maximum: try reader.signed(), step: try reader.signed())
        case 1:
            domain = .float(
                minimum: try reader.finite("bound"), maximum: try reader.finite("bound"),
                step: try reader.optional { reader throws(WireError) in try reader.finite("step") })
        case 2:
            domain = .choice(
                try reader.list("choices", most: WireBounds.choices) { reader throws(WireError) in
                    try reader.line("choice", most: WireBounds.messageBytes)
                })
        case 3: domain = .bool
        default: throw .wrong("kind of parameter", at: reader.place)
        }
        self.init(name: name, domain: domain, defaultValue: try reader.value())
    }
}

extension ParameterValue: WireValue {
    func write(to writer: inout WireWriter) {
        switch self {
        case .int(let value):
            writer.byte(0)
            writer.signed(value)
        case .float(let value):
            writer.byte(1)
            writer.double(value)
        case .choice(let value):
            writer.byte(2)
            writer.text(value)
        case .bool(let value):
            writer.byte(3)
            writer.bool(value)
        }
    }

    init(from reader: inout WireReader) throws(WireError) {
        switch try reader.byte() {
        case 0: self = .int(try reader.signed())
        case 1: self = .float(try reader.double())
        case 2: self = .choice(try reader.text("choice", most: WireBounds.messageBytes))
        case 3: self = .bool(try reader.bool())
        default: throw .wrong("value of a parameter", at: reader.place)
        }
    }
}
