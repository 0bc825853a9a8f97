import Wording

extension PostgresError {
    public var message: Message {
        switch self {
        case .badConfiguration(let message), .refusedValue(let message), .unexpectedResult(let message),
            .program(let message):
            message
        case .timeout(let limit, let milliseconds): Self.wording(of: limit, milliseconds)
        case .uniqueViolation, .checkViolation, .foreignKeyViolation, .exclusionViolation, .notNullViolation:
            constraintMessage
        case .unreachable, .tooOld, .unauthorised, .databaseMissing, .tooManyConnections, .diskFull, .readOnly,
            .connectionLost:
            serverMessage
        default: statementMessage
        }
    }

    private var serverMessage: Message {
        switch self {
        case .unreachable(let server, let reason):
            Message(
                "PostgreSQL at \(server) cannot be reached: \(reason.english). Check that it runs "
                    + "and that the address is right",
                fr:
                    "PostgreSQL est injoignable à \(server) : \(reason.french). Vérifiez qu'il "
                    + "tourne et que l'adresse est juste"
            )
        case .tooOld(let server, let version, let required):
            Message(
                "PostgreSQL at \(server) is version \(version); version \(required) or newer is needed: upgrade it",
                fr: "PostgreSQL à \(server) est en version \(version) ; il faut la version \(required) ou plus : "
                    + "mettez-le à jour")
        case .unauthorised(let server, let user):
            Message(
                "PostgreSQL at \(server) does not let user \"\(user)\" in: check user and password",
                fr:
                    "PostgreSQL à \(server) refuse l'utilisateur « \(user) » : vérifiez "
                    + "l'utilisateur et le mot de passe"
            )
        case .databaseMissing(let server, let database):
            Message(
                "PostgreSQL at \(server) has no database \"\(database)\": create it with createdb, or name another one",
                fr: "PostgreSQL à \(server) n'a pas de base « \(database) » : créez-la avec createdb, ou nommez-en une "
                    + "autre")
        case .tooManyConnections(let server):
            Message(
                "PostgreSQL at \(server) has no connection left: raise max_connections or use smaller pools",
                fr:
                    "PostgreSQL à \(server) n'a plus de connexion libre : augmentez "
                    + "max_connections ou réduisez les pools"
            )
        case .diskFull(let server):
            Message(
                "The disk of PostgreSQL at \(server) is full: free space there; nothing was written",
                fr: "Le disque de PostgreSQL à \(server) est plein : libérez de la place ; rien n'a été écrit")
        case .readOnly(let server):
            Message(
                "PostgreSQL at \(server) takes no writes: it is a standby, or the transaction is read-only",
                fr: "PostgreSQL à \(server) n'accepte pas d'écriture : c'est un serveur de secours, ou la transaction "
                    + "est en lecture seule")
        case .connectionLost(let server, true, let reason):
            Message(
                "The connection to PostgreSQL at \(server) broke: \(reason.english). Nothing of "
                    + "the transaction was kept",
                fr:
                    "La connexion à PostgreSQL à \(server) s'est rompue : \(reason.french). Rien "
                    + "de la transaction n'a été gardé"
            )
        case .connectionLost(let server, _, let reason):
            Message(
                "The connection to PostgreSQL at \(server) broke: \(reason.english). Whether the "
                    + "last change was kept is unknown",
                fr: "La connexion à PostgreSQL à \(server) s'est rompue : \(reason.french). On ignore si la dernière "
                    + "modification a été gardée")
        default: statementMessage
        }
    }

    private var constraintMessage: Message {
        switch self {
        case .uniqueViolation(let table, let constraint):
            Message(
                "A row of table \(table) with the same key exists already (\(constraint))",
                fr: "Une ligne de la table \(table) porte déjà cette clé (\(constraint))")
        case .checkViolation(let table, let constraint):
            Message(
                "A row breaks the rule \(constraint) of table \(table)",
                fr: "Une ligne enfreint la règle \(constraint) de la table \(table)")
        case .foreignKeyViolation(let table, let constraint):
            Message(
                "A row of table \(table) names another row that does not exist, or is still named "
                    + "by one (\(constraint))",
                fr: "Une ligne de la table \(table) en désigne une autre qui n'existe pas, ou est encore désignée "
                    + "(\(constraint))")
        case .exclusionViolation(let table, let constraint):
            Message(
                "A row of table \(table) conflicts with another one (\(constraint))",
                fr: "Une ligne de la table \(table) est en conflit avec une autre (\(constraint))")
        case .notNullViolation(let table, let column):
            Message(
                "Column \(column) of table \(table) needs a value",
                fr: "La colonne \(column) de la table \(table) exige une valeur")
        default: statementMessage
        }
    }

    private var statementMessage: Message {
        switch self {
        case .poolExhausted(let size, let waiting):
            Message(
                "All \(size) database connections are busy and \(waiting) calls wait already: try again later",
                fr:
                    "Les \(size) connexions à la base sont occupées et \(waiting) appels attendent déjà : "
                    + "réessayez plus tard")
        case .poolClosed:
            Message("The database connections are closed", fr: "Les connexions à la base sont fermées")
        case .cancelled: Message("The statement was cancelled", fr: "La requête a été annulée")
        case .stoppedByAdministrator:
            Message(
                "The statement was stopped by an administrator of the server",
                fr: "La requête a été arrêtée par un administrateur du serveur")
        case .serialization(true):
            Message(
                "Two transactions waited for each other; this one was undone and may be run again",
                fr: "Deux transactions s'attendaient l'une l'autre ; celle-ci a été annulée et peut être relancée")
        case .serialization:
            Message(
                "Another transaction changed the same rows; this one was undone and may be run again",
                fr: "Une autre transaction a modifié les mêmes lignes ; celle-ci a été annulée et peut être relancée")
        case .transactionAborted:
            Message(
                "The transaction was undone, since one of its statements had failed",
                fr: "La transaction a été annulée, car une de ses requêtes avait échoué")
        case .dataException(let sqlState): Self.wording(ofDataException: sqlState)
        case .server(let sqlState, let text):
            Message(
                "PostgreSQL reports error \(sqlState)"
                    + (text.isEmpty ? "; the server's log says more" : ": \(text)"),
                fr: "PostgreSQL signale l'erreur \(sqlState)"
                    + (text.isEmpty ? " ; le journal du serveur en dit plus" : " : \(text)"))
        default: Message("PostgreSQL error", fr: "Erreur de PostgreSQL")
        }
    }

    private static func wording(of limit: Limit, _ milliseconds: Int) -> Message {
        switch limit {
        case .connect:
            Message(
                "PostgreSQL did not answer the connection within \(milliseconds) ms",
                fr: "PostgreSQL n'a pas répondu à la connexion en \(milliseconds) ms")
        case .statement:
            Message(
                "The statement took longer than \(milliseconds) ms and was stopped",
                fr: "La requête a duré plus de \(milliseconds) ms et a été arrêtée")
        case .lock:
            Message(
                "The statement waited more than \(milliseconds) ms for a lock that another transaction holds",
                fr: "La requête a attendu plus de \(milliseconds) ms un verrou tenu par une autre transaction")
        case .idleInTransaction:
            Message(
                "The transaction was undone: it did nothing for longer than it may, \(milliseconds) ms at most",
                fr: "La transaction a été annulée : elle est restée inactive plus que permis, "
                    + "\(milliseconds) ms au plus")
        case .poolWait:
            Message(
                "No database connection became free within \(milliseconds) ms",
                fr: "Aucune connexion à la base ne s'est libérée en \(milliseconds) ms")
        }
    }

    private static func wording(ofDataException sqlState: String) -> Message {
        switch sqlState {
        case "22001":
            Message("A text is too long for its column", fr: "Un texte est trop long pour sa colonne")
        case "22003":
            Message("A number is out of the range of its type", fr: "Un nombre dépasse l'étendue de son type")
        case "22012": Message("Division by zero", fr: "Division par zéro")
        case "22P02":
            Message(
                "A text does not read as the type it is used as", fr: "Un texte ne se lit pas comme le type attendu")
        default:
            Message(
                "A value does not fit its type (error \(sqlState))",
                fr: "Une valeur ne convient pas à son type (erreur \(sqlState))")
        }
    }
}
