import Broker
import Market
import Trading

/// What the account's feed tells, before symbols are known and repetitions are sorted out.
enum UserDataEvent: Sendable, Equatable {
    case order(OrderReport, FillReport?)
    case balances([Balance])
    /// A deposit, a withdrawal, a transfer: tells the change of one asset, not what it is now.
    case balanceMoved(asset: String)
    /// The two orders of a pair tell the same by themselves.
    case list
    /// The subscription is over, the connection may be whole.
    case terminated
    /// The venue is about to end the connection.
    case shutdown
    /// About a market that has no `Symbol`, or is not in the list yet.
    case unknownMarket(spelling: String)
    case other

    /// - Parameter event: the object inside `event`.
    init(_ event: JSONValue, book: MarketBook) throws(UnreadableReply) {
        switch event["e"]?.text {
        case "executionReport": self = try Self.execution(event, book: book)
        case "outboundAccountPosition":
            var balances: [Balance] = []
            for entry in try event.array("B") {
                balances.append(
                    Balance(
                        asset: try entry.text("a"), free: try entry.decimal("f"), locked: try entry.decimal("l")))
            }
            self = .balances(balances)
        case "balanceUpdate": self = .balanceMoved(asset: try event.text("a"))
        case "listStatus": self = .list
        case "eventStreamTerminated": self = .terminated
        case "serverShutdown": self = .shutdown
        default: self = .other
        }
    }

    private static func execution(_ event: JSONValue, book: MarketBook) throws(UnreadableReply) -> UserDataEvent {
        let spelling = try event.text("s")
        guard let market = book[spelling: spelling] else { return .unknownMarket(spelling: spelling) }
        // On a cancel `C` is the order's name and `c` the cancel's; otherwise `C` is empty.
        let original = event["C"]?.text ?? ""
        let client = ClientOrderID(original.isEmpty ? try event.text("c") : original)
        let order = OrderReport(
            venueID: VenueOrderID(String(try event.int64("i"))), clientID: client, symbol: market.symbol,
            side: try OrderWire.side(try event.text("S")),
            instruction: try OrderWire.instruction(
                type: try event.text("o"), price: try event.decimal("p"), trigger: event["P"]?.decimal ?? .zero,
                timeInForce: event["f"]?.text),
            quantity: Quantity(try event.decimal("q")), filledQuantity: Quantity(try event.decimal("z")),
            filledValue: Money(max(.zero, try event.decimal("Z"))),
            status: try OrderWire.status(try event.text("X"), reason: event["r"]?.text),
            createdAt: try event.time("O"), updatedAt: try event.time("T"))
        guard try event.text("x") == "TRADE" else { return .order(order, nil) }
        let fill = FillReport(
            id: FillID(String(try event.int64("t"))), venueOrderID: order.venueID, clientID: client,
            symbol: market.symbol, side: order.side, price: Price(try event.decimal("L")),
            quantity: Quantity(try event.decimal("l")),
            // A free execution has no fee asset.
            fee: Fee(
                amount: try event.decimal("n"), asset: event["N"]?.text ?? market.symbol.quote),
            time: order.updatedAt, isMaker: try event.bool("m"))
        return .order(order, fill)
    }
}
