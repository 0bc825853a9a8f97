import Broker
import Testing

/// The contract of `Broker`, case by case, on every implementation.
@Suite("What every broker promises", .timeLimit(.minutes(5)))
struct VenueContractTests {
    @Test("paper, filling at the next price", arguments: ContractCase.all.filter { PaperVenue.gap($0) == nil })
    func paper(_ item: ContractCase) async throws {
        try await PaperVenue.with(.nextPrice) { try await item.run(on: $0) }
    }

    @Test("paper, filling at the last price", arguments: ContractCase.all.filter { PaperVenue.gap($0) == nil })
    func paperAtLastPrice(_ item: ContractCase) async throws {
        try await PaperVenue.with(.lastPrice) { try await item.run(on: $0) }
    }

    @Test(
        "Binance over the test exchange, HMAC keys", arguments: ContractCase.all.filter { ExchangeVenue.gap($0) == nil }
    )
    func exchange(_ item: ContractCase) async throws {
        try await ExchangeVenue.with(.hmac, isSecure: false) { try await item.run(on: $0) }
    }

    @Test(
        "Binance over the test exchange, Ed25519 keys, over TLS",
        arguments: ContractCase.all.filter { ExchangeVenue.gap($0) == nil })
    func secureExchange(_ item: ContractCase) async throws {
        try await ExchangeVenue.with(.ed25519, isSecure: true) { try await item.run(on: $0) }
    }

    @Test("the cases have numbers of their own, in order")
    func numbers() {
        let numbers = ContractCase.all.map(\.number)
        #expect(numbers == numbers.sorted())
        #expect(Set(numbers).count == numbers.count)
    }
}

extension ContractCase {
    func run(on venue: some VenueUnderTest) async throws {
        let trial = ContractTrial(venue, prefix: "tc\(number)")
        try await run(trial)
        // A closed or locked-out broker cannot be asked for its books.
        if ![93, 110].contains(number) { try await trial.checkBooks() }
    }
}

extension VenueUnderTest {
    /// Why a case cannot be tried on it; nil when it can.
    static func gap(_ item: ContractCase) -> String? {
        item.needs.sorted { $0.rawValue < $1.rawValue }.compactMap { abilities[$0] ?? nil }.first
    }
}
