import Foundation
import Market
import Testing
import Wording

@testable import Trading

@Suite("What all strategies of an account may do together")
struct AccountRiskTests {
    private let day = Timestamp(milliseconds: 1_700_000_000_000)

    private func situation(
        positions: Int = 0, exposure: String = "0", free: String? = nil, direction: Direction? = nil
    ) -> AccountRisk.Situation {
        AccountRisk.Situation(
            otherPositions: positions, exposure: Money(FixedDecimal(exposure)!),
            free: free.map { Money(FixedDecimal($0)!) }, market: .spot, direction: direction, close: 100)
    }

    private let entry = Intent.enter(EntryIntent(.long, size: .value(100)))
    private let sale = Intent.submit(OrderIntent(.sell, size: .quantity(1)))

    @Test("nothing is refused without limits")
    func none() {
        var risk = AccountRisk(.none)
        #expect(risk.refusals(of: [entry, sale, .exit(reason: "")], situation(), at: day).isEmpty)
    }

    @Test("the kill switch holds back what opens, and nothing else")
    func killSwitch() {
        var risk = AccountRisk(AccountLimits(killSwitch: true))
        let refusals = risk.refusals(of: [.exit(reason: ""), sale, entry, .moveStop(90)], situation(), at: day)
        #expect(Array(refusals.keys) == [2])
    }

    @Test("the most open positions count for a strategy that has none itself")
    func positions() {
        var risk = AccountRisk(AccountLimits(maximumOpenPositions: 2))
        let buy = Intent.submit(OrderIntent(.buy, size: .quantity(1)))
        #expect(risk.refusals(of: [buy], situation(positions: 1), at: day).isEmpty)
        #expect(risk.refusals(of: [buy], situation(positions: 2), at: day).count == 1)
        #expect(risk.refusals(of: [buy], situation(positions: 2, direction: .long), at: day).isEmpty)
    }

    @Test("orders of a day are counted over decisions, and anew on the next UTC day")
    func ordersPerDay() {
        var risk = AccountRisk(AccountLimits(maximumOrdersPerDay: 2))
        let buy = Intent.submit(OrderIntent(.buy, size: .quantity(1)))
        #expect(risk.refusals(of: [buy, sale, buy, buy], situation(), at: day).keys.sorted() == [3])
        #expect(risk.refusals(of: [buy], situation(), at: day).count == 1)
        let tomorrow = Timestamp(milliseconds: day.milliseconds + 86_400_000)
        #expect(risk.refusals(of: [buy], situation(), at: tomorrow).isEmpty)
    }

    @Test("orders that were decided before the engine began count for their UTC day, and for no other")
    func ordersBefore() {
        let buy = Intent.submit(OrderIntent(.buy, size: .quantity(1)))
        var risk = AccountRisk(AccountLimits(maximumOrdersPerDay: 2), ordersSoFar: 1, at: day)
        #expect(risk.refusals(of: [buy, buy], situation(), at: day).keys.sorted() == [1])
        var other = AccountRisk(AccountLimits(maximumOrdersPerDay: 2), ordersSoFar: 1, at: day)
        let tomorrow = Timestamp(milliseconds: day.milliseconds + 86_400_000)
        #expect(other.refusals(of: [buy, buy], situation(), at: tomorrow).isEmpty)
    }

    @Test("what opens is held back while the position is being closed from outside, and is not counted")
    func closing() {
        var risk = AccountRisk(AccountLimits(maximumOrdersPerDay: 1))
        var closing = situation(direction: .long)
        closing.isClosing = true
        let buy = Intent.submit(OrderIntent(.buy, size: .quantity(1)))
        #expect(risk.refusals(of: [sale, buy, .exit(reason: "")], closing, at: day).keys.sorted() == [1])
        #expect(risk.ordersToday == 0)
    }

    @Test("the exposure and the free balance shrink with every order of a decision")
    func amounts() {
        let buy = Intent.submit(OrderIntent(.buy, size: .quantity(2), limit: 50))
        var exposed = AccountRisk(AccountLimits(maximumExposure: Money(250)))
        #expect(exposed.refusals(of: [buy, buy], situation(exposure: "100"), at: day).keys.sorted() == [1])
        var poor = AccountRisk(.none)
        #expect(poor.refusals(of: [buy, buy], situation(free: "150"), at: day).keys.sorted() == [1])
    }

    @Test("limits are read from JSON, and what is not given is off")
    func coding() throws {
        let limits = try JSONDecoder().decode(
            AccountLimits.self, from: Data(#"{"maximumExposure": "1000.5"}"#.utf8))
        #expect(limits == AccountLimits(maximumExposure: Money(FixedDecimal("1000.5")!)))
        let risk = RiskLimits(maximumOrderValue: Money(5), maximumDailyLoss: Money(7))
        #expect(try JSONDecoder().decode(RiskLimits.self, from: JSONEncoder().encode(risk)) == risk)
        #expect(try JSONDecoder().decode(RiskLimits.self, from: Data("{}".utf8)) == .none)
    }
}
