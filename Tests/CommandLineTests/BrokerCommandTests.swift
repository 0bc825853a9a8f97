import Foundation
import TestSupport
import Testing

@Suite("aristobot broker")
struct BrokerCommandTests {
    let program: Program

    init() async throws {
        program = try Program(database: await ScratchDatabase.url())
        let ready = try program.run("init")
        #expect(ready.status == 0, "\(ready)")
    }

    private let sealing = ["ARISTOBOT_SECRET_KEY": String(repeating: "k", count: 64)]

    private func run(_ arguments: String..., environment: [String: String] = [:], input: String? = nil) throws
        -> Program.Answer
    {
        try program.run(["broker"] + arguments, sealing.merging(environment) { $1 }, input: input)
    }

    private func add(_ exchange: ExchangeProcess, _ name: String = "test") throws {
        let answer = try run("add", name, "--url", exchange.url, environment: exchange.keys)
        #expect(answer.status == 0 && answer.output.contains("verified"), "\(answer)")
    }

    private func json(_ answer: Program.Answer) throws -> [String: Any] {
        #expect(answer.status == 0, "\(answer)")
        return try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
    }

    @Test("an account is entered, looked at, traded on and removed")
    func life() throws {
        let exchange = try ExchangeProcess(program)
        let added = try run("add", "test", "--url", exchange.url, input: "\(exchange.key)\n\(exchange.secret)\n")
        #expect(added.status == 0 && added.output.contains("test money, verified"), "\(added)")
        #expect(!added.output.contains(exchange.secret) && !added.error.contains(exchange.secret))
        let list = try run("list")
        #expect(list.output.contains("sealed") && !list.output.contains(exchange.key.prefix(16)))
        #expect(try run("verify", "test").output.contains("1 markets"))
        #expect(try run("symbols", "test", "--search", "btc").output.contains("0.00001"))
        #expect(try run("balance", "test").output.contains("100000"))
        let bought = try json(try run("order", "test", "buy", "BTC/USDT", "--quantity", "0.01", "--json"))
        #expect(bought["status"] as? String == "filled" && bought["filled"] as? String == "0.01", "\(bought)")
        let resting = try json(
            try run("order", "test", "buy", "BTC/USDT", "--quantity", "0.01", "--limit", "19000", "--json"))
        #expect(resting["status"] as? String == "open")
        let id = try #require(resting["id"] as? String)
        #expect(try run("orders", "test").output.contains(id))
        let busy = try run("remove", "test", "--yes")
        #expect(busy.status == 1 && busy.error.contains("orders that are not over"), "\(busy)")
        let cancelled = try run("cancel", "test", id)
        #expect(cancelled.status == 0 && cancelled.output.contains("cancelled"), "\(cancelled)")
        #expect(try run("orders", "test").output == "No order waits.\n")
        let again = try run("cancel", "test", id)
        #expect(again.status == 1 && again.errorLines.count == 1, "\(again)")
        let pair = try run(
            "order", "test", "sell", "BTC/USDT", "--quantity", "0.01", "--stop", "18000", "--take", "25000")
        #expect(pair.status == 0 && pair.lines.count == 2, "\(pair)")
        #expect(try run("cancel", "test", "--all").status == 0)
        #expect(try run("remove", "test", "--yes").status == 0)
        #expect(try run("balance", "test").status == 1)
        try exchange.stop()
    }

    @Test("an order whose reply was lost is found by its name, and there is one of it")
    func lostReply() async throws {
        let exchange = try ExchangeProcess(program)
        try add(exchange)
        try await exchange.administer("faults", #"{"on":"POST /api/v3/order","effect":"lose-reply","times":1}"#)
        let found = try run("order", "test", "buy", "BTC/USDT", "--quantity", "0.01")
        #expect(found.status == 0 && found.output.contains("filled, 0.01"), "\(found)")
        #expect(found.error.contains("asking the venue what became of the order"))
        try await exchange.administer("faults", #"{"on":"POST /api/v3/order","effect":"disconnect","times":1}"#)
        let never = try run("order", "test", "buy", "BTC/USDT", "--quantity", "0.01")
        #expect(never.status == 3 && never.error.contains("nothing was placed"), "\(never)")
        let balance = try run("balance", "test").output
        #expect(balance.contains("10.00999"), "one fee was paid, for one order: \(balance)")
        try exchange.stop()
    }

    @Test("what the venue refuses is told by its cause, with 1")
    func refusals() async throws {
        let exchange = try ExchangeProcess(program)
        try add(exchange)
        for (arguments, expected) in [
            (["--quantity", "0.0001"], "NOTIONAL"), (["--quantity", "0.000011"], "not a multiple of the step 0.00001"),
            (["--quantity", "90"], "balance"), (["--quantity", "1", "--limit", "19000.001"], "0.01"),
        ] {
            let answer = try program.run(["broker", "order", "test", "buy", "BTC/USDT"] + arguments, sealing)
            #expect(answer.status == 1 && answer.output == "", "\(arguments): \(answer)")
            #expect(answer.error.contains(expected), "\(arguments): \(answer.error)")
        }
        let unknown = try run("order", "test", "buy", "DOGE/USDT", "--quantity", "1")
        #expect(unknown.status == 1 && unknown.error.contains("no market DOGE/USDT"), "\(unknown)")
        let stranger = try run("cancel", "test", "mine-7", "--symbol", "BTC/USDT")
        #expect(stranger.status == 1 && stranger.error.contains("Unknown order"), "\(stranger)")
        try await exchange.administer("market-status", #"{"symbol":"BTCUSDT","status":"HALT"}"#)
        let closed = try run("order", "test", "buy", "BTC/USDT", "--quantity", "0.01")
        #expect(closed.status == 1 && closed.error.contains("takes no orders now"), "\(closed)")
        try exchange.stop()
    }

    @Test("wrong keys, no keys and a place that is none are told before anything is kept")
    func entering() throws {
        let exchange = try ExchangeProcess(program)
        let wrong = exchange.keys.merging(["ARISTOBOT_BROKER_SECRET": "wrong"]) { $1 }
        for (environment, arguments, expected) in [
            (wrong, ["--url", exchange.url], "signature"),
            (exchange.keys.merging(["ARISTOBOT_BROKER_KEY": "unknown"]) { $1 }, ["--url", exchange.url], "key"),
            (exchange.keys, ["--url", "http://127.0.0.1:1"], "127.0.0.1:1"),
            ([:], ["--url", exchange.url], "no secret was given"),
            (exchange.keys, ["--url", exchange.url, "--key-file", "none.pem"], "none.pem: cannot be read"),
        ] {
            let answer = try program.run(["broker", "add", "x"] + arguments, sealing.merging(environment) { $1 })
            #expect(answer.status == 1 || answer.status == 3, "\(answer)")
            #expect(answer.error.contains(expected), "\(expected): \(answer.error)")
            #expect(!answer.error.contains(exchange.secret))
        }
        let unsealed = try program.run(["broker", "add", "x", "--url", exchange.url], exchange.keys)
        #expect(unsealed.status == 3 && unsealed.error.contains("ARISTOBOT_SECRET_KEY is not set"), "\(unsealed)")
        #expect(try run("list").output.hasPrefix("No brokers"))
        let keyless = try run("add", "look", "--url", exchange.url, "--no-keys")
        #expect(keyless.status == 0, "\(keyless)")
        let balance = try run("balance", "look")
        #expect(balance.status == 1 && balance.error.contains("has no keys"), "\(balance)")
        try exchange.stop()
    }

    @Test(
        "wrong usage ends with 2",
        arguments: [
            (["add", "x", "--key", "abc"], "keys never come as arguments"),
            (["add", "x", "--secret=abc"], "keys never come as arguments"),
            (["add", "x", "--testnet", "--url", "http://127.0.0.1:1"], "two servers"),
            (["add", "x", "--kind", "kraken"], "kraken"),
            (["order", "x", "hold", "BTC/USDT", "--quantity", "1"], "expected buy or sell"),
            (["order", "x", "buy", "BTCUSDT", "--quantity", "1"], "is not a symbol"),
            (["order", "x", "buy", "BTC/USDT"], "--quantity or --value"),
            (["order", "x", "buy", "BTC/USDT", "--value", "5", "--limit", "3"], "market orders"),
            (["order", "x", "buy", "BTC/USDT", "--quantity", "1", "--tif", "day"], "expected gtc, ioc or fok"),
            (["order", "x", "buy", "BTC/USDT", "--quantity", "-1"], "--quantity"), (["cancel", "x"], "--all"),
        ])
    func usage(arguments: [String], expected: String) throws {
        let answer = try program.run(["broker"] + arguments)
        #expect(answer.status == 2 && answer.output == "" && answer.error.contains(expected), "\(answer)")
    }

    @Test("a paper account trades on a venue's prices, and its orders are there for the next command")
    func paper() throws {
        let exchange = try ExchangeProcess(program)
        let added = try run("add", "dry", "--kind", "paper", "--url", exchange.url, "--balance", "USDT=5000")
        #expect(added.status == 0 && added.output.contains("paper money"), "\(added)")
        let bought = try run("order", "dry", "buy", "BTC/USDT", "--quantity", "0.01")
        #expect(bought.status == 0 && bought.output.contains("filled, 0.01"), "\(bought)")
        #expect(try run("order", "dry", "buy", "BTC/USDT", "--quantity", "0.01", "--limit", "19000").status == 0)
        #expect(try run("balance", "dry").output.contains("190"))
        #expect(try run("orders", "dry").output.contains("limit 19000"))
        let rich = try run("order", "dry", "buy", "BTC/USDT", "--quantity", "5")
        #expect(rich.status == 1 && rich.errorLines.count == 2, "\(rich)")
        #expect(try run("cancel", "dry", "--all").output.contains("cancelled"))
        try exchange.stop()
    }

    @Test("a user's brokers are his own")
    func owners() throws {
        let exchange = try ExchangeProcess(program)
        try add(exchange)
        let other = try run("balance", "test", "--user", "dac")
        #expect(other.status == 1 && other.error.contains("user dac has no broker 'test'"), "\(other)")
        let nobody = try run("list", "--user", "zoe")
        #expect(nobody.status == 1 && nobody.error.contains("there is no user 'zoe'"), "\(nobody)")
        try exchange.stop()
    }
}
