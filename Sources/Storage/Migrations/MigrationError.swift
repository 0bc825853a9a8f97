import Postgres
import Wording

/// Why the database's schema is not what the program needs.
public enum MigrationError: ExplainedError, Hashable {
    /// A newer program has been here.
    case databaseIsNewer(database: Int, program: Int)
    /// The database lacks steps; nobody has asked to apply them.
    case databaseIsOlder(database: Int, program: Int)
    /// A step that was applied reads differently in this program.
    case changedAfterwards(number: Int, name: String)
    case foreignHistory(found: Int, expected: Int)
    /// Another process has been migrating for longer than this one waits.
    case busy(seconds: Int)
    /// A statement of a step failed; nothing of the step was kept.
    case failed(number: Int, name: String, statement: String, cause: PostgresError)

    public var message: Message {
        switch self {
        case .databaseIsNewer(let database, let program):
            Message(
                "the database is at schema \(database), this program knows schemas up to \(program): "
                    + "use the newer program, or restore a backup made before the upgrade",
                fr: "la base est au schéma \(database), ce programme connaît les schémas jusqu'à \(program) : "
                    + "utilisez le programme plus récent, ou restaurez une sauvegarde d'avant la mise à jour")
        case .databaseIsOlder(let database, let program):
            Message(
                "the database is at schema \(database), this program needs \(program): run 'aristobot migrate'",
                fr: "la base est au schéma \(database), ce programme demande \(program) : lancez 'aristobot migrate'")
        case .changedAfterwards(let number, let name):
            Message(
                "migration \(number) (\(name)) was applied with another text than this program has: "
                    + "the database belongs to another build of the program",
                fr: "la migration \(number) (\(name)) a été appliquée avec un autre texte que celui de ce programme : "
                    + "la base appartient à une autre version du programme")
        case .foreignHistory(let found, let expected):
            Message(
                "the database has been through migration \(found) where this program expects \(expected): "
                    + "it belongs to another program",
                fr: "la base est passée par la migration \(found) là où ce programme attend \(expected) : "
                    + "elle appartient à un autre programme")
        case .busy(let seconds):
            Message(
                "another process is migrating the database and was not done after \(seconds) s: try again later",
                fr: "un autre processus migre la base et n'a pas fini après \(seconds) s : réessayez plus tard")
        case .failed(let number, let name, let statement, let cause):
            Message(
                "migration \(number) (\(name)) failed and was undone, at \"\(statement)\": \(cause.message.english)",
                fr: "la migration \(number) (\(name)) a échoué et a été annulée, à « \(statement) » : "
                    + cause.message.french)
        }
    }
}
