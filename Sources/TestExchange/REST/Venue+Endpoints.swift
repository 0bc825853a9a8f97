extension Venue {
    static func endpoints() -> [VenueEndpoint] {
        general + marketData + trading + lists + accounts + userStreams
    }

    private static var general: [VenueEndpoint] {
        [
            VenueEndpoint("GET", "/api/v3/ping", socket: "ping", weight: 1) { venue, call throws(VenueRefusal) in
                try venue.ping(&call)
            },
            VenueEndpoint("GET", "/api/v3/time", socket: "time", weight: 1) { venue, call throws(VenueRefusal) in
                try venue.time(&call)
            },
            VenueEndpoint("GET", "/api/v3/exchangeInfo", socket: "exchangeInfo", weight: 20) {
                venue, call throws(VenueRefusal) in try venue.exchangeInfo(&call)
            },
            VenueEndpoint("GET", "/api/v3/executionRules", weight: 2) { venue, call throws(VenueRefusal) in
                try venue.executionRules(&call)
            },
            VenueEndpoint("GET", "/sapi/v1/capital/config/getall", .signed, weight: 10) {
                venue, call throws(VenueRefusal) in try venue.coins(&call)
            },
            // There is no margin trading; clients that have a key ask all the same.
            VenueEndpoint("GET", "/sapi/v1/margin/allPairs", .signed, weight: 1) {
                venue, call throws(VenueRefusal) in try venue.nothing(&call)
            },
            VenueEndpoint("GET", "/sapi/v1/margin/isolated/allPairs", .signed, weight: 10) {
                venue, call throws(VenueRefusal) in try venue.nothing(&call)
            },
        ]
    }

    private static var marketData: [VenueEndpoint] {
        [
            VenueEndpoint("GET", "/api/v3/depth", socket: "depth", weighing: { depthWeight($0) }) {
                venue, call throws(VenueRefusal) in try venue.depth(&call)
            },
            VenueEndpoint("GET", "/api/v3/trades", socket: "trades.recent", weight: 25) {
                venue, call throws(VenueRefusal) in try venue.trades(&call, historical: false)
            },
            VenueEndpoint("GET", "/api/v3/historicalTrades", socket: "trades.historical", weight: 25) {
                venue, call throws(VenueRefusal) in try venue.trades(&call, historical: true)
            },
            VenueEndpoint("GET", "/api/v3/aggTrades", socket: "trades.aggregate", weight: 4) {
                venue, call throws(VenueRefusal) in try venue.aggregateTrades(&call)
            },
            VenueEndpoint("GET", "/api/v3/klines", socket: "klines", weight: 2) {
                venue, call throws(VenueRefusal) in try venue.klines(&call)
            },
            VenueEndpoint("GET", "/api/v3/uiKlines", socket: "uiKlines", weight: 2) {
                venue, call throws(VenueRefusal) in try venue.klines(&call)
            },
            VenueEndpoint("GET", "/api/v3/avgPrice", socket: "avgPrice", weight: 2) {
                venue, call throws(VenueRefusal) in try venue.averagePrice(&call)
            },
            VenueEndpoint("GET", "/api/v3/ticker/24hr", socket: "ticker.24hr", weighing: { manyWeight($0, 2, 80) }) {
                venue, call throws(VenueRefusal) in try venue.dayTicker(&call)
            },
            VenueEndpoint("GET", "/api/v3/ticker/tradingDay", socket: "ticker.tradingDay", weight: 4) {
                venue, call throws(VenueRefusal) in try venue.tradingDayTicker(&call)
            },
            VenueEndpoint("GET", "/api/v3/ticker", socket: "ticker", weight: 4) { venue, call throws(VenueRefusal) in
                try venue.rollingTicker(&call)
            },
            VenueEndpoint("GET", "/api/v3/ticker/price", socket: "ticker.price", weighing: { manyWeight($0, 2, 4) }) {
                venue, call throws(VenueRefusal) in try venue.priceTicker(&call)
            },
            VenueEndpoint("GET", "/api/v3/ticker/bookTicker", socket: "ticker.book", weighing: { manyWeight($0, 2, 4) })
            {
                venue, call throws(VenueRefusal) in try venue.bookTicker(&call)
            },
        ]
    }

    private static var trading: [VenueEndpoint] {
        [
            VenueEndpoint("POST", "/api/v3/order", socket: "order.place", .trade, weight: 1, orders: 1) {
                venue, call throws(VenueRefusal) in try venue.placeOrder(&call)
            },
            VenueEndpoint("POST", "/api/v3/order/test", socket: "order.test", .trade, weight: 1) {
                venue, call throws(VenueRefusal) in try venue.testOrder(&call)
            },
            VenueEndpoint("DELETE", "/api/v3/order", socket: "order.cancel", .trade, weight: 1) {
                venue, call throws(VenueRefusal) in try venue.cancelOrder(&call)
            },
            VenueEndpoint("DELETE", "/api/v3/openOrders", socket: "openOrders.cancelAll", .trade, weight: 1) {
                venue, call throws(VenueRefusal) in try venue.cancelAllOrders(&call)
            },
            VenueEndpoint(
                "POST", "/api/v3/order/cancelReplace", socket: "order.cancelReplace", .trade, weight: 1, orders: 1
            ) { venue, call throws(VenueRefusal) in try venue.cancelReplaceOrder(&call) },
            VenueEndpoint(
                "PUT", "/api/v3/order/amend/keepPriority", socket: "order.amend.keepPriority", .trade, weight: 4
            ) { venue, call throws(VenueRefusal) in try venue.amendOrder(&call) },
        ]
    }

    private static var lists: [VenueEndpoint] {
        [
            VenueEndpoint("POST", "/api/v3/orderList/oco", socket: "orderList.place.oco", .trade, weight: 1, orders: 2)
            {
                venue, call throws(VenueRefusal) in try venue.placeOCO(&call)
            },
            VenueEndpoint("POST", "/api/v3/order/oco", socket: "orderList.place", .trade, weight: 1, orders: 2) {
                venue, call throws(VenueRefusal) in try venue.placeOldOCO(&call)
            },
            VenueEndpoint("POST", "/api/v3/orderList/oto", socket: "orderList.place.oto", .trade, weight: 1, orders: 2)
            {
                venue, call throws(VenueRefusal) in try venue.placeOTO(&call)
            },
            VenueEndpoint(
                "POST", "/api/v3/orderList/otoco", socket: "orderList.place.otoco", .trade, weight: 1, orders: 3
            ) { venue, call throws(VenueRefusal) in try venue.placeOTOCO(&call) },
            VenueEndpoint("DELETE", "/api/v3/orderList", socket: "orderList.cancel", .trade, weight: 1) {
                venue, call throws(VenueRefusal) in try venue.cancelList(&call)
            },
            VenueEndpoint("GET", "/api/v3/orderList", socket: "orderList.status", .signed, weight: 4) {
                venue, call throws(VenueRefusal) in try venue.orderList(&call)
            },
            VenueEndpoint("GET", "/api/v3/allOrderList", socket: "allOrderLists", .signed, weight: 20) {
                venue, call throws(VenueRefusal) in try venue.allOrderLists(&call)
            },
            VenueEndpoint("GET", "/api/v3/openOrderList", socket: "openOrderLists.status", .signed, weight: 6) {
                venue, call throws(VenueRefusal) in try venue.openOrderLists(&call)
            },
        ]
    }

    private static var accounts: [VenueEndpoint] {
        [
            VenueEndpoint("GET", "/api/v3/account", socket: "account.status", .signed, weight: 20) {
                venue, call throws(VenueRefusal) in try venue.account(&call)
            },
            VenueEndpoint("GET", "/api/v3/order", socket: "order.status", .signed, weight: 4) {
                venue, call throws(VenueRefusal) in try venue.order(&call)
            },
            VenueEndpoint(
                "GET", "/api/v3/openOrders", socket: "openOrders.status", .signed,
                weighing: { $0.isSent("symbol") ? 6 : 80 }
            ) { venue, call throws(VenueRefusal) in try venue.openOrders(&call) },
            VenueEndpoint("GET", "/api/v3/allOrders", socket: "allOrders", .signed, weight: 20) {
                venue, call throws(VenueRefusal) in try venue.allOrders(&call)
            },
            VenueEndpoint(
                "GET", "/api/v3/myTrades", socket: "myTrades", .signed, weighing: { $0.isSent("orderId") ? 5 : 20 }
            ) { venue, call throws(VenueRefusal) in try venue.myTrades(&call) },
            VenueEndpoint("GET", "/api/v3/rateLimit/order", socket: "account.rateLimits.orders", .signed, weight: 40) {
                venue, call throws(VenueRefusal) in try venue.orderRateLimits(&call)
            },
            VenueEndpoint("GET", "/api/v3/account/commission", socket: "account.commission", .signed, weight: 20) {
                venue, call throws(VenueRefusal) in try venue.commission(&call)
            },
            VenueEndpoint("GET", "/api/v3/order/amendments", socket: "order.amendments", .signed, weight: 4) {
                venue, call throws(VenueRefusal) in try venue.amendments(&call)
            },
            VenueEndpoint("GET", "/api/v3/myPreventedMatches", socket: "myPreventedMatches", .signed, weight: 20) {
                venue, call throws(VenueRefusal) in try venue.preventedMatches(&call)
            },
            VenueEndpoint("GET", "/api/v3/myAllocations", socket: "myAllocations", .signed, weight: 20) {
                venue, call throws(VenueRefusal) in try venue.allocations(&call)
            },
        ]
    }

    private static var userStreams: [VenueEndpoint] {
        [
            VenueEndpoint("POST", "/api/v3/userDataStream", socket: "userDataStream.start", .keyed, weight: 2) {
                venue, call throws(VenueRefusal) in try venue.openListenKey(&call)
            },
            VenueEndpoint("PUT", "/api/v3/userDataStream", socket: "userDataStream.ping", .keyed, weight: 2) {
                venue, call throws(VenueRefusal) in try venue.keepListenKey(&call)
            },
            VenueEndpoint("DELETE", "/api/v3/userDataStream", socket: "userDataStream.stop", .keyed, weight: 2) {
                venue, call throws(VenueRefusal) in try venue.closeListenKey(&call)
            },
            VenueEndpoint("", "", socket: "session.logon", .signed, weight: 2) { venue, call throws(VenueRefusal) in
                try venue.logOn(&call)
            },
            VenueEndpoint("", "", socket: "session.status", weight: 2) { venue, call throws(VenueRefusal) in
                try venue.sessionStatus(&call)
            },
            VenueEndpoint("", "", socket: "session.logout", weight: 2) { venue, call throws(VenueRefusal) in
                try venue.logOut(&call)
            },
            VenueEndpoint("", "", socket: "session.subscriptions", weight: 2) { venue, call throws(VenueRefusal) in
                try venue.listSubscriptions(&call)
            },
            VenueEndpoint("", "", socket: "userDataStream.subscribe", weight: 2) {
                venue, call throws(VenueRefusal) in try venue.subscribe(&call, signed: false)
            },
            VenueEndpoint("", "", socket: "userDataStream.subscribe.signature", .signed, weight: 2) {
                venue, call throws(VenueRefusal) in try venue.subscribe(&call, signed: true)
            },
            VenueEndpoint("", "", socket: "userDataStream.unsubscribe", weight: 2) {
                venue, call throws(VenueRefusal) in try venue.unsubscribe(&call)
            },
        ]
    }

    private static func depthWeight(_ parameters: RequestParameters) -> Int {
        var parameters = parameters
        // A broken limit is refused later; here it weighs like the smallest.
        let limit = (try? parameters.integer("limit")).flatMap { $0 } ?? 100
        switch limit {
        case ...100: return 5
        case ...500: return 25
        case ...1000: return 50
        default: return 250
        }
    }

    private static func manyWeight(_ parameters: RequestParameters, _ one: Int, _ all: Int) -> Int {
        parameters.isSent("symbol") ? one : all
    }
}
