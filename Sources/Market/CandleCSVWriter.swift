/// Writes candles as the CSV that `CandleCSVReader` reads; the file appears only when it is whole.
public enum CandleCSVWriter {
    /// Lines put together before each write.
    private static let linesAtOnce = 1000

    /// Writes every candle; gzip when the name ends in `.gz`, unless told otherwise.
    ///
    /// Numbers are written so that they read back as the same `Double`. `progress` is called now and then with the
    /// part written, 0 to 1; its `false` ends the writing, leaves nothing behind and answers false.
    @discardableResult
    public static func write(
        _ series: CandleSeries, to path: String, gzip: Bool? = nil, progress: ((Double) -> Bool)? = nil
    ) throws(AtomicFile.Failure) -> Bool {
        let file = try AtomicFile(path)
        let packer = gzip ?? path.hasSuffix(".gz") ? GzipPacker() : nil
        var text = CandleCSVReader.header + "\n"
        for index in 0..<series.count {
            append(series[index], to: &text)
            guard (index + 1) % linesAtOnce == 0 else { continue }
            try emit(text, last: false, packer, file)
            text.removeAll(keepingCapacity: true)
            if let progress, !progress(Double(index + 1) / Double(series.count)) { return false }
        }
        try emit(text, last: true, packer, file)
        try file.commit()
        return true
    }

    private static func emit(
        _ text: String, last: Bool, _ packer: GzipPacker?, _ file: AtomicFile
    ) throws(AtomicFile.Failure) {
        if let packer {
            try packer.pack(text, last: last, into: file)
        } else {
            try file.write(text)
        }
    }

    private static func append(_ candle: Candle, to text: inout String) {
        text += String(candle.openTime.milliseconds)
        for value in [candle.open, candle.high, candle.low, candle.close, candle.volume] {
            text += ","
            text += plainText(value)
        }
        text += "\n"
    }

    /// The shortest decimal that reads back as this finite number, without an exponent and without `.0`.
    public static func plainText(_ value: Double) -> String {
        let text = value.description
        if text.hasSuffix(".0") { return String(text.dropLast(2)) }
        guard let mark = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: mark)...]) else {
            return text
        }
        let mantissa = text[..<mark]
        let negative = mantissa.hasPrefix("-")
        let whole = mantissa.drop { $0 == "-" }.prefix { $0 != "." }
        let digits = String(mantissa.filter { $0 != "." && $0 != "-" })
        let point = whole.count + exponent
        let plain: String
        if point <= 0 {
            plain = "0." + String(repeating: "0", count: -point) + digits
        } else if point >= digits.count {
            plain = digits + String(repeating: "0", count: point - digits.count)
        } else {
            plain = digits.prefix(point) + "." + digits.dropFirst(point)
        }
        // "1e-07" and "1.0e-07" both end without zeros behind the point.
        var trimmed = plain
        if plain.contains(".") {
            while trimmed.hasSuffix("0") { trimmed.removeLast() }
            if trimmed.hasSuffix(".") { trimmed.removeLast() }
        }
        return (negative ? "-" : "") + trimmed
    }
}
