import CLuaHost

/// What a host function is given: its arguments in plain form, and room for its answer.
public typealias LuaFrame = UnsafeMutablePointer<ah_frame>

extension UnsafeMutablePointer where Pointee == ah_frame {
    public var count: Int { Int(pointee.argument_count) }

    /// The argument of this 0-based number; nil beyond the last.
    public func raw(_ number: Int) -> ah_value {
        guard number >= 0, number < count else { return .null }
        return withUnsafePointer(to: &pointee.arguments) { tuple in
            tuple.withMemoryRebound(to: ah_value.self, capacity: Int(AH_MAX_ARGUMENTS)) { $0[number] }
        }
    }

    /// A copy of the argument, tables included.
    public func value(_ number: Int) -> LuaValue { LuaValue(raw(number), nodes: pointee.nodes) }

    /// The argument as a number; nil when it is none.
    public func number(_ number: Int) -> Double? { raw(number).double }

    public func string(_ number: Int) -> String? {
        let value = raw(number)
        return value.kind == AH_STRING.rawValue ? value.string : nil
    }

    public func series(_ number: Int) -> UnsafePointer<ah_series>? {
        let value = raw(number)
        return value.kind == AH_SERIES.rawValue ? value.series : nil
    }

    /// Line of the script that made the call; 0 when unknown.
    public var line: Int { Int(pointee.line) }

    /// Adds a result; those beyond the fourth are dropped.
    public func answer(_ value: ah_value) {
        let at = Int(pointee.result_count)
        guard at < Int(AH_MAX_RESULTS) else { return }
        withUnsafeMutablePointer(to: &pointee.results) { tuple in
            tuple.withMemoryRebound(to: ah_value.self, capacity: Int(AH_MAX_RESULTS)) { $0[at] = value }
        }
        pointee.result_count += 1
    }

    /// Answers a string of at most 480 bytes; a longer one is cut.
    public func answer(_ text: String) {
        fill(text)
        withUnsafeMutablePointer(to: &pointee.text) { tuple in
            tuple.withMemoryRebound(to: CChar.self, capacity: Int(AH_MAX_TEXT)) { bytes in
                answer(.string(UnsafeBufferPointer(start: bytes, count: Int(pointee.text_length))))
            }
        }
    }

    /// Answers a new series; it and what it points to must outlive the machine.
    public func answer(newSeries series: UnsafePointer<ah_series>) {
        var value = ah_value()
        value.kind = AH_SERIES.rawValue
        value.series = series
        answer(value)
    }

    /// Answers a new bundle, which must outlive the machine.
    public func answer(newBundle bundle: UnsafePointer<ah_bundle>) {
        var value = ah_value()
        value.kind = AH_BUNDLE.rawValue
        value.bundle = bundle
        answer(value)
    }

    /// Answers a new record, which must outlive the machine.
    public func answer(newRecord record: UnsafePointer<ah_record>) {
        var value = ah_value()
        value.kind = AH_RECORD.rawValue
        value.record = record
        answer(value)
    }

    /// The status of a host function that refuses: the script sees an error with this text at its line.
    public func refuse(_ text: String) -> Int32 {
        fill(text)
        return Int32(bitPattern: AH_REFUSED.rawValue)
    }

    private func fill(_ text: String) {
        var length = 0
        withUnsafeMutableBytes(of: &pointee.text) { bytes in
            for scalar in text.unicodeScalars {
                let encoded = Array(String(scalar).utf8)
                guard length + encoded.count <= bytes.count else { break }
                for byte in encoded {
                    bytes[length] = byte
                    length += 1
                }
            }
        }
        pointee.text_length = UInt32(length)
    }
}
