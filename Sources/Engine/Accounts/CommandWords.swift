import Market
import Storage
import Wording

/// What a user reads when a command has been carried out.
enum CommandWords {
    /// - Parameter isSuspended: it is upgraded and stays suspended.
    static func done(_ order: StrategyCommand.Order, isSuspended: Bool = false) -> Message {
        switch order {
        case .suspend:
            Message(
                "suspended: it decides nothing, its stops and targets stay in force",
                fr: "suspendue : elle ne décide plus, ses stops et objectifs restent en place")
        case .resume: Message("resumed", fr: "reprise")
        case .stop: Message("stopped: it holds nothing any more", fr: "arrêtée : elle ne détient plus rien")
        case .close: Message("its position is closed", fr: "sa position est fermée")
        case .upgrade(let version) where isSuspended:
            Message(
                "has version \(version) now, with its position and memory; it stays suspended until it is resumed",
                fr: "en version \(version), avec sa position et sa mémoire ; elle reste suspendue jusqu'à sa reprise")
        case .upgrade(let version):
            Message(
                "runs version \(version) now, with its position and memory",
                fr: "tourne en version \(version), avec sa position et sa mémoire")
        case .set: Message("set", fr: "réglée")
        }
    }

    static let holdsSomething = Message(
        "it holds a position or has orders at the venue: close it first, or stop it with closing",
        fr: "elle détient une position ou a des ordres en cours : fermez-la d'abord, ou arrêtez-la en fermant")
    static let isStopping = Message(
        "it is being stopped: it ends once nothing is open",
        fr: "elle est en cours d'arrêt : elle finit dès que plus rien n'est ouvert")
    static let overtaken = Message(
        "given up, since it was suspended or stopped while the script was being loaded: what ran before is kept",
        fr: "abandonné, car elle a été suspendue ou arrêtée pendant le chargement : la version d'avant est gardée")
    static func unread(_ reason: Message) -> Message {
        Message(
            "its books cannot be read, so what it holds can be neither closed nor given up here: \(reason.english)",
            fr: "ses comptes sont illisibles, ce qu'elle détient ne peut donc être ni fermé ni abandonné ici : "
                + reason.french)
    }
    static func notTraded(_ symbol: Symbol) -> Message {
        Message(
            "this version reads \(symbol), which is not traded at this venue: expected symbols of its own market",
            fr: "cette version lit \(symbol), qui n'est pas coté sur cette plateforme : attendu des symboles de son "
                + "marché")
    }
    static let isFailed = Message(
        "it has failed; upgrade it to a version that runs", fr: "elle a échoué ; passez à une version qui tourne")
}
