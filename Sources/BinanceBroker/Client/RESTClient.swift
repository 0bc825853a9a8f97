import Broker
import Market
import Transport
import Wording

/// Carries out calls of the REST service: waits for their turn, signs, sends, reads, and says what a failure means.
///
/// A call that only asks is sent up to `BinanceOptions.attempts` times. One that places or cancels is sent once; again
/// only when the venue refused its time (-1021), which is certain to have changed nothing.
final class RESTClient: Sendable {
    let environment: BinanceEnvironment
    let signer: RequestSigner?
    let http: HTTPClient
    let clock: VenueClock
    let budget: CallBudget
    let options: BinanceOptions

    init(
        environment: BinanceEnvironment, signer: RequestSigner?, http: HTTPClient, clock: VenueClock,
        options: BinanceOptions
    ) {
        self.environment = environment
        self.signer = signer
        self.http = http
        self.clock = clock
        self.options = options
        budget = CallBudget(clock: clock, longestTurn: options.longestTurn)
    }

    /// What one attempt came to.
    private enum Failure: Error {
        /// The venue refused the time: nothing was carried out.
        case clock(VenueFault)
        /// May be over at the next attempt.
        case passing(BrokerError)
        case final(BrokerError)
    }

    func reply<Reply>(
        _ call: RESTCall, _ decode: (JSONDocument) throws(UnreadableReply) -> Reply
    ) async throws(BrokerError) -> Reply {
        try await timedReply(call) { document, _ throws(UnreadableReply) in try decode(document) }
    }

    /// `decode` also gets the machine's time at which the request that was answered went out.
    private func timedReply<Reply>(
        _ call: RESTCall, _ decode: (JSONDocument, _ sent: Timestamp) throws(UnreadableReply) -> Reply
    ) async throws(BrokerError) -> Reply {
        var attempt = 1
        var hasCorrectedClock = false
        while true {
            do throws(Failure) {
                return try await once(call, decode)
            } catch {
                switch error {
                case .clock(let fault):
                    guard !hasCorrectedClock else { throw clockRefusal(fault) }
                    hasCorrectedClock = true
                    try await synchronise()
                case .passing(let error):
                    guard call.effect == .none, attempt < options.attempts else { throw error }
                    try await pause(after: attempt, error)
                    attempt += 1
                case .final(let error):
                    throw error
                }
            }
        }
    }

    /// A trip of more than this is mostly the making of the connection, which falls on one side: worth asking again.
    private static let longTrip: Int64 = 100

    /// Asks the venue for its time, and goes by it from now on.
    @discardableResult
    func synchronise() async throws(BrokerError) -> Timestamp {
        var (time, offset) = try await askTime()
        if offset.uncertainty * 2 > Self.longTrip {
            let (again, better) = try await askTime()
            time = again
            if better.uncertainty < offset.uncertainty { offset = better }
        }
        clock.set(offset)
        return time
    }

    private func askTime() async throws(BrokerError) -> (Timestamp, ClockOffset) {
        try await timedReply(.open("/time", weight: 1)) { [clock] document, sent throws(UnreadableReply) in
            let time = try document.root.time("serverTime")
            return (time, ClockOffset(sent: sent, arrived: clock.machineTime, venue: time))
        }
    }

    /// How far the venue's clock is ahead; asks when it is not known.
    func offset() async throws(BrokerError) -> ClockOffset {
        if let offset = clock.offset { return offset }
        try await synchronise()
        return clock.lastOffset
            ?? ClockOffset(sent: clock.machineTime, arrived: clock.machineTime, venue: clock.machineTime)
    }

    // MARK: One attempt

    private func once<Reply>(
        _ call: RESTCall, _ decode: (JSONDocument, Timestamp) throws(UnreadableReply) -> Reply
    ) async throws(Failure) -> Reply {
        let turn: Duration
        let request: HTTPRequest
        do throws(BrokerError) {
            // The signature's time is of when it goes out: first the turn, then the signature.
            if call.isSigned { _ = try await offset() }
            turn = try await budget.turn(weight: call.weight, orders: call.orders, by: call.leavesBy)
            // The turn may have come in time to a process that was frozen since.
            if let latest = call.leavesBy, clock.machine.now() > latest { throw tooLate }
            request = try self.request(call)
        } catch {
            throw .final(error)
        }
        let sent = clock.machineTime
        let response: HTTPResponse
        do throws(HTTPFailure) {
            response = try await http.send(request)
        } catch {
            throw failure(error, call)
        }
        budget.take(response, turn: turn)
        guard (200..<300).contains(response.status) else { throw refusal(response, call) }
        do throws(UnreadableReply) {
            return try decode(try Self.document(response.body), sent)
        } catch {
            throw .passing(unreadable(error, response, effect: call.effect))
        }
    }

    /// The latest that a request goes out which somebody asks for now and which changes orders.
    var latestLeave: Duration { clock.machine.now() + options.longestOrderDelay }

    private var tooLate: BrokerError {
        let delay = options.longestOrderDelay / .seconds(1)
        return .retryable(
            Message(
                "Binance: what was asked for could not go out within \(delay) s, so nothing was sent: try again",
                fr: "Binance : la demande n'a pu partir en \(delay) s, rien n'a donc été envoyé : réessayez"),
            after: nil)
    }

    private static func document(_ body: [UInt8]) throws(UnreadableReply) -> JSONDocument {
        do throws(JSONFault) {
            return try JSONDocument(body)
        } catch {
            throw .notJSON
        }
    }

    private func request(_ call: RESTCall) throws(BrokerError) -> HTTPRequest {
        var address = environment.rest + "/api/v3" + call.path
        var headers: HeaderFields = [:]
        var query = call.parameters.query
        if call.isSigned {
            guard let signer else { throw Self.noKeys }
            var parameters = call.parameters
            parameters.add("recvWindow", number: options.receiveWindow)
            let offset = clock.lastOffset
            let time = offset?.venueTime(clock.machineTime) ?? clock.machineTime
            parameters.add("timestamp", number: time.milliseconds)
            query = try signer.signedQuery(parameters)
            headers.add("X-MBX-APIKEY", signer.key)
        }
        let method: HTTPRequest.Method =
            switch call.method {
            case .get: .get
            case .post: .post
            case .delete: .delete
            }
        let timeout = call.effect == .none ? options.timeout : min(options.timeout, options.orderTimeout)
        guard call.method == .post else {
            if !query.isEmpty { address += "?" + query }
            return HTTPRequest(method, address, headers: headers, timeout: timeout)
        }
        headers.add("Content-Type", "application/x-www-form-urlencoded")
        return HTTPRequest(method, address, headers: headers, body: Array(query.utf8), timeout: timeout)
    }

    static let noKeys = BrokerError.unauthorised(
        Message(
            "there are no API keys for Binance: market data needs none, an account does",
            fr: "il n'y a pas de clés d'API pour Binance : les données de marché s'en passent, pas un compte"))

    // MARK: What went wrong

    private func failure(_ failure: HTTPFailure, _ call: RESTCall) -> Failure {
        let message = Message("Binance: \(failure.message.english)", fr: "Binance : \(failure.message.french)")
        if call.effect == .changesOrders, failure.requestMayHaveBeenSent { return .final(.outcomeUnknown(message)) }
        let error = BrokerError.retryable(message, after: nil)
        switch failure {
        case .unreachable, .secureConnectionFailed, .connectionLost, .other: return .passing(error)
        // Another attempt would fail the same way, or make the caller wait as long again.
        case .badRequest, .busy, .unresolved, .untrusted, .badAuthorities, .timedOut, .notHTTP, .bodyTooLarge,
            .headersTooLarge, .cancelled, .closed:
            return .final(error)
        }
    }

    private func refusal(_ response: HTTPResponse, _ call: RESTCall) -> Failure {
        let fault = VenueFault(
            status: response.status, body: response.body, retryAfter: response.headers.retryAfter)
        if fault.isClock, call.isSigned { return .clock(fault) }
        let error = fault.error(effect: call.effect)
        if case .retryable(_, let wait) = error, wait ?? .zero <= min(Self.longestWait, options.longestTurn) {
            return .passing(error)
        }
        return .final(error)
    }

    private func clockRefusal(_ fault: VenueFault) -> BrokerError {
        let offset = clock.lastOffset
        let seconds = Double(offset?.milliseconds ?? 0) / 1000
        let trip = (offset?.uncertainty ?? 0) * 2
        return .retryable(
            Message(
                "Binance refuses the time of the request twice (\(fault.text)): its clock is \(seconds) s ahead of "
                    + "this machine's, its answer took \(trip) ms, \(options.receiveWindow) ms are allowed",
                fr: "Binance refuse deux fois l'heure de la requête (\(fault.text)) : son horloge avance de "
                    + "\(seconds) s sur celle de cette machine, sa réponse a pris \(trip) ms, "
                    + "\(options.receiveWindow) ms sont admises"),
            after: .seconds(1))
    }

    private func unreadable(_ fault: UnreadableReply, _ response: HTTPResponse, effect: CallEffect) -> BrokerError {
        let isPage = response.body.first { ![0x20, 0x0A, 0x0D, 0x09].contains($0) } == UInt8(ascii: "<")
        guard fault == .notJSON else { return Self.unreadable(fault, effect: effect) }
        let what: Message =
            isPage
            ? Message("its answer is a web page, not JSON", fr: "sa réponse est une page web, pas du JSON")
            : Message(
                "its answer of \(response.body.count) bytes is not whole JSON",
                fr: "sa réponse de \(response.body.count) octets n'est pas du JSON entier")
        return Self.unreadable(what, effect: effect)
    }

    static func unreadable(_ fault: UnreadableReply, effect: CallEffect = .none) -> BrokerError {
        unreadable(fault.message, effect: effect)
    }

    private static func unreadable(_ what: Message, effect: CallEffect) -> BrokerError {
        let message = Message("Binance: \(what.english)", fr: "Binance : \(what.french)")
        return effect == .none ? .retryable(message, after: nil) : .outcomeUnknown(message)
    }

    /// A longer wait that the venue asks for is the caller's to decide about.
    private static let longestWait = Duration.seconds(10)

    /// A quarter of a second, doubling, less up to half of it by chance; longer where the venue asked for it.
    private func pause(after attempt: Int, _ error: BrokerError) async throws(BrokerError) {
        let whole = 250 << (min(attempt, 8) - 1)
        var wait = Duration.milliseconds(Int.random(in: whole / 2...whole))
        if case .retryable(_, let asked?) = error { wait = max(wait, asked) }
        do {
            try await clock.machine.wait(wait)
        } catch {
            throw .retryable(Self.givenUp, after: nil)
        }
    }

    static let givenUp = Message("the call to Binance was given up", fr: "l'appel à Binance a été abandonné")
}
