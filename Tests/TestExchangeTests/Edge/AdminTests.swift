import Market
import Testing

@testable import TestExchange

@Suite("Faults and the admin endpoints") struct AdminTests {
    @Test("the token is asked for")
    func asksForToken() throws {
        let bench = try VenueBench()
        #expect(try bench.reply(VenueRequest("GET", "/admin/state")).status == 401)
        #expect(try bench.reply(VenueRequest("GET", "/admin/state", adminToken: "guess")).status == 401)
        #expect(try bench.admin("GET", "state").status == 200)
        #expect(try bench.admin("GET", "nothing").status == 404)
        #expect(try bench.admin("POST", "faults", "{").status == 400)
    }

    @Test("a reply is lost after the order was accepted: the order is there")
    func losesReplies() throws {
        let bench = try VenueBench()
        let made = try bench.admin(
            "POST", "faults", #"{"on":"POST /api/v3/order","effect":"lose-reply","times":1}"#)
        #expect(made.json["id"]?.integer == 1)
        let query = ExchangeFixture.signed(
            "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=19000&newClientOrderId=lost",
            at: bench.now)
        let request = VenueRequest("POST", "/api/v3/order?\(query)", apiKey: ExchangeFixture.key)
        #expect(bench.venue.answer(request, bench.venue.meet(request).effect) == .close)
        let found = try bench.signed("GET", "/api/v3/order", "symbol=BTCUSDT&origClientOrderId=lost")
        #expect(found.json["status"]?.text == "NEW")
        #expect(try bench.admin("GET", "faults").json.compact.contains(#""hit":1"#))
    }

    @Test(
        "each effect does to a request what its name says",
        arguments: [
            (Fault.Effect.refuse(status: 503, code: -1000, text: "x", retryAfter: nil), 503, false),
            (.refuse(status: 429, code: -1003, text: "x", retryAfter: 5), 429, false),
            (.html(status: 502), 502, false), (.statusUnknown(status: 504), 504, true), (.disconnect, 0, false),
            (.neverAnswer, 0, false), (.executeAndNeverAnswer, 0, true), (.loseReply, 0, true),
        ])
    func spoils(effect: Fault.Effect, status: Int, executes: Bool) throws {
        let bench = try VenueBench { options in options.faults = [Fault("POST /api/v3/order", effect, times: 1)] }
        let query = ExchangeFixture.signed(
            "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=19000", at: bench.now)
        let request = VenueRequest("POST", "/api/v3/order?\(query)", apiKey: ExchangeFixture.key)
        switch bench.venue.answer(request, bench.venue.meet(request).effect) {
        case .reply(let reply): #expect(reply.status == status)
        case .close: #expect(effect == .disconnect || effect == .loseReply)
        case .silence: #expect(effect == .neverAnswer || effect == .executeAndNeverAnswer)
        }
        let open = try bench.signed("GET", "/api/v3/openOrders").json
        #expect((open != .array([])) == executes)
    }

    @Test("accounts are opened with keys and money, and trade")
    func opensAccounts() throws {
        let bench = try VenueBench()
        let made = try bench.admin("POST", "accounts", #"{"balances":{"USDT":"50000"}}"#).json
        let key = try #require(made["key"]?.text)
        let secret = try #require(made["secret"]?.text)
        let bought = try bench.signed(
            "POST", "/api/v3/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1", key: key, secret: secret)
        #expect(bought.json["status"]?.text == "FILLED", "\(bought.json.compact)")
    }

    @Test("prices, market statuses, partial fills and the clock are set")
    func setsThings() throws {
        let bench = try VenueBench()
        _ = try bench.admin("POST", "price", #"{"symbol":"BTCUSDT","price":"25000"}"#)
        #expect(try bench.get("/api/v3/ticker/price?symbol=BTCUSDT").json["price"]?.text == "25000.00000000")
        _ = try bench.admin("POST", "partial-fills", #"{"fraction":"0.5"}"#)
        let half = try bench.signed(
            "POST", "/api/v3/order", "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.2&price=25100")
        #expect(half.json["status"]?.text == "PARTIALLY_FILLED")
        #expect(half.json["executedQty"]?.text == "0.10000000")
        _ = try bench.admin("POST", "market-status", #"{"symbol":"BTCUSDT","status":"HALT"}"#)
        let closed = try bench.signed("POST", "/api/v3/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1")
        #expect(closed.json["msg"]?.text == "Market is closed.")
        let before = bench.now
        _ = try bench.admin("POST", "clock", #"{"skewMilliseconds":-10000}"#)
        #expect(bench.now == before - 10_000)
        let query = ExchangeFixture.signed(at: before)
        let ahead = try bench.reply(VenueRequest("GET", "/api/v3/account?\(query)", apiKey: ExchangeFixture.key))
        #expect(try JSONParser.parse(ahead.body)["code"]?.integer == -1021)
    }

    @Test("while the venue is down everything meets a page of HTML, and after it nothing does")
    func goesDown() throws {
        let bench = try VenueBench()
        let socket = try bench.open("/ws")
        _ = try bench.admin("POST", "maintenance", #"{"on":true,"down":true}"#)
        #expect(socket.port.isClosed)
        #expect(try bench.reply(VenueRequest("GET", "/api/v3/time")).contentType == "text/html")
        #expect(throws: VenueRefusal.self) { try bench.open("/ws") }
        _ = try bench.admin("POST", "maintenance", #"{"on":false}"#)
        #expect(try bench.get("/api/v3/time").status == 200)
    }

    @Test("an address is banned on demand, and comes back")
    func bans() throws {
        let bench = try VenueBench()
        _ = try bench.admin("POST", "ban", #"{"seconds":30}"#)
        let banned = try bench.reply(VenueRequest("GET", "/api/v3/time"))
        #expect(banned.status == 418)
        #expect(banned.headers.contains { $0 == ("Retry-After", "30") })
        bench.step(30_000)
        #expect(try bench.get("/api/v3/time").status == 200)
    }
}
