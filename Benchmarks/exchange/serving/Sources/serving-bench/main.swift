// Times the test exchange as a server on loopback: signed orders over REST, trades to one stream, and memory over many
// connections and requests. The client is a bare one of this file, on a thread of its own.
import Crypto
import Foundation
import Market
import NIOCore
import NIOPosix
import TestExchange
import Wording

let key = String(repeating: "k", count: 64)
let secret = String(repeating: "s", count: 64)
let small = CommandLine.arguments.contains("--small")

func options() -> TestExchangeOptions {
    var options = TestExchangeOptions(
        markets: MarketDefinition.usual.map {
            MarketSetup($0, source: .manual(start: $0.quote.name == "BTC" ? FixedDecimal("0.05")! : 20_000))
        },
        accounts: [
            TestExchangeAccount(
                AccountID(1), keys: [TestExchangeKey(key, .hmac(Secret(secret)))],
                balances: [Asset("USDT"): 1_000_000_000, Asset("BTC"): 1000])
        ])
    options.limits = .unlimited
    options.slowClientBytes = 64 << 20
    options.adminToken = Secret("admin")
    return options
}

/// Seconds of processor time of this process, server and client together.
func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Megabytes of memory in use.
func residentMegabytes() -> Double {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
        let pages = text.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
    else { return 0 }
    return pages * 4096 / 1_048_576
}

/// A connection that sends requests one after another and takes whatever length the reply says.
func exchange(
    _ address: TestExchangeAddress, on group: MultiThreadedEventLoopGroup, count: Int,
    request: @Sendable @escaping (Int) -> String
) async throws {
    let channel = try await ClientBootstrap(group: group).connect(host: address.host, port: address.port) { channel in
        channel.eventLoop.makeCompletedFuture {
            try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
    }
    try await channel.executeThenClose { inbound, outbound in
        var replies = inbound.makeAsyncIterator()
        var waiting = ByteBuffer()
        for number in 0..<count {
            try await outbound.write(ByteBuffer(string: request(number)))
            while true {
                if let length = wholeReply(waiting) {
                    waiting.moveReaderIndex(forwardBy: length)
                    break
                }
                guard let part = try await replies.next() else { throw ChannelError.eof }
                waiting.discardReadBytes()
                waiting.writeImmutableBuffer(part)
            }
        }
    }
}

/// The length of the reply that the bytes begin with; nil while it is not whole.
func wholeReply(_ bytes: ByteBuffer) -> Int? {
    let view = bytes.readableBytesView
    guard let text = bytes.getString(at: bytes.readerIndex, length: min(bytes.readableBytes, 2048)),
        let end = text.range(of: "\r\n\r\n"),
        let field = text.range(of: "Content-Length: ", options: .caseInsensitive)
    else { return nil }
    precondition(text.hasPrefix("HTTP/1.1 200"), "the exchange refused: \(text)")
    let length = Int(text[field.upperBound...].prefix { $0.isNumber }) ?? 0
    let whole = text[..<end.upperBound].utf8.count + length
    return view.count >= whole ? whole : nil
}

func signedOrder(_ number: Int) -> String {
    let time = Int64(Date().timeIntervalSince1970 * 1000)
    let side = number % 2 == 0 ? "BUY" : "SELL"
    let payload = "symbol=BTCUSDT&side=\(side)&type=MARKET&quantity=0.001&timestamp=\(time)"
    let code = HMAC<SHA256>.authenticationCode(
        for: Data(payload.utf8), using: SymmetricKey(data: Data(secret.utf8)))
    let signature = code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    return "POST /api/v3/order?\(payload)&signature=\(signature) HTTP/1.1\r\nHost: x\r\n"
        + "X-MBX-APIKEY: \(key)\r\nContent-Length: 0\r\n\r\n"
}

func report(_ name: String, _ count: Int, _ wall: Double, _ cpu: Double) {
    let rate = Int(Double(count) / wall)
    let each = Double(count) > 0 ? cpu / Double(count) * 1e6 : 0
    print(
        "\(name): \(count) in \(String(format: "%.2f", wall)) s, \(rate)/s, \(String(format: "%.1f", each)) µs CPU each"
    )
}

func timed(_ name: String, _ count: Int, _ body: () async throws -> Void) async throws {
    let start = ContinuousClock.now
    let cpu = processorTime()
    try await body()
    let wall = (ContinuousClock.now - start) / .seconds(1)
    report(name, count, wall, processorTime() - cpu)
}

func orders(_ address: TestExchangeAddress, on group: MultiThreadedEventLoopGroup) async throws {
    let connections = 4
    let each = small ? 250 : 5000
    try await timed("signed market orders over REST", connections * each) {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for _ in 0..<connections {
                tasks.addTask { try await exchange(address, on: group, count: each) { signedOrder($0) } }
            }
            try await tasks.waitForAll()
        }
    }
}

func handshake(_ path: String) -> ByteBuffer {
    ByteBuffer(
        string: "GET \(path) HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
}

/// Counts the frames of a stream, whose payloads are all shorter than 64 KiB.
struct FrameCount {
    private var rest = ByteBuffer()
    private var isOpen = false
    private(set) var frames = 0

    mutating func add(_ bytes: ByteBuffer) {
        rest.discardReadBytes()
        rest.writeImmutableBuffer(bytes)
        if !isOpen {
            let bytes = Array(rest.readableBytesView)
            let end = bytes.indices.dropLast(3).first { bytes[$0..<$0 + 4].elementsEqual([13, 10, 13, 10]) }
            guard let end else { return }
            rest.moveReaderIndex(forwardBy: end + 4)
            isOpen = true
        }
        while let second = rest.getInteger(at: rest.readerIndex + 1, as: UInt8.self) {
            var length = Int(second)
            var head = 2
            if length == 126 {
                guard let long = rest.getInteger(at: rest.readerIndex + 2, as: UInt16.self) else { return }
                length = Int(long)
                head = 4
            }
            guard rest.readableBytes >= head + length else { return }
            rest.moveReaderIndex(forwardBy: head + length)
            frames += 1
        }
    }
}

func stream(
    _ server: TestExchangeServer, _ address: TestExchangeAddress, on group: MultiThreadedEventLoopGroup
) async throws {
    let count = small ? 20_000 : 500_000
    let channel = try await ClientBootstrap(group: group).connect(host: address.host, port: address.port) { channel in
        channel.eventLoop.makeCompletedFuture {
            try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
    }
    try await channel.executeThenClose { inbound, outbound in
        try await outbound.write(handshake("/ws/btcusdt@trade"))
        var parts = inbound.makeAsyncIterator()
        var counted = FrameCount()
        if let part = try await parts.next() { counted.add(part) }
        try await timed("trades to one stream", count) {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    // A thousand trades a step, as a busy market would make them.
                    for _ in 0..<count / 1000 {
                        try await server.withExchange { core in
                            for number in 0..<1000 {
                                let price = FixedDecimal(number % 2 == 0 ? 20_001 : 20_000)
                                try core.setPrice(price, of: MarketID(0), now: core.now)
                            }
                        }
                    }
                }
                while counted.frames < count {
                    guard let part = try await parts.next() else { throw ChannelError.eof }
                    counted.add(part)
                }
                try await tasks.waitForAll()
            }
        }
    }
}

func memory(_ address: TestExchangeAddress, on group: MultiThreadedEventLoopGroup) async throws {
    let connections = small ? 100 : 1000
    let requests = small ? 4000 : 200_000
    var channels: [any Channel] = []
    for _ in 0..<connections {
        let channel = try await ClientBootstrap(group: group).connect(host: address.host, port: address.port).get()
        try await channel.writeAndFlush(handshake("/ws/btcusdt@depth5"))
        channels.append(channel)
    }
    let before = residentMegabytes()
    try await timed("requests with \(connections) WebSockets open", requests) {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for _ in 0..<4 {
                tasks.addTask {
                    try await exchange(address, on: group, count: requests / 4) { _ in
                        "GET /api/v3/ticker/price?symbol=BTCUSDT HTTP/1.1\r\nHost: x\r\n\r\n"
                    }
                }
            }
            try await tasks.waitForAll()
        }
    }
    let after = residentMegabytes()
    print("memory: \(String(format: "%.1f", before)) MB before, \(String(format: "%.1f", after)) MB after")
    for channel in channels { try await channel.close() }
}

let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
try await TestExchangeServer.running(options()) { server, address in
    try await orders(address, on: group)
    try await stream(server, address, on: group)
    try await memory(address, on: group)
}
try await group.shutdownGracefully()
