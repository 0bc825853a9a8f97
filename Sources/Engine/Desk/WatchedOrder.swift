import Broker
import Market
import Trading

/// An order that waits here, since the venue cannot hold it: it is to be looked for on the stream of trades.
public struct WatchedOrder: Sendable, Hashable {
    /// What is sent at the touch. Its row is written already, so that nothing has to be waited for.
    public var request: OrderRequest
    public var level: Price
    /// Touched by a price at or below the level; else at or above it.
    public var isBelow: Bool
    /// Whether `request` is to be sent at the touch, followed by `StrategyInput.triggeredSent`. Otherwise the price is
    /// told by `StrategyInput.price`, since something else has to be cancelled first.
    public var sendsAtOnce: Bool
    /// Of the orders of one strategy that share it, one at most may be sent: the first touched disarms the others.
    public var group: Int

    public init(request: OrderRequest, level: Price, isBelow: Bool, sendsAtOnce: Bool, group: Int) {
        self.request = request
        self.level = level
        self.isBelow = isBelow
        self.sendsAtOnce = sendsAtOnce
        self.group = group
    }

    public var clientID: ClientOrderID { request.clientID }

    public func isTouched(by price: Double) -> Bool {
        isBelow ? price <= level.value.double : price >= level.value.double
    }
}
