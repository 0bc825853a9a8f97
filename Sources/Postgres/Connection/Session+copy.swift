import CPostgres
import Glibc
import Wording

extension Session {
    /// Bytes gathered before they are handed over; a row may exceed it.
    private static let chunk = 1 << 17

    func copyIn(
        _ query: PostgresQuery, _ operation: Operation, row: (inout PostgresCopyEncoder) throws -> Bool
    ) throws -> Int {
        try startCopy(query, PGRES_COPY_IN, operation)
        var encoder = PostgresCopyEncoder(capacity: Self.chunk + Self.chunk / 4)
        encoder.appendHeader()
        do {
            while try row(&encoder) {
                if encoder.count >= Self.chunk { try put(&encoder, operation) }
            }
            try encoder.check()
            encoder.appendTrailer()
            try put(&encoder, operation)
        } catch {
            // The reason is for the server's log only, and says nothing of the data.
            if !isBroken, PQputCopyEnd(connection, "stopped by the client") == 1 {
                do throws(PostgresError) { _ = try lastResult(operation) } catch { /* the report that we asked for */  }
            } else {
                markBroken()
            }
            throw error
        }
        guard PQputCopyEnd(connection, nil) == 1 else { throw lost(operation) }
        return try lastResult(operation).affected
    }

    private func put(_ encoder: inout PostgresCopyEncoder, _ operation: Operation) throws {
        try encoder.check()
        if interruption.isRequested(operation.number) { throw PostgresError.cancelled }
        guard encoder.send(to: connection), PQstatus(connection) == CONNECTION_OK else { throw lost(operation) }
        try flush(operation)
        encoder.removeAll()
        // libpq keeps quiet about a connection that broke while it sends.
        var socket = pollfd(fd: descriptor, events: 0, revents: 0)
        if poll(&socket, 1, 0) > 0 { throw lost(operation) }
        // The server's limit counts from its start, this one too.
        guard ContinuousClock.now < operation.deadline else {
            throw PostgresError.timeout(.statement, milliseconds: operation.milliseconds)
        }
    }

    func copyOut(
        _ query: PostgresQuery, _ operation: Operation, row: (inout PostgresCopyRow) throws -> Void
    ) throws {
        try startCopy(query, PGRES_COPY_OUT, operation)
        var failure: (any Error)?
        var headerSeen = false
        while let message = try copyMessage(operation) {
            defer { PQfreemem(message.baseAddress) }
            guard failure == nil else { continue }
            do {
                try Self.rows(in: UnsafeRawBufferPointer(message), &headerSeen, row)
            } catch {
                failure = error
                operation.cancel(connection)
            }
        }
        do throws(PostgresError) { _ = try lastResult(operation) } catch { throw failure ?? error }
        if let failure { throw failure }
    }

    private func startCopy(
        _ query: PostgresQuery, _ wanted: ExecStatusType, _ operation: Operation
    ) throws(PostgresError) {
        try query.check()
        guard enqueue(query, statement: nil) == 1 else { throw lost(operation) }
        guard let result = try nextResult(operation) else { throw lost(operation) }
        if result.status == PGRES_FATAL_ERROR {
            let error = error(of: result, operation)
            while try nextResult(operation) != nil {}
            throw error
        }
        guard result.status == wanted, PQbinaryTuples(result.pointer) == 1 else {
            // A stream of the wrong kind cannot be left cleanly.
            markBroken()
            throw .unexpectedResult(
                Message(
                    "The statement is no COPY in this direction WITH (FORMAT binary)",
                    fr: "La requête n'est pas un COPY dans ce sens WITH (FORMAT binary)"))
        }
    }

    /// What the server sent next, to be freed; nil at the end. It sends a row in each message.
    private func copyMessage(_ operation: Operation) throws(PostgresError) -> UnsafeMutableRawBufferPointer? {
        var buffer: UnsafeMutablePointer<CChar>?
        while true {
            let length = PQgetCopyData(connection, &buffer, 1)
            if length > 0 { return UnsafeMutableRawBufferPointer(start: buffer, count: Int(length)) }
            guard length == 0 else { return nil }
            guard wait(POLLIN, operation) == .ready else {
                throw lost(
                    operation, Message("the server sent nothing in time", fr: "le serveur n'a rien envoyé à temps"))
            }
            guard PQconsumeInput(connection) == 1 else { throw lost(operation) }
        }
    }

    private static func rows(
        in bytes: UnsafeRawBufferPointer, _ headerSeen: inout Bool, _ row: (inout PostgresCopyRow) throws -> Void
    ) throws {
        var position = 0
        if !headerSeen {
            position = try PostgresCopyRow.headerLength(bytes)
            headerSeen = true
        }
        while position < bytes.count {
            guard let columns = bytes.int16(at: position) else { throw PostgresCopyRow.malformed }
            if columns < 0 { return }
            var reader = PostgresCopyRow(bytes, from: position + 2, columns: Int(columns))
            try row(&reader)
            position = try reader.end()
        }
    }
}
