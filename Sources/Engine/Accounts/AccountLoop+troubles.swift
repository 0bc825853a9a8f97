import Logging
import Storage
import Wording

/// What users are told of troubles, once each until it is over.
extension AccountLoop {
    /// Logs a trouble when it begins.
    func complain(_ code: Troubles.Code, _ problem: Message) {
        // A venue that refuses the keys is told of as such.
        if code == .venueAway, areKeysRefused { return }
        guard troubles.begins(code, problem, at: .now) else { return }
        logger.error("trouble", metadata: ["code": "\(code.rawValue)", "problem": "\(problem)"])
        // Whether it is over is known in time, before its user is told.
        if code == .venueAway { agenda.survey(at: .now + options.venuePatience / 2) }
    }

    /// It works again; whoever waited for the database is told so.
    func worksAgain(_ code: Troubles.Code) {
        guard let since = troubles.ends(code) else { return }
        let time = (ContinuousClock.now - since).components.seconds
        logger.notice("trouble is over", metadata: ["code": "\(code.rawValue)", "seconds": "\(time)"])
        guard code == .databaseAway else { return }
        alert(
            Alert(
                .warning, code.rawValue,
                Message(
                    "the database was away for \(time) s; what waited has been taken up again",
                    fr: "la base de données était absente \(time) s ; ce qui attendait a repris")))
    }

    /// Alerts of what has lasted too long.
    func tellTroubles() {
        for (code, problem) in troubles.due(at: .now, venuePatience: options.venuePatience) {
            switch code {
            case .venueAway:
                alert(
                    Alert(
                        .warning, code.rawValue,
                        Message(
                            "broker \(account.name) does not answer: \(problem.english); what must be done is tried "
                                + "again",
                            fr: "le broker \(account.name) ne répond pas : \(problem.french) ; ce qui doit être fait "
                                + "est retenté")))
            case .limitsUnreadable, .databaseAway:
                alert(
                    Alert(
                        .error, code.rawValue,
                        Message(
                            "broker \(account.name): \(problem.english)",
                            fr: "broker \(account.name) : \(problem.french)")))
            }
        }
    }

    /// Tells the account's user; written beside the loop, in its turn.
    func alert(_ alert: Alert) {
        if !alerts.push(alert) { logger.error("alert dropped", metadata: ["alert": "\(alert.message)"]) }
    }

    /// Writes alerts while nobody does it beside the loop yet.
    func writeAlerts() async {
        while alerts.count > 0, let alert = await alerts.next().first {
            do {
                _ = try await wiring.store.alerts.add(alert, for: account.user)
            } catch {
                logger.warning("an alert waits to be written", metadata: ["error": "\(error)"])
                return self.alert(alert)
            }
        }
    }
}
