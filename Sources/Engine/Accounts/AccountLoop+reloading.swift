import Storage
import StrategyHost
import Trading
import Wording
import Worker

extension AccountLoop {
    /// Writes down that a script began anew before this decision, since its worker had died: as at a restart, and kept
    /// like one, so that the decisions from here on can be taken again.
    ///
    /// - Parameter version: what runs at the executor.
    /// - Returns: the number of the new session.
    func beginAnew(
        _ reloaded: InstanceReloaded, version: Int, _ change: inout Draft.Change, _ slot: StrategySlot
    ) -> Int {
        var row = change.row ?? slot.row
        row.session += 1
        let feeds = book.all.compactMap { start in
            reloaded.feeds.first { $0.feed.number == Int64(start.number) }.map { SessionFeed(start, $0) }
        }
        change.row = row
        // An upgrade that comes to nothing leaves the row as it was before, but for this.
        slots[slot.id]?.upgrade?.row.session = row.session
        change.commit.log.append(
            StrategyLogLine(
                time: now, level: .warning, source: "engine",
                message: Message(
                    "its worker had ended: the script was loaded again with its stored state",
                    fr: "son processus avait fini : le script a été rechargé avec son état gardé")))
        addSession(row.session, version: version, reloaded.loading, feeds, reloaded.loaded, slot, to: &change)
        return row.session
    }

    /// Has it written down that a script begins: with what it was loaded, and how it stands then.
    func addSession(
        _ number: Int, version: Int, _ loading: InstanceLoading, _ feeds: [SessionFeed], _ loaded: InstanceLoaded,
        _ slot: StrategySlot, to change: inout Draft.Change
    ) {
        var kept = loading
        // The text is kept with its version.
        kept.script.bytes = []
        change.commit.session = StrategySession(
            number: number, version: version, parameters: loading.parameters, seed: loading.seed,
            scriptState: loading.state, loading: kept.stored,
            detail: AccountWords.text(SessionDetail(feeds: feeds, seen: loaded.candlesSeen, engine: options.name)),
            startedAt: now)
        if let problem = loaded.problem {
            // What was stored stays: its state could not be read out.
            change.commit.log.append(StrategyLogLine(time: now, level: .error, source: "engine", message: problem))
        } else {
            change.commit.scriptState = loaded.state
            change.scriptState = .some(loaded.state)
        }
        speak(loaded.decision, nil, &change, slot)
    }
}
