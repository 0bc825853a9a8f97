import Market
import Trading

/// What is wrong between an exchange's books and ours, once all is quiet; nothing when both agree.
struct BookComparison {
    let exchange: ExchangeBooks
    let stored: StoredBooks
    /// What the account had before the first order.
    let start: [String: FixedDecimal]

    var differences: [String] {
        orderDifferences + fillDifferences + balanceDifferences + doubledOrders + positionDifferences
            + protection + scriptDifferences
    }

    private var rows: [String: StoredBooks.Order] {
        Dictionary(stored.orders.map { ($0.clientID, $0) }) { first, _ in first }
    }

    /// No order lost on either side, and both sides agree where it stands.
    private var orderDifferences: [String] {
        var found: [String] = []
        var known: Set<String> = []
        let rows = rows
        for order in exchange.orders {
            if !known.insert(order.clientID).inserted { found.append("two orders are named \(order.clientID)") }
            guard let row = rows[order.clientID] else {
                found.append("\(order.clientID) (\(order.status)) is at the exchange only")
                continue
            }
            if row.filled != order.executed {
                found.append("\(order.clientID): \(order.executed) executed, \(row.filled) booked")
            }
            if row.isOver == order.isOpen {
                found.append("\(order.clientID): \(order.status) at the exchange, \(row.state) in our books")
            }
        }
        for row in stored.orders where !known.contains(row.clientID) {
            if !row.isOver, !Self.isWatched(row) {
                found.append("\(row.clientID): \(row.state) in our books, unknown at the exchange")
            }
            if row.filled != .zero { found.append("\(row.clientID): filled in our books only") }
        }
        return found
    }

    /// A stop or target that the engine watches waits in our books and nowhere else.
    private static func isWatched(_ row: StoredBooks.Order) -> Bool { row.isWatched && row.isPending }

    /// Each execution is booked once, with its price and its fee.
    private var fillDifferences: [String] {
        var found: [String] = []
        var booked: [String: StoredBooks.Fill] = [:]
        for fill in stored.fills where booked.updateValue(fill, forKey: "\(fill.symbol) \(fill.id)") != nil {
            found.append("fill \(fill.symbol) \(fill.id) is booked twice")
        }
        let names = Dictionary(exchange.orders.map { ("\($0.symbol) \($0.id)", $0.clientID) }) { first, _ in first }
        for trade in exchange.trades {
            guard let fill = booked.removeValue(forKey: "\(trade.symbol) \(trade.id)") else {
                found.append("fill \(trade.symbol) \(trade.id) is not booked")
                continue
            }
            let isSame =
                fill.side == trade.side && fill.price == trade.price && fill.quantity == trade.quantity
                && fill.fee == trade.fee && fill.feeAsset == trade.feeAsset
                && names["\(trade.symbol) \(trade.order)"] == fill.clientID
            if !isSame { found.append("fill \(trade) is booked as \(fill)") }
        }
        found += booked.keys.sorted().map { "fill \($0) is in our books only" }
        return found
    }

    private var balanceDifferences: [String] {
        var ours = start
        for fill in stored.fills {
            let parts = fill.symbol.split(separator: "/").map(String.init)
            let sign: FixedDecimal = fill.side == .buy ? 1 : -1
            ours[parts[0], default: 0] += fill.side == .buy ? fill.quantity : -fill.quantity
            ours[parts[1], default: 0] -= sign == 1 ? fill.value : -fill.value
            ours[fill.feeAsset, default: 0] -= fill.fee
        }
        return Set(ours.keys).union(exchange.balances.keys).sorted().compactMap { asset in
            let (mine, theirs) = (ours[asset] ?? 0, exchange.balances[asset] ?? 0)
            return mine == theirs ? nil : "\(asset): \(mine) by our fills, \(theirs) at the exchange"
        }
    }

    /// What was sent for one entry has not bought more than it was over.
    private var doubledOrders: [String] {
        var executed: [String: FixedDecimal] = [:]
        var ordered: [String: FixedDecimal] = [:]
        for order in exchange.orders where order.side == .buy {
            guard let name = ClientOrderID(order.clientID) else { continue }
            let key = "\(name.prefix)-\(name.number)"
            executed[key, default: 0] += order.executed
            ordered[key] = max(ordered[key] ?? 0, order.quantity)
        }
        return executed.keys.sorted().filter { (executed[$0] ?? 0) > (ordered[$0] ?? 0) }
            .map { "\($0) was sent more than once: \(executed[$0] ?? 0) of \(ordered[$0] ?? 0) executed" }
    }

    /// The position of each strategy is what its fills leave, but for dust below the step of each sale.
    private var positionDifferences: [String] {
        var held: [Int64: FixedDecimal] = [:]
        var sales: [Int64: Int] = [:]
        var symbols: [Int64: String] = [:]
        for fill in stored.fills {
            let base = fill.symbol.split(separator: "/")[0]
            held[fill.strategy, default: 0] += fill.side == .buy ? fill.quantity : -fill.quantity
            if fill.feeAsset == base { held[fill.strategy, default: 0] -= fill.fee }
            if fill.side == .sell { sales[fill.strategy, default: 0] += 1 }
            symbols[fill.strategy] = fill.symbol
        }
        let positions = Dictionary(stored.positions.map { ($0.strategy, $0.quantity) }) { $0 + $1 }
        return Set(held.keys).union(positions.keys).sorted().compactMap { strategy in
            let step = exchange.steps[symbols[strategy] ?? ""] ?? 0
            let dust = (held[strategy] ?? 0) - (positions[strategy] ?? 0)
            let most = FixedDecimal(units: step.units * Int128(max(sales[strategy] ?? 0, 1)))
            guard dust < 0 || dust > most else { return nil }
            return "strategy \(strategy) holds \(held[strategy] ?? 0) by its fills, \(positions[strategy] ?? 0) by its "
                + "position"
        }
    }

    /// Each script was told of each of its fills once, or will be with its next decision.
    private var scriptDifferences: [String] {
        stored.scripts.compactMap { script in
            let booked = stored.fills.count { $0.strategy == script.strategy }
            guard script.told + script.waiting != booked else { return nil }
            return "strategy \(script.strategy): \(booked) fills are booked, its script was told of \(script.told) and "
                + "will be of \(script.waiting)"
        }
    }

    /// An open position with a stop has that stop, at the exchange or watched; a strategy that holds nothing sells
    /// nothing.
    var protection: [String] {
        var found: [String] = []
        let unprotected = Set(stored.scripts.filter(\.isBare).map(\.strategy))
        for position in stored.positions {
            // What is worth less than the venue trades can neither be sold nor protected there. It judges by an average
            // price, and what was less once may be worth half as much again by now.
            let price = (exchange.prices[position.symbol] ?? 0).double
            let value = position.quantity.double * price
            let least = (exchange.minimums[position.symbol] ?? 0).double * 1.6
            guard value >= least else { continue }
            guard position.stop != nil else {
                if !unprotected.contains(position.strategy) {
                    let lost = "holds \(position.quantity) without the stop it asked for"
                    found.append("strategy \(position.strategy) \(lost)")
                }
                continue
            }
            let stops = stored.orders.filter {
                $0.strategy == position.strategy && !$0.isOver && $0.side == "sell"
                    && ($0.kind.hasPrefix("stop") || Self.isWatched($0))
            }
            let covered = stops.reduce(FixedDecimal.zero) { $0 + $1.quantity - $1.filled }
            let step = exchange.steps[position.symbol] ?? 0
            // Each purchase may leave less than a step that no order can sell.
            let purchases = stored.orders.count { order in
                order.strategy == position.strategy && order.side == "buy" && order.filled.isPositive
            }
            let most = FixedDecimal(units: step.units * Int128(max(purchases, 1)))
            // A watched target counts too: it and its stop are over the same quantity.
            let isTooMuch = covered > position.quantity && !stops.contains(where: Self.isWatched)
            // A lot that is worth less has no stop of its own, whatever the others hold.
            let bare = position.quantity - covered
            if isTooMuch || (bare >= most && bare.double * price >= least) {
                found.append("strategy \(position.strategy): \(covered) of \(position.quantity) is protected")
            }
        }
        let holders = Set(stored.positions.map(\.strategy))
        for row in stored.orders where !row.isOver && row.side == "sell" && !holders.contains(row.strategy) {
            found.append("\(row.clientID) sells what strategy \(row.strategy) does not hold")
        }
        return found
    }
}
