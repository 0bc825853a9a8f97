import Foundation
import Glibc
import Synchronization

/// A TCP server on loopback whose connections each follow a script of blocking calls, in a thread of its own. What a
/// script throws ends its connection; `stop` ends all.
final class ScriptServer: Sendable {
    typealias Script = @Sendable (ScriptConnection) throws -> Void

    private struct State {
        var connections: [Int32] = []
        var accepted = 0
        var isStopped = false
    }

    let port: Int
    private let listener: Int32
    private let script: Script
    private let state = Mutex(State())

    /// How many connections were accepted so far.
    var accepted: Int { state.withLock { $0.accepted } }

    init(_ script: @escaping Script) throws {
        self.script = script
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isReady = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 128) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isReady else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread { self.accept() }.start()
    }

    func address(_ path: String = "/", scheme: String = "http") -> String {
        "\(scheme)://127.0.0.1:\(port)\(path)"
    }

    private func accept() {
        while true {
            let file = Glibc.accept(listener, nil, nil)
            guard file >= 0 else {
                close(listener)
                return
            }
            let number: Int? = state.withLock { state in
                guard !state.isStopped else { return nil }
                state.connections.append(file)
                state.accepted += 1
                return state.accepted
            }
            guard let number else {
                close(file)
                continue
            }
            Thread { self.follow(file, number) }.start()
        }
    }

    private func follow(_ file: Int32, _ number: Int) {
        let connection = ScriptConnection(file: file, number: number)
        do {
            try script(connection)
        } catch {
            // The end of the connection, from either side; what matters is what the client makes of it.
        }
        state.withLock { state in
            state.connections.removeAll { $0 == file }
            close(file)
        }
    }

    func stop() {
        state.withLock { state in
            state.isStopped = true
            for file in state.connections { shutdown(file, Int32(SHUT_RDWR)) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// Ends the connections there are, and goes on listening.
    func dropConnections() {
        state.withLock { state in
            for file in state.connections { shutdown(file, Int32(SHUT_RDWR)) }
        }
    }
}
