import Market

/// What one client address has used, and whether it is banned.
struct AddressLimiter: Sendable {
    private let limits: VenueLimits
    private var weight: CalendarWindow
    private var requests: CalendarWindow
    private var connections: CalendarWindow
    private var refusals: CalendarWindow
    private var bans = 0
    private var bannedUntil: Timestamp?

    init(_ limits: VenueLimits) {
        self.limits = limits
        weight = CalendarWindow(milliseconds: 60_000, limit: limits.weightPerMinute)
        requests = CalendarWindow(milliseconds: 300_000, limit: limits.requestsPerFiveMinutes)
        connections = CalendarWindow(milliseconds: 300_000, limit: limits.connectionsPerFiveMinutes)
        refusals = CalendarWindow(milliseconds: 60_000, limit: limits.refusalsBeforeBan)
    }

    /// Counts a request, or refuses it: 429 over a limit, 418 once banned.
    mutating func admit(weight cost: Int, at now: Timestamp) throws(VenueRefusal) {
        try checkBan(at: now)
        guard weight.fits(cost, at: now) else {
            throw refuse(
                "Too much request weight used; current limit is \(limits.weightPerMinute) request weight per 1 MINUTE. "
                    + "Please use WebSocket Streams for live updates to avoid polling the API.",
                retryAfter: weight.secondsLeft(at: now), at: now)
        }
        guard requests.fits(1, at: now) else {
            throw refuse(
                "Too many requests; current limit is \(limits.requestsPerFiveMinutes) requests per 5 MINUTE.",
                retryAfter: requests.secondsLeft(at: now), at: now)
        }
        weight.add(cost, at: now)
        requests.add(1, at: now)
    }

    /// Counts an attempt to open a WebSocket.
    mutating func admitConnection(at now: Timestamp) throws(VenueRefusal) {
        try checkBan(at: now)
        guard connections.fits(1, at: now) else {
            throw refuse(
                "Too many connections; current limit is \(limits.connectionsPerFiveMinutes) per 5 MINUTE.",
                retryAfter: connections.secondsLeft(at: now), at: now)
        }
        connections.add(1, at: now)
    }

    /// An order that was accepted costs no weight.
    mutating func giveBack(weight cost: Int, at now: Timestamp) {
        weight.giveBack(cost, at: now)
    }

    mutating func usedWeight(at now: Timestamp) -> Int {
        weight.used(at: now)
    }

    mutating func ban(for seconds: Int, at now: Timestamp) {
        bannedUntil = Timestamp(milliseconds: now.milliseconds + Int64(seconds) * 1000)
    }

    private func checkBan(at now: Timestamp) throws(VenueRefusal) {
        guard let bannedUntil, now < bannedUntil else { return }
        throw VenueRefusal(
            -1003,
            "Way too much request weight used; IP banned until \(bannedUntil.milliseconds). "
                + "Please use WebSocket Streams for live updates to avoid bans.",
            status: 418, retryAfter: Int((bannedUntil.milliseconds - now.milliseconds + 999) / 1000))
    }

    /// The answer 429; the one past the last that is borne starts a ban.
    private mutating func refuse(_ text: String, retryAfter: Int, at now: Timestamp) -> VenueRefusal {
        refusals.add(1, at: now)
        if refusals.used(at: now) >= limits.refusalsBeforeBan {
            // Doubling stops at 2^20 times the first ban, far beyond the longest.
            let seconds = min(limits.firstBanSeconds << min(bans, 20), limits.longestBanSeconds)
            bans += 1
            ban(for: seconds, at: now)
        }
        return VenueRefusal(-1003, text, status: 429, retryAfter: retryAfter)
    }
}
