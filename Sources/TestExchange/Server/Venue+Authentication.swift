import Market

/// Who calls, and whether the signature is theirs.
extension Venue {
    /// The key that a request names.
    func key(named name: String?) throws(VenueRefusal) -> (account: AccountID, key: AccountKey) {
        guard let name, Self.isKeyName(name) else { throw .keyFormat }
        guard let found = keys[name], !found.key.isRevoked else { throw .badKey }
        return found
    }

    /// The caller of a REST request whose endpoint asks for a key or a signature.
    func authenticate(
        _ security: VenueEndpoint.Security, _ request: VenueRequest, _ parameters: inout RequestParameters
    ) throws(VenueRefusal) -> RequestCall.Caller? {
        guard security != .open else { return nil }
        guard let name = request.apiKey, !name.isEmpty else {
            throw VenueRefusal(-2014, "API-key format invalid.", status: 401)
        }
        let (account, key) = try key(named: name)
        if security != .keyed {
            let window = try ReceiveWindow(&parameters)
            let signature = try parameters.required("signature")
            let payload = request.signedPayload
            guard PercentCoding.isEncoded(payload.utf8), key.isValid(signature: signature, payload: payload.utf8) else {
                throw .badSignature
            }
            try check(window)
        }
        if security == .trade && !key.mayTrade { throw .badKey }
        return RequestCall.Caller(account: account, key: name, mayTrade: key.mayTrade)
    }

    /// The caller of a WebSocket request: by its own key and signature, or by the session.
    func authenticate(
        _ security: VenueEndpoint.Security, on socket: SocketConnection, _ parameters: inout RequestParameters
    ) throws(VenueRefusal) -> RequestCall.Caller? {
        guard security != .open else { return nil }
        let named = try parameters.optional("apiKey")
        let name = named ?? socket.session?.key
        guard let name else { throw .missing("apiKey") }
        let (account, key) = try key(named: name)
        if security != .keyed {
            let window = try ReceiveWindow(&parameters)
            if named != nil || parameters.isSent("signature") || socket.session == nil {
                let signature = try parameters.required("signature")
                guard key.isValid(signature: signature, payload: parameters.sortedPayload.utf8) else {
                    throw .badSignature
                }
            }
            try check(window)
        }
        if security == .trade && !key.mayTrade { throw .badKey }
        return RequestCall.Caller(account: account, key: name, mayTrade: key.mayTrade)
    }

    /// A clock that does not run at the pace of the clients' has no time that they could send.
    private func check(_ window: ReceiveWindow) throws(VenueRefusal) {
        guard options.clock == nil || options.clock?.speed == 1 else { return }
        try window.check(server: wireNow.milliseconds * 1000)
    }
}
