import Market

/// REST: a request in, an answer out.
extension Venue {
    /// What the faults have for a request, before it is looked at; the caller waits as long as it says.
    func meet(_ request: VenueRequest) -> FaultPlan.Encounter {
        if request.path.hasPrefix("/admin/") { return FaultPlan.Encounter() }
        return faults.meet(request.subject)
    }

    func answer(_ request: VenueRequest, _ effect: Fault.Effect?) -> VenueAnswer {
        requestCount += 1
        if request.path.hasPrefix("/admin/") { return .reply(administer(request)) }
        if isDown { return .reply(.html(status: 503)) }
        switch effect {
        case .refuse(let status, let code, let text, let retryAfter):
            return .reply(
                VenueReply(VenueRefusal(code, text, status: status, retryAfter: retryAfter)))
        case .html(let status): return .reply(.html(status: status))
        case .disconnect: return .close
        case .neverAnswer: return .silence
        default: break
        }
        let reply = execute(request)
        flush()
        switch effect {
        case .loseReply, .halfFrame: return .close
        case .executeAndNeverAnswer: return .silence
        case .statusUnknown(let status):
            var refusal = VenueRefusal.statusUnknown
            refusal.status = status
            return .reply(VenueReply(refusal))
        default: return .reply(reply)
        }
    }

    private func execute(_ request: VenueRequest) -> VenueReply {
        let now = wireNow
        guard let endpoint = restEndpoints[request.subject] else { return unknownPath(request) }
        var reply: VenueReply
        var account: AccountID?
        do throws(VenueRefusal) {
            var parameters = try RequestParameters(query: request.query[...], body: request.body[...])
            let weight = endpoint.weight(parameters)
            try limiter(of: request.address) { limiter throws(VenueRefusal) in
                try limiter.admit(weight: weight, at: now)
            }
            let caller = try authenticate(endpoint.security, request, &parameters)
            account = caller?.account
            var call = RequestCall(parameters, at: now, timeScale: request.wantsMicroseconds ? 1000 : 1)
            call.caller = caller
            try run(endpoint, &call, weight: weight, address: request.address)
            reply = VenueReply(body: call.writer.bytes)
        } catch {
            reply = VenueReply(error)
        }
        // Fills give orders back before they are counted for the reply.
        spread()
        reply.headers.append(("X-MBX-USED-WEIGHT-1M", String(usedWeight(of: request.address))))
        reply.headers.append(("X-MBX-USED-WEIGHT", String(usedWeight(of: request.address))))
        if endpoint.orders > 0, reply.status == 200, let account {
            let counts = orderCounts(of: account, at: now)
            reply.headers.append(("X-MBX-ORDER-COUNT-10S", String(counts.tenSeconds)))
            reply.headers.append(("X-MBX-ORDER-COUNT-1D", String(counts.day)))
        }
        return reply
    }

    /// Runs an endpoint, counting its orders; an order that was accepted costs no weight, one that was not no order.
    func run(
        _ endpoint: VenueEndpoint, _ call: inout RequestCall, weight: Int, address: String
    ) throws(VenueRefusal) {
        let now = call.now
        guard let account = call.caller?.account, endpoint.orders > 0 else {
            try endpoint.handler(self, &call)
            if endpoint.security == .trade && endpoint.method != "PUT" {
                addresses[address]?.giveBack(weight: weight, at: now)
            }
            return
        }
        try orderCounters[account, default: OrderCounter(limits)].admit(endpoint.orders, at: now)
        do throws(VenueRefusal) {
            try endpoint.handler(self, &call)
        } catch {
            orderCounters[account]?.giveBack(endpoint.orders, at: now)
            throw error
        }
        addresses[address]?.giveBack(weight: weight, at: now)
    }

    private func unknownPath(_ request: VenueRequest) -> VenueReply {
        let isKnown = restEndpoints.values.contains { $0.path == request.path }
        var reply =
            isKnown
            ? VenueReply(VenueRefusal(-1000, "Request method '\(request.method)' not supported", status: 405))
            : .html(status: 404)
        reply.headers.append(("X-MBX-USED-WEIGHT-1M", String(usedWeight(of: request.address))))
        return reply
    }
}
