import Broker
import Market
import StrategyHost
import Trading
import Wording

/// Where a strategy is to run, and whether it can: decided from what its file and the venue say, before anything is
/// written.
struct Placement {
    let declaration: StrategyDeclaration
    let symbol: Symbol
    /// The timeframe that was asked for; nil for the declared one.
    let requested: Timeframe?
    let capital: Money
    /// The venue, for people.
    let place: String

    static let timeframes = Timeframe.heartbeat.map(\.rawValue).joined(separator: ", ")

    /// The timeframe it will run on, one of the heartbeat's.
    func timeframe() throws(CommandFailure) -> Timeframe {
        let timeframe = requested ?? declaration.timeframe
        guard Timeframe.heartbeat.contains(timeframe) else {
            throw CommandFailure(
                .input,
                "the strategy declares \(timeframe), on which nothing runs live: give --timeframe, one of "
                    + Self.timeframes,
                fr: "la stratégie déclare \(timeframe), sur quoi rien ne tourne en direct : donnez --timeframe, "
                    + "l'une de \(Self.timeframes)")
        }
        return timeframe
    }

    /// Spot accounts own what they hold: nothing can be sold short there.
    static func checkMarket(
        _ declaration: StrategyDeclaration, _ market: MarketKind, of broker: String
    ) throws(CommandFailure) {
        guard declaration.market != market else { return }
        throw CommandFailure(
            .input,
            "the strategy is for \(declaration.market.rawValue) and broker \(broker) trades \(market.rawValue): "
                + "declare market = \"\(market.rawValue)\", or take another broker",
            fr: "la stratégie est pour \(declaration.market.rawValue) et le broker \(broker) trade en "
                + "\(market.rawValue) : déclarez market = \"\(market.rawValue)\", ou prenez un autre broker")
    }

    /// The market it trades; the other symbols that it reads must be there too.
    func instrument(among instruments: [Instrument]) throws(CommandFailure) -> Instrument {
        for other in declaration.symbols where other != symbol {
            _ = try find(other, instruments)
        }
        let found = try find(symbol, instruments)
        guard found.isTrading else {
            throw CommandFailure(
                .input, "\(place) takes no orders on \(symbol) now", fr: "\(place) ne prend pas d'ordres sur \(symbol)")
        }
        if let least = found.rules.minimumNotional, capital < least {
            throw CommandFailure(
                .input,
                "a capital of \(capital) \(symbol.quote) buys nothing: the least order on \(symbol) is \(least)",
                fr: "un capital de \(capital) \(symbol.quote) n'achète rien : l'ordre minimal sur \(symbol) est de "
                    + "\(least)")
        }
        return found
    }

    private func find(_ symbol: Symbol, _ instruments: [Instrument]) throws(CommandFailure) -> Instrument {
        if let found = instruments.first(where: { $0.symbol == symbol }) { return found }
        let known = instruments.map(\.symbol)
        // Those that share a half come first: they are what a slip of the other half meant.
        let near = known.filter { $0.base == symbol.base || $0.quote == symbol.quote } + known
        let ending = Suggestion.ending(
            symbol.description, among: near.map(\.description),
            none: Message("it has none", fr: "elle n'en a aucun"))
        throw CommandFailure(
            .input, "\(place) has no market \(symbol): \(ending.english)",
            fr: "\(place) n'a pas de marché \(symbol) : \(ending.french)")
    }
}
