import Glibc
import Wording

/// The lines of one candle file as they are read: where we are, what came before.
struct CandleRows {
    let file: String
    let timeframe: Timeframe?
    let rowLimit: Int
    /// The number of the next line, 1-based.
    private(set) var line = 1
    private let columns = CandleColumns(capacity: 1024)
    private var columnCount = 0
    private var lastTime: Int64 = -1
    private var smallestStep = Int64.max
    private var smallestStepLine = 0
    private var blankLine: Int?

    init(file: String, timeframe: Timeframe?, rowLimit: Int) {
        self.file = file
        self.timeframe = timeframe
        self.rowLimit = rowLimit
    }

    /// Takes some whole lines, each with its newline.
    mutating func read(_ block: UnsafeBufferPointer<UInt8>, _ powers: UnsafePointer<Double>) throws(CandleFileError) {
        guard var at = block.baseAddress else { return }
        let end = at + block.count
        if line == 1 { try readHeader(&at, end) }
        while at < end {
            let start = at
            guard blankLine == nil, let candle = Self.scan(&at, end, columnCount, powers), candle.hasSoundNumbers else {
                at = start
                try readSlowly(&at, end)
                continue
            }
            try append(candle)
        }
    }

    /// A candle in its usual form, with `at` moved behind the newline; nil for all else.
    @inline(__always)
    private static func scan(
        _ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ columnCount: Int,
        _ powers: UnsafePointer<Double>
    ) -> Candle? {
        let time = DecimalScanner.time(&at)
        guard time >= 0, at.pointee == 44 else { return nil }
        guard let open = field(&at, powers), let high = field(&at, powers), let low = field(&at, powers),
            let close = field(&at, powers), let volume = field(&at, powers)
        else { return nil }
        if columnCount > CandleCSVReader.columns.count {
            guard skip(columnCount - CandleCSVReader.columns.count, &at) else { return nil }
        }
        if at.pointee == 13 { at += 1 }
        guard at.pointee == 10 else { return nil }
        at += 1
        return Candle(
            openTime: Timestamp(milliseconds: time), open: open, high: high, low: low, close: close, volume: volume)
    }

    /// The number behind the comma that `at` stands on.
    @inline(__always)
    private static func field(_ at: inout UnsafePointer<UInt8>, _ powers: UnsafePointer<Double>) -> Double? {
        guard at.pointee == 44 else { return nil }
        at += 1
        let start = at
        let value = DecimalScanner.fastDouble(&at, powers)
        if value == value, at.pointee == 44 || at.pointee == 10 || at.pointee == 13 { return value }
        at = start
        while at.pointee != 44 && at.pointee != 10 && at.pointee != 13 { at += 1 }
        return DecimalScanner.slowDouble(start, at)
    }

    /// Leaves out further columns up to the end of the line; false when their number is wrong.
    private static func skip(_ count: Int, _ at: inout UnsafePointer<UInt8>) -> Bool {
        var commas = 0
        while at.pointee != 10 && at.pointee != 13 {
            if at.pointee == 44 { commas += 1 }
            at += 1
        }
        return commas == count
    }

    @inline(__always)
    private mutating func append(_ candle: Candle) throws(CandleFileError) {
        let time = candle.openTime.milliseconds
        let step = time - lastTime
        if time > Timestamp.calendar.upperBound.milliseconds { throw failure(.outsideCalendar(candle.openTime)) }
        if columns.count > 0 {
            if step <= 0 { throw failure(orderDefect(candle.openTime)) }
            if step < smallestStep {
                smallestStep = step
                smallestStepLine = line
            }
        }
        if let timeframe, !timeframe.isOpenTime(candle.openTime) {
            throw failure(.offGrid(candle.openTime, timeframe))
        }
        guard columns.count < rowLimit else {
            throw CandleFileError(file: file, line: line, reason: .tooManyRows(limit: rowLimit))
        }
        columns.append(candle)
        lastTime = time
        line += 1
    }

    private func orderDefect(_ time: Timestamp) -> CandleDefect {
        time.milliseconds == lastTime
            ? .duplicateTime(time) : .timeOutOfOrder(time, after: Timestamp(milliseconds: lastTime))
    }

    private func failure(_ defect: CandleDefect) -> CandleFileError {
        CandleFileError(file: file, line: line, reason: .defect(defect))
    }

    // MARK: - The header and lines out of the ordinary

    private mutating func readHeader(
        _ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) throws(CandleFileError) {
        let fields = try CSVFields(file: file, line: line, &at, end)
        let names = fields.all.map { CSVFields.lowercased($0) }
        let isHeader =
            names.count >= CandleCSVReader.columns.count && zip(names, CandleCSVReader.columns).allSatisfy(==)
        guard isHeader else {
            throw CandleFileError(
                file: file, line: 1, reason: .badHeader(found: fields.text, expected: CandleCSVReader.header))
        }
        columnCount = names.count
        line += 1
    }

    /// A line that `scan` does not take: names what is wrong with it, or finds that it is the blank end of the file.
    @inline(never)
    private mutating func readSlowly(
        _ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) throws(CandleFileError) {
        let fields = try CSVFields(file: file, line: line, &at, end)
        if fields.text.isEmpty {
            if blankLine == nil { blankLine = line }
            line += 1
            return
        }
        if let blankLine { throw CandleFileError(file: file, line: blankLine, reason: .blankLine) }
        guard fields.all.count == columnCount else {
            throw CandleFileError(
                file: file, line: line, reason: .columnCount(found: fields.all.count, expected: columnCount))
        }
        let time = try fields.time(0, column: CandleCSVReader.columns[0])
        var numbers: [Double] = []
        for index in 1...5 {
            numbers.append(try fields.number(index, column: CandleCSVReader.columns[index]))
        }
        let candle = Candle(
            openTime: time, open: numbers[0], high: numbers[1], low: numbers[2], close: numbers[3], volume: numbers[4])
        if let defect = CandleDefect.inNumbers(of: candle) { throw failure(defect) }
        try append(candle)
    }

    // MARK: - The end

    /// The series, once the timeframe is known and every candle found to be on its grid.
    func finish(symbol: Symbol, fallback: Timeframe?) throws(CandleFileError) -> CandleSeries {
        guard line > 1 else { throw CandleFileError(file: file, reason: .empty) }
        guard columns.count > 0 else { throw CandleFileError(file: file, reason: .noRows) }
        columns.trim()
        if let timeframe { return CandleSeries(symbol: symbol, timeframe: timeframe, columns: columns) }
        guard let detected = columns.count == 1 ? fallback : Timeframe(milliseconds: smallestStep) else {
            if columns.count == 1 { throw CandleFileError(file: file, reason: .undetectableTimeframe) }
            let seconds = columns.openTimes[columns.count - 1] < 100_000_000_000
            throw CandleFileError(
                file: file, line: smallestStepLine,
                reason: .unknownStep(smallestStep, timesLookLikeSeconds: seconds))
        }
        for index in 0..<columns.count {
            let time = Timestamp(milliseconds: columns.openTimes[index])
            // Blank lines stand only at the end, so the row's line is its index behind the header.
            guard detected.isOpenTime(time) else {
                throw CandleFileError(file: file, line: index + 2, reason: .defect(.offGrid(time, detected)))
            }
        }
        return CandleSeries(symbol: symbol, timeframe: detected, columns: columns)
    }
}
