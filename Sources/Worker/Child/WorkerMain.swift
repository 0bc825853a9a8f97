import Glibc
import StrategyHost
import Trading
import Wording

/// The worker process: one thread, one socket, strategies.
///
/// It reads its limits, warms up, raises its walls, tells which of them stand, and then answers requests one after the
/// other until the socket ends. It never runs anything of a user's before the walls stand.
public struct WorkerMain {
    /// Between the parent and the child: nothing is ever written that has not been asked for.
    private var socket: WorkerSocket
    private var host = InstanceHost()
    /// Called before each item of a batch; for processes that misbehave on purpose.
    private let beforeItem: (DecisionItem) -> Void
    /// The same before a strategy is loaded.
    private let beforeLoading: (InstanceLoading) -> Void

    package init(
        descriptor: Int32, beforeItem: @escaping (DecisionItem) -> Void = { _ in },
        beforeLoading: @escaping (InstanceLoading) -> Void = { _ in }
    ) {
        socket = WorkerSocket(descriptor: descriptor)
        self.beforeItem = beforeItem
        self.beforeLoading = beforeLoading
    }

    /// Serves the socket until its other end is closed. Answers the exit code: 0, or 1 after bytes that were no
    /// request.
    public static func run(descriptor: Int32) -> Int32 {
        var worker = WorkerMain(descriptor: descriptor)
        return worker.run()
    }

    package mutating func run() -> Int32 {
        // The other end may go away in mid write.
        signal(SIGPIPE, SIG_IGN)
        do {
            guard case .configure(let limits)? = try socket.receive() else { return 1 }
            Self.warmUp()
            host = InstanceHost(limits: limits.host)
            let walls = WorkerWalls.raise(memoryBytes: limits.memoryBytes).union(.seal(socket: socket.descriptor))
            guard socket.send(.ready(walls)) else { return 0 }
            while let request = try socket.receive() {
                guard answer(request) else { return 0 }
            }
            return 0
        } catch {
            return 1
        }
    }

    /// Uses what reads files or asks the system for something the first time it is used: afterwards it cannot.
    private static func warmUp() {
        let host = InstanceHost()
        let text = ScriptText(name: "warm-up.lua", source: warmUpScript)
        _ = host.check(text)
        let item = DecisionItem(
            instance: InstanceNumber(0),
            account: AccountView(free: 1, total: 1, equity: 1, position: nil, ordersVersion: 0),
            nextOrderID: OrderID(1))
        _ = host.decide(item).wireBytes
    }

    private static let warmUpScript = """
        local ta = require "ta"
        local S = Strategy { name = "Warm-up", timeframe = "1m", uses = { "5m" } }
        function S:init() self.slow = ta.ema(self.close, 20) end
        function S:on_candle()
            self.state.n = (self.state.n or 0) + 1
            log.info(string.format("%.3f %s", math.exp(self.close[0] / 1e6), tostring(self.slow[0])), { n = 1.5 })
            if self.state.n % 7 == 0 then self:buy { value = 10 ^ 2, stop = self.close[0] * 0.9 } end
            if self.state.n % 7 == 3 then self:close {} end
            if self.state.n % 50 == 0 then error("warm") end
        end
        return S
        """

    /// Answers one request; false when nobody listens any more.
    private mutating func answer(_ request: WorkerRequest) -> Bool {
        do throws(ExecutorError) {
            switch request {
            case .configure: return false
            case .declare(let script, let parameters):
                return socket.send(.declared(try host.declare(script, parameters: parameters)))
            case .check(let script): return socket.send(.checked(host.check(script)))
            case .openFeed(let feed): try host.openFeed(feed)
            case .closeFeed(let feed): try host.closeFeed(feed)
            case .append(let candles): try host.append(candles)
            case .load(let loading):
                beforeLoading(loading)
                return socket.send(.loaded(try host.load(loading)))
            case .stop(let instance, let account):
                return socket.send(.stopped(host.stop(instance, account: account)))
            case .unload(let instance): host.unload(instance)
            case .decide(let feeds, let items, let isCareful):
                try host.append(feeds)
                return decide(items, isCareful)
            }
            return socket.send(.done)
        } catch {
            if case .refused(let findings) = error { return socket.send(.refused(findings)) }
            return socket.send(.invalid(error.message.cleaned))
        }
    }

    /// Bytes of answers that are sent together, and nanoseconds after which they are sent however few they are: so
    /// whoever waits knows, within that time, how far the worker has come.
    private static let chunkBytes = 32 << 10
    private static let chunkNanoseconds: Int64 = 5_000_000

    private func decide(_ items: [DecisionItem], _ isCareful: Bool) -> Bool {
        var chunk = AnswerChunk()
        var sentAt = HostedInstance.now()
        for item in items {
            beforeItem(item)
            let answer = host.decide(item)
            chunk.add(answer)
            let now = HostedInstance.now()
            if isCareful || chunk.size >= Self.chunkBytes || now - sentAt >= Self.chunkNanoseconds {
                guard socket.send(chunk.take()) else { return false }
                sentAt = now
            }
        }
        return chunk.isEmpty || socket.send(chunk.take())
    }
}

/// Answers on their way into one frame.
private struct AnswerChunk {
    private var answers = WireWriter()
    private var count = 0

    var size: Int { answers.bytes.count }
    var isEmpty: Bool { count == 0 }

    mutating func add(_ answer: DecisionAnswer) {
        answers.value(answer)
        count += 1
    }

    mutating func take() -> [UInt8] {
        var frame = WireWriter()
        frame.reserve(size + 32)
        frame.fixedHead(0)
        frame.byte(WorkerReply.answersKind)
        frame.count(count)
        frame.raw(answers.bytes)
        answers.clear()
        count = 0
        return Frame.close(&frame)
    }
}
