import Foundation
import Market
import Storage
import StrategyHost
import Trading
import Wording

/// What an account loop writes down, in the form in which it is kept.
enum AccountWords {
    // MARK: Memory and settings

    /// As JSON, which the store keeps.
    static func json(_ memory: StrategyMemory) throws -> String {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = strategy
        return String(decoding: try encoder.encode(memory), as: UTF8.self)
    }

    static func memory(_ text: String) throws -> StrategyMemory {
        do {
            return try decoder.decode(StrategyMemory.self, from: Data(text.utf8))
        } catch let error as any ExplainedError {
            throw error
        } catch {
            throw StorageError.damaged(
                Message(
                    "what the strategy remembered cannot be read: \(error)",
                    fr: "la mémoire de la stratégie est illisible : \(error)"))
        }
    }

    static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return decoder
    }

    private static let strategy = JSONEncoder.NonConformingFloatEncodingStrategy.convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")

    private struct Settings: Decodable {
        var risk: RiskLimits?
    }

    /// The limits in a strategy's settings.
    static func limits(_ settings: String) throws -> RiskLimits {
        do {
            return try JSONDecoder().decode(Settings.self, from: Data(settings.utf8)).risk ?? .none
        } catch {
            throw StorageError.invalid(
                Message(
                    "the strategy's settings cannot be read: \(error)",
                    fr: "les réglages de la stratégie sont illisibles : \(error)"))
        }
    }

    static func accountLimits(_ text: String) throws(StorageError) -> AccountLimits {
        do {
            return try JSONDecoder().decode(AccountLimits.self, from: Data(text.utf8))
        } catch {
            throw .invalid(
                Message(
                    "the account's limits cannot be read, so nothing is opened: \(error)",
                    fr: "les limites du compte sont illisibles, rien n'est ouvert : \(error)"))
        }
    }

    /// JSON with its keys in order.
    static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = strategy
        // Only numbers without a value could make it fail, and they are written as words.
        guard let data = try? encoder.encode(value) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    // MARK: Log

    static func line(_ entry: JournalEntry) -> StrategyLogLine {
        let level: StrategyLogLine.Level =
            switch entry.kind {
            case .conflict, .failed: .error
            case .rejected, .risk, .cut, .dust: .warning
            case .skipped: .info
            }
        return StrategyLogLine(
            time: entry.time, level: level, source: "journal", message: entry.message,
            detail: text(JournalDetail(kind: entry.kind.rawValue, order: entry.order?.number)))
    }

    private struct JournalDetail: Encodable {
        var kind: String
        var order: Int?
    }

    static func line(_ line: LogLine, at time: Timestamp, candle: Timestamp?) -> StrategyLogLine {
        let level: StrategyLogLine.Level =
            switch line.level {
            case .debug: .debug
            case .info: .info
            case .warn: .warning
            case .error: .error
            }
        var fields: [String: String] = [:]
        for field in line.fields { fields[field.name] = field.value }
        return StrategyLogLine(
            time: time, candleOpen: candle, level: level, source: "script",
            message: Message(line.text, fr: line.text), detail: text(fields))
    }

    // MARK: Alerts

    static func alert(_ alert: StrategyAlert, of row: ActiveStrategy) -> Alert {
        let severity: Alert.Severity =
            switch alert.kind {
            case .protectionWatched: .warning
            case .closeFailed, .keysRefused, .positionLost, .conflict: .error
            }
        return Alert(severity, alert.kind.rawValue, of(row, alert.message), detail: detail(row))
    }

    static func alert(
        _ severity: Alert.Severity, _ code: String, of row: ActiveStrategy, _ message: Message
    ) -> Alert {
        Alert(severity, code, of(row, message), detail: detail(row))
    }

    private static func of(_ row: ActiveStrategy, _ message: Message) -> Message {
        Message("strategy \(row.name): \(message.english)", fr: "stratégie \(row.name) : \(message.french)")
    }

    private static func detail(_ row: ActiveStrategy) -> String {
        text(["strategy": String(row.id.number), "symbol": row.symbol.description])
    }
}
