import Glibc
import LuaRuntime
import Market
import StrategyHost
import Trading
import Wording

/// One loaded strategy, and what its host remembers about it.
final class HostedInstance {
    let instance: StrategyInstance
    let base: CandleFeed
    let baseNumber: FeedNumber
    let feeds: [HostFeed]
    /// The row of the base feed that it saw first.
    let firstRow: Int
    /// `self.state` as it was last read out.
    private(set) var state: [UInt8] = []
    private(set) var stateHash = WireHash.of([])
    private(set) var interpreterBytes = 0
    private var needsReading = true
    /// Nanoseconds of a turn that its events may take; what the candle's own calls may take is left.
    private let eventTime: Int64

    init(_ instance: StrategyInstance, base: HostFeed, others: [HostFeed], longestTurn: Int64) {
        self.instance = instance
        self.base = base.feed
        baseNumber = base.number
        feeds = [base] + others
        firstRow = base.firstKeptRow
        eventTime = longestTurn - HostLimits.callsOfCandle * instance.options.limits.lua.callNanoseconds
    }

    /// Candles of the base feed that it has not taken in.
    var unseen: Int { base.count - firstRow - instance.candleCount }

    /// Takes candles in without being asked, until so many are left.
    func observe(leaving rest: Int) {
        var count = unseen - max(0, rest)
        while count > 0 {
            instance.observeCandle()
            count -= 1
        }
    }

    /// Looks again at what the interpreter holds; answers it.
    func measure() -> Int {
        interpreterBytes = instance.memoryUsed
        return interpreterBytes
    }

    /// Reads `self.state` out; answers what keeps it from being stored, and keeps the last one then.
    func readState() -> Message? {
        needsReading = false
        do throws(StrategyError) {
            let now = try instance.snapshotState()
            if now != state || state.isEmpty {
                state = now
                stateHash = WireHash.of(now)
            }
            return nil
        } catch {
            return error.message.cleaned
        }
    }

    func decide(_ item: DecisionItem) -> DecisionAnswer {
        let began = Self.now()
        var answer = DecisionAnswer(instance: item.instance)
        let oldHash = stateHash
        if unseen > 0 {
            take(item, since: began)
            if instance.candleCount > 0 { answer.candleOpen = base.candle(at: base.count - 1).openTime }
        } else {
            answer.problem = Message(
                "there is no candle of \(base.symbol) \(base.timeframe) that the strategy has not seen",
                fr: "il n'y a pas de bougie de \(base.symbol) \(base.timeframe) que la stratégie n'ait vue")
        }
        answer.decision = instance.takeDecision()
        if !answer.decision.isEmpty { answer.decision = answer.decision.bounded }
        if needsReading { answer.problem = readState() ?? answer.problem }
        if stateHash != oldHash { answer.state = state }
        answer.stateHash = stateHash
        answer.isPaused = instance.isPaused
        answer.failuresInARow = instance.failuresInARow
        answer.nanoseconds = Self.now() - began
        return answer
    }

    /// In the order of a backtest: events, open orders, the candle.
    private func take(_ item: DecisionItem, since began: Int64) {
        observe(leaving: 1)
        var account = item.account
        // Without a list there is nothing newer to show than what it has been told.
        if item.openOrders == nil, let seen = instance.seenOrdersVersion { account.ordersVersion = seen }
        let orders = item.openOrders ?? []
        for (place, event) in item.events.enumerated() {
            guard Self.now() - began <= eventTime else {
                instance.leaveOut(event, count: item.events.count - place)
                break
            }
            _ = instance.deliver(event, account: account, nextOrderID: item.nextOrderID, openOrders: orders)
        }
        if account.ordersVersion != instance.seenOrdersVersion {
            instance.see(orders, version: account.ordersVersion)
        }
        _ = instance.closeCandle(account, nextOrderID: item.nextOrderID)
        // In the warm-up and when paused nothing of the script ran that could have changed its state.
        let ran = instance.candleCount > instance.warmup && !instance.isPaused
        needsReading = needsReading || ran || !item.events.isEmpty || instance.failuresInARow > 0
    }

    /// Nanoseconds of the wall's clock, which never goes back.
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
