import Foundation
import Market
import TestSupport
import Testing
import Wording

@Suite("Bad candle files")
struct BadCandleFileTests {
    let symbol: Symbol
    let scratch: ScratchDirectory

    init() throws {
        symbol = try Symbol("BTC/USDT")
        scratch = try ScratchDirectory()
    }

    private func failure(_ path: String, timeframe: Timeframe? = nil) -> CandleFileError? {
        do {
            _ = try CandleCSVReader(symbol: symbol, timeframe: timeframe).read(path)
            return nil
        } catch {
            return error
        }
    }

    private func failure(row: String, at index: Int = 3) throws -> CandleFileError? {
        var lines = [CandleCSVReader.header]
        for row in 0..<5 { lines.append("\(1_514_764_800_000 + row * 60_000),10,12,9,11,1") }
        lines[index - 1] = row
        return failure(try scratch.write(lines.joined(separator: "\n") + "\n"))
    }

    @Test(
        "a bad row is named by line, column, value and what was expected",
        arguments: [
            ("1514764860000,1O,12,9,11,1", "open is \"1O\": expected a decimal number such as 13800.12"),
            ("1514764860000,10,12,9,11,", "volume is \"\": expected a decimal number such as 13800.12"),
            ("1514764860000,10,12,9,11,1.2.3", "volume is \"1.2.3\": expected a decimal number such as 13800.12"),
            ("1514764860000,10,12, 9,11,1", "low is \" 9\": expected a decimal number such as 13800.12"),
            ("1514764860000,10,12,9,11,1e", "volume is \"1e\": expected a decimal number such as 13800.12"),
            ("1514764860000,nan,12,9,11,1", "open is nan: expected a finite number"),
            ("1514764860000,10,inf,9,11,1", "high is inf: expected a finite number"),
            ("1514764860000,10,1e999,9,11,1", "high is inf: expected a finite number"),
            ("1514764860000,10,12,9,11,-1", "volume is -1.0: expected 0 or more"),
            ("1514764860000,10,12,0,11,1", "low is 0.0: expected a price above 0"),
            ("1514764860000,-10,12,9,11,1", "open is -10.0: expected a price above 0"),
            ("1514764860000,10,8,9,11,1", "high 8.0 is below low 9.0: expected low <= high"),
            ("1514764860000,13,12,9,11,1", "open 13.0 is outside low 9.0 to high 12.0: expected low <= open <= high"),
            (
                "1514764860000,10,12,9,12.5,1",
                "close 12.5 is outside low 9.0 to high 12.0: expected low <= close <= high"
            ),
            ("1514764860000,10,12,9,11", "the line has 5 columns: expected 6, as in the header"),
            ("1514764860000,10,12,9,11,1,7", "the line has 7 columns: expected 6, as in the header"),
            ("1514764860000;10;12;9;11;1", "the line has 1 columns: expected 6, as in the header"),
            ("", "the line is blank: expected a row"),
            (
                "999999999999999,10,12,9,11,1",
                "open_time 999999999999999 is not a time from 1970 to 9999: "
                    + "expected milliseconds since 1970-01-01 UTC"
            ),
            (
                "2018-01-01,10,12,9,11,1",
                "open_time is \"2018-01-01\": expected whole milliseconds since 1970-01-01 UTC, such as 1514764800000"
            ),
            (
                "1514764800000,10,12,9,11,1",
                "open_time 1514764800000 (2018-01-01T00:00:00Z) is there twice: expected each time once"
            ),
            (
                "1514764740000,10,12,9,11,1",
                "open_time 1514764740000 (2017-12-31T23:59:00Z) comes after 2018-01-01T00:00:00Z: "
                    + "expected times in rising order"
            ),
        ])
    func badRows(row: String, expected: String) throws {
        let error = try failure(row: row)
        #expect(error?.line == 3)
        #expect(error?.detail.english == expected)
        #expect(error?.message.english == "\(scratch.file("candles.csv")):3: \(expected)")
        #expect(error?.detail.french != error?.detail.english)
    }

    @Test("a time between the slots of a declared or found timeframe is named by its line")
    func offGrid() throws {
        let rows = [0, 60, 150, 180].map { "\(1_514_764_800_000 + $0 * 60_000),1,1,1,1,1" }.joined(separator: "\n")
        let path = try scratch.write(CandleCSVReader.header + "\n" + rows)
        let odd = Timestamp(milliseconds: 1_514_764_800_000 + 150 * 60_000)
        #expect(
            failure(path, timeframe: .h1) == CandleFileError(file: path, line: 4, reason: .defect(.offGrid(odd, .h1))))
        let shifted = try scratch.write(
            CandleCSVReader.header + "\n1514764800000,1,1,1,1,1\n1514768400000,1,1,1,1,1\n1514773000000,1,1,1,1,1\n")
        let second = Timestamp(milliseconds: 1_514_773_000_000)
        #expect(
            failure(shifted) == CandleFileError(file: shifted, line: 4, reason: .defect(.offGrid(second, .h1))))
    }

    @Test("a step that is no timeframe is named, seconds instead of milliseconds are guessed")
    func unknownStep() throws {
        let rows = [0, 60, 120].map { "\(1_514_764_800 + $0),1,1,1,1,1" }.joined(separator: "\n")
        let path = try scratch.write(CandleCSVReader.header + "\n" + rows)
        let expected = CandleFileError(file: path, line: 3, reason: .unknownStep(60, timesLookLikeSeconds: true))
        #expect(failure(path) == expected)
        #expect(expected.message.english.contains("looks like seconds"))
    }

    @Test(
        "a header that is not the one expected is shown",
        arguments: [
            "time,open,high,low,close,volume", "1514764800000,10,12,9,11,1", "open_time,open,high,low,close",
            "open_time;open;high;low;close;volume", "open_time,high,open,low,close,volume", "",
        ])
    func badHeader(header: String) throws {
        let path = try scratch.write(header + "\n1514764800000,10,12,9,11,1\n")
        let expected = CandleFileError.Reason.badHeader(found: header, expected: "open_time,open,high,low,close,volume")
        #expect(failure(path) == CandleFileError(file: path, line: 1, reason: expected))
    }

    @Test("files that are not there, not files, not ours or empty")
    func wrongFiles() throws {
        #expect(failure(scratch.file("none.csv"))?.reason == .missing)
        #expect(failure(scratch.path)?.reason == .isDirectory)
        #expect(failure(try scratch.write(""))?.reason == .empty)
        #expect(failure(try scratch.write(CandleCSVReader.header + "\n"))?.reason == .noRows)
        #expect(
            failure(try scratch.write("\u{FEFF}"))?.reason == .badHeader(found: "", expected: CandleCSVReader.header))
        let locked = try scratch.write(CandleCSVReader.header + "\n", as: "locked.csv")
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: locked)
        // The superuser may read everything.
        if getuid() != 0 { #expect(failure(locked)?.reason == .permissionDenied) }
    }

    @Test("binary content is said to be no text, whatever its length", arguments: [10, 3000, 300_000])
    func binary(size: Int) throws {
        var random = SeededNumbers(seed: UInt64(size))
        let bytes = (0..<size).map { _ in UInt8(truncatingIfNeeded: random.next()) & 0x1F }
        #expect(failure(try scratch.write([1] + bytes))?.reason == .binary)
        let late = Array((CandleCSVReader.header + "\n").utf8) + [0, 1, 2, 10]
        #expect(failure(try scratch.write(late))?.reason == .binary)
    }

    @Test("a line without an end is refused before it fills the memory")
    func longLine() throws {
        let path = try scratch.write(String(repeating: "a", count: 1 << 20))
        #expect(failure(path) == CandleFileError(file: path, line: 1, reason: .lineTooLong(limit: 1 << 17)))
    }

    @Test("gzip data that is cut, damaged or followed by other data is refused")
    func damagedGzip() throws {
        let source = SyntheticMarket.generate(.init(seed: 5, symbol: symbol, timeframe: .m1, count: 20_000))
        try CandleCSVWriter.write(source, to: scratch.file("whole.gz"))
        let whole = try ByteFile.read(scratch.file("whole.gz"))
        for length in [2, 5, 11, 100, whole.count / 2, whole.count - 9, whole.count - 1] {
            let error = failure(try scratch.write(Array(whole.prefix(length)), as: "cut.gz"))
            #expect(error?.reason == .truncatedGzip, "\(length) of \(whole.count) bytes")
        }
        var damaged = whole
        damaged[whole.count - 6] ^= 1
        #expect(failure(try scratch.write(damaged)).map { "\($0.reason)".contains("corruptGzip") } == true)
        #expect(
            failure(try scratch.write(whole + Array("more".utf8)))?.reason == .corruptGzip("other data follows the end")
        )
    }

    @Test("a file with more rows than allowed is refused")
    func tooManyRows() throws {
        let path = scratch.file("a.csv")
        let source = SyntheticMarket.generate(
            .init(seed: 5, symbol: symbol, timeframe: .m1, count: 11, hasGaps: false))
        try CandleCSVWriter.write(source, to: path)
        let reader = CandleCSVReader(symbol: symbol, rowLimit: 10)
        #expect(throws: CandleFileError(file: path, line: 12, reason: .tooManyRows(limit: 10))) {
            try reader.read(path)
        }
    }

    @Test("no change of one byte makes the reader fall: it reads or it refuses")
    func mutations() throws {
        var random = SeededNumbers(seed: 23)
        let good = Array(
            (CandleCSVReader.header + "\r\n1514764800000,10,12.5,9,11,2.9e-7\n1514764860000,11,11,11,11,0\n").utf8)
        var refused = 0
        for _ in 0..<1500 {
            var bytes = good
            for _ in 0...(random.next() % 3) {
                let at = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 3 {
                case 0: bytes[at] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: at)
                default: bytes.insert(Array("0,.\n-e9\r".utf8)[Int(random.next() % 8)], at: at)
                }
            }
            if failure(try scratch.write(bytes)) != nil { refused += 1 }
        }
        #expect(refused > 500 && refused < 1500, "seed 23")
    }
}
