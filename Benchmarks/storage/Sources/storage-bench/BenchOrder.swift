import Broker
import Market
import Storage
import Trading

/// A market order from before it is sent to its fill.
struct BenchOrder {
    let request: OrderRequest

    init(_ number: Int) throws {
        request = OrderRequest(
            clientID: ClientOrderID(prefix: "bench", number: number), symbol: try Symbol("BTC/USDT"), side: .buy,
            instruction: .market, amount: .base(Quantity(1)))
    }

    func run(_ store: Store, _ user: UserID, _ broker: BrokerID) async throws {
        let order = try await store.orders.add(request, user, broker)
        let fill = FillReport(
            id: FillID(request.clientID.text), venueOrderID: VenueOrderID(request.clientID.text),
            clientID: request.clientID, symbol: request.symbol, side: .buy, price: Price(100), quantity: Quantity(1),
            fee: Fee(amount: 0, asset: "USDT"), time: order.createdAt, isMaker: false)
        _ = try await store.fills.book(fill, user, broker)
    }
}
