import Market
import TestSupport
import Testing
import Wording

@Suite("Candle files")
struct CandleFileTests {
    let symbol: Symbol
    let scratch: ScratchDirectory

    init() throws {
        symbol = try Symbol("BTC/USDT")
        scratch = try ScratchDirectory()
    }

    private func read(_ text: String) throws -> CandleSeries {
        try CandleCSVReader(symbol: symbol).read(try scratch.write(text))
    }

    private let two = """
        open_time,open,high,low,close,volume
        1514764800000,10,12.5,9,11,2.9e-7
        1514764860000,11,11,11,11,0

        """

    @Test("plain rows are read, exponents and whole numbers included")
    func plain() throws {
        let series = try read(two)
        #expect(Array(series) == [minute(0, 10, 12.5, 9, 11, 2.9e-7), minute(1, 11, 11, 11, 11, 0)])
        #expect(series.timeframe == .m1)
    }

    @Test("line ends of Windows, a byte order mark, no last line end and blank last lines change nothing")
    func lineEnds() throws {
        let expected = Array(try read(two))
        #expect(Array(try read(two.split(separator: "\n").joined(separator: "\r\n") + "\r\n")) == expected)
        #expect(Array(try read("\u{FEFF}" + two)) == expected)
        #expect(Array(try read(String(two.dropLast()))) == expected)
        #expect(Array(try read(two + "\n\r\n\n")) == expected)
    }

    @Test("columns after the six that the header names are left alone")
    func moreColumns() throws {
        let series = try read(
            "open_time,open,high,low,close,volume,trades,note\n"
                + "1514764800000,10,12,9,11,1,55,x\n1514764860000,10,12,9,11,1,,\n")
        #expect(series.count == 2 && series.volumes[0] == 1)
    }

    @Test("the timeframe is the smallest step; a declared one is kept")
    func timeframes() throws {
        let rows = [0, 60, 180, 240].map { "\(1_514_764_800_000 + $0 * 60_000),1,1,1,1,1" }.joined(separator: "\n")
        let path = try scratch.write(CandleCSVReader.header + "\n" + rows)
        #expect(try CandleCSVReader(symbol: symbol).read(path).timeframe == .h1)
        #expect(try CandleCSVReader(symbol: symbol, timeframe: .m15).read(path).timeframe == .m15)
        let one = try scratch.write(CandleCSVReader.header + "\n1514764800000,1,1,1,1,1\n")
        #expect(try CandleCSVReader(symbol: symbol, fallback: .h4).read(one).timeframe == .h4)
        #expect(throws: CandleFileError(file: one, reason: .undetectableTimeframe)) {
            try CandleCSVReader(symbol: symbol).read(one)
        }
    }

    @Test("every number is the correctly rounded one")
    func numbers() throws {
        var random = SeededNumbers(seed: 19)
        var texts = [
            "1", "0.1", "123456789012345678901234567890", "9007199254740993", "9007199254740992.5",
            "0.30000000000000004",
            "178.24600178999998", "1e22", "1e23", "1e-5", "2.2250738585072014e-308", "00000000000000000000012.5", "5.",
            "17976931348623157e292", "8.98846567431158e307", "9999999999999999999", "12345678901234567890.5",
        ]
        for _ in 0..<4000 {
            let digits = String(random.next() >> (random.next() % 60))
            let point = Int(random.next() % UInt64(digits.count + 1))
            texts.append((point == 0 ? "0" : "") + digits.prefix(point) + "." + digits.dropFirst(point) + "1")
            texts.append((Double(random.next() >> 12) * 0x1p-40).description)
        }
        let rows = texts.enumerated().map { "\(1_514_764_800_000 + $0 * 60_000),1,1,1,1,\($1)" }
        let series = try read(CandleCSVReader.header + "\n" + rows.joined(separator: "\n"))
        try #require(series.count == texts.count)
        for (index, text) in texts.enumerated() {
            #expect(series.volumes[index] == Double(text.hasSuffix(".") ? text + "0" : text), "seed 19, \(text)")
        }
    }

    @Test("written candles read back the same, plain and gzip, and gzip is known by its content", arguments: [1, 2, 3])
    func roundTrip(seed: UInt64) throws {
        let source = SyntheticMarket.generate(
            .init(seed: seed, symbol: symbol, timeframe: .m5, count: 5000, startPrice: seed == 2 ? 0.0005 : nil))
        for (name, gzip) in [("a.csv", false), ("a.csv.gz", true)] {
            try CandleCSVWriter.write(source, to: scratch.file(name))
            let bytes = try ByteFile.read(scratch.file(name))
            #expect((bytes.prefix(2) == [0x1f, 0x8b]) == gzip)
            let back = try CandleCSVReader(symbol: symbol).read(scratch.file(name))
            #expect(back.timeframe == .m5 && Array(back) == Array(source), "seed \(seed)")
        }
        try CandleCSVWriter.write(source, to: scratch.file("named-plain.csv"), gzip: true)
        #expect(Array(try CandleCSVReader(symbol: symbol).read(scratch.file("named-plain.csv"))) == Array(source))
        #expect(try scratch.names == ["a.csv", "a.csv.gz", "named-plain.csv"])
    }

    @Test("several gzip files one behind the other are one file, zeros behind them are padding")
    func gzipMembers() throws {
        let series = try read(two)
        try CandleCSVWriter.write(series.slice(0..<1), to: scratch.file("a.gz"))
        var bytes = try ByteFile.read(scratch.file("a.gz"))
        bytes += Gzip.member("1514764860000,11,11,11,11,0\n")
        bytes += [0, 0, 0]
        let path = try scratch.write(bytes, as: "b.gz")
        #expect(Array(try CandleCSVReader(symbol: symbol).read(path)) == Array(series))
    }

    @Test(
        "numbers are written plain and short",
        arguments: [
            (1.0, "1"), (2.9e-7, "0.00000029"), (1e-7, "0.0000001"), (1e22, "10000000000000000000000"), (0.1, "0.1"),
            (1.5e16, "15000000000000000"), (-2.5e-5, "-0.000025"), (123.456, "123.456"), (0, "0"),
        ])
    func plainText(value: Double, expected: String) {
        #expect(CandleCSVWriter.plainText(value) == expected)
        #expect(Double(CandleCSVWriter.plainText(value)) == value)
    }

    @Test("reading tells how far it is and stops when told to")
    func progress() throws {
        let path = try scratch.write(two)
        var parts: [Double] = []
        _ = try CandleCSVReader(symbol: symbol).read(path) {
            parts.append($0); return true
        }
        #expect(parts.last == 1)
        #expect(throws: CandleFileError(file: path, reason: .interrupted)) {
            try CandleCSVReader(symbol: symbol).read(path) { _ in false }
        }
    }

    @Test("writing that is stopped leaves nothing")
    func stoppedWriting() throws {
        let source = SyntheticMarket.generate(.init(seed: 1, symbol: symbol, timeframe: .m5, count: 3000))
        #expect(try !CandleCSVWriter.write(source, to: scratch.file("a.csv")) { _ in false })
        #expect(try scratch.names == [])
    }

    @Test(
        "the real files are read whole", .enabled(if: SharedData.isThere, SharedData.absence),
        arguments: [
            ("binance_btcusdt_1h.csv.gz", 72_866, Timeframe.h1, 27, 122),
            ("binance_btcusdt_1h_native12.csv.gz", 72_866, .h1, 27, 122),
            ("binance_ethusdt_1d.csv.gz", 3178, .d1, 0, 0),
            ("bitfinex_ethusd_1m_2016_sparse.csv.gz", 85_818, .m1, 37_430, 342_310),
        ])
    func realFiles(name: String, rows: Int, timeframe: Timeframe, runs: Int, missing: Int) throws {
        let series = try CandleCSVReader(symbol: symbol).read(SharedData.path(name))
        #expect(series.count == rows && series.timeframe == timeframe)
        let gaps = series.gaps
        #expect(gaps.count == runs && gaps.reduce(0) { $0 + $1.count } == missing)
    }
}
