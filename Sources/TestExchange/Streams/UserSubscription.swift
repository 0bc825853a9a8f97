import Market

/// A WebSocket that follows the events of an account.
struct UserSubscription {
    let account: AccountID
    let key: String
    let socket: SocketConnection
    /// The number that the events carry.
    let number: Int
    /// Whether it ends with the session it was opened by.
    let isOfSession: Bool
}

/// An event of an account on its way.
struct UserEvent {
    /// Such as `executionReport`.
    let name: String
    let write: (inout JSONWriter) -> Void
}

extension Venue {
    /// Sends an event to all who follow the account, as the faults want it.
    func tell(_ account: AccountID, _ name: String, _ write: @escaping (inout JSONWriter) -> Void) {
        let event = UserEvent(name: name, write: write)
        guard !faults.entries.isEmpty else {
            deliver(event, to: account)
            return
        }
        switch faults.meet("EVENT \(name)").effect {
        case .loseEvent: return
        case .duplicateEvent:
            deliver(event, to: account)
            deliver(event, to: account)
        case .holdEvent where heldUserEvents[account] == nil:
            heldUserEvents[account] = event
            return
        default: deliver(event, to: account)
        }
        if let late = heldUserEvents.removeValue(forKey: account) { deliver(late, to: account) }
    }

    private func deliver(_ event: UserEvent, to account: AccountID) {
        for subscription in subscriptions where subscription.account == account {
            send(event, to: subscription.socket, number: subscription.number)
        }
        guard !listenKeys.isEmpty else { return }
        for socket in sockets.values {
            for name in socket.streams {
                guard let key = listenKeys[name], key.account == account, key.until > wireNow else { continue }
                send(event, to: socket, listenKey: name)
            }
        }
    }

    private func send(_ event: UserEvent, to socket: SocketConnection, number: Int) {
        var writer = JSONWriter(timeScale: socket.timeScale)
        writer.object { writer in
            writer.field("subscriptionId", number)
            writer.key("event")
            event.write(&writer)
        }
        socket.append(text: writer.bytes)
    }

    private func send(_ event: UserEvent, to socket: SocketConnection, listenKey: String) {
        var writer = JSONWriter(timeScale: socket.timeScale)
        if socket.isCombined {
            writer.object { writer in
                writer.field("stream", listenKey)
                writer.key("data")
                event.write(&writer)
            }
        } else {
            event.write(&writer)
        }
        socket.append(text: writer.bytes)
    }

    /// Ends the subscriptions that a predicate picks and tells their clients so.
    func endSubscriptions(where isEnding: (UserSubscription) -> Bool) {
        let now = core.now
        for subscription in subscriptions where isEnding(subscription) {
            let event = UserEvent(name: "eventStreamTerminated") { writer in
                writer.object { writer in
                    writer.field("e", "eventStreamTerminated")
                    writer.field("E", now)
                }
            }
            send(event, to: subscription.socket, number: subscription.number)
        }
        subscriptions.removeAll(where: isEnding)
    }
}
