/// Who has which connection: a state machine that opens, closes and waits for nothing itself.
///
/// A slot is taken by a connection that is leased, idle or being opened; there are at most `size`. Who finds no slot
/// waits in order of arrival, at most `maximumWaiting` of them.
struct PoolState<Connection> {
    enum Grant {
        case use(Connection)
        /// A slot is free and taken for the caller, who opens a connection.
        case open
    }

    enum Acquisition {
        case granted(Grant)
        /// The number waits in the queue now.
        case queued
        case full
        case closed
    }

    enum Release {
        /// The grant goes to this waiting call.
        case handOver(waiter: Int, Grant)
        case parked
        /// Nobody wants the connection any more.
        case dropped
    }

    let size: Int
    let maximumWaiting: Int
    private(set) var isClosed = false
    /// The connection used last is taken first: the others show when they are not needed.
    private(set) var idle: [Connection] = []
    private(set) var slots = 0
    private(set) var waiters: [Int] = []

    init(size: Int, maximumWaiting: Int) {
        self.size = max(1, size)
        self.maximumWaiting = max(0, maximumWaiting)
    }

    /// Nil where the caller has to wait.
    mutating func acquireNow() -> Grant? {
        guard !isClosed else { return nil }
        if let connection = idle.popLast() { return .use(connection) }
        guard slots < size else { return nil }
        slots += 1
        return .open
    }

    mutating func acquire(waiter: Int) -> Acquisition {
        guard !isClosed else { return .closed }
        if let grant = acquireNow() { return .granted(grant) }
        guard waiters.count < maximumWaiting else { return .full }
        waiters.append(waiter)
        return .queued
    }

    /// True where the waiter was still waiting: then it is out of the queue, and nothing was granted to it.
    mutating func giveUp(waiter: Int) -> Bool {
        guard let place = waiters.firstIndex(of: waiter) else { return false }
        waiters.remove(at: place)
        return true
    }

    /// A healthy connection comes back.
    mutating func release(_ connection: Connection) -> Release {
        guard !isClosed else {
            slots -= 1
            return .dropped
        }
        guard waiters.isEmpty else { return .handOver(waiter: waiters.removeFirst(), .use(connection)) }
        idle.append(connection)
        return .parked
    }

    /// A connection broke or could not be opened: its slot goes to the next waiting call.
    mutating func lose() -> Release {
        guard !isClosed, !waiters.isEmpty else {
            slots -= 1
            return .dropped
        }
        return .handOver(waiter: waiters.removeFirst(), .open)
    }

    /// Refuses everything from now on; answers what is to be closed and who is to be refused.
    mutating func close() -> (idle: [Connection], waiters: [Int]) {
        isClosed = true
        let left = (idle, waiters)
        slots -= idle.count
        idle = []
        waiters = []
        return left
    }
}

extension PoolState.Grant: Sendable where Connection: Sendable {}
