import Broker
import Market
import Storage
import Trading

/// What an account loop has to do later, by our own clock; each thing once.
struct Agenda: Sendable {
    struct Ask: Sendable, Hashable {
        var id: ClientOrderID
        var symbol: Symbol
    }

    private var asks: [Ask: ContinuousClock.Instant] = [:]
    private var looks: [ActiveStrategyID: ContinuousClock.Instant] = [:]
    private var surveyAt: ContinuousClock.Instant?
    private var rosterAt: ContinuousClock.Instant?
    private var loads: [ActiveStrategyID: ContinuousClock.Instant] = [:]

    mutating func ask(_ ask: Ask, at due: ContinuousClock.Instant) {
        asks[ask] = min(asks[ask] ?? due, due)
    }

    mutating func look(_ id: ActiveStrategyID, at due: ContinuousClock.Instant) {
        looks[id] = min(looks[id] ?? due, due)
    }

    mutating func survey(at due: ContinuousClock.Instant) { surveyAt = min(surveyAt ?? due, due) }

    mutating func roster(at due: ContinuousClock.Instant) { rosterAt = min(rosterAt ?? due, due) }

    /// Whether the roster is to be read; it is noted once.
    mutating func isRosterDue(_ now: ContinuousClock.Instant) -> Bool {
        guard let due = rosterAt, due <= now else { return false }
        rosterAt = nil
        return true
    }

    /// Whether a survey is due; it is noted once.
    mutating func isSurveyDue(_ now: ContinuousClock.Instant) -> Bool {
        guard let due = surveyAt, due <= now else { return false }
        surveyAt = nil
        return true
    }

    /// Loads a script again.
    mutating func load(_ id: ActiveStrategyID, at due: ContinuousClock.Instant) { loads[id] = due }

    mutating func forget(_ id: ActiveStrategyID) {
        looks[id] = nil
        loads[id] = nil
    }

    mutating func dueAsks(_ now: ContinuousClock.Instant) -> [Ask] {
        Self.due(&asks, now).sorted { $0.id.text < $1.id.text }
    }

    mutating func dueLooks(_ now: ContinuousClock.Instant) -> [ActiveStrategyID] { Self.due(&looks, now).sorted() }
    mutating func dueLoads(_ now: ContinuousClock.Instant) -> [ActiveStrategyID] { Self.due(&loads, now).sorted() }

    private static func due<Key>(
        _ things: inout [Key: ContinuousClock.Instant], _ now: ContinuousClock.Instant
    ) -> [Key] {
        let due = things.filter { $0.value <= now }.map(\.key)
        for key in due { things[key] = nil }
        return due
    }
}
