import Broker
import Logging

/// Follows what happens to an account, opening the stream again when it ends. Whoever gets `.connected` reconciles.
struct AccountFollower: Sendable {
    let broker: any Broker
    let options: EngineOptions
    let logger: Logger
    /// Whether it could be taken in; when not, the stream is opened again, so that what was missed is found.
    let take: @Sendable (AccountEvent) -> Bool
    var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    /// Until the task is cancelled.
    func run() async {
        var pause = Duration.milliseconds(100)
        // Of the keys, one after the other.
        var refusals = 0
        while !Task.isCancelled {
            do {
                for try await event in broker.accountEvents() {
                    guard take(event) else {
                        logger.error("the account's mailbox is full: its stream is opened again and reconciled")
                        break
                    }
                    // Only now: a mailbox that stays full must not have the venue asked ten times a second.
                    pause = .milliseconds(100)
                    if case .connected = event { refusals = 0 }
                }
            } catch {
                logger.warning("account stream ended", metadata: ["error": "\(error)"])
                // Whoever enters other keys has another connection made, and another follower.
                if case .unauthorised = error as? BrokerError {
                    let wait = AccountNotices.keysPause(tries: refusals, atMost: options.keysInterval)
                    refusals += 1
                    do { try await sleep(wait) } catch { return }
                    continue
                }
            }
            do { try await sleep(pause) } catch { return }
            pause = min(pause * 2, options.longestPause)
        }
    }
}
