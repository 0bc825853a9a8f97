import CPostgres
import Wording

extension Session {
    /// Queries sent before the results of the first are read. libpq reads results while it sends, so neither side
    /// can block the other; the bound is for memory.
    private static let window = 1_024

    /// One round trip for all; the first error ends it, and outside of a transaction undoes it.
    func pipeline(_ queries: [PostgresQuery], _ operation: Operation) throws(PostgresError) -> [ResultBox] {
        for query in queries { try query.check() }
        guard !queries.isEmpty else { return [] }
        var names: [String?] = []
        names.reserveCapacity(queries.count)
        for query in queries {
            // Statements beyond the cache would push each other out before they are sent.
            let isKept = query.isWorthPreparing && queries.count <= 1 << 20
            let key = StatementCache.Key(sql: query.sql, types: query.binds.types)
            names.append(
                isKept && (cache.count < cache.limit || cache.contains(key)) ? try statement(key, operation) : nil)
        }
        try begin(operation)
        guard PQenterPipelineMode(connection) == 1 else { throw lost(operation) }
        var results: [ResultBox] = []
        results.reserveCapacity(queries.count)
        var failure: PostgresError?
        var sent = 0
        while sent < queries.count {
            let end = min(sent + Self.window, queries.count)
            for index in sent..<end where enqueue(queries[index], statement: names[index]) != 1 {
                throw lost(operation)
            }
            if end == queries.count {
                guard PQpipelineSync(connection) == 1 else { throw lost(operation) }
            } else {
                guard PQsendFlushRequest(connection) == 1 else { throw lost(operation) }
            }
            for _ in sent..<end {
                let outcome = try pipelineResult(operation)
                if let error = outcome.error { failure = failure ?? error }
                if let result = outcome.result { results.append(result) }
            }
            sent = end
        }
        try leavePipeline(operation)
        if let failure { throw failure }
        return results
    }

    private func pipelineResult(
        _ operation: Operation
    ) throws(PostgresError) -> (result: ResultBox?, error: PostgresError?) {
        var outcome: (result: ResultBox?, error: PostgresError?) = (nil, nil)
        while let result = try nextResult(operation) {
            switch result.status {
            case PGRES_PIPELINE_ABORTED: break
            case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE: outcome.error = error(of: result, operation)
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH: throw lost(operation)
            default: outcome.result = result
            }
        }
        if isBroken, let error = outcome.error { throw error }
        return outcome
    }

    private func leavePipeline(_ operation: Operation) throws(PostgresError) {
        guard let end = try nextResult(operation), end.status == PGRES_PIPELINE_SYNC,
            PQexitPipelineMode(connection) == 1
        else { throw lost(operation) }
    }
}
