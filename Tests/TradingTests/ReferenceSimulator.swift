import Foundation
import Market
import Trading

/// The rules of `docs/decisions/0002-order-of-events.md` written a second time, without a look at speed: Foundation's
/// decimals without rounding, plain lists, one pass after the other. The real thing is compared with it.
final class ReferenceSimulator {
    struct Options {
        var isSpot = true
        var maker = Decimal.zero
        var taker = Decimal.zero
        var slippage = Decimal.zero
        var step = Decimal(string: "0.0001")!
        var tick: Decimal?
        var leastQuantity = Decimal.zero
        var leastValue = Decimal.zero
        var fillsAtClose = false
    }

    struct Trade {
        var isLong: Bool
        var quantity: Decimal
        var entryPrice: Decimal
        var exitPrice: Decimal
        var entryIndex: Int
        var exitIndex: Int
        var profit: Decimal
        var fees: Decimal
        var reason: String
        var adverse: Decimal
        var favourable: Decimal
    }

    final class Guard {
        var price: Decimal
        let age: Int
        /// The price inside the current candle at which it came to be.
        var born: Decimal?

        init(price: Decimal, age: Int, born: Decimal?) {
            self.price = price
            self.age = age
            self.born = born
        }
    }

    final class Lot {
        let isLong: Bool
        var quantity: Decimal
        let price: Decimal
        var fee: Decimal
        let index: Int
        var stop: Guard?
        var target: Guard?
        var highs: [Decimal] = []
        var lows: [Decimal] = []

        init(isLong: Bool, quantity: Decimal, price: Decimal, fee: Decimal, index: Int) {
            self.isLong = isLong
            self.quantity = quantity
            self.price = price
            self.fee = fee
            self.index = index
        }
    }

    struct Waiting {
        var id: Int
        var isBuy: Bool
        var quantity: Decimal
        var limit: Decimal?
        var stop: ProtectionLevel?
        var target: ProtectionLevel?
        var last: Int?
        var tag: String
        var reduces: Bool
        var isExit = false
        var age: Int
    }

    let options: Options
    var cash: Decimal
    var lots: [Lot] = []
    var waiting: [Waiting] = []
    var trades: [Trade] = []
    private var index = -1
    private var close = Decimal.zero
    private var age = 0
    /// Whether this decision has cancelled an order: its cancel counts as unanswered until the decision is over.
    private var hasCancelled = false
    /// The price inside the candle at which things happen now; nil at its open and close.
    private var inside: Decimal?

    init(_ options: Options, cash: Decimal) {
        self.options = options
        self.cash = cash
    }

    var held: Decimal { lots.reduce(0) { $0 + $1.quantity } }

    var equity: Decimal {
        lots.reduce(cash) {
            $0 + ($1.isLong ? $1.quantity * close : $1.quantity * (2 * $1.price - close))
        }
    }

    // MARK: A candle

    func candle(_ candle: Candle, at index: Int) {
        let open = Self.decimal(candle.open)
        let high = Self.decimal(candle.high)
        let low = Self.decimal(candle.low)
        self.index = index
        inside = nil
        for lot in lots {
            lot.stop?.born = nil
            lot.target?.born = nil
        }
        let markets = waiting.filter { $0.limit == nil }
        waiting.removeAll { $0.limit == nil }
        for order in markets { fillMarket(order, at: open) }
        while fillOneAtOpen(open) {}
        while fillOneInside(high: high, low: low) {}
        waiting.removeAll { $0.last.map { $0 <= index } ?? false }
        inside = nil
        close = Self.decimal(candle.close)
        for lot in lots {
            lot.highs.append(high)
            lot.lows.append(low)
        }
    }

    private func fillOneAtOpen(_ open: Decimal) -> Bool {
        let stops = lots.compactMap { lot in lot.stop.map { (lot, $0) } }
            .filter { $1.born == nil && ($0.isLong ? open <= $1.price : open >= $1.price) }
        if let (lot, stop) = stops.min(by: { $0.1.age < $1.1.age }) {
            _ = stop
            close(lot, at: slipped(open, isBuy: !lot.isLong), rate: options.taker, reason: "stop")
            return true
        }
        let targets = lots.compactMap { lot in lot.target.map { (lot, $0) } }
            .filter { $1.born == nil && ($0.isLong ? open >= $1.price : open <= $1.price) }
        if let (lot, _) = targets.min(by: { $0.1.age < $1.1.age }) {
            close(lot, at: open, rate: options.maker, reason: "target")
            return true
        }
        if let place = waiting.firstIndex(where: { $0.isBuy ? open <= $0.limit! : open >= $0.limit! }) {
            fill(waiting.remove(at: place), at: open, rate: options.maker)
            return true
        }
        return false
    }

    private func fillOneInside(high: Decimal, low: Decimal) -> Bool {
        let reached = { (order: Waiting) in order.isBuy ? low < order.limit! : high > order.limit! }
        if let place = waiting.firstIndex(where: { !self.onlyReduces($0) && reached($0) }) {
            let order = waiting.remove(at: place)
            inside = order.limit
            fill(order, at: order.limit!, rate: options.maker)
            return true
        }
        let stops = lots.compactMap { lot in lot.stop.map { (lot, $0) } }.filter { lot, stop in
            let passedAtBirth = stop.born.map { lot.isLong ? $0 <= stop.price : $0 >= stop.price } ?? false
            return passedAtBirth || (lot.isLong ? low <= stop.price : high >= stop.price)
        }
        if let (lot, stop) = stops.min(by: { $0.1.age < $1.1.age }) {
            var price = stop.price
            if let born = stop.born { price = lot.isLong ? min(born, price) : max(born, price) }
            inside = price
            close(lot, at: slipped(price, isBuy: !lot.isLong), rate: options.taker, reason: "stop")
            return true
        }
        return takeProfitInside(high: high, low: low, reached: reached)
    }

    private func takeProfitInside(high: Decimal, low: Decimal, reached: (Waiting) -> Bool) -> Bool {
        let targets = lots.compactMap { lot in lot.target.map { (lot, $0) } }.filter { lot, target in
            let passedAtBirth = target.born.map { lot.isLong ? $0 >= target.price : $0 <= target.price } ?? false
            return passedAtBirth || (lot.isLong ? high >= target.price : low <= target.price)
        }
        let target = targets.min { $0.1.age < $1.1.age }
        let order = waiting.first { onlyReduces($0) && reached($0) }
        if let (lot, target) = target, target.age < order?.age ?? .max {
            var price = target.price
            if let born = target.born { price = lot.isLong ? max(born, price) : min(born, price) }
            inside = price
            close(lot, at: price, rate: options.maker, reason: "target")
            return true
        }
        if let order {
            waiting.removeAll { $0.id == order.id }
            inside = order.limit
            fill(order, at: order.limit!, rate: options.maker)
            return true
        }
        return false
    }

    private func onlyReduces(_ order: Waiting) -> Bool {
        if order.reduces { return true }
        guard let first = lots.first else { return false }
        return first.isLong != order.isBuy
    }

    // MARK: Fills

    private func fillMarket(_ order: Waiting, at price: Decimal) {
        fill(order, at: slipped(price, isBuy: order.isBuy), rate: options.taker)
    }

    private func fill(_ order: Waiting, at price: Decimal, rate: Decimal) {
        let opposite = lots.first.map { $0.isLong != order.isBuy } ?? false
        let closing = opposite ? min(order.quantity, held) : 0
        var opening = order.reduces ? 0 : order.quantity - closing
        if opening > 0 {
            let affordable = floor(cashAfterClosing(closing, at: price, rate: rate) / (price * (1 + rate)))
            opening = min(opening, max(0, affordable))
        }
        let total = closing + opening
        guard total > 0 else { return }
        let isCut = total < order.quantity
        if isCut, !order.isExit, total < options.leastQuantity || total * price < options.leastValue { return }
        var rest = closing
        while rest > 0, let lot = lots.first {
            let part = min(rest, lot.quantity)
            close(
                lot, part, at: price, rate: rate,
                reason: order.tag.isEmpty ? "exit_signal" : order.tag)
            rest -= part
        }
        if opening > 0 { open(order, opening, at: price, rate: rate) }
    }

    private func cashAfterClosing(_ quantity: Decimal, at price: Decimal, rate: Decimal) -> Decimal {
        var result = cash
        var rest = quantity
        for lot in lots where rest > 0 {
            let part = min(rest, lot.quantity)
            result += part * (lot.isLong ? price : 2 * lot.price - price) - part * price * rate
            rest -= part
        }
        return result
    }

    private func open(_ order: Waiting, _ quantity: Decimal, at price: Decimal, rate: Decimal) {
        let fee = quantity * price * rate
        cash -= quantity * price + fee
        let lot = Lot(isLong: order.isBuy, quantity: quantity, price: price, fee: fee, index: index)
        lots.append(lot)
        if let stop = order.stop { lot.stop = guarded(level(stop, lot, isStop: true)) }
        if let target = order.target { lot.target = guarded(level(target, lot, isStop: false)) }
    }

    private func guarded(_ price: Decimal) -> Guard {
        age += 1
        return Guard(price: price, age: age, born: inside)
    }

    private func level(_ level: ProtectionLevel, _ lot: Lot, isStop: Bool) -> Decimal {
        switch level {
        case .price(let price): return protective(Self.decimal(price), lot, isStop: isStop)
        case .distance(let distance):
            let part = lot.price * Self.decimal(distance)
            return protective(isStop == lot.isLong ? lot.price - part : lot.price + part, lot, isStop: isStop)
        }
    }

    /// Away from the price: a long's stop and a short's target down, the others up.
    private func protective(_ price: Decimal, _ lot: Lot, isStop: Bool) -> Decimal {
        onTick(price, isStop == lot.isLong ? .down : .up)
    }

    private func close(_ lot: Lot, at price: Decimal, rate: Decimal, reason: String) {
        close(lot, lot.quantity, at: price, rate: rate, reason: reason)
    }

    private func close(_ lot: Lot, _ quantity: Decimal, at price: Decimal, rate: Decimal, reason: String) {
        let exitFee = quantity * price * rate
        let entryFee = lot.fee * quantity / lot.quantity
        let gain = lot.isLong ? (price - lot.price) * quantity : (lot.price - price) * quantity
        cash += lot.price * quantity + gain - exitFee
        let best = (lot.highs + [price]).max()!
        let worst = (lot.lows + [price]).min()!
        let rise = max(0, (best - lot.price) / lot.price * 100)
        let drop = max(0, (lot.price - worst) / lot.price * 100)
        trades.append(
            Trade(
                isLong: lot.isLong, quantity: quantity, entryPrice: lot.price, exitPrice: price,
                entryIndex: lot.index, exitIndex: index, profit: gain - entryFee - exitFee, fees: entryFee + exitFee,
                reason: reason, adverse: lot.isLong ? drop : rise, favourable: lot.isLong ? rise : drop))
        lot.fee -= entryFee
        lot.quantity -= quantity
        lots.removeAll { $0.quantity == 0 }
    }

    // MARK: Decisions

    func decide(_ intents: [Intent], firstID: Int) {
        var id = firstID
        hasCancelled = false
        for intent in intents {
            decide(intent, id)
            if intent.takesOrderID { id += 1 }
        }
        if options.fillsAtClose { fillMarketsAtClose() }
    }

    func finish() {
        waiting = []
        if let lot = lots.first {
            add(Waiting(id: 0, isBuy: !lot.isLong, quantity: held, tag: "end_of_data", reduces: true, age: 0))
        }
        fillMarketsAtClose()
    }

    private func fillMarketsAtClose() {
        inside = nil
        let markets = waiting.filter { $0.limit == nil }
        waiting.removeAll { $0.limit == nil }
        for order in markets { fillMarket(order, at: close) }
    }

    private func decide(_ intent: Intent, _ id: Int) {
        switch intent {
        case .enter(let entry):
            guard lots.isEmpty, waiting.isEmpty, !hasCancelled, !(options.isSpot && entry.direction == .short) else {
                return
            }
            request(
                Waiting(
                    id: id, isBuy: entry.direction == .long, quantity: 0, stop: entry.stop, target: entry.target,
                    tag: entry.tag, reduces: false, age: 0), entry.size)
        case .exit(let reason):
            guard let lot = lots.first, !waiting.contains(where: { $0.isExit }) else { return }
            add(
                Waiting(
                    id: id, isBuy: !lot.isLong, quantity: held, tag: reason, reduces: true, isExit: true, age: 0))
        case .submit(let wish): submit(wish, id)
        case .cancel(let order):
            if waiting.contains(where: { $0.id == order.number }) { hasCancelled = true }
            waiting.removeAll { $0.id == order.number }
        case .moveStop(let price):
            for lot in lots { move(&lot.stop, price.map { protective(Self.decimal($0), lot, isStop: true) }) }
        case .moveTarget(let price):
            for lot in lots { move(&lot.target, price.map { protective(Self.decimal($0), lot, isStop: false) }) }
        }
    }

    private func move(_ level: inout Guard?, _ price: Decimal?) {
        guard let price else {
            level = nil
            return
        }
        if let level { level.price = price } else { level = guarded(price) }
    }

    private func submit(_ wish: OrderIntent, _ id: Int) {
        let isBuy = wish.side == .buy
        let reduces = wish.reduceOnly || (options.isSpot && !isBuy)
        if reduces {
            let isOpposite = lots.first.map { $0.isLong != isBuy } ?? false
            let mayCome = waiting.contains {
                !$0.reduces && $0.isBuy != isBuy && $0.isBuy == lots.first?.isLong ?? $0.isBuy
            }
            guard isOpposite || mayCome else { return }
        }
        request(
            Waiting(
                id: id, isBuy: isBuy, quantity: 0,
                limit: wish.limit.map { onTick(Self.decimal($0), isBuy ? .down : .up) },
                stop: wish.stop.map { .price($0) }, target: wish.take.map { .price($0) },
                last: wish.expires.map { index + $0 }, tag: wish.tag, reduces: reduces, age: 0), wish.size)
    }

    private func request(_ order: Waiting, _ size: OrderSize) {
        var order = order
        let price = order.limit ?? close
        switch size {
        case .value(let value): order.quantity = floor(Self.decimal(value) / price)
        case .quantity(let quantity): order.quantity = floor(Self.decimal(quantity))
        }
        guard order.quantity > 0, order.quantity >= options.leastQuantity,
            order.quantity * price >= options.leastValue
        else { return }
        add(order)
    }

    private func add(_ order: Waiting) {
        age += 1
        var order = order
        order.age = age
        waiting.append(order)
    }

    // MARK: Numbers

    static func decimal(_ number: Double) -> Decimal {
        Decimal(string: number.description)!
    }

    private func slipped(_ price: Decimal, isBuy: Bool) -> Decimal {
        guard options.slippage != 0 else { return price }
        return onTick(price * (isBuy ? 1 + options.slippage : 1 - options.slippage), isBuy ? .up : .down)
    }

    private func onTick(_ price: Decimal, _ mode: NSDecimalNumber.RoundingMode) -> Decimal {
        guard let tick = options.tick else { return price }
        return rounded(price / tick, mode) * tick
    }

    /// Down to the step.
    private func floor(_ quantity: Decimal) -> Decimal {
        rounded(quantity / options.step, .down) * options.step
    }

    private func rounded(_ value: Decimal, _ mode: NSDecimalNumber.RoundingMode) -> Decimal {
        var value = value
        var result = Decimal.zero
        NSDecimalRound(&result, &value, 0, mode)
        return result
    }
}
