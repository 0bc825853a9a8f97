import BinanceBroker
import Broker
import Wording

/// Tries a broker: reachable, clock, keys.
enum Verification {
    struct Result: Sendable {
        /// How far the venue's clock is ahead, in milliseconds; nil where it is this machine's own.
        var clockOffset: Int64?
        var markets: Int
        /// Assets the account holds; nil without keys.
        var assets: Int?
    }

    /// Throws in words what is wrong with place or keys.
    @discardableResult
    static func check(_ broker: any Broker) async throws(BrokerError) -> Result {
        var result = Result(clockOffset: nil, markets: 0, assets: nil)
        if let binance = broker as? BinanceBroker { result.clockOffset = try await binance.clockOffset().milliseconds }
        result.markets = try await broker.instruments().count
        if broker.capabilities.hasAccount { result.assets = try await broker.balances().count }
        return result
    }
}
