import Wording

/// An instant: milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
public struct Timestamp: Hashable, Comparable, Sendable {
    public var milliseconds: Int64

    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// From 1970-01-01 up to the last millisecond of the year 9999: where candles and ticks may lie.
    public static let calendar = Timestamp(milliseconds: 0)...Timestamp(milliseconds: 253_402_300_799_999)

    @inlinable
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }
}

extension Timestamp: CustomStringConvertible {
    private static let millisecondsPerDay: Int64 = 86_400_000

    /// `2024-01-02T03:04:05Z`, with `.678` before the `Z` when the instant is not on a whole second.
    public var description: String {
        let (day, time) = Self.split(milliseconds)
        let seconds = time / 1000
        let clock = "\(pad(seconds / 3600, 2)):\(pad(seconds / 60 % 60, 2)):\(pad(seconds % 60, 2))"
        let fraction = time % 1000 == 0 ? "" : ".\(pad(time % 1000, 3))"
        return "\(Self.dateText(day: day))T\(clock)\(fraction)Z"
    }

    /// The UTC date alone, `2024-01-02`.
    public var dateText: String {
        Self.dateText(day: Self.split(milliseconds).day)
    }

    /// The UTC calendar date this instant falls on.
    public var date: (year: Int, month: Int, day: Int) {
        Self.civil(day: Self.split(milliseconds).day)
    }

    /// Midnight UTC at the start of a calendar date; nothing when there is no such date or its year is not 1 to 9999.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month) else { return nil }
        guard day >= 1, day <= Self.length(ofMonth: month, year: year) else { return nil }
        milliseconds = Self.dayNumber(year: year, month: month, day: day) * Self.millisecondsPerDay
    }

    /// Reads `2024-01-02`, `2024-01-02T03:04Z`, `2024-01-02T03:04:05Z` or `2024-01-02T03:04:05.678Z`.
    ///
    /// A space may stand for the `T`, the `Z` may be left out; every time is UTC.
    public init(parsing text: String) throws(MarketError) {
        guard let parsed = Self.parse(Array(text.utf8)) else {
            let shown = quotedForMessage(text)
            throw MarketError(
                Message(
                    "\(shown) is not a time: expected a UTC date such as 2024-01-02 or 2024-01-02T03:04:05Z",
                    fr: "\(shown) n'est pas une date : attendu une date UTC comme 2024-01-02 ou 2024-01-02T03:04:05Z"))
        }
        self = parsed
    }

    private static func parse(_ bytes: [UInt8]) -> Timestamp? {
        var rest = bytes[...]
        guard let year = number(&rest, digits: 4), skip(&rest, "-"), let month = number(&rest, digits: 2),
            skip(&rest, "-"), let day = number(&rest, digits: 2),
            var result = Timestamp(year: year, month: month, day: day)
        else { return nil }
        if rest.isEmpty { return result }
        guard skip(&rest, "T") || skip(&rest, " ") || skip(&rest, "t"), let hour = number(&rest, digits: 2), hour < 24,
            skip(&rest, ":"), let minute = number(&rest, digits: 2), minute < 60
        else { return nil }
        result.milliseconds += Int64(hour) * 3_600_000 + Int64(minute) * 60_000
        if skip(&rest, ":") {
            guard let second = number(&rest, digits: 2), second < 60 else { return nil }
            result.milliseconds += Int64(second) * 1000
            if skip(&rest, ".") {
                guard let fraction = number(&rest, digits: 3) else { return nil }
                result.milliseconds += Int64(fraction)
            }
        }
        _ = skip(&rest, "Z") || skip(&rest, "z")
        return rest.isEmpty ? result : nil
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, digits: Int) -> Int? {
        guard rest.count >= digits else { return nil }
        var value = 0
        for byte in rest.prefix(digits) {
            guard byte >= 48, byte <= 57 else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        rest.removeFirst(digits)
        return value
    }

    private static func skip(_ rest: inout ArraySlice<UInt8>, _ character: Character) -> Bool {
        guard rest.first == character.asciiValue else { return false }
        rest.removeFirst()
        return true
    }

    private static func split(_ milliseconds: Int64) -> (day: Int64, time: Int64) {
        var (day, time) = milliseconds.quotientAndRemainder(dividingBy: millisecondsPerDay)
        if time < 0 {
            day -= 1
            time += millisecondsPerDay
        }
        return (day, time)
    }

    private static func dateText(day: Int64) -> String {
        let (year, month, day) = civil(day: day)
        return "\(pad(Int64(year), 4))-\(pad(Int64(month), 2))-\(pad(Int64(day), 2))"
    }

    /// Days since 1970-01-01 of a proleptic Gregorian date, by counting years from March of a leap cycle of 400 years.
    private static func dayNumber(year: Int, month: Int, day: Int) -> Int64 {
        let shifted = Int64(month <= 2 ? year - 1 : year)
        let cycle = floorDivide(shifted, 400)
        let yearOfCycle = shifted - cycle * 400
        let dayOfYear = (153 * Int64(month > 2 ? month - 3 : month + 9) + 2) / 5 + Int64(day) - 1
        let dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
        return cycle * 146_097 + dayOfCycle - 719_468
    }

    private static func civil(day: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let cycle = floorDivide(shifted, 146_097)
        let dayOfCycle = shifted - cycle * 146_097
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0)
        return (Int(year), Int(month), Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1))
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : (value - divisor + 1) / divisor
    }

    private static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }
}

private func pad(_ value: Int64, _ width: Int) -> String {
    let digits = String(value.magnitude)
    let zeros = String(repeating: "0", count: max(0, width - digits.count))
    return (value < 0 ? "-" : "") + zeros + digits
}
