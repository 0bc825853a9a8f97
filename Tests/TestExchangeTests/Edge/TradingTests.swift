import Market
import Testing

@testable import TestExchange

@Suite("Trading over REST") struct TradingOverRESTTests {
    @Test("an order is placed, found, listed and canceled with the fields that Binance has")
    func ordersLive() throws {
        let bench = try VenueBench()
        let placed = try bench.signed(
            "POST", "/api/v3/order",
            "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=19000&newClientOrderId=mine")
        #expect(placed.status == 200)
        let order = placed.json
        #expect(order["symbol"]?.text == "BTCUSDT")
        #expect(order["orderListId"]?.integer == -1)
        #expect(order["clientOrderId"]?.text == "mine")
        #expect(order["price"]?.text == "19000.00000000")
        #expect(order["origQty"]?.text == "0.50000000")
        #expect(order["cummulativeQuoteQty"]?.text == "0.00000000")
        #expect(order["status"]?.text == "NEW")
        #expect(order["fills"] == .array([]))
        let id = try #require(order["orderId"]?.integer)
        let found = try bench.signed("GET", "/api/v3/order", "symbol=BTCUSDT&origClientOrderId=mine").json
        #expect(found["orderId"]?.integer == id)
        #expect(found["isWorking"] == .bool(true))
        let account = try bench.signed("GET", "/api/v3/account", "omitZeroBalances=true").json
        guard case .array(let balances) = account["balances"] else {
            Issue.record("\(account)")
            return
        }
        let dollars = balances.first { $0["asset"]?.text == "USDT" }
        #expect(dollars?["locked"]?.text == "9500.00000000")
        let canceled = try bench.signed("DELETE", "/api/v3/order", "symbol=BTCUSDT&orderId=\(id)").json
        #expect(canceled["status"]?.text == "CANCELED")
        #expect(canceled["origClientOrderId"]?.text == "mine")
        #expect(canceled["clientOrderId"]?.text != "mine")
        let again = try bench.signed("DELETE", "/api/v3/order", "symbol=BTCUSDT&orderId=\(id)")
        #expect(again.status == 400)
        #expect(again.json["code"]?.integer == -2011)
        #expect(again.json["msg"]?.text == "Unknown order sent.")
        let missing = try bench.signed("GET", "/api/v3/order", "symbol=BTCUSDT&orderId=999")
        #expect(missing.json["code"]?.integer == -2013)
    }

    @Test("a market order fills against the house and shows in trades, balances and bars")
    func marketOrdersFill() throws {
        let bench = try VenueBench()
        let placed = try bench.signed("POST", "/api/v3/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1").json
        #expect(placed["status"]?.text == "FILLED")
        guard case .array(let fills) = placed["fills"] else {
            Issue.record("\(placed)")
            return
        }
        #expect(fills.first?["commissionAsset"]?.text == "BTC")
        guard case .array(let trades) = try bench.signed("GET", "/api/v3/myTrades", "symbol=BTCUSDT").json else {
            Issue.record("no trades")
            return
        }
        #expect(trades.first?["isBuyer"] == .bool(true))
        guard case .array(let bars) = try bench.get("/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=1").json,
            case .array(let bar) = bars.last
        else {
            Issue.record("no bar")
            return
        }
        #expect(bar.count == 12)
        #expect(bar[5].text == "0.10000000")
    }

    @Test(
        "what is wrong with a request has the code that Binance has for it",
        arguments: [
            ("symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1", -1102),
            ("symbol=NOSUCH&side=BUY&type=MARKET&quantity=1", -1121),
            ("symbol=btcusdt&side=BUY&type=MARKET&quantity=1", -1100),
            ("symbol=BTCUSDT&side=HOLD&type=MARKET&quantity=1", -1117),
            ("symbol=BTCUSDT&side=BUY&type=MAGIC&quantity=1", -1116),
            ("symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTX&quantity=1&price=19000", -1115),
            ("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1e3", -1100),
            ("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&colour=red", -1104),
            ("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=", -1105),
            ("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&newClientOrderId=a%20b", -1100),
            ("symbol=BTCUSDT&symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1", -1101),
            ("symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=19000.001", -1013),
            ("symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=100&price=19000", -2010),
            ("symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=21000", -2010),
        ])
    func refuses(parameters: String, code: Int64) throws {
        let reply = try VenueBench().signed("POST", "/api/v3/order", parameters)
        #expect(reply.status == 400)
        #expect(reply.json["code"]?.integer == code, "\(reply.json.compact)")
    }

    @Test("keys and signatures are really checked")
    func checksKeys() throws {
        let bench = try VenueBench()
        #expect(try bench.signed("GET", "/api/v3/account", key: "nobody").json["code"]?.integer == -2015)
        #expect(try bench.signed("GET", "/api/v3/account", key: "n o").json["code"]?.integer == -2014)
        let forged = try bench.signed("GET", "/api/v3/account", secret: "wrong")
        #expect(forged.json["code"]?.integer == -1022)
        #expect(forged.status == 400)
        let query = ExchangeFixture.signed(at: bench.now - 5001)
        let late = try bench.reply(VenueRequest("GET", "/api/v3/account?\(query)", apiKey: ExchangeFixture.key))
        #expect(try JSONParser.parse(late.body)["code"]?.integer == -1021)
        let unsigned = try bench.reply(
            VenueRequest("GET", "/api/v3/account?timestamp=\(bench.now)", apiKey: ExchangeFixture.key))
        #expect(try JSONParser.parse(unsigned.body)["code"]?.integer == -1102)
        _ = try bench.admin("POST", "revoke", "{\"key\":\"\(ExchangeFixture.key)\"}")
        let revoked = try bench.signed("GET", "/api/v3/account")
        #expect(revoked.status == 401)
        #expect(revoked.json["code"]?.integer == -2015)
    }

    @Test("a key that may only look cannot trade")
    func looksOnly() throws {
        let bench = try VenueBench { options in options.accounts[0].keys[0].mayTrade = false }
        #expect(try bench.signed("GET", "/api/v3/account").status == 200)
        let order = try bench.signed("POST", "/api/v3/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1")
        #expect(order.json["code"]?.integer == -2015)
    }

    @Test("pairs of orders are placed, listed and canceled as lists")
    func pairsLive() throws {
        let bench = try VenueBench()
        let placed = try bench.signed(
            "POST", "/api/v3/orderList/oco",
            "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice=21000&belowType=STOP_LOSS_LIMIT"
                + "&belowStopPrice=19000&belowPrice=18900&belowTimeInForce=GTC")
        #expect(placed.status == 200, "\(placed.json.compact)")
        #expect(placed.json["contingencyType"]?.text == "OCO")
        guard case .array(let reports) = placed.json["orderReports"] else {
            Issue.record("\(placed.json.compact)")
            return
        }
        #expect(reports.count == 2)
        let leg = try #require(reports.first?["orderId"]?.integer)
        let canceled = try bench.signed("DELETE", "/api/v3/order", "symbol=BTCUSDT&orderId=\(leg)")
        #expect(canceled.json["orderId"]?.integer == leg)
        #expect(try bench.signed("GET", "/api/v3/openOrders").json == .array([]))
        #expect(try bench.signed("GET", "/api/v3/openOrderList").json == .array([]))
    }

    @Test("half of a cancel-and-replace answers 409, none of it 400, each with both halves")
    func replaces() throws {
        let bench = try VenueBench()
        let order = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=19000"
        let none = try bench.signed(
            "POST", "/api/v3/order/cancelReplace", order + "&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=77")
        #expect(none.status == 400)
        #expect(none.json["code"]?.integer == -2022)
        #expect(none.json["data"]?["newOrderResult"]?.text == "NOT_ATTEMPTED")
        let half = try bench.signed(
            "POST", "/api/v3/order/cancelReplace", order + "&cancelReplaceMode=ALLOW_FAILURE&cancelOrderId=77")
        #expect(half.status == 409)
        #expect(half.json["code"]?.integer == -2021)
        let id = try #require(half.json["data"]?["newOrderResponse"]?["orderId"]?.integer)
        let whole = try bench.signed(
            "POST", "/api/v3/order/cancelReplace", order + "&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=\(id)")
        #expect(whole.status == 200)
        #expect(whole.json["cancelResponse"]?["status"]?.text == "CANCELED")
    }

    @Test("times come in microseconds for who wants them")
    func tellsMicroseconds() throws {
        let bench = try VenueBench()
        let reply = try bench.reply(VenueRequest("GET", "/api/v3/time", wantsMicroseconds: true))
        #expect(try JSONParser.parse(reply.body)["serverTime"]?.integer == bench.now * 1000)
    }

    @Test("unknown addresses and methods are told apart")
    func knowsAddresses() throws {
        let bench = try VenueBench()
        #expect(try bench.reply(VenueRequest("GET", "/api/v3/nothing")).status == 404)
        #expect(try bench.reply(VenueRequest("PUT", "/api/v3/time")).status == 405)
    }

    @Test("every reply tells the weight, accepted orders their count and no weight")
    func tellsUse() throws {
        let bench = try VenueBench()
        let query = ExchangeFixture.signed(
            "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=19000", at: bench.now)
        let order = try bench.reply(VenueRequest("POST", "/api/v3/order?\(query)", apiKey: ExchangeFixture.key))
        #expect(order.headers.contains { $0 == ("X-MBX-USED-WEIGHT-1M", "0") })
        #expect(order.headers.contains { $0 == ("X-MBX-ORDER-COUNT-10S", "1") })
        let info = try bench.reply(VenueRequest("GET", "/api/v3/exchangeInfo"))
        #expect(info.headers.contains { $0 == ("X-MBX-USED-WEIGHT-1M", "20") })
        let bad = try bench.reply(VenueRequest("GET", "/api/v3/klines?symbol=BTCUSDT&interval=2m"))
        #expect(bad.headers.contains { $0 == ("X-MBX-USED-WEIGHT-1M", "22") })
        #expect(try JSONParser.parse(bad.body)["code"]?.integer == -1120)
    }
}
