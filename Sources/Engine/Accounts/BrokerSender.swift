import Broker
import Logging
import Market
import Trading
import Wording

/// One call to a broker about an order.
enum BrokerCall: Sendable {
    /// - Parameter decided: when it was decided, where that is to be measured.
    case place(OrderRequest, decided: ContinuousClock.Instant?)
    /// An order whose price was touched.
    case placeWatched(OrderRequest)
    case placePair(OrderPairRequest, decided: ContinuousClock.Instant?)
    case cancel(ClientOrderID, Symbol)
    case ask(ClientOrderID, Symbol)
}

/// What came of one.
enum BrokerAnswer: Sendable {
    case placed(OrderRequest, Result<OrderReport, BrokerError>)
    case placedPair(OrderPairRequest, Result<[OrderReport], BrokerError>)
    case cancelled(ClientOrderID, Symbol, Result<OrderReport, BrokerError>)
    case asked(ClientOrderID, Symbol, Result<OrderReport?, BrokerError>, at: ContinuousClock.Instant)
}

/// Works off calls to a broker; several run at the same time. A call is made once: what became of one that failed is
/// for the order desk to find out.
struct BrokerSender: Sendable {
    let broker: any Broker
    let calls: SendQueue
    let fence: LeaseFence
    /// Of the account's loop.
    let end: LoopEnd
    let probe: EngineProbe
    let meter: EngineMeter
    let logger: Logger
    let answer: @Sendable (BrokerAnswer) -> Void

    /// How many work off what is urgent, beside those for the rest: more than one, since a call may be without an
    /// answer until it runs into its limit.
    static let urgentSenders = 4

    /// Until the queue is closed and empty, or the task is cancelled.
    ///
    /// - Parameter urgent: works off orders whose price was touched, and nothing else.
    func run(urgent: Bool = false) async {
        while let ticket = urgent ? await calls.nextUrgent() : await calls.next() {
            await work(ticket.call)
            calls.finished(ticket)
        }
    }

    private func work(_ call: BrokerCall) async {
        switch call {
        case .ask(let id, let symbol): await ask(id, symbol)
        case .placeWatched(let request):
            // Nobody else can begin while the database is away: what protects a position goes out.
            guard fence.isOpen || fence.isAlone else { return refuse(call) }
            guard !isLost(call) else { return }
            await CallUrgency.$isUrgent.withValue(true) { await place(request, decided: nil) }
        case .place, .placePair, .cancel:
            guard fence.isOpen else { return refuse(call) }
            guard !isLost(call) else { return }
            await send(call)
        }
    }

    /// Whether another engine has the account; nobody waits for an answer then. To be asked after the fence, which
    /// opens again only once the loops that lost theirs were told.
    private func isLost(_ call: BrokerCall) -> Bool {
        guard end.reason == .leaseLost else { return false }
        logger.error("not sent: another engine has the account", metadata: ["call": "\(call)"])
        return true
    }

    /// The lease could not be renewed in time, so another engine may have the account: nothing is sent. Where nobody
    /// has taken it, it is tried again.
    private func refuse(_ call: BrokerCall) {
        logger.error("not sent: the lease could not be renewed in time", metadata: ["call": "\(call)"])
        let error = BrokerError.retryable(
            Message("the engine could not renew its lease in time", fr: "le moteur n'a pu renouveler son bail à temps"),
            after: .seconds(1))
        switch call {
        case .place(let request, _), .placeWatched(let request): answer(.placed(request, .failure(error)))
        case .placePair(let pair, _): answer(.placedPair(pair, .failure(error)))
        case .cancel(let id, let symbol): answer(.cancelled(id, symbol, .failure(error)))
        case .ask: break
        }
    }

    private func place(_ request: OrderRequest, decided: ContinuousClock.Instant?) async {
        probe(.beforeSend)
        let result = await perform { () async throws(BrokerError) in try await broker.place(request) }
        probe(.afterSend)
        count(result, decided)
        answer(.placed(request, result))
    }

    private func send(_ call: BrokerCall) async {
        switch call {
        case .place(let request, let decided): await place(request, decided: decided)
        case .placePair(let pair, let decided):
            probe(.beforeSend)
            let result = await perform { () async throws(BrokerError) in try await broker.placePair(pair) }
            probe(.afterSend)
            count(result, decided)
            answer(.placedPair(pair, result))
        case .cancel(let id, let symbol):
            let result = await perform { () async throws(BrokerError) in
                try await broker.cancel(.client(id), on: symbol)
            }
            if case .success = result {
                probe(.afterCancel)
                meter.order("cancelled")
            }
            answer(.cancelled(id, symbol, result))
        case .placeWatched, .ask: break
        }
    }

    private func ask(_ id: ClientOrderID, _ symbol: Symbol) async {
        let asked = ContinuousClock.now
        let survey = AccountSurvey(broker: broker)
        let result = await perform { () async throws(BrokerError) in try await survey.ask(id, on: symbol) }
        answer(.asked(id, symbol, result, at: asked))
    }

    private func perform<Value: Sendable>(
        _ body: () async throws(BrokerError) -> Value
    ) async -> Result<Value, BrokerError> {
        do throws(BrokerError) { return .success(try await body()) } catch { return .failure(error) }
    }

    private func count<Value>(_ result: Result<Value, BrokerError>, _ decided: ContinuousClock.Instant?) {
        switch result {
        case .success:
            meter.order("placed")
            if let decided { meter.acknowledged(after: .now - decided) }
        case .failure(let error):
            meter.order(error.code)
            logger.warning("order not placed", metadata: ["outcome": "\(error.code)", "error": "\(error)"])
        }
    }
}
