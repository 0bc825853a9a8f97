import Market
import Testing

@testable import TestExchange

@Suite("Limits and faults") struct LimitTests {
    private let minute = Timestamp(milliseconds: 1_700_000_040_000)

    @Test("weights count by the calendar's minute, then comes 429, then 418 that grows")
    func weighs() throws {
        var limits = VenueLimits()
        limits.weightPerMinute = 100
        limits.refusalsBeforeBan = 2
        limits.firstBanSeconds = 60
        limits.longestBanSeconds = 90
        var limiter = AddressLimiter(limits)
        let late = Timestamp(milliseconds: minute.milliseconds + 57_500)
        try limiter.admit(weight: 100, at: late)
        #expect(limiter.usedWeight(at: late) == 100)
        #expect { try limiter.admit(weight: 1, at: late) } throws: { error in
            let refusal = error as? VenueRefusal
            return refusal?.status == 429 && refusal?.code == -1003 && refusal?.retryAfter == 3
        }
        let next = Timestamp(milliseconds: minute.milliseconds + 60_000)
        try limiter.admit(weight: 1, at: next)
        for second in 0..<2 {
            let ahead = Timestamp(milliseconds: next.milliseconds + Int64(second))
            #expect { try limiter.admit(weight: 100, at: ahead) } throws: { ($0 as? VenueRefusal)?.status == 429 }
        }
        #expect { try limiter.admit(weight: 0, at: next) } throws: { error in
            let refusal = error as? VenueRefusal
            return refusal?.status == 418 && refusal?.retryAfter == 61
        }
        try limiter.admit(weight: 1, at: Timestamp(milliseconds: next.milliseconds + 60_002))
    }

    @Test("orders are counted by ten seconds and by day, and fills give them back")
    func countsOrders() throws {
        var limits = VenueLimits()
        limits.ordersPerTenSeconds = 2
        limits.ordersPerDay = 3
        var counter = OrderCounter(limits)
        try counter.admit(2, at: minute)
        #expect { try counter.admit(1, at: minute) } throws: { ($0 as? VenueRefusal)?.code == -1015 }
        counter.giveBack(1, at: minute)
        try counter.admit(1, at: minute)
        #expect(counter.used(at: minute) == (2, 2))
        let later = Timestamp(milliseconds: minute.milliseconds + 10_000)
        try counter.admit(1, at: later)
        #expect { try counter.admit(1, at: later) } throws: { error in
            (error as? VenueRefusal)?.text.contains("1 DAY") == true
        }
        counter.giveBack(9, at: later)
        #expect(counter.used(at: later) == (0, 0))
    }

    @Test("a fault hits the requests it was made for, so many times, and the same ones for the same seed")
    func meetsFaults() {
        var plan = FaultPlan([
            Fault("POST /api/v3/order", .loseReply, skip: 1, times: 2),
            Fault("GET /api/v3/*", .delay(milliseconds: 5)),
            Fault("GET /api/v3/time", .html(status: 503)),
        ])
        let effects = (0..<5).map { _ in plan.meet("POST /api/v3/order").effect }
        #expect(effects == [nil, .loseReply, .loseReply, nil, nil])
        #expect(plan.meet("GET /api/v3/time") == .init(delayMilliseconds: 5, effect: .html(status: 503)))
        #expect(plan.meet("DELETE /api/v3/order") == .init())
        func hits(seed: UInt64) -> [Bool] {
            var plan = FaultPlan([Fault("x", .disconnect, probability: 0.3, seed: seed)])
            return (0..<200).map { _ in plan.meet("x").effect != nil }
        }
        #expect(hits(seed: 1) == hits(seed: 1))
        #expect(hits(seed: 1) != hits(seed: 2))
        #expect((30..<90).contains(hits(seed: 1).count { $0 }))
    }

    @Test("faults are read from a line of text and from JSON")
    func readsFaults() throws {
        #expect(
            try Fault(parsing: "POST /api/v3/order: lose-reply; skip=2; times=1")
                == Fault("POST /api/v3/order", .loseReply, skip: 2, times: 1))
        #expect(
            try Fault(parsing: "GET /api/v3/*: refuse; status=429; retry-after=7; probability=0.5; seed=9")
                == Fault(
                    "GET /api/v3/*",
                    .refuse(
                        status: 429, code: -1003,
                        text: "An unknown error occurred while processing the request.", retryAfter: 7),
                    probability: 0.5, seed: 9))
        #expect(
            try Fault(json: try JSONParser.parse(#"{"on":"EVENT executionReport","effect":"duplicate-event"}"#))
                == Fault("EVENT executionReport", .duplicateEvent))
        for wrong in ["lose-reply", "x: nothing", "x: delay", "x: delay; ms=-1", "x: html; when=now", "x: html; odd"] {
            #expect(throws: FaultError.self, "\(wrong)") { try Fault(parsing: wrong) }
        }
    }
}
