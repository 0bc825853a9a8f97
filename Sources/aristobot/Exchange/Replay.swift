import Market
import TestExchange
import Wording

/// Prices of one file, candles or trades.
struct Replay {
    enum Content {
        case candles(CandleSeries)
        case trades([Tick])
    }

    let symbol: Symbol
    let content: Content

    init(_ file: ReplayFile) throws {
        guard let symbol = file.symbol else {
            throw CommandFailure(
                .usage, "--replay \(file.path): name the market, such as BTC/USDT=\(file.path)",
                fr: "--replay \(file.path) : nommez le marché, comme BTC/USDT=\(file.path)")
        }
        self.symbol = symbol
        do {
            content = .candles(try CandleSource.read(file.path, symbol: symbol))
        } catch let failure as CommandFailure where failure.kind == .input {
            // A file of trades has another header.
            guard let trades = try? Self.trades(file.path), !trades.isEmpty else { throw failure }
            content = .trades(trades)
        }
    }

    private init(_ symbol: Symbol, _ content: Content) {
        self.symbol = symbol
        self.content = content
    }

    private static func trades(_ path: String) throws -> [Tick] {
        var trades: [Tick] = []
        try TickCSVReader().read(path) { tick in
            trades.append(tick)
            return !Interruption.isRequested && trades.count <= PriceSource.mostTrades
        }
        return trades
    }

    var source: PriceSource {
        switch content {
        case .candles(let series): .candles(series)
        case .trades(let trades): .trades(trades)
        }
    }

    var first: Timestamp {
        switch content {
        case .candles(let series): series.firstTime ?? SystemClock.now
        case .trades(let trades): trades[0].time
        }
    }

    var last: Timestamp {
        switch content {
        case .candles(let series): series.lastTime ?? SystemClock.now
        case .trades(let trades): trades[trades.count - 1].time
        }
    }

    /// About where the price is at a time.
    func price(at time: Timestamp) throws -> Double {
        switch content {
        case .candles(let series): series.opens[min(series.firstIndex(from: time), series.count - 1)]
        case .trades(let trades): (trades.first { $0.time >= time } ?? trades[trades.count - 1]).price
        }
    }

    func moved(by milliseconds: Int64) throws -> Replay {
        switch content {
        case .candles(let series):
            let candles = series.map { candle in
                var candle = candle
                candle.openTime = Timestamp(milliseconds: candle.openTime.milliseconds + milliseconds)
                return candle
            }
            return Replay(
                symbol, .candles(try CandleSeries(symbol: symbol, timeframe: series.timeframe, candles: candles)))
        case .trades(let trades):
            let moved = trades.map { trade in
                var trade = trade
                trade.time = Timestamp(milliseconds: trade.time.milliseconds + milliseconds)
                return trade
            }
            return Replay(symbol, .trades(moved))
        }
    }
}
