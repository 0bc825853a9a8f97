/// What the same cash had become if it had bought at the first open and kept: the measure beside every result.
public struct BuyAndHold: Sendable, Hashable {
    /// Base quantity that the cash buys at the first open, taker fee and slippage paid.
    public let quantity: Double
    /// Value at the last close, in quote currency; nothing is sold, so no second fee.
    public let finalEquity: Double
    public let returnPct: Double
    /// The largest fall from a highest value at a close, in % of that value, 0 or more.
    public let maxDrawdownPct: Double

    /// `closes` of the traded candles; nothing was bought when there are none.
    public init(
        cash: Double, firstOpen: Double, closes: UnsafeBufferPointer<Double>, fee: Double, slippage: Double
    ) {
        let cost = firstOpen * (1 + slippage) * (1 + fee)
        quantity = closes.isEmpty || !(cost > 0) ? 0 : cash / cost
        guard quantity > 0, let last = closes.last else {
            finalEquity = cash
            returnPct = 0
            maxDrawdownPct = 0
            return
        }
        finalEquity = quantity * last
        returnPct = (finalEquity / cash - 1) * 100
        var peak = cash
        var deepest = 0.0
        for close in closes {
            let value = quantity * close
            if value > peak { peak = value }
            let fall = 1 - value / peak
            if fall > deepest { deepest = fall }
        }
        maxDrawdownPct = deepest * 100
    }
}
