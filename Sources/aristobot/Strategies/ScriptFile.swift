import Glibc
import StrategyHost
import Wording

/// Reads strategy files.
enum ScriptFile {
    /// More than a strategy may have, so that its own limit speaks; less than what fills the memory.
    private static let mostBytes = 4 << 20

    /// The bytes of the file; a file that cannot be read is the input at fault.
    static func bytes(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < mostBytes {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path, errno) }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return bytes
    }

    /// The script of the file, ready to be loaded.
    static func script(_ path: String) throws -> StrategyScript {
        let bytes = try bytes(path)
        do {
            return try StrategyScript(name: name(path), bytes: bytes)
        } catch {
            throw CommandFailure(strategy: error, path: path)
        }
    }

    /// What the file is called in messages of the script itself.
    static func name(_ path: String) -> String {
        String(path.split(separator: "/").last ?? Substring(path))
    }

    private static func unreadable(_ path: String, _ code: Int32) -> CommandFailure {
        switch code {
        case ENOENT, ENOTDIR:
            CommandFailure(.input, "\(path): there is no such file", fr: "\(path) : ce fichier n'existe pas")
        case EISDIR:
            CommandFailure(
                .input, "\(path): this is a directory: expected a Lua file",
                fr: "\(path) : c'est un dossier : attendu un fichier Lua")
        case EACCES, EPERM:
            CommandFailure(
                .input, "\(path): no permission to read this file",
                fr: "\(path) : pas la permission de lire ce fichier")
        default:
            CommandFailure(
                .input, "\(path): cannot be read: \(String(cString: strerror(code)))",
                fr: "\(path) : illisible : \(String(cString: strerror(code)))")
        }
    }
}

extension CommandFailure {
    /// A strategy that cannot be used: one message for each error in it.
    init(strategy error: StrategyError, path: String) {
        let errors = error.diagnostics.filter { $0.severity == .error }
        self.init(.input, errors.map { DiagnosticText.message($0, path: path) })
    }
}
