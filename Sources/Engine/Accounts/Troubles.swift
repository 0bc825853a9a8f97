import Storage
import Wording

/// What keeps an account from being worked on at the moment, each trouble until it is over.
struct Troubles: Sendable {
    enum Code: String, Sendable, CaseIterable {
        case venueAway = "venue_away"
        case databaseAway = "database_away"
        case limitsUnreadable = "limits_unreadable"
    }

    private struct Trouble: Sendable {
        var since: ContinuousClock.Instant
        var problem: Message
        var isTold = false
    }

    /// One of each code at most.
    private var troubles: [Code: Trouble] = [:]

    /// Whether it is new.
    mutating func begins(_ code: Code, _ problem: Message, at time: ContinuousClock.Instant) -> Bool {
        if troubles[code] != nil { return false }
        troubles[code] = Trouble(since: time, problem: problem)
        return true
    }

    /// Since when it lasted; nil when there was none.
    mutating func ends(_ code: Code) -> ContinuousClock.Instant? {
        troubles.removeValue(forKey: code)?.since
    }

    /// Those that are to be told now, each once while it lasts. A database that is away is told of when it is back.
    mutating func due(
        at now: ContinuousClock.Instant, venuePatience: Duration
    ) -> [(code: Code, problem: Message)] {
        var due: [(code: Code, problem: Message)] = []
        for code in Code.allCases {
            guard let trouble = troubles[code], !trouble.isTold else { continue }
            switch code {
            case .databaseAway: continue
            case .venueAway where now - trouble.since < venuePatience: continue
            case .venueAway, .limitsUnreadable: due.append((code, trouble.problem))
            }
            troubles[code]?.isTold = true
        }
        return due
    }
}
