import CCurl
import Foundation
import Synchronization

/// The thread that owns a libcurl multi handle; everything of libcurl but the wake-up happens on it.
///
/// Commands wait in a queue that never holds more than one start and one cancel a request, and requests are bounded by
/// `HTTPClientOptions.maximumRequests`.
final class CurlThread: Sendable {
    typealias Answer = Result<HTTPResponse, HTTPFailure>

    struct Start {
        let id: UInt64
        let address: WebAddress
        let request: HTTPRequest
        let connectOnly: Bool
        let continuation: CheckedContinuation<Answer, Never>
    }

    private enum Command {
        case start(Start)
        case cancel(UInt64)
    }

    private struct State: ~Copyable {
        var commands: [Command] = []
        /// Requests that were taken and not answered yet.
        var open = 0
        var isClosing = false
        /// No wake-up any more: the handle is about to go.
        var hasEnded = false
        /// Connections are closed too.
        var isGone = false
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    }

    private let options: HTTPClientOptions
    /// Freed by the thread as its last act, after `hasEnded` is set: no one wakes a handle that is gone.
    private nonisolated(unsafe) let multi: UnsafeMutableRawPointer?
    private let state = Mutex(State())
    private let nextID = Atomic<UInt64>(1)

    private static let libraryIsReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(options: HTTPClientOptions) {
        self.options = options
        multi = Self.libraryIsReady ? curl_multi_init() : nil
        aristobot_curl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, options.maximumConnectionsPerHost)
        aristobot_curl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, options.maximumConnections)
        aristobot_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, options.maximumConnections)
    }

    func start() {
        guard multi != nil else { return end() }
        let thread = Thread { self.run() }
        thread.name = "http"
        thread.start()
    }

    func reserveID() -> UInt64 {
        nextID.wrappingAdd(1, ordering: .relaxed).oldValue
    }

    /// Answers through the continuation, exactly once.
    func submit(_ start: Start) {
        let refusal: HTTPFailure? = state.withLock { state in
            if state.isClosing || state.hasEnded { return .closed(peer: start.address.peer, sent: false) }
            if state.open >= options.maximumRequests { return .busy(limit: options.maximumRequests) }
            state.open += 1
            state.commands.append(.start(start))
            wake()
            return nil
        }
        if let refusal { start.continuation.resume(returning: .failure(refusal)) }
    }

    /// Without effect on a request that is answered or was never taken.
    func cancel(_ id: UInt64) {
        state.withLock { state in
            guard !state.hasEnded, state.open > 0 else { return }
            state.commands.append(.cancel(id))
            wake()
        }
    }

    /// Aborts what is under way; `waitUntilEnded` tells when the thread is gone.
    func stop() {
        state.withLock { state in
            guard !state.hasEnded else { return }
            state.isClosing = true
            wake()
        }
    }

    func waitUntilEnded() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.isGone { state.waitingForEnd.append(continuation) }
                return state.isGone
            }
            if isOver { continuation.resume() }
        }
    }

    /// Called under the lock and before `hasEnded` only.
    private func wake() {
        curl_multi_wakeup(multi)
    }

    // MARK: On the thread

    /// A wake-up or a due timer ends the wait sooner; this only bounds it.
    private static let longestWait: Int32 = 60_000

    private func run() {
        // A peer that closes while OpenSSL writes would kill the process otherwise: libcurl leaves that to us.
        var pipe = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &pipe, nil)

        var transfers: [UInt64: CurlTransfer] = [:]
        while true {
            let (commands, isClosing) = takeCommands()
            for command in commands { perform(command, &transfers) }
            if isClosing { break }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            finish(&transfers)
            curl_multi_poll(multi, nil, 0, Self.longestWait, nil)
        }
        for transfer in transfers.values {
            remove(transfer, .failure(.closed(peer: transfer.peer, sent: transfer.mayHaveBeenSent)))
        }
        transfers = [:]
        end()
    }

    private func takeCommands() -> ([Command], Bool) {
        state.withLock { state in
            let commands = state.commands
            state.commands = []
            return (commands, state.isClosing)
        }
    }

    private func perform(_ command: Command, _ transfers: inout [UInt64: CurlTransfer]) {
        switch command {
        case .start(let start):
            guard let transfer = CurlTransfer(start, options: options) else {
                state.withLock { $0.open -= 1 }
                start.continuation.resume(returning: .failure(outOfMemory(start.address.peer)))
                return
            }
            guard curl_multi_add_handle(multi, transfer.handle) == CURLM_OK else {
                return remove(transfer, .failure(outOfMemory(transfer.peer)))
            }
            transfers[start.id] = transfer
        case .cancel(let id):
            guard let transfer = transfers.removeValue(forKey: id) else { return }
            remove(transfer, .failure(.cancelled(peer: transfer.peer, sent: transfer.mayHaveBeenSent)))
        }
    }

    private func outOfMemory(_ peer: String) -> HTTPFailure {
        .other(peer: peer, detail: "libcurl has no memory for another request", sent: false)
    }

    private func finish(_ transfers: inout [UInt64: CurlTransfer]) {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
            // Read before the handle is removed: the message goes with it.
            let code = message.pointee.data.result
            var owner: UnsafeMutableRawPointer?
            guard aristobot_curl_get_pointer(handle, CURLINFO_PRIVATE, &owner) == CURLE_OK, let owner else { continue }
            let transfer = Unmanaged<CurlTransfer>.fromOpaque(owner).takeUnretainedValue()
            transfers[transfer.id] = nil
            remove(transfer, transfer.outcome(code))
        }
    }

    private func remove(_ transfer: CurlTransfer, _ answer: Answer) {
        curl_multi_remove_handle(multi, transfer.handle)
        state.withLock { $0.open -= 1 }
        transfer.answer(answer)
    }

    private func end() {
        state.withLock { $0.hasEnded = true }
        curl_multi_cleanup(multi)
        let waiting = state.withLock { state in
            state.isGone = true
            let waiting = state.waitingForEnd
            state.waitingForEnd = []
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
