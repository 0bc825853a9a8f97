import Postgres

/// What keeps others from their work while it lasts: a lock that engines or heartbeats line up for, the row of a lease.
///
/// A process that freezes while it holds such a thing must not keep it for the minute that other transactions may be
/// idle: the server ends the transaction of one that asks for nothing for 5 s, so that others have taken over what it
/// had 15 s after its last word. Between two statements of such a transaction there are milliseconds of work.
enum BriefHold {
    /// To be selected, or returned, by the statement that takes the lock; holds until the transaction ends.
    static let begin: PostgresQuery = "set_config('idle_in_transaction_session_timeout', '5000', true)"
}
