import Foundation
import Wording

/// Values as the text of a `jsonb` column.
enum JSONText {
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// What was read is not told: it may hold a secret.
    static func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws(StorageError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw .damaged(
                Message(
                    "a stored \(type) cannot be read: a newer program may have written it",
                    fr: "un \(type) gardé est illisible : un programme plus récent l'a peut-être écrit"))
        }
    }

    static func isObject(_ text: String) -> Bool {
        // What is no JSON at all is no object either.
        (try? JSONSerialization.jsonObject(with: Data(text.utf8))) is [String: Any]
    }
}
