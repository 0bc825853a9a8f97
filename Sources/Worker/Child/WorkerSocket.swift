import Glibc

/// The worker's end of the socket: blocking, read and written by its only thread.
struct WorkerSocket {
    let descriptor: Int32
    private var buffer = FrameBuffer()
    private var chunk = [UInt8](repeating: 0, count: 256 << 10)

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// The next request; nil when nobody is at the other end any more.
    mutating func receive() throws(WireError) -> WorkerRequest? {
        while true {
            if let frame = try buffer.next() {
                var reader = WireReader(frame)
                let request: WorkerRequest = try reader.value()
                try reader.finish()
                return request
            }
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            buffer.append(chunk[..<count])
        }
    }

    /// Writes all of it; false when nobody is at the other end any more.
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { memory in
                write(descriptor, memory.baseAddress.map { $0 + sent }, bytes.count - sent)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    func send(_ reply: WorkerReply) -> Bool {
        send(Frame.bytes(reply))
    }
}
