import Market

/// One request on its way through an endpoint: what it asked, who asked, and the JSON of the answer.
struct RequestCall {
    var parameters: RequestParameters
    /// The wire's time.
    let now: Timestamp
    /// Whose key signed it; nil where no key is asked for.
    var caller: Caller?
    /// The WebSocket it came on; nil for REST.
    var connection: SocketConnection?
    var writer: JSONWriter

    struct Caller {
        let account: AccountID
        let key: String
        let mayTrade: Bool
    }

    init(_ parameters: RequestParameters, at now: Timestamp, timeScale: Int64) {
        self.parameters = parameters
        self.now = now
        writer = JSONWriter(timeScale: timeScale)
    }

    /// The account of a signed call.
    func account() throws(VenueRefusal) -> AccountID {
        guard let caller else { throw .badKey }
        return caller.account
    }

    /// Ends the reading of parameters; nothing happens before it.
    mutating func finishReading() throws(VenueRefusal) {
        try parameters.checkAllRead()
    }
}
