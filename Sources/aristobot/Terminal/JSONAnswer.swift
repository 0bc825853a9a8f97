import Foundation

/// Answers for machines on standard output: keys sorted, one value, a newline at the end.
enum JSONAnswer {
    static func print(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(value)
        Console.print(String(decoding: data, as: UTF8.self))
    }
}
