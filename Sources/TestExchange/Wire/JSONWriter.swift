import Market

/// Writes JSON as bytes, in the order of the calls; the caller opens and closes what belongs together.
///
/// Fast enough for fifty thousand events a second: no value is boxed and no text is built on the way.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    /// 1 for times in milliseconds, 1000 for microseconds.
    let timeScale: Int64
    private var needsComma = false

    init(timeScale: Int64 = 1, capacity: Int = 256) {
        self.timeScale = timeScale
        bytes.reserveCapacity(capacity)
    }

    // MARK: Structure

    mutating func object(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        body(&self)
        close(UInt8(ascii: "}"))
    }

    mutating func object(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        key(name)
        object(body)
    }

    mutating func array(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "["))
        body(&self)
        close(UInt8(ascii: "]"))
    }

    mutating func array(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        key(name)
        array(body)
    }

    /// The name of the next value.
    mutating func key(_ name: StaticString) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A name that is not fixed, such as an asset's.
    mutating func key(_ name: String) {
        comma()
        quoted(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func open(_ bracket: UInt8) {
        comma()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func comma() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    // MARK: Values

    mutating func value(_ text: String) {
        comma()
        quoted(text)
    }

    mutating func value(_ number: Int64) {
        comma()
        bytes.appendDigits(of: number)
    }

    mutating func value(_ number: Int) {
        value(Int64(number))
    }

    mutating func value(_ flag: Bool) {
        comma()
        bytes.append(contentsOf: flag ? Array("true".utf8) : Array("false".utf8))
    }

    mutating func null() {
        comma()
        bytes.append(contentsOf: Array("null".utf8))
    }

    /// A decimal as the venue writes it: a text with 8 digits after the point.
    mutating func value(_ decimal: FixedDecimal) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        bytes.appendDecimal(decimal)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func value(_ time: Timestamp) {
        value(time.milliseconds * timeScale)
    }

    /// JSON that is written already.
    mutating func raw(_ json: some Collection<UInt8>) {
        comma()
        bytes.append(contentsOf: json)
    }

    // MARK: Fields

    mutating func field(_ name: StaticString, _ text: String) {
        key(name)
        value(text)
    }

    mutating func field(_ name: StaticString, _ number: Int64) {
        key(name)
        value(number)
    }

    mutating func field(_ name: StaticString, _ number: Int) {
        key(name)
        value(number)
    }

    mutating func field(_ name: StaticString, _ flag: Bool) {
        key(name)
        value(flag)
    }

    mutating func field(_ name: StaticString, _ decimal: FixedDecimal) {
        key(name)
        value(decimal)
    }

    mutating func field(_ name: StaticString, _ time: Timestamp) {
        key(name)
        value(time)
    }

    mutating func field(_ name: StaticString, raw json: some Collection<UInt8>) {
        key(name)
        raw(json)
    }

    mutating func nullField(_ name: StaticString) {
        key(name)
        null()
    }

    // MARK: Texts

    private mutating func quoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            for byte in utf8 { escape(byte) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0x0A: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
        case 0..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: Array("\\u00".utf8))
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        default: bytes.append(byte)
        }
    }
}
