import Market

/// Opening, hearing and closing WebSockets.
extension Venue {
    /// What is asked for by the address of a WebSocket; nil where there is none.
    struct SocketRequest: Equatable {
        var purpose: SocketConnection.Purpose
        var streams: [String] = []
        var isCombined = false
        var timeScale: Int64 = 1
        var showsRateLimits = true

        /// Reads `/ws`, `/ws/a/b`, `/stream?streams=a/b`, `/ws-api/v3`, each with its options.
        init?(path: String, query: String) {
            var options: [String: String] = [:]
            for pair in query.split(separator: "&") {
                let parts = pair.split(separator: "=", maxSplits: 1).map { PercentCoding.decode($0.utf8) ?? "" }
                if parts.count == 2 { options[parts[0]] = parts[1] }
            }
            let path = path.hasSuffix("/") && path.utf8.count > 1 ? String(path.dropLast()) : path
            if path == "/ws-api/v3" {
                purpose = .socketAPI
            } else if path == "/stream" {
                purpose = .marketStreams
                isCombined = true
                streams = (options["streams"] ?? "").split(separator: "/").map(String.init)
            } else if path == "/ws" || path.hasPrefix("/ws/") {
                purpose = .marketStreams
                let names = path.dropFirst("/ws".utf8.count).split(separator: "/")
                streams = names.compactMap { PercentCoding.decode($0.utf8) }
                guard streams.count == names.count else { return nil }
            } else {
                return nil
            }
            if options["timeUnit"]?.uppercased() == "MICROSECOND" { timeScale = 1000 }
            showsRateLimits = options["returnRateLimits"] != "false"
        }
    }

    /// Whether a WebSocket may be opened, and what a fault has for it.
    func admit(_ path: String, from address: String) throws(VenueRefusal) -> Fault.Effect? {
        guard !isDown, sockets.count < options.mostConnections else {
            throw VenueRefusal(-1000, "Service unavailable.", status: 503)
        }
        try limiter(of: address) { limiter throws(VenueRefusal) in try limiter.admitConnection(at: wireNow) }
        let effect = faults.meet("UPGRADE \(path)").effect
        if case .refuse(let status, let code, let text, let retryAfter) = effect {
            throw VenueRefusal(code, text, status: status, retryAfter: retryAfter)
        }
        return effect
    }

    func openSocket(
        _ request: SocketRequest, address: String, effect: Fault.Effect?, port: any FramePort
    ) -> SocketConnection {
        lastSocketID += 1
        let keeping = SocketKeeping(
            pingEvery: options.pingEveryMilliseconds, pongWithin: options.pongWithinMilliseconds,
            longestLife: options.connectionLifeMilliseconds, mostWaitingBytes: options.slowClientBytes,
            messagesPerSecond: limits.messagesPerSecond)
        var purpose = request.purpose
        if let name = request.streams.first, listenKeys[name] != nil { purpose = .userData(listenKey: name) }
        let socket = SocketConnection(
            id: SocketID(rawValue: lastSocketID), purpose: purpose, address: address, timeScale: request.timeScale,
            isCombined: request.isCombined, port: port, keeping: keeping, flushList: flushList, at: instant)
        socket.connectedSince = wireNow
        socket.showsRateLimits = request.showsRateLimits
        socket.isMute = effect == .neverAnswer
        sockets[socket.id] = socket
        for name in request.streams { follow(name, socket) }
        return socket
    }

    /// The connection is gone: nothing is sent to it any more.
    func forget(_ socket: SocketConnection) {
        sockets[socket.id] = nil
        for name in socket.streams { unfollow(name, socket) }
        subscriptions.removeAll { $0.socket === socket }
    }

    // MARK: What a client says

    func receive(text: [UInt8], on socket: SocketConnection) {
        guard countMessage(on: socket) else { return }
        switch socket.purpose {
        case .socketAPI: receiveRequest(text, on: socket)
        case .marketStreams, .userData: control(text, on: socket)
        }
        spread()
        flush()
    }

    func receive(ping payload: [UInt8], on socket: SocketConnection) {
        guard countMessage(on: socket) else { return }
        socket.receivePing(payload)
        flush()
    }

    func receive(pong payload: [UInt8], on socket: SocketConnection) {
        guard countMessage(on: socket) else { return }
        socket.receivePong(payload)
    }

    private func countMessage(on socket: SocketConnection) -> Bool {
        guard !socket.isClosing else { return false }
        guard socket.countMessage(at: instant) else {
            socket.close(code: 1008, reason: "Too many requests")
            return false
        }
        return true
    }

    // MARK: Ending

    /// Tells every client that the venue is about to stop.
    func announceShutdown() {
        let now = wireNow
        for socket in sockets.values {
            var writer = JSONWriter(timeScale: socket.timeScale)
            let event: (inout JSONWriter) -> Void = { writer in
                writer.object { writer in
                    writer.field("e", "serverShutdown")
                    writer.field("E", now)
                }
            }
            if socket.purpose == .socketAPI {
                writer.object { writer in
                    writer.key("event")
                    event(&writer)
                }
            } else if socket.isCombined {
                writer.object { writer in
                    writer.field("stream", "!serverShutdown")
                    writer.key("data")
                    event(&writer)
                }
            } else {
                event(&writer)
            }
            socket.append(text: writer.bytes)
        }
        flush()
    }

    /// The venue stops: every client is told and let go.
    func stop() {
        guard !sockets.isEmpty else { return }
        announceShutdown()
        _ = disconnect(nil, withCloseFrame: true)
        sockets = [:]
    }

    /// Closes the WebSockets of a purpose; nil for all.
    func disconnect(_ purpose: SocketConnection.Purpose?, withCloseFrame: Bool) -> Int {
        let found = sockets.values.filter { socket in
            switch (purpose, socket.purpose) {
            case (nil, _), (.socketAPI, .socketAPI): true
            case (.marketStreams, .marketStreams), (.marketStreams, .userData): true
            default: false
            }
        }
        for socket in found {
            if withCloseFrame { socket.close(code: 1001, reason: "disconnected") } else { socket.drop() }
        }
        return found.count
    }
}
