import Broker
import Logging
import Storage
import Wording

/// What became of keys that had been refused.
enum KeysVerdict: Sendable {
    case accepted, refused
    /// The venue could not be asked.
    case unknown
}

/// A broker that refuses the keys: its user is told once. Until other ones are entered, or the same ones are accepted
/// again, nothing is asked of it that nobody waits for.
extension AccountLoop {
    func keysRefused(_ problem: Message) {
        guard !areKeysRefused else { return }
        areKeysRefused = true
        lastKeysTry = .now
        worksAgain(.venueAway)
        logger.error("keys refused", metadata: ["problem": "\(problem)"])
        // Others were entered meanwhile.
        guard account.isConnected(like: connected) else { return wantsReconnect = true }
        guard notices.keysRefused(of: connected, interval: options.keysInterval) else { return }
        alert(
            Alert(
                .error, "keys_refused",
                Message(
                    "broker \(account.name) refuses the keys: \(problem.english). Orders that rest at the venue stay "
                        + "there; enter other keys, trading goes on by itself",
                    fr: "le broker \(account.name) refuse les clés : \(problem.french). Les ordres posés y restent ; "
                        + "entrez d'autres clés, le trading reprend seul")))
    }

    /// The broker's row as it is now.
    func take(_ row: StoredBroker) {
        account = row
        if areKeysRefused, !row.isConnected(like: connected) { wantsReconnect = true }
    }

    /// Has the keys tried on a connection beside: scripts are only loaded anew when they are accepted.
    func tryKeysIfDue(_ now: ContinuousClock.Instant) {
        guard areKeysRefused, !isTryingKeys, now - lastKeysTry >= keysPause else { return }
        isTryingKeys = keysTries.push(account)
    }

    func take(_ verdict: KeysVerdict) {
        isTryingKeys = false
        lastKeysTry = .now
        switch verdict {
        case .accepted: wantsReconnect = true
        case .refused: notices.keysRefusedAgain()
        case .unknown: lastKeysTry -= keysPause - min(keysPause, .seconds(30))
        }
    }

    private var keysPause: Duration { notices.keysPause(atMost: options.keysInterval) }

    /// While nothing is open yet: until the keys are to be tried again, or the broker's row is another.
    func waitForKeys() async {
        while end.reason == nil, ContinuousClock.now - lastKeysTry < keysPause {
            // Only a cancelled task cuts it short; then the loop is to end.
            try? await Task.sleep(for: min(options.longestPause, keysPause))
            // A row that cannot be read is taken for the same.
            let row = try? await wiring.store.brokers.get(account.user, account.id)
            if let row, !row.isConnected(like: connected) { return }
        }
    }
}
