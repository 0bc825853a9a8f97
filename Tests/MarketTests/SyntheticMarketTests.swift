import Market
import Testing

@Suite("The synthetic market")
struct SyntheticMarketTests {
    private func options(
        seed: UInt64, _ symbol: String = "BTC/USDT", _ timeframe: Timeframe = .m15, count: Int = 20_000
    ) throws -> SyntheticMarket.Options {
        SyntheticMarket.Options(seed: seed, symbol: try Symbol(symbol), timeframe: timeframe, count: count)
    }

    private func fingerprint(_ series: CandleSeries) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for candle in series {
            let words = [
                UInt64(bitPattern: candle.openTime.milliseconds), candle.open.bitPattern, candle.high.bitPattern,
                candle.low.bitPattern, candle.close.bitPattern, candle.volume.bitPattern,
            ]
            for word in words { hash = (hash ^ word) &* 0x100_0000_01B3 }
        }
        return hash
    }

    @Test("the random numbers are those of the published generator")
    func generator() {
        // First numbers of xoshiro256** with its state filled by splitmix64 from 0, computed apart.
        var random = RandomStream(seed: 0)
        #expect((0..<3).map { _ in random.next() } == [0x99ec5f36cb75f2b4, 0xbf6e1f784956452a, 0x1a5f849d4933e6e0])
        var sum = 0.0
        var squares = 0.0
        for _ in 0..<20_000 {
            let value = random.bell()
            sum += value
            squares += value * value
            #expect(abs(value) <= 6)
        }
        #expect(abs(sum / 20_000) < 0.02 && abs(squares / 20_000 - 1) < 0.03, "seed 0")
    }

    @Test("one seed gives the same candles on every machine")
    func golden() throws {
        let series = SyntheticMarket.generate(try options(seed: 1))
        #expect(String(fingerprint(series), radix: 16) == "8ccb89582628b1c4")
        let other = SyntheticMarket.generate(try options(seed: 2))
        #expect(fingerprint(other) != fingerprint(series))
    }

    @Test("the candles keep every rule, over seeds, timeframes and prices", arguments: [1, 2, 3, 4, 5, 6, 7, 8])
    func sound(seed: UInt64) throws {
        var options = try options(seed: seed, "XRP/EUR", Timeframe.allCases[Int(seed)], count: 5000)
        options.startPrice = [nil, 0.0005, 1e6][Int(seed % 3)]
        let series = SyntheticMarket.generate(options)
        var builder = CandleSeriesBuilder(symbol: options.symbol, timeframe: options.timeframe)
        for candle in series { try builder.append(candle) }
        #expect(builder.finish().count == series.count)
        #expect(series.count > 4500 && series.count <= 5000, "seed \(seed)")
    }

    @Test("it has gaps unless told otherwise, wicks, clusters of volatility, and volume that follows movement")
    func character() throws {
        var options = try options(seed: 1)
        let series = SyntheticMarket.generate(options)
        #expect(series.gaps.count > 2)
        options.hasGaps = false
        let whole = SyntheticMarket.generate(options)
        #expect(whole.count == 20_000 && whole.gaps.isEmpty)
        let moves = (1..<whole.count).map { abs(whole.closes[$0] / whole.closes[$0 - 1] - 1) }
        #expect(correlation(Array(moves.dropLast()), Array(moves.dropFirst())) > 0.05)
        #expect(correlation(moves, (1..<whole.count).map { whole.volumes[$0] }) > 0.3)
        let wicked = whole.filter { $0.high > max($0.open, $0.close) && $0.low < min($0.open, $0.close) }
        #expect(wicked.count > 10_000)
    }

    @Test("two symbols of one seed move together")
    func pair() throws {
        let left = SyntheticMarket.generate(try options(seed: 4))
        let right = SyntheticMarket.generate(try options(seed: 4, "ETH/USDT"))
        var leftMoves: [Double] = []
        var rightMoves: [Double] = []
        for index in 1..<left.count {
            let time = Timestamp(milliseconds: left.openTimes[index])
            let match = right.firstIndex(from: time)
            guard match > 0, match < right.count, right.openTimes[match] == left.openTimes[index] else { continue }
            leftMoves.append(left.closes[index] / left.closes[index - 1] - 1)
            rightMoves.append(right.closes[match] / right.closes[match - 1] - 1)
        }
        #expect(correlation(leftMoves, rightMoves) > 0.5)
    }

    @Test("absurd options are held to their bounds")
    func bounds() throws {
        var options = try options(seed: 1, count: -5)
        #expect(SyntheticMarket.generate(options).isEmpty)
        options.count = 10
        options.startPrice = .infinity
        options.start = Timestamp(milliseconds: 1_641_168_000_123)
        let series = SyntheticMarket.generate(options)
        #expect(series.count > 0 && series.allSatisfy { $0.high.isFinite })
        #expect(series.firstTime == SyntheticMarket.defaultStart)
    }

    private func correlation(_ left: [Double], _ right: [Double]) -> Double {
        let count = Double(left.count)
        let leftMean = left.reduce(0, +) / count
        let rightMean = right.reduce(0, +) / count
        var product = 0.0
        var leftSquares = 0.0
        var rightSquares = 0.0
        for (one, other) in zip(left, right) {
            product += (one - leftMean) * (other - rightMean)
            leftSquares += (one - leftMean) * (one - leftMean)
            rightSquares += (other - rightMean) * (other - rightMean)
        }
        return product / (leftSquares * rightSquares).squareRoot()
    }
}
