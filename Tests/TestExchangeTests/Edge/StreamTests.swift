import Market
import Testing

@testable import TestExchange

@Suite("Market streams") struct StreamTests {
    private func buy(_ bench: VenueBench, _ quantity: String = "0.1") throws {
        let reply = try bench.signed(
            "POST", "/api/v3/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=\(quantity)")
        #expect(reply.status == 200)
    }

    @Test("trades reach raw and combined streams, each in its form")
    func tellsTrades() throws {
        let bench = try VenueBench()
        let raw = try bench.open("/ws/btcusdt@trade")
        let combined = try bench.open("/stream?streams=btcusdt@trade/btcusdt@aggTrade&timeUnit=MICROSECOND")
        let other = try bench.open("/ws/ethusdt@trade")
        try buy(bench)
        let trade = try #require(try raw.texts().first)
        #expect(trade["e"]?.text == "trade")
        #expect(trade["s"]?.text == "BTCUSDT")
        #expect(trade["q"]?.text == "0.10000000")
        #expect(trade["m"] == .bool(false))
        let wrapped = try combined.texts()
        #expect(wrapped.compactMap { $0["stream"]?.text }.sorted() == ["btcusdt@aggTrade", "btcusdt@trade"])
        let time = try #require(trade["T"]?.integer)
        #expect(wrapped.allSatisfy { $0["data"]?["T"]?.integer == time * 1000 })
        #expect(try other.texts().isEmpty)
    }

    @Test("streams are subscribed to, listed and left by messages")
    func obeysControl() throws {
        let bench = try VenueBench()
        let socket = try bench.open("/ws")
        socket.say(#"{"method":"SUBSCRIBE","params":["btcusdt@trade","btcusdt@bookTicker"],"id":1}"#)
        #expect(try socket.texts().first == .object([("result", .null), ("id", .number("1"))]))
        socket.say(#"{"method":"LIST_SUBSCRIPTIONS","id":"abc"}"#)
        let list = try #require(try socket.texts().last)
        #expect(list["result"] == .array([.string("btcusdt@trade"), .string("btcusdt@bookTicker")]))
        #expect(list["id"]?.text == "abc")
        socket.say(#"{"method":"SET_PROPERTY","params":["combined",true],"id":null}"#)
        try buy(bench)
        #expect(try socket.texts().contains { $0["stream"]?.text == "btcusdt@trade" })
        bench.step(1000)
        socket.say(#"{"method":"UNSUBSCRIBE","params":["btcusdt@trade"],"id":2}"#)
        _ = try socket.texts()
        try buy(bench)
        #expect(try !socket.texts().contains { $0["stream"]?.text == "btcusdt@trade" })
    }

    @Test(
        "messages that make no sense are refused with their code",
        arguments: [
            ("{", 3), (#"{"method":"SUBSCRIBE","params":["x"],"id":1}"#, 2), (#"{"id":1}"#, 2),
            (#"{"method":"DANCE","id":1}"#, 2), (#"{"method":"SUBSCRIBE","params":[],"id":1}"#, 2),
            (#"{"method":"SET_PROPERTY","params":["combined","yes"],"id":1}"#, 1),
            (#"{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1.5}"#, 2),
        ])
    func refusesControl(text: String, code: Int64) throws {
        let socket = try VenueBench().open("/ws")
        socket.say(text)
        #expect(try socket.texts().first?["error"]?["code"]?.integer == code)
        #expect(!socket.port.isClosed)
    }

    @Test("the sixth message within a second ends the connection")
    func limitsMessages() throws {
        let bench = try VenueBench()
        let socket = try bench.open("/ws")
        for id in 1...5 { socket.say(#"{"method":"LIST_SUBSCRIPTIONS","id":\#(id)}"#) }
        #expect(!socket.port.isClosed)
        bench.step(1000)
        for id in 1...6 { socket.say(#"{"method":"LIST_SUBSCRIPTIONS","id":\#(id)}"#) }
        #expect(socket.port.isClosed)
    }

    @Test("a connection that answers no ping, or is a day old, is closed")
    func keepsAlive() throws {
        let bench = try VenueBench()
        let silent = try bench.open("/ws")
        let lively = try bench.open("/ws")
        for _ in 0..<9 {
            bench.step(10_000)
            for ping in lively.frames() where ping.opcode == 9 {
                bench.venue.receive(pong: ping.payload, on: lively.connection)
            }
        }
        #expect(silent.port.isClosed)
        #expect(!lively.port.isClosed)
        let old = try VenueBench { options in options.connectionLifeMilliseconds = 5000 }
        let socket = try old.open("/ws-api/v3")
        old.step(6000)
        #expect(socket.port.isClosed)
        #expect(socket.frames().contains { $0.opcode == 8 })
    }

    @Test("a pong that is not the ping's own does not count")
    func wantsItsPong() throws {
        let bench = try VenueBench()
        let socket = try bench.open("/ws")
        for _ in 0..<9 {
            bench.step(10_000)
            bench.venue.receive(pong: Array("other".utf8), on: socket.connection)
        }
        #expect(socket.port.isClosed)
    }

    @Test("a client that does not read is cut off, the others are not")
    func cutsSlowClients() throws {
        let bench = try VenueBench()
        let slow = try bench.open("/ws/btcusdt@trade")
        let quick = try bench.open("/ws/btcusdt@trade")
        slow.port.takes = false
        try buy(bench)
        try buy(bench)
        #expect(slow.port.isClosed)
        #expect(try quick.texts().count == 2)
    }

    @Test("bars are told while they run, and once more when they close")
    func tellsBars() throws {
        let bench = try VenueBench()
        let socket = try bench.open("/ws/btcusdt@kline_1m")
        try buy(bench)
        bench.step(2000)
        let running = try #require(try socket.texts().last?["k"])
        #expect(running["x"] == .bool(false))
        #expect(running["v"]?.text == "0.10000000")
        bench.step(60_000)
        let closed = try #require(try socket.texts().first { $0["k"]?["x"] == .bool(true) }?["k"])
        #expect(closed["t"] == running["t"])
        #expect(closed["T"]?.integer == closed["t"]!.integer! + 59_999)
    }

    @Test("updates of the book join on without a gap and lead to the book itself")
    func tellsDepth() throws {
        let bench = try VenueBench()
        let socket = try bench.open("/ws/btcusdt@depth@100ms")
        bench.step(100)
        _ = try socket.texts()
        let first = try bench.get("/api/v3/depth?symbol=BTCUSDT&limit=5000").json
        var book: [String: String] = [:]
        guard case .array(let bids) = first["bids"] else {
            Issue.record("\(first)")
            return
        }
        for case .array(let level) in bids { book[level[0].text!] = level[1].text! }
        var last = try #require(first["lastUpdateId"]?.integer)
        for price in ["20010", "19950.5", "20020"] {
            _ = try bench.admin("POST", "price", #"{"symbol":"BTCUSDT","price":"\#(price)"}"#)
            try buy(bench, "0.3")
            bench.step(100)
            for update in try socket.texts() {
                #expect(update["U"]?.integer == last + 1)
                last = try #require(update["u"]?.integer)
                guard case .array(let changes) = update["b"] else { continue }
                for case .array(let level) in changes {
                    book[level[0].text!] = level[1].text == "0.00000000" ? nil : level[1].text!
                }
            }
        }
        guard case .array(let now) = try bench.get("/api/v3/depth?symbol=BTCUSDT&limit=5000").json["bids"] else {
            Issue.record("no book")
            return
        }
        var expected: [String: String] = [:]
        for case .array(let level) in now { expected[level[0].text!] = level[1].text! }
        #expect(book == expected)
    }

    @Test(
        "tickers, best prices, averages and short books speak",
        arguments: [
            "btcusdt@miniTicker", "btcusdt@ticker", "btcusdt@ticker_1h", "!miniTicker@arr", "!ticker_1d@arr",
            "btcusdt@bookTicker", "btcusdt@avgPrice", "btcusdt@depth5@100ms", "btcusdt@depth20", "btcusdt@depth",
        ])
    func speaks(stream: String) throws {
        let bench = try VenueBench()
        let socket = try bench.open("/ws/\(stream)")
        bench.step(1000)
        _ = try bench.admin("POST", "price", #"{"symbol":"BTCUSDT","price":"20100"}"#)
        try buy(bench)
        bench.step(1000)
        #expect(try !socket.texts().isEmpty)
    }

    @Test("events of a stream are lost, doubled and held back on demand")
    func spoilsEvents() throws {
        let bench = try VenueBench { options in
            options.faults = [
                Fault("STREAM btcusdt@trade", .loseEvent, times: 1),
                Fault("STREAM btcusdt@trade", .duplicateEvent, skip: 1, times: 1),
                Fault("STREAM btcusdt@trade", .holdEvent, skip: 2, times: 1),
            ]
        }
        let socket = try bench.open("/ws/btcusdt@trade")
        for _ in 0..<4 { try buy(bench) }
        let ids = try socket.texts().compactMap { $0["t"]?.integer }
        let first = try #require(ids.first)
        #expect(ids == [first, first, first + 2, first + 1])
    }

    @Test("who follows is told before the venue stops")
    func announcesShutdown() throws {
        let bench = try VenueBench()
        let raw = try bench.open("/ws")
        let combined = try bench.open("/stream")
        let api = try bench.open("/ws-api/v3")
        bench.venue.stop()
        #expect(try raw.texts().first?["e"]?.text == "serverShutdown")
        #expect(try combined.texts().first?["stream"]?.text == "!serverShutdown")
        #expect(try api.texts().first?["event"]?["e"]?.text == "serverShutdown")
        #expect(raw.port.isClosed && combined.port.isClosed && api.port.isClosed)
    }
}
