import CStdlibLua

/// The Lua modules for authors that the program carries.
enum StandardLibrary {
    /// Bytes of the program itself, which nobody writes.
    struct Module: @unchecked Sendable {
        let name: String
        let source: UnsafeBufferPointer<CChar>
    }

    /// All of them; their bytes live as long as the program.
    static let modules: [Module] = {
        (0..<ah_stdlib_count()).compactMap { index in
            guard let module = ah_stdlib_at(index)?.pointee, let bytes = module.bytes, let name = module.name else {
                return nil
            }
            let source = UnsafeRawPointer(bytes).assumingMemoryBound(to: CChar.self)
            return Module(
                name: String(cString: name), source: UnsafeBufferPointer(start: source, count: module.count))
        }
    }()
}
