import Broker
import Market
import Trading
import Wording

/// Fetches executions page by page: what is asked next, and what of a reply is taken.
///
/// The venue knows few combinations: a start time opens the walk, after which it goes on by the numbers of the
/// executions; with an order or a first number the time is looked at here.
struct FillPages: Sendable {
    static let largestPage = 1000

    private let request: FillRequest
    private let market: VenueMarket
    private var nextID: Int64?
    private(set) var fills: [FillReport] = []
    private(set) var isComplete = false

    init(_ request: FillRequest, on market: VenueMarket) throws(BrokerError) {
        self.request = request
        self.market = market
        isComplete = request.limit <= 0
        if let after = request.after {
            guard let number = Int64(after.text), number >= 0, number < .max else {
                throw Self.notANumber(after.text)
            }
            nextID = number + 1
        } else if request.since == nil {
            nextID = 0
        }
    }

    private static func notANumber(_ text: String) -> BrokerError {
        .rejected(
            .other,
            Message(
                "\(quotedForMessage(text)) is not an execution of Binance: expected its number",
                fr: "\(quotedForMessage(text)) n'est pas une exécution de Binance : attendu son numéro"))
    }

    /// The parameters of the next call; nil when everything is there.
    var next: WireParameters? {
        get throws(BrokerError) {
            guard !isComplete else { return nil }
            var parameters = WireParameters()
            parameters.add("symbol", market.spelling)
            if let order = request.order {
                guard let number = Int64(order.text), number >= 0 else { throw Self.notANumber(order.text) }
                parameters.add("orderId", number: number)
                if let nextID { parameters.add("fromId", number: nextID) }
            } else if let nextID {
                parameters.add("fromId", number: nextID)
            } else if let since = request.since {
                parameters.add("startTime", number: max(0, since.milliseconds))
            }
            parameters.add("limit", number: Int64(Self.largestPage))
            return parameters
        }
    }

    mutating func take(_ document: JSONDocument) throws(UnreadableReply) {
        var rows = 0
        for row in try document.root.list() {
            rows += 1
            let id = try row.int64("id")
            guard id >= nextID ?? 0, id < .max else {
                throw UnreadableReply(field: "id", expected: "executions in rising order, from the one asked for")
            }
            nextID = id + 1
            let fill = try OrderReply.fill(row, symbol: request.symbol)
            if let since = request.since, fill.time < since { continue }
            if let order = request.order, fill.venueOrderID != order { continue }
            fills.append(fill)
            if fills.count >= request.limit {
                isComplete = true
                return
            }
        }
        if rows < Self.largestPage { isComplete = true }
    }
}
