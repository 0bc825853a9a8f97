import Broker
import Market

/// One market as the venue describes it: its spelling, its state and what orders it takes.
struct VenueMarket: Sendable, Hashable {
    /// The venue's own name, such as `BTCUSDT`.
    var spelling: String
    var instrument: Instrument
    /// The venue's word for the state, such as `TRADING` or `HALT`.
    var status: String
    var filters: MarketFilters
    var hasQuoteAmounts: Bool

    var symbol: Symbol { instrument.symbol }
}

/// All markets of the venue, found by either spelling.
///
/// The only source is the venue's own list: where `BTCUSDT` splits is never guessed.
struct MarketBook: Sendable {
    let markets: [VenueMarket]
    /// Markets of the venue that have no `Symbol`, because an asset's name is not of ASCII letters and digits, or whose
    /// description cannot be read. They cannot be traded here.
    let leftOut: Int
    private let bySymbol: [Symbol: Int]
    private let bySpelling: [String: Int]

    init(markets: [VenueMarket], leftOut: Int) {
        var kept: [VenueMarket] = []
        var bySymbol: [Symbol: Int] = [:]
        var bySpelling: [String: Int] = [:]
        for market in markets where bySymbol[market.symbol] == nil && bySpelling[market.spelling] == nil {
            bySymbol[market.symbol] = kept.count
            bySpelling[market.spelling] = kept.count
            kept.append(market)
        }
        self.markets = kept
        self.leftOut = leftOut + markets.count - kept.count
        self.bySymbol = bySymbol
        self.bySpelling = bySpelling
    }

    subscript(symbol: Symbol) -> VenueMarket? { bySymbol[symbol].map { markets[$0] } }
    subscript(spelling spelling: String) -> VenueMarket? { bySpelling[spelling].map { markets[$0] } }
}
