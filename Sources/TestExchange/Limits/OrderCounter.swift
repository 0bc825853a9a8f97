import Market

/// The unfilled orders of one account, by ten seconds and by day; a fill gives its order back.
struct OrderCounter: Sendable {
    private var tenSeconds: CalendarWindow
    private var day: CalendarWindow

    init(_ limits: VenueLimits) {
        tenSeconds = CalendarWindow(milliseconds: 10_000, limit: limits.ordersPerTenSeconds)
        day = CalendarWindow(milliseconds: 86_400_000, limit: limits.ordersPerDay)
    }

    mutating func admit(_ orders: Int, at now: Timestamp) throws(VenueRefusal) {
        for window in [tenSeconds, day] {
            var window = window
            guard window.fits(orders, at: now) else {
                let interval = window.milliseconds == 10_000 ? "10 SECOND" : "1 DAY"
                throw VenueRefusal(
                    -1015, "Too many new orders; current limit is \(window.limit) orders per \(interval).",
                    status: 429, retryAfter: window.secondsLeft(at: now))
            }
        }
        tenSeconds.add(orders, at: now)
        day.add(orders, at: now)
    }

    mutating func giveBack(_ orders: Int, at now: Timestamp) {
        tenSeconds.giveBack(orders, at: now)
        day.giveBack(orders, at: now)
    }

    mutating func used(at now: Timestamp) -> (tenSeconds: Int, day: Int) {
        (tenSeconds.used(at: now), day.used(at: now))
    }
}
