import CWorkerWalls
import Glibc
import Wording

/// One worker process and the parent's end of its socket. Used by the one thread that started it, and ends with it.
final class WorkerProcess {
    let pid: pid_t
    let descriptor: Int32
    private var incoming = FrameBuffer()
    private var chunk = [UInt8](repeating: 0, count: 256 << 10)
    private var outgoing: [UInt8] = []
    private var sent = 0
    private var repliesRead = 0
    private var hasEnded = false
    /// CPU nanoseconds it had used when the last conversation ended.
    private var usedAtRest: Int64?
    /// Whether nobody waits for the conversation any more.
    private let isWithdrawn: () -> Bool

    /// Milliseconds after which a conversation looks whether anybody still waits for it.
    private static let longestPause: Int32 = 500

    /// Starts the program with the socket as its descriptor 3.
    init(
        executable: String, arguments: [String], isWithdrawn: @escaping () -> Bool = { false }
    ) throws(WorkerFailure) {
        self.isWithdrawn = isWithdrawn
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Self.notStarted(executable, errno) }
        var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) }
        words.append(nil)
        var child: pid_t = 0
        let failure = aw_spawn(executable, &words, ends[1], &child)
        for word in words { free(word) }
        close(ends[1])
        guard failure == 0 else {
            close(ends[0])
            throw Self.notStarted(executable, failure)
        }
        _ = fcntl(ends[0], F_SETFL, fcntl(ends[0], F_GETFL) | O_NONBLOCK)
        pid = child
        descriptor = ends[0]
    }

    private static func notStarted(_ executable: String, _ code: Int32) -> WorkerFailure {
        let reason = String(cString: strerror(code))
        return WorkerFailure(
            .start, "the worker \(executable) could not be started: \(reason)",
            fr: "le processus \(executable) n'a pas pu être démarré : \(reason)")
    }

    deinit {
        end()
    }

    /// Kills and buries it. Answers how it had ended, where it had.
    @discardableResult
    func end() -> String? {
        guard !hasEnded else { return nil }
        hasEnded = true
        close(descriptor)
        var status: Int32 = 0
        // It may have ended by itself just now: then its own end is told.
        let own = waitpid(pid, &status, WNOHANG)
        if own == 0 {
            kill(pid, SIGKILL)
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            return nil
        }
        guard own == pid else { return nil }
        let signal = status & 0x7F
        return signal == 0 ? "exit code \((status >> 8) & 0xFF)" : "signal \(signal)"
    }

    /// Whether something can be read: outside a conversation only its end can.
    var isSpeaking: Bool {
        var place = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&place, 1, 0) > 0
    }

    /// CPU nanoseconds it has used so far; nil when it cannot be told.
    private var cpuNanoseconds: Int64? {
        let used = aw_cpu_nanoseconds(pid)
        return used < 0 ? nil : used
    }

    /// Whether it has computed for longer than this since the last conversation.
    func isRestless(beyond nanoseconds: Int64) -> Bool {
        guard let usedAtRest, let used = cpuNanoseconds else { return false }
        return used - usedAtRest > nanoseconds
    }

    // MARK: Talking

    /// Sends one request and waits for its reply.
    func ask(_ request: WorkerRequest, patience: WorkerPatience) throws(WorkerFailure) -> WorkerReply {
        var reply: WorkerReply?
        var request: [UInt8]? = Frame.bytes(request)
        try converse(
            patience: patience,
            next: {
                defer { request = nil }
                return request
            },
            receive: {
                reply = $0
                return true
            })
        guard let reply else { throw .lied(.wrong("reply", at: 0)) }
        return reply
    }

    /// Sends what `next` gives whenever the last of it is gone, and hands every reply to `receive`, until that answers
    /// true. Sending and receiving go on side by side: neither waits for the other.
    ///
    /// - Parameters:
    ///   - patience: from one reply to the next. A caller that goes away ends the conversation before.
    ///   - receive: throws at what does not belong there.
    func converse(
        patience: WorkerPatience, next: () -> [UInt8]?,
        receive: (WorkerReply) throws(WireError) -> Bool
    ) throws(WorkerFailure) {
        var watch = Watch(patience, cpu: cpuNanoseconds)
        defer { usedAtRest = cpuNanoseconds }
        while true {
            if isWithdrawn() { throw .withdrawn }
            if sent == outgoing.count {
                outgoing = next() ?? []
                sent = 0
            }
            try flush()
            if try readSome() {
                // Whole replies count: bytes that come one by one for ever are no progress.
                let replies = repliesRead
                if try handOut(receive) { return }
                if repliesRead > replies { watch = Watch(patience, cpu: cpuNanoseconds) }
                guard watch.isOver(cpu: cpuNanoseconds) else { continue }
                throw Self.late
            }
            var place = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if sent < outgoing.count { place.events |= Int16(POLLOUT) }
            let found = poll(&place, 1, min(watch.pause, Self.longestPause))
            if found == 0, watch.isOver(cpu: cpuNanoseconds) { throw Self.late }
        }
    }

    private static var late: WorkerFailure {
        WorkerFailure(.late, "the worker did not answer in time", fr: "le processus n'a pas répondu à temps")
    }

    private func handOut(_ receive: (WorkerReply) throws(WireError) -> Bool) throws(WorkerFailure) -> Bool {
        do throws(WireError) {
            while let frame = try incoming.next() {
                var reader = WireReader(frame)
                let reply: WorkerReply = try reader.value()
                try reader.finish()
                repliesRead += 1
                guard try receive(reply) else { continue }
                guard incoming.count == 0, sent == outgoing.count else { throw .wrong("end of the reply", at: 0) }
                return true
            }
            return false
        } catch {
            throw .lied(error)
        }
    }

    /// Sends as much as the socket takes.
    private func flush() throws(WorkerFailure) {
        while sent < outgoing.count {
            let count = outgoing.withUnsafeBytes { memory in
                // A worker that is gone must not end this process.
                send(descriptor, memory.baseAddress.map { $0 + sent }, outgoing.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if errno == EINTR {
                continue
            } else if errno == EAGAIN {
                return
            } else {
                throw died()
            }
        }
    }

    /// Reads what is there; false when there is nothing.
    private func readSome() throws(WorkerFailure) -> Bool {
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count > 0 {
                incoming.append(chunk[..<count])
                return true
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return false }
            throw died()
        }
    }

    private func died() -> WorkerFailure {
        // Its end may come a moment after its socket's.
        let how = end().map { " (\($0))" } ?? ""
        return WorkerFailure(.died, "the worker died\(how)", fr: "le processus est mort\(how)")
    }
}
