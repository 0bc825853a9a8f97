import Foundation
import Glibc
import Market
import Trading
import Worker

/// A worker process for tests: honest, or misbehaving in one way, or a thief who tries its walls.
///
/// Usage: `WorkerRunner MODE`, with a socket as descriptor 3.
@main
enum WorkerRunner {
    private static let socket: Int32 = 3
    private static let start = Timestamp(milliseconds: 0)

    static func main() {
        switch CommandLine.arguments.dropFirst().first ?? "" {
        case "worker": exit(WorkerMain.run(descriptor: socket))
        case "misbehave": exit(misbehave())
        // Honest, but for a thread that computes for nobody.
        case "restless":
            // The walls go up around a thread that runs, not around one that is being made.
            let begun = DispatchSemaphore(value: 0)
            Thread {
                begun.signal()
                while true {}
            }.start()
            begun.wait()
            exit(WorkerMain.run(descriptor: socket))
        case "die": exit(7)
        case "silent": while true { _ = Glibc.sleep(1_000) }
        case "thief": reply(Thief.report(sealed: true))
        case "thief-unsealed": reply(Thief.report(sealed: false))
        case "inherited": reply(Thief.inherited())
        case "parent": parent()
        default: exit(2)
        }
    }

    /// An honest worker, but for the strategies of certain numbers.
    private static func misbehave() -> Int32 {
        var worker = WorkerMain(
            descriptor: socket,
            beforeItem: { item in
                switch item.instance.number {
                case 101: abort()
                case 102: while true {}
                // Sleeps until its parent is gone.
                case 110: sleepForEver()
                // Long enough for its answer to be sent at once.
                case 111: compute(nanoseconds: 20_000_000)
                case 103: send([0xFF, 0xFF, 0xFF, 0x7F, 1])
                case 104: send([5, 0, 0, 0, 200, 1, 2, 3, 4])
                // One answer, of strategy 1, whoever was asked.
                case 105: send(lie())
                // Another state than before, which is not told.
                case 107: send(answer(DecisionAnswer(instance: item.instance, candleOpen: start, stateHash: 1)))
                // Neither asked nor refused.
                case 108: send(answer(DecisionAnswer(instance: item.instance, stateHash: hash(Array("{}".utf8)))))
                // A state that no sandbox lets through, and no store takes.
                case 109: send(answer(large(item)))
                // A long frame that comes byte by byte and never ends.
                case 106:
                    send([0x00, 0x00, 0x70, 0])
                    while true { send([0]) }
                default: break
                }
            },
            beforeLoading: { if $0.instance.number == 201 { abort() } })
        return worker.run()
    }

    private static func sleepForEver() -> Never {
        var byte: UInt8 = 0
        while read(socket, &byte, 1) > 0 {}
        exit(0)
    }

    private static func compute(nanoseconds: UInt64) {
        let start = now()
        while now() - start < nanoseconds {}
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private static func lie() -> [UInt8] {
        answer(DecisionAnswer(instance: InstanceNumber(999)))
    }

    /// One answer as a frame.
    private static func answer(_ answer: DecisionAnswer) -> [UInt8] {
        let body = [8, 1] + answer.outcome + [0]
        return (0..<4).map { UInt8(truncatingIfNeeded: body.count >> (8 * $0)) } + body
    }

    private static func large(_ item: DecisionItem) -> DecisionAnswer {
        let state = Array(repeating: UInt8(ascii: "x"), count: 65_537)
        return DecisionAnswer(
            instance: item.instance, candleOpen: start, state: state, stateHash: hash(state))
    }

    /// FNV-1a, which names states.
    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    private static func send(_ bytes: [UInt8]) {
        _ = write(socket, bytes, bytes.count)
    }

    /// Reads the first request and answers it with a text, as a refusal.
    private static func reply(_ text: String) -> Never {
        let bytes = Array(text.utf8.prefix(8_000))
        var body: [UInt8] = [3]
        var length = bytes.count
        while length >= 0x80 {
            body.append(UInt8(length & 0x7F) | 0x80)
            length >>= 7
        }
        body.append(UInt8(length))
        body += bytes + [0]
        send((0..<4).map { UInt8(truncatingIfNeeded: body.count >> (8 * $0)) } + body)
        exit(0)
    }

    private static func tell(_ text: String) {
        FileHandle.standardOutput.write(Data(text.utf8))
    }

    /// Starts a worker that computes for ever, says its process number, and waits to be killed.
    private static func parent() -> Never {
        var options = WorkerPoolOptions(executable: CommandLine.arguments[0], arguments: ["misbehave"])
        options.graceNanoseconds = 600_000_000_000
        let pool = WorkerPool(options) { event in
            guard case .started(_, let pid, _) = event else { return }
            tell("\(pid)\n")
        }
        Task.detached {
            let executor = try pool.executor(for: TenantNumber(1))
            let feed = FeedOpening(feed: FeedNumber(1), symbol: try Symbol("BTC/USDT"), timeframe: .m1, rowsKept: 9)
            try await executor.openFeed(feed)
            let source = "local S = Strategy { name = \"S\", timeframe = \"1m\" } function S:on_candle() end return S"
            let script = ScriptText(name: "s.lua", source: source)
            let loaded = try await executor.load(
                InstanceLoading(instance: InstanceNumber(102), script: script, base: feed.feed))
            tell("loaded \(loaded.candlesSeen)\n")
            let candle = Candle(
                openTime: Timestamp(milliseconds: 60_000), open: 1, high: 1, low: 1, close: 1, volume: 1)
            let account = AccountView(free: 1, total: 1, equity: 1, position: nil, ordersVersion: 0)
            let item = DecisionItem(instance: InstanceNumber(102), account: account, nextOrderID: OrderID(1))
            let batch = DecisionBatch(feeds: [FeedCandles(feed: feed.feed, candles: [candle])], items: [item])
            try await executor.decide(batch) { _ in }
        }
        while true { pause() }
    }
}
