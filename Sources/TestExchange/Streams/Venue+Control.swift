import Market

/// Following streams, and the control messages of market stream connections.
extension Venue {
    /// Lets a connection follow a stream. A name that is no stream is not followed; a stream of an unknown market is,
    /// and stays silent, as on the venue.
    @discardableResult
    func follow(_ text: String, _ socket: SocketConnection) -> Bool {
        if listenKeys[text] != nil {
            socket.add(stream: text)
            return true
        }
        guard let name = StreamName(text) else { return false }
        socket.add(stream: text)
        if let topic = topics[name] {
            topic.add(socket)
            return true
        }
        let market = name.symbol.isEmpty ? nil : core.market(named: name.symbol)
        guard name.symbol.isEmpty || market != nil else { return true }
        let topic = StreamTopic(name, market: market)
        topic.add(socket)
        topics[name] = topic
        if let market { marketTopics[market.rawValue].append(topic) }
        return true
    }

    func unfollow(_ text: String, _ socket: SocketConnection) {
        socket.remove(stream: text)
        guard let name = StreamName(text), let topic = topics[name] else { return }
        topic.remove(socket)
        guard topic.isEmpty else { return }
        topics[name] = nil
        if let market = topic.market { marketTopics[market.rawValue].removeAll { $0 === topic } }
    }

    /// SUBSCRIBE, UNSUBSCRIBE, LIST_SUBSCRIPTIONS, SET_PROPERTY and GET_PROPERTY.
    func control(_ text: [UInt8], on socket: SocketConnection) {
        guard let json = try? JSONParser.parse(text) else {  // where it broke does not matter to the client
            refuse(3, "Invalid JSON: expected value at line 1 column 1", nil, on: socket)
            return
        }
        let id = json["id"]
        guard case .object = json, Self.isRequestID(id) else {
            refuse(
                2, "Invalid request: request ID must be an integer, a string of at most 36 characters or null",
                nil, on: socket)
            return
        }
        guard let method = json["method"]?.text else {
            refuse(2, "Invalid request: missing field `method`", id, on: socket)
            return
        }
        switch method {
        case "SUBSCRIBE", "UNSUBSCRIBE": changeStreams(method == "SUBSCRIBE", json["params"], id, on: socket)
        case "LIST_SUBSCRIPTIONS":
            let streams = socket.streams
            confirm(id, on: socket) { writer in
                writer.array { writer in streams.forEach { writer.value($0) } }
            }
        case "SET_PROPERTY": setProperty(json["params"], id, on: socket)
        case "GET_PROPERTY":
            guard case .array(let items) = json["params"], items == [.string("combined")] else {
                refuse(0, "Unknown property", id, on: socket)
                return
            }
            let isCombined = socket.isCombined
            confirm(id, on: socket) { $0.value(isCombined) }
        default:
            refuse(
                2,
                "Invalid request: unknown variant `\(method)`, expected one of `SUBSCRIBE`, `UNSUBSCRIBE`, "
                    + "`LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY`", id, on: socket)
        }
    }

    private func changeStreams(_ adds: Bool, _ params: JSONValue?, _ id: JSONValue?, on socket: SocketConnection) {
        guard case .array(let items) = params, !items.isEmpty else {
            refuse(2, "Invalid request: params must be a non-empty array of stream names", id, on: socket)
            return
        }
        let names = items.compactMap(\.text)
        guard names.count == items.count else {
            refuse(2, "Invalid request: invalid type: expected a string", id, on: socket)
            return
        }
        let more = Set(names).subtracting(socket.streams).count
        guard !adds || socket.streams.count + more <= limits.streamsPerConnection else {
            refuse(
                2, "Invalid request: too many streams; at most \(limits.streamsPerConnection) per connection", id,
                on: socket)
            return
        }
        if adds, let wrong = names.first(where: { StreamName($0) == nil && listenKeys[$0] == nil }) {
            refuse(2, "Invalid request: invalid stream `\(wrong)`", id, on: socket)
            return
        }
        for name in names {
            if adds { follow(name, socket) } else { unfollow(name, socket) }
        }
        confirm(id, on: socket) { $0.null() }
    }

    private func setProperty(_ params: JSONValue?, _ id: JSONValue?, on socket: SocketConnection) {
        guard case .array(let items) = params, items.count == 2, items[0].text == "combined" else {
            refuse(0, "Unknown property", id, on: socket)
            return
        }
        guard let flag = items[1].flag else {
            refuse(1, "Invalid value type: expected Boolean", id, on: socket)
            return
        }
        socket.isCombined = flag
        confirm(id, on: socket) { $0.null() }
    }

    private func confirm(_ id: JSONValue?, on socket: SocketConnection, _ result: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("result")
            result(&writer)
            writer.key("id")
            (id ?? .null).write(to: &writer)
        }
        socket.append(text: writer.bytes)
    }

    private func refuse(_ code: Int, _ text: String, _ id: JSONValue?, on socket: SocketConnection) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.object("error") { writer in
                writer.field("code", code)
                writer.field("msg", text)
            }
            writer.field("code", code)
            writer.field("msg", text)
            writer.key("id")
            (id ?? .null).write(to: &writer)
        }
        socket.append(text: writer.bytes)
    }

    /// A whole number, a short text, null or nothing.
    static func isRequestID(_ id: JSONValue?) -> Bool {
        switch id {
        case nil, .null: true
        case .number(let text): Int64(text) != nil
        case .string(let text): text.utf8.count <= 36
        default: false
        }
    }
}
