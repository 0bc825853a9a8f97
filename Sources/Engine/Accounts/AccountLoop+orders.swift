import Broker
import Logging
import Market
import Storage
import Trading
import Wording

/// What the venue tells: the account's stream, answers to calls, surveys.
extension AccountLoop {
    func take(_ event: AccountEvent, _ draft: inout Draft) async {
        accountEvents += 1
        switch event {
        case .orderChanged(let report): await take(report, &draft)
        case .filled(let fill): await take(fill, &draft)
        case .balancesChanged(let changed):
            for balance in changed { balances[balance.asset] = balance }
        case .connected:
            worksAgain(.venueAway)
            wantsSurvey = true
            surveyIfWanted()
        case .disconnected(let problem):
            complain(.venueAway, problem)
        }
    }

    /// An order as the venue has it, with the executions that came along.
    func take(_ report: OrderReport, _ draft: inout Draft) async {
        guard let id = report.clientID, let owner = Self.owner(of: id), slots[owner]?.running != nil else {
            return await record(report, &draft)
        }
        for fill in report.fills { await tell(.fill(fill), to: owner, &draft) }
        await tell(.report(report), to: owner, &draft)
    }

    private func take(_ fill: FillReport, _ draft: inout Draft) async {
        guard let id = fill.clientID, let owner = Self.owner(of: id), slots[owner]?.running != nil else {
            return await book(fill, &draft)
        }
        await tell(.fill(fill), to: owner, &draft)
    }

    // MARK: Orders of nobody's strategy

    /// Placed by hand, by another program, or by a strategy that is over.
    private func record(_ report: OrderReport, _ draft: inout Draft) async {
        guard report.clientID != nil else { return }
        await flush(&draft)
        await beside("order", report.venueID.text) {
            try await wiring.store.orders.record(report, account.user, account.id)
        }
    }

    private func book(_ fill: FillReport, _ draft: inout Draft) async {
        await flush(&draft)
        await beside("fill", fill.id.text) { try await wiring.store.fills.book(fill, account.user, account.id) }
    }

    /// What is not a strategy's is written as far as possible: whoever placed it writes it too.
    private func beside<Value: Sendable>(_ what: String, _ name: String, _ body: () async throws -> Value) async {
        do {
            _ = try await body()
        } catch {
            logger.warning(
                "not recorded", metadata: ["what": "\(what)", "name": "\(name)", "error": "\(error)"])
        }
    }

    // MARK: Answers

    func take(_ answer: BrokerAnswer, _ draft: inout Draft) async {
        switch answer {
        case .placed(let request, let result):
            sending.remove(request.clientID)
            switch result {
            case .success(let report): await take(report, &draft)
            case .failure(let error): await failed(request.clientID, error, &draft)
            }
        case .placedPair(let pair, let result):
            sending.subtract([pair.targetID, pair.stopID])
            switch result {
            case .success(let reports): for report in reports { await take(report, &draft) }
            case .failure(let error): await failed(pair.stopID, error, &draft)
            }
        case .cancelled(let id, _, let result):
            guard let owner = Self.owner(of: id) else { return }
            switch result {
            case .success(let report): await take(report, &draft)
            case .failure(let error):
                note(error)
                await tell(.cancelFailed(id, error), to: owner, &draft)
            }
        case .asked(let id, let symbol, let result, let asked):
            await takeAsked(id, symbol, result, asked, &draft)
        }
    }

    private func failed(_ id: ClientOrderID, _ error: BrokerError, _ draft: inout Draft) async {
        note(error)
        guard let owner = Self.owner(of: id) else { return }
        await tell(.sendFailed(id, error), to: owner, &draft)
    }

    private func takeAsked(
        _ id: ClientOrderID, _ symbol: Symbol, _ result: Result<OrderReport?, BrokerError>,
        _ asked: ContinuousClock.Instant, _ draft: inout Draft
    ) async {
        guard let owner = Self.owner(of: id) else { return }
        switch result {
        case .success(let report?): await take(report, &draft)
        case .success(nil):
            // A call that is under way may still arrive there.
            guard !sending.contains(id) else {
                return agenda.ask(Agenda.Ask(id: id, symbol: symbol), at: .now + .seconds(1))
            }
            await tell(.unknownAtVenue(id, askedAt: clock.time(at: asked) ?? now), to: owner, &draft)
        case .failure(let error):
            note(error)
            // Soon again where that may help, and only while somebody waits for it; else the desk asks in its own time.
            guard error.mayPass, slots[owner]?.running?.isUnsettled(id) ?? false else { return }
            agenda.ask(Agenda.Ask(id: id, symbol: symbol), at: .now + options.longestPause)
        }
    }

    /// What a failed call says about the venue or the keys.
    private func note(_ error: BrokerError) {
        switch error {
        case .unauthorised(let problem): keysRefused(problem)
        case .retryable(let problem, _): complain(.venueAway, problem)
        case .rejected, .outcomeUnknown, .unsupported: break
        }
    }

    // MARK: Watched orders

    func take(_ touches: [PriceWatch.Touch], _ draft: inout Draft) async {
        for touch in touches {
            switch touch {
            case .send(let order):
                sending.insert(order.clientID)
                watch.noted(order.clientID)
                guard let owner = Self.owner(of: order.clientID) else { continue }
                await tell(.triggeredSent(order.clientID), to: owner, &draft)
            case .tell(let order, let price, let time):
                guard let owner = Self.owner(of: order.clientID) else { continue }
                await tell(.price(price, time), to: owner, &draft)
            }
        }
    }

    // MARK: Surveys

    func surveyIfWanted() {
        guard wantsSurvey, !isSurveying, !areKeysRefused else { return }
        var request = SurveyRequest()
        for slot in slots.values where slot.running.map({ !$0.isIdle }) ?? false {
            // A minute of overlap, for executions that a venue books late.
            let mark = fillMarks[slot.row.symbol] ?? slot.row.createdAt
            let since = Timestamp(milliseconds: max(0, mark.milliseconds - 60_000))
            request.fillsSince[slot.row.symbol] = min(request.fillsSince[slot.row.symbol] ?? since, since)
        }
        request.fillsSince.merge(missedFills) { min($0, $1) }
        wantsSurvey = false
        isSurveying = surveys.push(request)
    }

    func take(
        _ request: SurveyRequest, _ result: Result<SurveyResult, BrokerError>, _ draft: inout Draft
    ) async {
        isSurveying = false
        switch result {
        case .failure(let error):
            note(error)
            // With keys that are refused every answer would be the same.
            if !areKeysRefused { agenda.survey(at: .now + options.longestPause) }
        case .success(let survey):
            worksAgain(.venueAway)
            // One that was asked before says nothing of keys that were refused since.
            if !areKeysRefused { notices.keysAccepted() }
            // Those that cannot be booked now either are noted again.
            missedFills = missedFills.filter { symbol, time in request.fillsSince[symbol].map { time < $0 } ?? true }
            // What is zero is not told.
            balances = Dictionary(survey.balances.map { ($0.asset, $0) }) { $1 }
            for fill in survey.fills { await take(fill, &draft) }
            await tellOpen(survey, &draft)
            await tellHoldings(askedAt: clock.time(at: survey.began) ?? now, &draft)
            for id in slots.keys.sorted() where slots[id]?.running.map({ !$0.isIdle }) ?? false {
                await tell(.look, to: id, &draft)
            }
            surveyIfWanted()
        }
    }

    /// Each strategy hears of its own orders that wait, at once; others are written down.
    private func tellOpen(_ survey: SurveyResult, _ draft: inout Draft) async {
        let asked = clock.time(at: survey.began) ?? now
        var open: [ActiveStrategyID: [OrderReport]] = [:]
        for report in survey.open {
            if let owner = report.clientID.flatMap(Self.owner), slots[owner]?.running != nil {
                open[owner, default: []].append(report)
            } else {
                await record(report, &draft)
            }
        }
        for id in slots.keys.sorted()
        where open[id] != nil || slots[id]?.running.map({ !$0.isIdle || $0.isBarred }) ?? false {
            await tell(.openAtVenue(open[id] ?? [], askedAt: asked), to: id, &draft)
        }
    }

    /// Tells each strategy with a position how much of it the venue can still have: all of it, unless the books of all
    /// together say more than the account holds.
    private func tellHoldings(askedAt asked: Timestamp, _ draft: inout Draft) async {
        var books: [String: [(id: ActiveStrategyID, quantity: Quantity)]] = [:]
        for id in slots.keys.sorted() {
            guard let ledger = slots[id]?.running?.core.ledger, ledger.direction == .long, let slot = slots[id] else {
                continue
            }
            books[slot.row.symbol.base, default: []].append((id, ledger.quantity))
        }
        for (asset, shares) in books.sorted(by: { $0.key < $1.key }) {
            var left = Quantity(balances[asset]?.total ?? .zero)
            for share in shares {
                let own = min(share.quantity, left)
                left -= own
                await tell(.holding(own, askedAt: asked), to: share.id, &draft)
            }
        }
    }
}

extension BrokerError {
    /// Whether the same question may be answered soon.
    fileprivate var mayPass: Bool {
        switch self {
        case .retryable, .outcomeUnknown: true
        case .rejected, .unsupported, .unauthorised: false
        }
    }
}
