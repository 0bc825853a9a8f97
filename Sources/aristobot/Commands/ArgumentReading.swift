import ArgumentParser
import Broker
import Market
import Wording

/// How words of the command line become values; what is refused is said in the user's language.
enum ArgumentReading {
    static func timeframe(_ text: String) throws -> Timeframe {
        do { return try Timeframe(parsing: text) } catch { throw refusal(error.message) }
    }

    static func symbol(_ text: String) throws -> Symbol {
        do { return try Symbol(text) } catch { throw refusal(error.message) }
    }

    static func time(_ text: String) throws -> Timestamp {
        do { return try Timestamp(parsing: text) } catch { throw refusal(error.message) }
    }

    static func venue(_ text: String) throws -> VenueName {
        guard let venue = VenueName(text) else {
            let shown = quotedForMessage(text)
            throw refusal(
                Message(
                    "\(shown) is not a venue: expected 1 to 32 small letters, digits, - or _, such as binance",
                    fr: "\(shown) n'est pas une place : attendu 1 à 32 lettres minuscules, chiffres, - ou _, "
                        + "comme binance"))
        }
        return venue
    }

    /// A decimal number within bounds, exact.
    static func decimal(
        _ text: String, from least: FixedDecimal, to most: FixedDecimal
    ) throws -> FixedDecimal {
        guard let value = FixedDecimal(text), value >= least, value <= most else {
            let shown = quotedForMessage(text)
            throw refusal(
                Message(
                    "\(shown) is not a number from \(least) to \(most)",
                    fr: "\(shown) n'est pas un nombre de \(least) à \(most)"))
        }
        return value
    }

    static func count(_ text: String, _ range: ClosedRange<Int>) throws -> Int {
        guard let value = Int(text), range.contains(value) else {
            let shown = quotedForMessage(text)
            throw refusal(
                Message(
                    "\(shown) is not a whole number from \(range.lowerBound) to \(range.upperBound)",
                    fr: "\(shown) n'est pas un nombre entier de \(range.lowerBound) à \(range.upperBound)"))
        }
        return value
    }

    static func refusal(_ message: Message) -> ValidationError {
        ValidationError(message.text(in: Console.language))
    }
}
