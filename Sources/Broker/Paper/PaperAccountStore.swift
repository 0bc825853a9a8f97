import Market
import Trading
import Wording

/// Where paper accounts are kept; the store decides what happened when a process dies.
public protocol PaperAccountStore: Sendable {
    /// Takes the account for one owner. Whoever had it before can write no more: the commits of an older lease fail
    /// with `.taken`. So a process that was killed leaves nothing locked, and two never run one account.
    func take(_ account: PaperAccountID) async throws(PaperStoreError) -> (lease: PaperLease, snapshot: PaperSnapshot)
    /// The account as it is once what was being written has ended; nobody loses it by that.
    ///
    /// - Parameter lease: whoever reads has it still, else `.taken`. Nil: for somebody who only looks.
    func read(_ account: PaperAccountID, under lease: PaperLease?) async throws(PaperStoreError) -> PaperSnapshot
    /// Writes all of it or nothing.
    func commit(_ changes: PaperChanges, under lease: PaperLease) async throws(PaperStoreError)
    /// Open or over, however long ago.
    func order(
        _ reference: OrderReference, on symbol: Symbol, of account: PaperAccountID
    ) async throws(PaperStoreError) -> PaperOrder?
    /// Oldest first.
    func fills(
        _ request: FillRequest, of account: PaperAccountID
    ) async throws(PaperStoreError) -> [FillReport]
}

/// The right to change an account, until somebody else takes it.
public struct PaperLease: Sendable, Hashable {
    public let account: PaperAccountID
    /// Rises with each taking.
    public let epoch: Int64

    public init(account: PaperAccountID, epoch: Int64) {
        self.account = account
        self.epoch = epoch
    }
}

/// Why the store did not do it, split by what a paper broker must do.
public enum PaperStoreError: ExplainedError, Hashable {
    case unknownAccount(PaperAccountID)
    /// Another owner has taken the account.
    case taken(PaperAccountID)
    /// An order of the changes has a client id that the account used before; nothing was written.
    case duplicateClientID(ClientOrderID)
    /// Nothing was written; it may go another time.
    case unavailable(Message)
    /// The connection was lost while it was being written: it may be written or not.
    case outcomeUnknown(Message)

    public var message: Message {
        switch self {
        case .unknownAccount(let id):
            Message("there is no paper account \(id)", fr: "il n'y a pas de compte fictif \(id)")
        case .taken(let id):
            Message(
                "paper account \(id) is run by another process now",
                fr: "le compte fictif \(id) est maintenant mené par un autre processus")
        case .duplicateClientID(let id):
            Message("an order was placed as \(id) before", fr: "un ordre a déjà été passé sous \(id)")
        case .unavailable(let message), .outcomeUnknown(let message): message
        }
    }

    /// As a caller of the broker sees it.
    var brokerError: BrokerError {
        switch self {
        case .unknownAccount: .unauthorised(message)
        case .taken: .retryable(message, after: nil)
        case .duplicateClientID: .rejected(.duplicateOrder, message)
        case .unavailable(let message): .retryable(message, after: nil)
        case .outcomeUnknown(let message): .outcomeUnknown(message)
        }
    }
}
