import Backtest
import Market
import Storage
import Wording

/// Tells fills, alerts and the loss of the database a line at a time, where no status view is drawn.
struct ActivityLog: Sendable {
    let store: Store
    let log: ServiceLog

    private static let lookEvery = Duration.seconds(1)
    /// Lines of one look; further ones come with the next.
    private static let mostLines = 200

    private struct Cursor {
        var fill: Int64
        var alert: AlertID
    }

    /// Until the task is cancelled; what was before it begins is not told.
    func run() async throws {
        var cursor: Cursor?
        var isLost = false
        while !Task.isCancelled {
            do {
                if let known = cursor {
                    cursor = try await tell(after: known)
                } else {
                    cursor = Cursor(
                        fill: try await store.status.fills(limit: 1).last?.number ?? 0,
                        alert: try await store.status.alerts(limit: 1).last?.id ?? AlertID(0))
                }
                if isLost { log.say(Message("the database is back", fr: "la base est revenue")) }
                isLost = false
            } catch {
                if Task.isCancelled || Interruption.isRequested { return }
                let reason = (error as? any ExplainedError)?.message ?? Message("no answer", fr: "pas de réponse")
                if !isLost {
                    log.say(
                        Message(
                            "the database is gone: \(reason.english)", fr: "la base a disparu : \(reason.french)"))
                }
                isLost = true
            }
            try await Task.sleep(for: Self.lookEvery)
        }
    }

    private func tell(after cursor: Cursor) async throws -> Cursor {
        var cursor = cursor
        for fill in try await store.status.fills(after: cursor.fill, limit: Self.mostLines) {
            let text = ActivityWords.text(fill)
            let profit = fill.profit.map { NumberText(Console.language).fixed($0.value.double, 2, signed: true) }
            let ending = profit.map { " (\($0))" } ?? ""
            log.say(Message(text.english + ending, fr: text.french + ending))
            cursor.fill = fill.number
        }
        for alert in try await store.status.alerts(after: cursor.alert, limit: Self.mostLines) {
            let word = alert.alert.severity.rawValue
            log.say(
                Message("\(word): \(alert.alert.message.english)", fr: "\(word) : \(alert.alert.message.french)"))
            cursor.alert = alert.id
        }
        return cursor
    }
}
