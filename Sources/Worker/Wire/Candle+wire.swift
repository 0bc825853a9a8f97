import Market

extension Candle: WireValue {
    func write(to writer: inout WireWriter) {
        writer.signed(openTime.milliseconds)
        writer.double(open)
        writer.double(high)
        writer.double(low)
        writer.double(close)
        writer.double(volume)
    }

    init(from reader: inout WireReader) throws(WireError) {
        self.init(
            openTime: try reader.value(), open: try reader.double(), high: try reader.double(),
            low: try reader.double(), close: try reader.double(), volume: try reader.double())
    }
}

extension Timestamp: WireValue {
    func write(to writer: inout WireWriter) {
        writer.signed(milliseconds)
    }

    init(from reader: inout WireReader) throws(WireError) {
        self.init(milliseconds: try reader.signed())
    }
}

extension Symbol: WireValue {
    func write(to writer: inout WireWriter) {
        writer.text(description)
    }

    init(from reader: inout WireReader) throws(WireError) {
        let text = try reader.text("symbol", most: WireBounds.nameBytes)
        do {
            try self.init(text)
        } catch {
            throw .wrong("symbol", at: reader.place)
        }
        guard description == text else { throw .wrong("symbol in capitals", at: reader.place) }
    }
}

extension Timeframe: WireValue {
    func write(to writer: inout WireWriter) {
        writer.signed(milliseconds)
    }

    init(from reader: inout WireReader) throws(WireError) {
        guard let found = Timeframe(milliseconds: try reader.signed()) else {
            throw .wrong("timeframe", at: reader.place)
        }
        self = found
    }
}

extension FixedDecimal: WireValue {
    func write(to writer: inout WireWriter) {
        writer.wide(units)
    }

    init(from reader: inout WireReader) throws(WireError) {
        self.init(units: try reader.wide())
    }
}

extension Price: WireValue {
    func write(to writer: inout WireWriter) { writer.value(value) }
    init(from reader: inout WireReader) throws(WireError) { self.init(try reader.value(FixedDecimal.self)) }
}

extension Quantity: WireValue {
    func write(to writer: inout WireWriter) { writer.value(value) }
    init(from reader: inout WireReader) throws(WireError) { self.init(try reader.value(FixedDecimal.self)) }
}

extension Money: WireValue {
    func write(to writer: inout WireWriter) { writer.value(value) }
    init(from reader: inout WireReader) throws(WireError) { self.init(try reader.value(FixedDecimal.self)) }
}
