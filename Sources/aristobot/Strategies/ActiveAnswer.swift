import Broker
import Foundation
import Market
import Storage
import Trading
import Wording

/// A running strategy as `strategies active` and `show` tell it.
struct ActiveAnswer: Encodable {
    struct Position: Encodable {
        let side: String
        let quantity: String
        let entry: String
        let stop: String?
        let target: String?
        let opened: String
    }

    struct Decision: Encodable {
        let id: Int64
        let candle: String
        let outcome: String
        let decided: String
    }

    struct Limits: Encodable {
        let maxOrder: String?
        let maxOrdersPerDay: Int?
        let maxOpenOrders: Int?
        let maxDrawdown: Double?
        let maxDailyLoss: String?
    }

    let id: Int64
    let name: String
    let strategy: String
    let version: Int
    let broker: String
    let symbol: String
    let timeframe: String
    let state: String
    let reason: String?
    let failures: Int
    let capital: String
    let parameters: [String: String]
    let limits: Limits
    let position: Position?
    let realisedProfit: String
    /// Of the open position at the last price that is known, before fees.
    let openProfit: Double?
    let lastPrice: Double?
    let openOrders: Int
    let waitingCommands: Int
    let lastDecision: Decision?
    let from: String
    let to: String?
    let created: String
    let stopped: String?

    /// Realised and open together.
    var profit: Double { (Double(realisedProfit) ?? 0) + (openProfit ?? 0) }

    /// All of a user in the order of their numbers.
    static func all(_ user: User, _ services: Services, stopped: Bool) async throws -> [ActiveAnswer] {
        let overview = try await services.store.activeStrategies.overview(user.id, stopped: stopped)
        return try await priced(overview, user, services)
    }

    static func one(_ id: ActiveStrategyID, _ user: User, _ services: Services) async throws -> ActiveAnswer {
        let overview = try await services.store.activeStrategies.overview(user.id, only: id)
        guard let answer = try await priced(overview, user, services).first else {
            throw StorageError.notFound(Message("there is no strategy \(id)", fr: "il n'y a pas de stratégie \(id)"))
        }
        return answer
    }

    /// Looks up the last price of each market where something is held.
    private static func priced(
        _ overview: [ActiveOverview], _ user: User, _ services: Services
    ) async throws -> [ActiveAnswer] {
        let url = services.configuration.binanceURL
        var markets: [BrokerID: VenueName] = [:]
        for broker in try await services.store.brokers.list(user.id) {
            markets[broker.id] = broker.marketVenue(defaultURL: url)
        }
        var prices: [CandleKey: Double] = [:]
        var answers: [ActiveAnswer] = []
        for item in overview {
            var price: Double?
            if item.position != nil, let market = markets[item.active.broker] {
                let key = CandleKey(venue: market, symbol: item.active.symbol, timeframe: .m1)
                price = prices[key]
                if price == nil {
                    price = try await services.store.heartbeat.history(key, last: 1).last?.close
                    prices[key] = price
                }
            }
            answers.append(try ActiveAnswer(item, lastPrice: price))
        }
        return answers
    }

    private init(_ item: ActiveOverview, lastPrice: Double?) throws {
        let active = item.active
        id = active.id.number
        name = active.name
        strategy = item.strategy
        version = active.version
        broker = item.broker
        symbol = active.symbol.description
        timeframe = active.timeframe.rawValue
        state = active.state.rawValue
        reason = active.reason?.text(in: Console.language)
        failures = active.failures
        capital = active.capital.description
        parameters = active.parameters
        let risk = try StrategySettings(text: active.settings).risk
        limits = Limits(
            maxOrder: risk.maximumOrderValue?.description, maxOrdersPerDay: risk.maximumOrdersPerDay,
            maxOpenOrders: risk.maximumOpenOrders, maxDrawdown: risk.maximumDrawdown,
            maxDailyLoss: risk.maximumDailyLoss?.description)
        position = item.position.map {
            Position(
                side: $0.direction.rawValue, quantity: $0.quantity.description, entry: $0.entryPrice.description,
                stop: $0.stop?.description, target: $0.target?.description, opened: $0.openedAt.description)
        }
        realisedProfit = item.realisedProfit.description
        self.lastPrice = lastPrice
        openProfit = item.position.flatMap { held in
            lastPrice.map { price in
                let move = (price - held.entryPrice.value.double) * held.quantity.value.double
                return held.direction == .long ? move : -move
            }
        }
        openOrders = item.openOrders
        waitingCommands = item.waitingCommands
        lastDecision = item.lastDecision.map {
            Decision(
                id: $0.id.number, candle: $0.candleOpen.description, outcome: $0.outcome.rawValue,
                decided: $0.decidedAt.description)
        }
        from = active.startsAt.description
        to = active.endsAt?.description
        created = active.createdAt.description
        stopped = active.stoppedAt?.description
    }
}
