import Glibc
import Storage
import Wording

/// The key that seals the secrets of a private database, in a file beside it that nobody else may read.
struct SecretKeyFile {
    let path: String

    /// What is wrong with the file, for people.
    struct Problem: ExplainedError {
        let message: Message
    }

    private static let longest = 4096

    /// The key; nil when there is no file yet.
    func read() throws(Problem) -> Secret? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw problem(errno)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw problem(errno) }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 == 0 else {
            throw Problem(
                message: Message(
                    "\(path) can be read by others: chmod 600 \(path)",
                    fr: "\(path) peut être lu par d'autres : chmod 600 \(path)"))
        }
        var bytes = [UInt8](repeating: 0, count: Self.longest)
        let count = Glibc.read(descriptor, &bytes, Self.longest)
        guard count >= 0 else { throw problem(errno) }
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        let key = String(text.prefix { !$0.isWhitespace })
        guard key.utf8.count >= KeyVault.shortestSecret else {
            throw Problem(
                message: Message(
                    "\(path) is damaged: expected a line of \(KeyVault.shortestSecret) characters or more; "
                        + "restore it from a backup, since the stored keys of brokers cannot be opened without it",
                    fr: "\(path) est abîmé : attendu une ligne d'au moins \(KeyVault.shortestSecret) caractères ; "
                        + "restaurez-le d'une sauvegarde, car les clés gardées des brokers ne s'ouvrent pas sans lui"))
        }
        return Secret(key)
    }

    /// The key, made of 32 random bytes where there is none. Of two processes that make one at once, one wins.
    func readOrMake() throws(Problem) -> Secret {
        if let key = try read() { return key }
        try make(Self.random())
        guard let key = try read() else { throw problem(ENOENT) }
        return key
    }

    /// Puts a key into the file, whole or not at all; a file that is there stays.
    private func make(_ key: Secret) throws(Problem) {
        let temporary = "\(path).\(getpid())"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw problem(errno) }
        defer { unlink(temporary) }
        let line = Array((key.exposed + "\n").utf8)
        let isWritten = write(descriptor, line, line.count) == line.count && fsync(descriptor) == 0
        let reason = errno
        guard close(descriptor) == 0, isWritten else { throw problem(isWritten ? errno : reason) }
        guard link(temporary, path) == 0 || errno == EEXIST else { throw problem(errno) }
    }

    /// Renames the file, which replaces the other one at once.
    func takePlace(of other: String) throws(Problem) {
        guard rename(path, other) == 0 else { throw problem(errno) }
    }

    static func random() -> Secret {
        let digits = Array("0123456789abcdef".utf8)
        var generator = SystemRandomNumberGenerator()
        let text = (0..<64).map { _ in digits[Int(generator.next() & 15)] }
        return Secret(String(decoding: text, as: UTF8.self))
    }

    private func problem(_ code: Int32) -> Problem {
        let reason = String(cString: strerror(code))
        return Problem(message: Message("\(path): \(reason)", fr: "\(path) : \(reason)"))
    }
}
