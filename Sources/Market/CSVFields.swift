import Glibc
import Wording

/// One line of a CSV file taken apart into strings: for headers, for messages, and for files that need no haste.
struct CSVFields {
    let file: String
    let line: Int
    /// The line without its end.
    let text: String
    let all: [String]

    /// Takes the line that begins at `at` and moves `at` behind its newline.
    init(
        file: String, line: Int, _ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) throws(CandleFileError) {
        let start = at
        while at < end, at.pointee != 10 { at += 1 }
        var length = at - start
        if at < end { at += 1 }
        if length > 0, start[length - 1] == 13 { length -= 1 }
        let bytes = UnsafeBufferPointer(start: start, count: length)
        // Text has no control characters but the tab.
        guard !bytes.contains(where: { $0 < 32 && $0 != 9 }) else {
            throw CandleFileError(file: file, line: line, reason: .binary)
        }
        self.file = file
        self.line = line
        text = String(decoding: bytes, as: UTF8.self)
        all = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    static func lowercased(_ text: String) -> String {
        String(decoding: text.utf8.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }, as: UTF8.self)
    }

    func time(_ index: Int, column: String) throws(CandleFileError) -> Timestamp {
        let text = all[index]
        guard (1...15).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }),
            let milliseconds = Int64(text)
        else {
            throw bad(
                column, text,
                Message(
                    "whole milliseconds since 1970-01-01 UTC, such as 1514764800000",
                    fr: "un nombre entier de millisecondes depuis le 1970-01-01 UTC, comme 1514764800000"))
        }
        return Timestamp(milliseconds: milliseconds)
    }

    /// NaN and infinities are answered as such: it is the caller's rule that forbids them.
    func number(_ index: Int, column: String) throws(CandleFileError) -> Double {
        var text = all[index]
        switch Self.lowercased(text) {
        case "nan", "-nan", "+nan": return .nan
        case "inf", "+inf", "infinity", "+infinity": return .infinity
        case "-inf", "-infinity": return -.infinity
        default: break
        }
        let parsed = text.withUTF8 { bytes -> Double? in
            guard let start = bytes.baseAddress else { return nil }
            return DecimalScanner.slowDouble(start, start + bytes.count)
        }
        guard let parsed else {
            throw bad(
                column, text,
                Message("a decimal number such as 13800.12", fr: "un nombre décimal comme 13800.12"))
        }
        return parsed
    }

    func bad(_ column: String, _ text: String, _ expected: Message) -> CandleFileError {
        CandleFileError(file: file, line: line, reason: .badNumber(column: column, text: text, expected: expected))
    }
}
