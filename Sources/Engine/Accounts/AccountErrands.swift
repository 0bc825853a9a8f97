import Broker
import Logging
import Market
import Storage
import Wording

/// What an account loop has done beside it: history, surveys, tries of refused keys, alerts, the venue's clock and its
/// own second hand.
struct AccountErrands: Sendable {
    let broker: any Broker
    let store: Store
    let options: EngineOptions
    let connectors: any AccountConnector
    let history: WorkQueue<FeedLoad>
    let surveys: WorkQueue<SurveyRequest>
    let keysTries: WorkQueue<StoredBroker>
    let alerts: WorkQueue<Alert>
    let user: UserID
    let mailbox: WorkQueue<AccountMessage>
    let prices: PriceFollower
    /// The venue's time as far as it is known.
    let now: @Sendable () async -> Timestamp
    let logger: Logger

    /// Histories that are loaded at the same time.
    private static let loadsAtOnce = 2

    func start(in group: inout DiscardingTaskGroup) {
        for _ in 0..<Self.loadsAtOnce { group.addTask { await loadHistories() } }
        group.addTask { await survey() }
        group.addTask { await tryKeys() }
        group.addTask { await writeAlerts() }
        group.addTask { await beat() }
        group.addTask { await checkPrices() }
        group.addTask { await keepTime() }
    }

    private func loadHistories() async {
        let loader = HistoryLoader(store)
        while let load = await history.next().first {
            do {
                let found = try await loader.load(load, before: await now(), from: broker)
                mailbox.push(.history(load, found), isBoundedElsewhere: true)
            } catch {
                // Cancelled: whoever asked is gone too.
            }
            history.finished()
        }
    }

    private func survey() async {
        let survey = AccountSurvey(broker: broker)
        while let request = await surveys.next().first {
            let result: Result<SurveyResult, BrokerError>
            do throws(BrokerError) {
                result = .success(try await survey.run(request))
            } catch {
                result = .failure(error)
            }
            mailbox.push(.surveyed(request, result), isBoundedElsewhere: true)
            surveys.finished()
        }
    }

    /// On a connection of their own, which tells nothing else.
    private func tryKeys() async {
        while let account = await keysTries.next().first {
            mailbox.push(.keysTried(await verdict(on: account)), isBoundedElsewhere: true)
            keysTries.finished()
        }
    }

    private func verdict(on account: StoredBroker) async -> KeysVerdict {
        var verdict = KeysVerdict.accepted
        var other: (any Broker)?
        do {
            let broker = try await connectors.connect(account)
            other = broker
            _ = try await broker.balances()
        } catch {
            if case .unauthorised = error as? BrokerError { verdict = .refused } else { verdict = .unknown }
        }
        await other?.close()
        return verdict
    }

    /// In their turn; while the database is away the oldest one is tried again.
    private func writeAlerts() async {
        while let alert = await alerts.next().first {
            var pause = Duration.milliseconds(100)
            while !Task.isCancelled {
                do {
                    _ = try await store.alerts.add(alert, for: user)
                    break
                } catch {
                    logger.warning("an alert waits to be written", metadata: ["error": "\(error)"])
                }
                // Only a cancelled task cuts it short, which ends the loop.
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, options.longestPause)
            }
            alerts.finished()
        }
    }

    /// The loop's second hand. One that was not heard yet is not followed by another.
    private func beat() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: options.tickInterval) } catch { return }
            if mailbox.count < options.mailboxLimit { mailbox.push(.tick) }
        }
    }

    private func checkPrices() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: options.checkInterval) } catch { return }
            await prices.check()
        }
    }

    /// Asks for the venue's time as often as its clock's steadiness asks for it.
    private func keepTime() async {
        var clock = VenueClock()
        while !Task.isCancelled {
            let asked = ContinuousClock.now
            do {
                let time = try await broker.serverTime()
                // Half the way there and back.
                let at = asked + (ContinuousClock.now - asked) / 2
                clock.told(time, at: at)
                mailbox.push(.venueTime(time, at: at))
            } catch {
                logger.debug("no venue time", metadata: ["error": "\(error)"])
            }
            let wait = clock.isSteady ? clock.interval : min(clock.interval, .seconds(1))
            do { try await Task.sleep(for: wait) } catch { return }
        }
    }
}
