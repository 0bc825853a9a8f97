import Market
import Testing

@testable import TestExchange

/// A client's copy of the book, kept by the documented procedure.
private struct LocalBook {
    var lastUpdateID: Int64
    var bids: [FixedDecimal: FixedDecimal] = [:]
    var asks: [FixedDecimal: FixedDecimal] = [:]
    var applied = 0

    init(_ snapshot: MarketData.Depth) {
        lastUpdateID = snapshot.lastUpdateID
        for level in snapshot.bids { bids[level.price] = level.quantity }
        for level in snapshot.asks { asks[level.price] = level.quantity }
    }

    /// False when an update is missing: the client must begin again.
    mutating func apply(_ update: MarketData.DepthUpdate) -> Bool {
        if update.lastUpdateID <= lastUpdateID { return true }
        guard update.firstUpdateID <= lastUpdateID + 1 else { return false }
        for level in update.bids { bids[level.price] = level.quantity.isZero ? nil : level.quantity }
        for level in update.asks { asks[level.price] = level.quantity.isZero ? nil : level.quantity }
        lastUpdateID = update.lastUpdateID
        applied += 1
        return true
    }

    func shows(_ depth: MarketData.Depth) -> Bool {
        bids == Dictionary(uniqueKeysWithValues: depth.bids.map { ($0.price, $0.quantity) })
            && asks == Dictionary(uniqueKeysWithValues: depth.asks.map { ($0.price, $0.quantity) })
            && lastUpdateID == depth.lastUpdateID
    }
}

@Suite struct DepthTests {
    @Test(arguments: [51, 52, 53] as [UInt64])
    func `a client that follows the documented procedure has the book`(seed: UInt64) throws {
        var session = try RandomSession(seed: seed, withHouse: true)
        let core = session.bourse.core
        var buffered: [MarketData.DepthUpdate] = []
        for _ in 0..<30 {
            session.step()
            if let update = core.takeDepthUpdate(Bourse.market) { buffered.append(update) }
        }
        // The snapshot comes after the stream began, between two of its updates.
        for _ in 0..<3 { session.step() }
        var local = LocalBook(core.depth(Bourse.market, limit: 5000))
        for update in buffered {
            let isWhole = local.apply(update)
            #expect(isWhole)
        }
        #expect(local.applied == 0, "all of them are older than the snapshot")
        var last = buffered.last?.lastUpdateID ?? 0
        for _ in 0..<150 {
            for _ in 0..<4 { session.step() }
            guard let update = core.takeDepthUpdate(Bourse.market) else { continue }
            #expect(update.firstUpdateID == last + 1, "no hole between updates, seed \(seed)")
            last = update.lastUpdateID
            let isWhole = local.apply(update)
            #expect(isWhole)
            #expect(local.shows(core.depth(Bourse.market, limit: 5000)), "seed \(seed)")
        }
        #expect(local.applied > 50)
        #expect(core.takeDepthUpdate(Bourse.market) == nil)
    }

    @Test func `a lost update is seen`() throws {
        let bourse = try Bourse()
        try bourse.place(bourse.limit(.buy, 1, at: 90))
        _ = bourse.core.takeDepthUpdate(Bourse.market)
        var local = LocalBook(bourse.core.depth(Bourse.market))
        try bourse.place(bourse.limit(.buy, 1, at: 91))
        _ = bourse.core.takeDepthUpdate(Bourse.market)
        try bourse.place(bourse.limit(.buy, 1, at: 92))
        let late = try #require(bourse.core.takeDepthUpdate(Bourse.market))
        let isWhole = local.apply(late)
        #expect(!isWhole)
    }

    @Test func `depth is cut to the levels asked for, best first`() throws {
        let bourse = try Bourse()
        for price in [90, 92, 91] as [FixedDecimal] { try bourse.place(bourse.limit(.buy, 1, at: price)) }
        try bourse.place(bourse.limit(.buy, 2, at: 92), by: Bourse.bob)
        let depth = bourse.core.depth(Bourse.market, limit: 2)
        #expect(depth.bids.map(\.price) == [92, 91])
        #expect(depth.bids.map(\.quantity) == [3, 1])
        #expect(bourse.core.depth(MarketID(5)).bids.isEmpty)
    }

    @Test func `the best prices are told when they change`() throws {
        let bourse = try Bourse()
        try bourse.place(bourse.limit(.buy, 1, at: 90))
        try bourse.place(bourse.limit(.buy, 1, at: 89))
        try bourse.place(bourse.limit(.buy, 1, at: 90))
        let told = bourse.core.drainEvents().compactMap { event -> MarketData.BookTicker? in
            if case .bookTicker(let ticker) = event { ticker } else { nil }
        }
        #expect(told.map(\.bid?.quantity) == [1, 2])
        #expect(told.allSatisfy { $0.bid?.price == 90 && $0.ask == nil })
    }
}
