/// Why a text is not the JSON that was expected.
enum JSONFault: Error, Hashable {
    /// The text stops in the middle of a value: half a reply.
    case endsEarly
    case unexpectedByte(at: Int)
    case tooDeep
    case tooLarge
}

/// One value of a document; what it holds follows it in the list.
struct JSONNode: Sendable {
    enum Kind: UInt8, Sendable {
        case null, yes, no, number, text, escapedText, array, object
    }

    var kind: Kind
    /// The bytes of a number, or of a text without its quotes.
    var start: Int32
    var end: Int32
    /// Where the next value after this one, and all that it holds, lies in the list.
    var next: Int32
}

/// A JSON text read once into a flat list of its values.
///
/// Numbers stay text until they are asked for as what they are: a price never passes through `Double`, an id of 19
/// digits stays exact. An order's reply costs a few microseconds, a list of all markets no tree of objects.
final class JSONDocument: Sendable {
    /// The deepest nesting that is read; the venue uses 6.
    static let deepest = 32
    /// The largest text that is read, in bytes; the list of all markets is about 15 MB.
    static let largest = 128 << 20

    let bytes: [UInt8]
    let nodes: [JSONNode]

    init(_ bytes: [UInt8]) throws(JSONFault) {
        guard bytes.count <= Self.largest else { throw .tooLarge }
        self.bytes = bytes
        nodes = try JSONReader.nodes(of: bytes)
    }

    convenience init(_ text: String) throws(JSONFault) {
        try self.init(Array(text.utf8))
    }

    var root: JSONValue { JSONValue(document: self, index: 0) }
}
