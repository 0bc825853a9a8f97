import Broker
import Market
import Storage
import Trading
import Wording

/// Orders and fills for tests.
enum Orders {
    static func market(_ number: Int, quantity: Quantity = Quantity(2), side: Side = .buy) throws -> OrderRequest {
        try request(number, .market, .base(quantity), side)
    }

    static func request(
        _ number: Int, _ instruction: OrderInstruction, _ amount: OrderAmount, _ side: Side = .buy
    ) throws -> OrderRequest {
        OrderRequest(
            clientID: ClientOrderID(prefix: "test", number: number), symbol: try Symbol("BTC/USDT"), side: side,
            instruction: instruction, amount: amount)
    }

    static func fill(
        _ id: String, of request: OrderRequest, _ quantity: FixedDecimal, at price: FixedDecimal = 100,
        fee: FixedDecimal = FixedDecimal(units: 500_000_000), asset: String = "USDT", venueID: String = "v1"
    ) -> FillReport {
        FillReport(
            id: FillID(id), venueOrderID: VenueOrderID(venueID), clientID: request.clientID, symbol: request.symbol,
            side: request.side, price: Price(price), quantity: Quantity(quantity), fee: Fee(amount: fee, asset: asset),
            time: Timestamp(milliseconds: 1_700_000_000_000), isMaker: false)
    }

    static func report(
        _ request: OrderRequest, _ status: OrderStatus, filled: FixedDecimal = 0, fills: [FillReport] = [],
        venueID: String = "v1"
    ) -> OrderReport {
        OrderReport(
            venueID: VenueOrderID(venueID), clientID: request.clientID, symbol: request.symbol, side: request.side,
            instruction: request.instruction, quantity: Quantity(2), filledQuantity: Quantity(filled),
            filledValue: Money(filled), status: status, createdAt: Timestamp(milliseconds: 0),
            updatedAt: Timestamp(milliseconds: 1), fills: fills)
    }
}
