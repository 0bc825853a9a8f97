import Broker
import Market
import Transport
import Wording

/// Performs the subscription to an account's events over the WebSocket API.
///
/// Every connection subscribes by a signature of its own (`userDataStream.subscribe.signature`), which serves HMAC and
/// Ed25519 keys alike; there is no session to log on to, and none to lose.
struct AccountFeed: Sendable {
    let client: RESTClient
    let catalogue: MarketCatalogue
    let signer: RequestSigner
    let balances: @Sendable () async throws(BrokerError) -> [Balance]
    let output: FeedOutput<AccountEvent>

    private static let requestID: Int64 = 1

    private enum End {
        case over
        case again(after: Duration)
    }

    /// What outlives a connection.
    private struct Memory {
        var fills = FillMemory()
        var book: MarketBook
        var lastWords: Message?
    }

    /// Ends with the task, or with an error that no repetition mends.
    func run() async {
        guard let book = await firstBook() else { return }
        var memory = Memory(book: book)
        while !Task.isCancelled {
            let session = session()
            session.start()
            let end = await serve(session, &memory)
            await session.close()
            guard case .again(let wait) = end else { break }
            await FeedConnection.wait(wait, client.clock)
        }
        output.continuation.finish()
    }

    private func firstBook() async -> MarketBook? {
        var wait = Duration.seconds(1)
        while !Task.isCancelled {
            do throws(BrokerError) {
                return try await catalogue.book(noOlderThan: client.options.marketsValidity)
            } catch .retryable(let message, let after) {
                guard output.send([.disconnected(message)]) else { return nil }
                await FeedConnection.wait(max(wait, after ?? .zero), client.clock)
                wait = min(wait * 2, .seconds(30))
            } catch {
                output.fail(error)
                return nil
            }
        }
        output.continuation.finish()
        return nil
    }

    private func session() -> WebSocketSession {
        let (client, signer) = (client, signer)
        var options = FeedConnection.session(client.environment.socketAPI, client.options)
        options.openingMessages = {
            let offset = try await client.offset()
            var parameters = WireParameters()
            parameters.add("timestamp", number: offset.venueTime(client.clock.machineTime).milliseconds)
            parameters.add("recvWindow", number: client.options.receiveWindow)
            let signed = try signer.signedParameters(parameters)
            return [AccountMessage.request("userDataStream.subscribe.signature", id: Self.requestID, signed)]
        }
        options.isReady = { text in
            // A text that cannot be read is no reply; the loop below meets it again and says so.
            let message = try? AccountMessage(try JSONDocument(text), book: MarketBook(markets: [], leftOut: 0))
            return message == .done(id: Self.requestID)
        }
        return WebSocketSession(options)
    }

    private func serve(_ session: WebSocketSession, _ memory: inout Memory) async -> End {
        var isConnected = false
        while let event = await session.next() {
            switch event {
            case .connected:
                isConnected = true
                memory.lastWords = nil
                guard output.send([.connected]) else { return .over }
            // A renewal that fails: the connection of before goes on.
            case .retrying where isConnected: continue
            case .disconnected(let failure), .retrying(_, _, let failure):
                isConnected = false
                guard disconnected(FeedConnection.words(failure), &memory) else { return .over }
            case .text(let text, _):
                if let end = await take(text, &memory) { return end }
            }
        }
        return .over
    }

    /// The same words are told once.
    private func disconnected(_ words: Message, _ memory: inout Memory) -> Bool {
        guard words != memory.lastWords else { return true }
        memory.lastWords = words
        return output.send([.disconnected(words)])
    }

    private func take(_ text: String, _ memory: inout Memory) async -> End? {
        let message: AccountMessage
        do {
            message = try AccountMessage(try JSONDocument(text), book: memory.book)
        } catch {
            // What it told is not lost: the next `.connected` makes the reader reconcile.
            let words = RESTClient.unreadable(error as? UnreadableReply ?? .notJSON).message
            return disconnected(words, &memory) ? .again(after: .seconds(1)) : .over
        }
        switch message {
        case .event(let event): return await take(event, text, &memory)
        case .refused(let fault): return await refused(fault, &memory)
        case .done, .other: return nil
        }
    }

    private func take(_ event: UserDataEvent, _ text: String, _ memory: inout Memory) async -> End? {
        var events: [AccountEvent] = []
        switch event {
        case .order(let order, let fill):
            if let fill, memory.fills.isNew(fill) { events.append(.filled(fill)) }
            events.append(.orderChanged(order))
        case .balances(let balances):
            events.append(.balancesChanged(balances))
        case .balanceMoved(let asset):
            guard let balance = await balance(of: asset) else { return nil }
            events.append(.balancesChanged([balance]))
        case .terminated:
            let words = Message("Binance ended the account's feed", fr: "Binance a mis fin au flux du compte")
            return disconnected(words, &memory) ? .again(after: .seconds(1)) : .over
        case .unknownMarket(let spelling):
            return await takeUnknown(spelling, text, &memory)
        case .list, .shutdown, .other:
            return nil
        }
        return output.send(events) ? nil : .over
    }

    /// A market that is newer than the list; one without a `Symbol` has no orders from here, and is passed over.
    private func takeUnknown(_ spelling: String, _ text: String, _ memory: inout Memory) async -> End? {
        do throws(BrokerError) {
            memory.book = try await catalogue.book(noOlderThan: MarketCatalogue.doubtfulAfter)
        } catch {
            return disconnected(error.message, &memory) ? .again(after: .seconds(1)) : .over
        }
        guard memory.book[spelling: spelling] != nil else { return nil }
        return await take(text, &memory)
    }

    /// What a deposit or a withdrawal left; nil when the venue does not say, as its next report will.
    private func balance(of asset: String) async -> Balance? {
        do throws(BrokerError) {
            return try await balances().first { $0.asset == asset }
                ?? Balance(asset: asset, free: .zero, locked: .zero)
        } catch {
            return nil
        }
    }

    private func refused(_ fault: VenueFault, _ memory: inout Memory) async -> End? {
        if fault.isClock {
            do throws(BrokerError) {
                try await client.synchronise()
            } catch {
                // The next subscription is signed by the clock as it is known, and may be refused again.
                _ = disconnected(error.message, &memory)
            }
        }
        let error = fault.error(effect: .none)
        switch error {
        case .retryable(let message, let after):
            return disconnected(message, &memory) ? .again(after: max(after ?? .zero, .seconds(1))) : .over
        case .rejected, .outcomeUnknown, .unauthorised, .unsupported:
            output.fail(error)
            return .over
        }
    }
}
