import CExamples

/// The strategies of `strategies/`, which are in the program itself.
enum ExampleStrategies {
    /// By their file's name without `.lua`, in alphabetical order.
    static let names: [String] = (0..<ar_example_count()).compactMap { index in
        ar_example_at(index).map { String(cString: $0.pointee.name) }
    }

    /// The file's bytes; nil where there is none of this name.
    static func source(_ name: String) -> [UInt8]? {
        for index in 0..<ar_example_count() {
            guard let example = ar_example_at(index)?.pointee, String(cString: example.name) == name else { continue }
            return Array(UnsafeBufferPointer(start: example.bytes, count: example.count))
        }
        return nil
    }
}
