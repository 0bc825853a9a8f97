import Market

/// A market stream with the connections that follow it. An event is encoded once in each of the forms that are
/// wanted, and its bytes go to all of them.
final class StreamTopic {
    let name: StreamName
    /// nil for a stream of all markets.
    let market: MarketID?
    private(set) var subscribers: [SocketConnection] = []
    /// When something was sent last, in milliseconds of a clock that never jumps; for streams that speak by the clock.
    var lastSent: Int64 = .min
    /// A number that grows with what the stream shows, so that nothing is sent twice.
    var lastVersion: Int64 = .min
    /// An event that waits for the next one, by a fault.
    private var held: ((inout JSONWriter) -> Void)?

    init(_ name: StreamName, market: MarketID?) {
        self.name = name
        self.market = market
    }

    var isEmpty: Bool { subscribers.isEmpty }

    func add(_ connection: SocketConnection) {
        if !subscribers.contains(where: { $0 === connection }) { subscribers.append(connection) }
    }

    func remove(_ connection: SocketConnection) {
        subscribers.removeAll { $0 === connection }
    }

    /// Sends one event to all who follow, as a fault wants it.
    func publish(_ fault: Fault.Effect?, _ event: @escaping (inout JSONWriter) -> Void) {
        switch fault {
        case .loseEvent: return
        case .duplicateEvent:
            publish(event)
            publish(event)
        case .holdEvent where held == nil:
            held = event
            return
        default: publish(event)
        }
        if let late = held {
            held = nil
            publish(late)
        }
    }

    /// Sends one event to all who follow.
    func publish(_ event: (inout JSONWriter) -> Void) {
        // The four forms: plain or with the stream's name, in milliseconds or microseconds.
        var forms: (plain: [UInt8]?, combined: [UInt8]?, plainMicro: [UInt8]?, combinedMicro: [UInt8]?)
        for subscriber in subscribers {
            switch (subscriber.isCombined, subscriber.timeScale == 1) {
            case (false, true): subscriber.append(frames: form(&forms.plain, false, 1, event))
            case (true, true): subscriber.append(frames: form(&forms.combined, true, 1, event))
            case (false, false): subscriber.append(frames: form(&forms.plainMicro, false, 1000, event))
            case (true, false): subscriber.append(frames: form(&forms.combinedMicro, true, 1000, event))
            }
        }
    }

    private func form(
        _ made: inout [UInt8]?, _ isCombined: Bool, _ timeScale: Int64, _ event: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        if let made { return made }
        var writer = JSONWriter(timeScale: timeScale)
        if isCombined {
            writer.object { writer in
                writer.field("stream", name.text)
                writer.key("data")
                event(&writer)
            }
        } else {
            event(&writer)
        }
        let frame = WebSocketFrames.frame(.text, writer.bytes)
        made = frame
        return frame
    }
}
