/// Reads the grammar of RFC 8259 into a list of nodes.
struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0
    private var nodes: [JSONNode] = []

    static func nodes(of bytes: [UInt8]) throws(JSONFault) -> [JSONNode] {
        let result: Result<[JSONNode], JSONFault> = bytes.withUnsafeBufferPointer { buffer in
            var reader = JSONReader(bytes: buffer)
            do throws(JSONFault) {
                try reader.readDocument()
                return .success(reader.nodes)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        nodes.reserveCapacity(bytes.count / 8 + 8)
    }

    private mutating func readDocument() throws(JSONFault) {
        try readValue(depth: 0)
        skipSpace()
        guard at == bytes.count else { throw .unexpectedByte(at: at) }
    }

    private mutating func readValue(depth: Int) throws(JSONFault) {
        guard depth < JSONDocument.deepest else { throw .tooDeep }
        skipSpace()
        switch try peek() {
        case UInt8(ascii: "\""): try readText()
        case UInt8(ascii: "{"): try readObject(depth: depth)
        case UInt8(ascii: "["): try readArray(depth: depth)
        case UInt8(ascii: "t"): try readWord("true", .yes)
        case UInt8(ascii: "f"): try readWord("false", .no)
        case UInt8(ascii: "n"): try readWord("null", .null)
        default: try readNumber()
        }
    }

    private mutating func readObject(depth: Int) throws(JSONFault) {
        let index = open(.object)
        skipSpace()
        if try peek() == UInt8(ascii: "}") { return close(index) }
        while true {
            skipSpace()
            guard try peek() == UInt8(ascii: "\"") else { throw .unexpectedByte(at: at) }
            try readText()
            skipSpace()
            guard try peek() == UInt8(ascii: ":") else { throw .unexpectedByte(at: at) }
            at += 1
            try readValue(depth: depth + 1)
            skipSpace()
            switch try peek() {
            case UInt8(ascii: ","): at += 1
            case UInt8(ascii: "}"): return close(index)
            default: throw .unexpectedByte(at: at)
            }
        }
    }

    private mutating func readArray(depth: Int) throws(JSONFault) {
        let index = open(.array)
        skipSpace()
        if try peek() == UInt8(ascii: "]") { return close(index) }
        while true {
            try readValue(depth: depth + 1)
            skipSpace()
            switch try peek() {
            case UInt8(ascii: ","): at += 1
            case UInt8(ascii: "]"): return close(index)
            default: throw .unexpectedByte(at: at)
            }
        }
    }

    private mutating func open(_ kind: JSONNode.Kind) -> Int {
        nodes.append(JSONNode(kind: kind, start: Int32(at), end: 0, next: 0))
        at += 1
        return nodes.count - 1
    }

    private mutating func close(_ index: Int) {
        at += 1
        nodes[index].end = Int32(at)
        nodes[index].next = Int32(nodes.count)
    }

    private mutating func readText() throws(JSONFault) {
        at += 1
        let start = at
        var kind = JSONNode.Kind.text
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") {
                append(kind, start..<at)
                at += 1
                return
            }
            guard byte >= 0x20 else { throw .unexpectedByte(at: at) }
            if byte == UInt8(ascii: "\\") {
                kind = .escapedText
                try skipEscape()
            } else {
                at += 1
            }
        }
        throw .endsEarly
    }

    private mutating func skipEscape() throws(JSONFault) {
        at += 1
        switch try peek() {
        case UInt8(ascii: "u"):
            at += 1
            for _ in 0..<4 {
                guard JSONValue.hexDigit(try peek()) != nil else { throw .unexpectedByte(at: at) }
                at += 1
            }
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            at += 1
        default: throw .unexpectedByte(at: at)
        }
    }

    private mutating func readNumber() throws(JSONFault) {
        let start = at
        if try peek() == UInt8(ascii: "-") { at += 1 }
        let first = at
        try readDigits()
        guard bytes[first] != UInt8(ascii: "0") || at == first + 1 else { throw .unexpectedByte(at: first + 1) }
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            try readDigits()
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if try peek() == UInt8(ascii: "-") || bytes[at] == UInt8(ascii: "+") { at += 1 }
            try readDigits()
        }
        append(.number, start..<at)
    }

    private mutating func readDigits() throws(JSONFault) {
        guard (48...57).contains(try peek()) else { throw .unexpectedByte(at: at) }
        while at < bytes.count, (48...57).contains(bytes[at]) { at += 1 }
    }

    private mutating func readWord(_ word: StaticString, _ kind: JSONNode.Kind) throws(JSONFault) {
        for offset in 0..<word.utf8CodeUnitCount {
            guard try peek() == word.utf8Start[offset] else { throw .unexpectedByte(at: at) }
            at += 1
        }
        append(kind, at..<at)
    }

    private mutating func append(_ kind: JSONNode.Kind, _ range: Range<Int>) {
        nodes.append(
            JSONNode(
                kind: kind, start: Int32(range.lowerBound), end: Int32(range.upperBound),
                next: Int32(nodes.count + 1)))
    }

    private func peek() throws(JSONFault) -> UInt8 {
        guard at < bytes.count else { throw .endsEarly }
        return bytes[at]
    }

    private mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x0A, 0x0D, 0x09: at += 1
            default: return
            }
        }
    }
}
