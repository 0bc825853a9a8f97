import Wording

/// Reads trades from a CSV file, plain or gzip, one after the other.
///
/// The header names at least `price,quantity,transact_time,is_buyer_maker`, in any order; `transact_time` is in
/// milliseconds since the epoch, and does not fall; `is_buyer_maker` is `true` when the taker sold.
public struct TickCSVReader: Sendable {
    public static let columns = ["price", "quantity", "transact_time", "is_buyer_maker"]

    public init() {}

    /// Hands each trade to `body`; an error that `body` throws does not occur: it answers `false` to stop.
    public func read(_ path: String, body: (Tick) -> Bool) throws(CandleFileError) {
        let lines = try LineStream(path: path)
        var line = 1
        var places: [Int] = []
        var columnCount = 0
        var blankLine: Int?
        var last = Timestamp(milliseconds: 0)
        while let block = try lines.nextLines(line: line) {
            guard var at = block.baseAddress else { continue }
            let end = at + block.count
            while at < end {
                let fields = try CSVFields(file: path, line: line, &at, end)
                defer { line += 1 }
                if line == 1 {
                    places = try Self.places(fields)
                    columnCount = fields.all.count
                    continue
                }
                // Blank lines may end the file; a row behind one shows that it did not.
                if fields.text.isEmpty {
                    blankLine = blankLine ?? line
                    continue
                }
                if let blankLine { throw CandleFileError(file: path, line: blankLine, reason: .blankLine) }
                guard fields.all.count == columnCount else {
                    let reason = CandleFileError.Reason.columnCount(found: fields.all.count, expected: columnCount)
                    throw CandleFileError(file: path, line: line, reason: reason)
                }
                let tick = try Self.tick(fields, places)
                guard tick.time >= last else {
                    throw CandleFileError(
                        file: path, line: line, reason: .defect(.timeOutOfOrder(tick.time, after: last)))
                }
                last = tick.time
                if !body(tick) { return }
            }
        }
        if line == 1 { throw CandleFileError(file: path, reason: .empty) }
    }

    private static func places(_ fields: CSVFields) throws(CandleFileError) -> [Int] {
        let names = fields.all.map { CSVFields.lowercased($0) }
        let places = columns.compactMap { names.firstIndex(of: $0) }
        guard places.count == columns.count else {
            throw CandleFileError(
                file: fields.file, line: 1,
                reason: .badHeader(found: fields.text, expected: columns.joined(separator: ",")))
        }
        return places
    }

    private static func tick(_ fields: CSVFields, _ places: [Int]) throws(CandleFileError) -> Tick {
        let price = try fields.number(places[0], column: columns[0])
        let quantity = try fields.number(places[1], column: columns[1])
        let time = try fields.time(places[2], column: columns[2])
        let side: Side
        switch CSVFields.lowercased(fields.all[places[3]]) {
        case "true": side = .sell
        case "false": side = .buy
        default:
            throw fields.bad(columns[3], fields.all[places[3]], Message("true or false", fr: "true ou false"))
        }
        guard Timestamp.calendar.contains(time) else {
            throw CandleFileError(file: fields.file, line: fields.line, reason: .defect(.outsideCalendar(time)))
        }
        let tick = Tick(time: time, price: price, quantity: quantity, takerSide: side)
        guard tick.isSound else {
            let isPrice = !(price > 0 && price < .infinity)
            throw fields.bad(
                isPrice ? columns[0] : columns[1], fields.all[places[isPrice ? 0 : 1]],
                isPrice
                    ? Message("a finite number above 0", fr: "un nombre fini supérieur à 0")
                    : Message("a finite number, 0 or more", fr: "un nombre fini, 0 ou plus"))
        }
        return tick
    }
}
