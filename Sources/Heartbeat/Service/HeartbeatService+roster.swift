import Broker
import Logging
import Market
import Storage
import Wording

extension HeartbeatService {
    /// Follows what strategies need, from the start on until the task is cancelled.
    func followRoster() async {
        var failures = 0
        repeat {
            var pause = options.rosterEvery
            do {
                try await updateRoster()
                failures = 0
            } catch {
                guard !Task.isCancelled else { return }
                failures += 1
                if failures == 1 || failures % 20 == 0 {
                    logger.warning("what is to be followed cannot be read", metadata: ["reason": "\(error)"])
                }
                pause = min(.milliseconds(250 << min(failures - 1, 5)), options.rosterEvery)
            }
            guard await rest(pause, orUntil: rosterWanted) else { return }
        } while !Task.isCancelled
    }

    /// Listens for changes of the roster; while it cannot, the roster is read at intervals only.
    func watchRoster() async {
        repeat {
            do {
                try await shelf.watch { [rosterWanted] in rosterWanted.ring() }
            } catch {
                guard !Task.isCancelled else { return }
                logger.warning("changes of the roster are not heard", metadata: ["reason": "\(error)"])
            }
        } while await rest(.seconds(5))
    }

    private func updateRoster() async throws {
        var wanted = try await shelf.symbols()
        if let metronome = options.metronome { wanted.insert(metronome) }
        let followed = core.symbols
        if !wanted.subtracting(followed).isSubset(of: listed) {
            listed = Set(try await source.instruments().map(\.symbol))
        }
        refuse(wanted.subtracting(listed).subtracting(followed))
        wanted = wanted.filter { listed.contains($0) || followed.contains($0) }
        let time = try await source.serverTime()
        let joining = wanted.subtracting(followed).sorted()
        let room = max(0, HeartbeatCore.mostSymbols - followed.intersection(wanted).count)
        var histories: [(Symbol, SymbolHistory)] = []
        for symbol in joining.prefix(room) { histories.append((symbol, try await history(of: symbol, at: time))) }
        for symbol in followed.subtracting(wanted) {
            core.unfollow(symbol)
            streams.forget(symbol)
        }
        for (symbol, history) in histories { core.follow(symbol, history: history) }
        turnAway(Set(joining.dropFirst(room)))
        if !histories.isEmpty { open() }
    }

    /// Those for whom there is no room; each is told once.
    private func turnAway(_ symbols: Set<Symbol>) {
        for symbol in symbols.subtracting(turnedAway).sorted() {
            tell(
                HeartbeatAlert(
                    .tooManySymbols, .error, symbol: symbol, at: nil,
                    Message(
                        "\(symbol) is not followed: more than \(HeartbeatCore.mostSymbols) symbols of \(market)",
                        fr: "\(symbol) n'est pas suivi : plus de \(HeartbeatCore.mostSymbols) symboles de \(market)")))
        }
        turnedAway = symbols
    }

    /// Each is told once.
    private func refuse(_ symbols: Set<Symbol>) {
        for symbol in symbols.subtracting(refused).sorted() {
            refused.insert(symbol)
            guard symbol != options.metronome else { continue }
            tell(
                HeartbeatAlert(
                    .unknownSymbol, .error, symbol: symbol, at: nil,
                    Message(
                        "\(market) does not list \(symbol): strategies that need it get no signals",
                        fr: "\(market) ne connaît pas \(symbol) : les stratégies qui en dépendent n'auront aucun signal"
                    )))
        }
        refused.formIntersection(symbols)
    }

    /// What the heartbeat itself has told, up to its last minute, without a hole.
    ///
    /// Minutes that somebody else has stored were told to nobody: an engine or `candles fetch` may have stored them
    /// while no heartbeat was at work.
    func history(of symbol: Symbol, at time: Timestamp?) async throws -> SymbolHistory {
        let stored = try await shelf.minutes(of: symbol, last: max(1, options.recalledMinutes))
        guard let last = stored.last else { return SymbolHistory() }
        // Of a venue whose time has begun anew.
        if let time, last.openTime > time { return SymbolHistory() }
        var first = stored.count - 1
        while first > 0,
            stored[first - 1].openTime.milliseconds + MinuteSlot.length == stored[first].openTime.milliseconds
        {
            first -= 1
        }
        return SymbolHistory(minutes: Array(stored[first...]), newest: try await shelf.newest(of: symbol))
    }
}
