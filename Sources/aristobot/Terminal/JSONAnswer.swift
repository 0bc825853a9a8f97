import Foundation

/// Answers for machines on standard output: keys sorted, one value, a newline at the end.
enum JSONAnswer {
    static func print(_ value: some Encodable, isOneLine: Bool = false) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if !isOneLine { encoder.outputFormatting.insert(.prettyPrinted) }
        let data = try encoder.encode(value)
        Console.print(String(decoding: data, as: UTF8.self))
    }
}
