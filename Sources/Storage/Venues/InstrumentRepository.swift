import Broker
import Market
import Postgres
import Wording

/// The markets of venues with their rules, kept so that a list needs no call to the venue. Shared by all users.
public struct InstrumentRepository: Sendable {
    let pool: PostgresPool
    let now: @Sendable () -> Timestamp

    /// Puts a venue's whole list in the place of the former one.
    public func refresh(_ instruments: [Instrument], of venue: VenueName) async throws {
        let refreshed = now().milliseconds
        try await pool.transaction { connection in
            // Of two lists that arrive at once the later one stays, whole.
            try await connection.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended('aristobot instruments ' || \(venue.text)::text, 0))")
            try await connection.execute("DELETE FROM instruments WHERE venue = \(venue.text)")
            let rest = InstrumentQueue(instruments)
            _ = try await connection.copyIn(Self.copy) { encoder in
                guard let instrument = rest.next() else { return false }
                try Self.write(instrument, of: venue, refreshed, to: &encoder)
                return true
            }
        }
    }

    /// Markets by symbol, beginning after one of them.
    ///
    /// - Parameters:
    ///   - quote: only those traded for this asset.
    ///   - search: only those whose symbol holds this text, whatever its case.
    ///   - limit: at most so many, 1 … 10,000.
    public func list(
        _ venue: VenueName, quote: String? = nil, search: String? = nil, after: Symbol? = nil, limit: Int = 10_000
    ) async throws -> [Instrument] {
        let ending = quote.map { "/" + $0.uppercased() }
        return try await pool.query(
            """
            SELECT * FROM instruments WHERE venue = \(venue.text)
                AND (\(ending)::text IS NULL OR right(symbol, length(\(ending)::text)) = \(ending)::text)
                AND (\(search)::text IS NULL OR strpos(symbol, upper(\(search)::text)) > 0)
                AND (\(after?.description)::text IS NULL OR symbol::text COLLATE "C" > \(after?.description)::text)
            ORDER BY symbol::text COLLATE "C" LIMIT \(min(max(limit, 1), 10_000))
            """
        ).map(Self.instrument)
    }

    public func find(_ symbol: Symbol, at venue: VenueName) async throws -> Instrument? {
        try await pool.query(
            "SELECT * FROM instruments WHERE venue = \(venue.text) AND symbol = \(symbol.description)"
        ).first.map(Self.instrument)
    }

    /// When the venue's list was taken; nil where there is none.
    public func refreshedAt(_ venue: VenueName) async throws -> Timestamp? {
        try await pool.query("SELECT max(refreshed_at) AS time FROM instruments WHERE venue = \(venue.text)")
            .first?.optionalTime("time")
    }

    private static let copy: PostgresQuery = """
        COPY instruments (venue, symbol, quantity_step, price_tick, minimum_quantity, maximum_quantity,
            minimum_notional, maximum_notional, is_trading, order_kinds, has_order_pairs, refreshed_at)
        FROM STDIN (FORMAT binary)
        """

    private static func write(
        _ instrument: Instrument, of venue: VenueName, _ refreshed: Int64, to encoder: inout PostgresCopyEncoder
    ) throws {
        let rules = instrument.rules
        encoder.startRow(columns: 12)
        encoder.append(venue.text)
        encoder.append(instrument.symbol.description)
        let amounts = [
            rules.quantityStep.value, rules.priceTick?.value, rules.minimumQuantity?.value,
            rules.maximumQuantity?.value, rules.minimumNotional?.value, rules.maximumNotional?.value,
        ]
        for amount in amounts { encoder.append(try amount.map { try NumericText($0.description) }) }
        encoder.append(instrument.isTrading)
        encoder.append(instrument.orderKinds.map(\.rawValue).sorted().joined(separator: ","))
        encoder.append(instrument.hasOrderPairs)
        encoder.append(refreshed)
    }

    private static func instrument(_ row: PostgresRow) throws -> Instrument {
        // A kind that a later program knew is none of ours.
        let kinds = try row.text("order_kinds").split(separator: ",").compactMap { OrderKindName(rawValue: String($0)) }
        let rules = InstrumentRules(
            quantityStep: Quantity(try row.amount("quantity_step")),
            priceTick: try row.optionalAmount("price_tick").map(Price.init),
            minimumQuantity: try row.optionalAmount("minimum_quantity").map(Quantity.init),
            maximumQuantity: try row.optionalAmount("maximum_quantity").map(Quantity.init),
            minimumNotional: try row.optionalAmount("minimum_notional").map(Money.init),
            maximumNotional: try row.optionalAmount("maximum_notional").map(Money.init))
        return Instrument(
            symbol: try Symbol(try row.text("symbol")), rules: rules, isTrading: try row.bool("is_trading"),
            orderKinds: Set(kinds), hasOrderPairs: try row.bool("has_order_pairs"))
    }
}
