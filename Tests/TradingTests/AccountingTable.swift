import Market
import Trading

/// Runs a table of events and expectations, one a line; `#` begins a comment. All numbers are exact decimals.
///
///     cash 1000 / fee 0.001 / maker 0 / slippage 0.01 / market futures / fill close / rules step=1 tick=0.5 …
///     candle OPEN HIGH LOW CLOSE [= finer candle | finer candle …]
///     enter long $500 stop 2% target @110 tag why          buy 5 limit 99 stop 95 take 110 expires 2 tag x reduce
///     exit [reason]     cancel 3     stop 95 | stop none     target …     end
///     expect cash|equity|free|trades|lots|journal|orders|trade|lot …
///
/// Decisions that follow each other are one decision of the candle before them.
struct AccountingTable {
    struct Failure: Error, CustomStringConvertible {
        let line: Int
        let text: String
        var description: String { "line \(line): \(text)" }
    }

    private var cash = Money(1000)
    private var maker = FixedDecimal.zero
    private var taker = FixedDecimal.zero
    private var slippage = FixedDecimal.zero
    private var market = MarketKind.spot
    private var fill = MarketFillTime.nextOpen
    private var rules = InstrumentRules()
    private var risk = RiskLimits()
    private var line = 0

    /// Runs the table and answers every expectation that does not hold.
    static func failures(_ text: String) throws -> [Failure] {
        var table = AccountingTable()
        return try table.run(text)
    }

    private mutating func run(_ text: String) throws -> [Failure] {
        let rows = text.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.prefix { $0 != "#" }.split(separator: " ").map(String.init)
        }
        var rest = rows[...]
        while let row = rest.first, row.isEmpty || setting(row) { rest.removeFirst() }
        var trading = SimulatedTrading(
            try TradingSettings(
                symbol: Symbol("BTC/USDT"), market: market, rules: rules, fees: FeeRates(maker: maker, taker: taker),
                slippage: slippage, marketFill: fill, risk: risk), cash: cash)
        var failures: [Failure] = []
        var intents: [Intent] = []
        var index = -1
        for (number, row) in rest.enumerated() {
            line = rows.count - rest.count + number + 1
            guard let word = row.first else { continue }
            if let intent = try intent(row) {
                intents.append(intent)
                continue
            }
            trading.decide(intents)
            intents = []
            switch word {
            case "candle":
                index += 1
                try advance(&trading, row, index)
            case "end": trading.finish()
            case "expect":
                if let wrong = check(trading, Array(row.dropFirst())) {
                    failures.append(Failure(line: line, text: wrong))
                }
            default: throw Failure(line: line, text: "unknown word \(word)")
            }
        }
        return failures
    }

    // MARK: Rows

    private mutating func setting(_ row: [String]) -> Bool {
        let value = row.count > 1 ? row[1] : ""
        switch row[0] {
        case "cash": cash = Money(FixedDecimal(value)!)
        case "fee": (maker, taker) = (FixedDecimal(value)!, FixedDecimal(value)!)
        case "maker": maker = FixedDecimal(value)!
        case "taker": taker = FixedDecimal(value)!
        case "slippage": slippage = FixedDecimal(value)!
        case "market": market = MarketKind(rawValue: value)!
        case "fill": fill = value == "close" ? .sameClose : .nextOpen
        case "rules":
            for pair in row.dropFirst() { rule(pair) }
        default: return false
        }
        return true
    }

    private mutating func rule(_ pair: String) {
        let parts = pair.split(separator: "=")
        let value = FixedDecimal(String(parts[1]))!
        switch parts[0] {
        case "step": rules.quantityStep = Quantity(value)
        case "tick": rules.priceTick = Price(value)
        case "min_quantity": rules.minimumQuantity = Quantity(value)
        case "max_quantity": rules.maximumQuantity = Quantity(value)
        case "min_value": rules.minimumNotional = Money(value)
        case "order_value": risk.maximumOrderValue = Money(value)
        case "open_orders": risk.maximumOpenOrders = Int(value.double)
        case "orders_a_day": risk.maximumOrdersPerDay = Int(value.double)
        case "drawdown": risk.maximumDrawdown = value.double
        case "kill": risk.killSwitch = value == 1
        default: preconditionFailure("unknown rule \(pair)")
        }
    }

    private func candle(_ numbers: ArraySlice<String>, at time: Int64) -> Candle {
        let values = numbers.map { Double($0)! }
        return Candle(
            openTime: Timestamp(milliseconds: time), open: values[0], high: values[1], low: values[2],
            close: values[3], volume: 1)
    }

    /// Candles of 15 minutes, finer ones of one minute.
    private func advance(_ trading: inout SimulatedTrading, _ row: [String], _ index: Int) throws {
        let time = Int64(index) * 900_000
        let parts = row.dropFirst().split(separator: "=")
        let whole = candle(parts[0], at: time)
        guard parts.count == 2 else { return trading.advance(whole, index: index) }
        let fine = parts[1].split(separator: "|").enumerated().map {
            candle($1, at: time + Int64($0) * 60_000)
        }
        let series = try CandleSeries(symbol: Symbol("BTC/USDT"), timeframe: .m1, candles: fine)
        trading.advance(whole, index: index, fine: series, range: 0..<series.count)
    }

    private func intent(_ row: [String]) throws -> Intent? {
        switch row[0] {
        case "exit": return .exit(reason: row.count > 1 ? row[1] : "")
        case "cancel": return .cancel(OrderID(Int(row[1])!))
        case "stop": return .moveStop(Double(row[1]))
        case "target": return .moveTarget(Double(row[1]))
        case "enter":
            var entry = EntryIntent(Direction(rawValue: row[1])!, size: size(row[2]))
            entry.stop = option("stop", row).map(level)
            entry.target = option("target", row).map(level)
            entry.tag = option("tag", row) ?? ""
            return .enter(entry)
        case "buy", "sell":
            return .submit(
                OrderIntent(
                    Side(rawValue: row[0])!, size: size(row[1]), limit: option("limit", row).flatMap(Double.init),
                    stop: option("stop", row).flatMap(Double.init), take: option("take", row).flatMap(Double.init),
                    expires: option("expires", row).flatMap { Int($0) }, tag: option("tag", row) ?? "",
                    reduceOnly: row.contains("reduce")))
        default: return nil
        }
    }

    private func option(_ name: String, _ row: [String]) -> String? {
        row.firstIndex(of: name).map { row[$0 + 1] }
    }

    private func size(_ text: String) -> OrderSize {
        text.hasPrefix("$") ? .value(Double(text.dropFirst())!) : .quantity(Double(text)!)
    }

    private func level(_ text: String) -> ProtectionLevel {
        text.hasPrefix("@") ? .price(Double(text.dropFirst())!) : .distance(Double(text.dropLast())! / 100)
    }

    // MARK: Expectations

    private func check(_ trading: borrowing SimulatedTrading, _ row: [String]) -> String? {
        let wanted = row.dropFirst().joined(separator: " ")
        let real: String
        switch row[0] {
        case "cash": real = "\(trading.cash)"
        case "equity": real = "\(FixedDecimal(trading.equity, rounding: .nearest)!)"
        case "free": real = "\(FixedDecimal(trading.account.free, rounding: .nearest)!)"
        case "fees": real = "\(trading.feesPaid)"
        case "trades": real = "\(trading.trades.count)"
        case "lots": real = "\(trading.lots.count)"
        case "orders": real = trading.openOrders.map { "\($0.id)" }.joined(separator: " ")
        case "journal":
            let entry = trading.journal.last.map { "\($0.kind.rawValue) \($0.message)" } ?? "nothing"
            return entry.hasPrefix(wanted) ? nil : "journal \(entry), expected \(wanted)"
        case "lot":
            let lot = trading.lots[Int(row[1])! - 1]
            real =
                "\(row[1]) \(lot.direction) \(lot.quantity) \(lot.entryPrice)"
                + (lot.stop.map { " stop \($0)" } ?? "") + (lot.target.map { " target \($0)" } ?? "")
        case "trade": return checkTrade(trading.trades, row)
        default: return "unknown expectation \(row[0])"
        }
        return real == wanted ? nil : "\(row[0]) \(real), expected \(wanted)"
    }

    /// `trade N DIRECTION QUANTITY ENTRY EXIT REASON PROFIT`, then any of `bars B`, `mae M`, `mfe M`, `at INDEX`,
    /// `ambiguous`.
    private func checkTrade(_ trades: [ClosedTrade], _ row: [String]) -> String? {
        guard let number = Int(row[1]), number <= trades.count else { return "there are \(trades.count) trades" }
        let trade = trades[number - 1]
        var real = ["trade", row[1], "\(trade.direction)", "\(trade.quantity)", "\(trade.entryPrice)"]
        real += ["\(trade.exitPrice)", trade.reason, "\(trade.profit)"]
        if row.contains("bars") { real += ["bars", "\(trade.bars)"] }
        if row.contains("at") { real += ["at", "\(trade.exitTime.milliseconds)"] }
        if row.contains("mae") { real += ["mae", "\(FixedDecimal(trade.maePct, rounding: .nearest)!)"] }
        if row.contains("mfe") { real += ["mfe", "\(FixedDecimal(trade.mfePct, rounding: .nearest)!)"] }
        if trade.isAmbiguous { real.append("ambiguous") }
        return real == row ? nil : real.joined(separator: " ") + ", expected " + row.joined(separator: " ")
    }
}
