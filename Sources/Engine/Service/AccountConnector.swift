import Broker
import Storage

/// Connects the account of a user; made by the composition root, which knows keys and venues.
///
/// The engine calls it once for each account it holds and closes the broker when it gives the account up.
public protocol AccountConnector: Sendable {
    /// Throws a `BrokerError` or another explained error; `.unauthorised` and `.rejected` are told to the user, and all
    /// of them are tried again.
    func connect(_ broker: StoredBroker) async throws -> any Broker
}
