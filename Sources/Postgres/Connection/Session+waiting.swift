import CPostgres
import Glibc
import Wording

extension Session {
    enum Wake {
        case ready, timedOut
    }

    /// Sleeps until the socket is ready, the deadline passes, or the operation is cancelled; the last one asks the
    /// server to stop the statement and goes on waiting for its answer.
    func wait(_ events: Int32, _ operation: Operation) -> Wake {
        while true {
            let left = ContinuousClock.now.duration(to: operation.deadline)
            guard left > .zero else { return .timedOut }
            var watched = [
                pollfd(fd: descriptor, events: Int16(events), revents: 0),
                pollfd(fd: interruption.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let pause = operation.cancelRequest == nil ? left : min(left, Operation.cancelPause)
            let ready = poll(&watched, 2, Int32(clamping: pause.boundedMilliseconds))
            guard ready >= 0 else {
                if errno == EINTR { continue }
                return .timedOut
            }
            if ready == 0 {
                operation.cancelAgain(connection)
                continue
            }
            if watched[1].revents != 0 {
                interruption.drain()
                if interruption.isRequested(operation.number) { operation.cancel(connection) }
            }
            if watched[0].revents != 0 { return .ready }
        }
    }

    /// Sends what libpq holds back, reading meanwhile, so that two full buffers cannot block each other.
    func flush(_ operation: Operation) throws(PostgresError) {
        while true {
            switch PQflush(connection) {
            case 0: return
            case 1:
                guard wait(POLLIN | POLLOUT, operation) == .ready else { throw givenUp(operation) }
                guard PQconsumeInput(connection) == 1 else { throw lost(operation) }
            default: throw lost(operation)
            }
        }
    }

    /// The next result of the running statement; nil after the last one.
    func nextResult(_ operation: Operation) throws(PostgresError) -> ResultBox? {
        try flush(operation)
        while PQisBusy(connection) == 1 {
            guard wait(POLLIN, operation) == .ready else { throw givenUp(operation) }
            guard PQconsumeInput(connection) == 1 else { throw lost(operation) }
        }
        return PQgetResult(connection).map { ResultBox($0) }
    }

    /// Waits for the end of the statement. Throws what the server reported first.
    func lastResult(_ operation: Operation) throws(PostgresError) -> ResultBox {
        var last: ResultBox?
        var failure: PostgresError?
        while let result = try nextResult(operation) {
            switch result.status {
            case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE: failure = failure ?? error(of: result, operation)
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                // The stream cannot be left but by reading or writing it, which nobody asked for here.
                markBroken()
                throw .unexpectedResult(
                    Message("COPY goes through copyIn and copyOut", fr: "COPY passe par copyIn et copyOut"))
            default: last = result
            }
        }
        if let failure { throw failure }
        guard let last else { throw lost(operation) }
        return last
    }

    /// The error for a failed result, by the state of the operation.
    func error(of result: ResultBox, _ operation: Operation) -> PostgresError {
        let report = ServerReport(result.pointer)
        switch report.sqlState {
        case "57014":
            if operation.cancelRequest != nil { return .cancelled }
            return operation.ranIntoItsLimit
                ? .timeout(.statement, milliseconds: operation.milliseconds) : .stoppedByAdministrator
        case "25P03":
            markBroken()
            return .timeout(
                .idleInTransaction, milliseconds: configuration.idleInTransactionTimeout.boundedMilliseconds)
        case "57P01", "57P02", "57P03", "57P05": return lost(operation, Self.serverStopped)
        case _ where report.sqlState.isEmpty || PQstatus(connection) == CONNECTION_BAD: return lost(operation)
        default:
            return report.error(server: server, lockMilliseconds: configuration.lockTimeout.boundedMilliseconds)
        }
    }

    private static let serverStopped = Message("the server was stopped", fr: "le serveur a été arrêté")

    func lost(
        _ operation: Operation,
        _ reason: Message = Message("the server closed it", fr: "le serveur l'a fermée")
    ) -> PostgresError {
        markBroken()
        return .connectionLost(server: server, outcomeKnown: operation.isUndoneByLoss, reason: reason)
    }

    private func givenUp(_ operation: Operation) -> PostgresError {
        lost(operation, Message("the server gave no answer in time", fr: "le serveur n'a pas répondu à temps"))
    }
}
