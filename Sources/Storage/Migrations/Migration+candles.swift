extension Migration {
    /// Candles of all venues, shared by all users.
    ///
    /// A row of `candles` carries the number of its series in place of three texts. Numbers of one timeframe lie in one
    /// block of ten million, so that partitions by number are partitions by timeframe; the finer timeframes are divided
    /// further by calendar, in pieces that are made when the first candle of a period arrives.
    ///
    /// Triggers keep `candle_runs` (unbroken sequences of candles) and the sums in `candle_series` exact within the
    /// transaction of every change, whoever makes it: gaps, counts and stamps are answered without looking at candles.
    /// They also stand for a foreign key, whose test for each row would cost more than the row.
    static let candles = Migration(
        number: 2, name: "candles", statements: candleTables + candlePartitions + candleTriggers)

    private static let candleTables = [
        """
        CREATE TABLE timeframes (
            code smallint CONSTRAINT timeframes_pkey PRIMARY KEY CHECK (code BETWEEN 1 AND 99),
            name text NOT NULL CONSTRAINT timeframes_name_key UNIQUE,
            step bigint NOT NULL CHECK (step > 0),
            grid bigint NOT NULL CHECK (grid >= 0 AND grid < step),
            -- What one partition spans: quarter, year, decade, or everything.
            period text NOT NULL CHECK (period IN ('quarter', 'year', 'decade', 'all'))
        )
        """,
        """
        INSERT INTO timeframes (code, name, step, grid, period) VALUES
            (1, '1m', 60000, 0, 'quarter'), (2, '3m', 180000, 0, 'year'), (3, '5m', 300000, 0, 'year'),
            (4, '10m', 600000, 0, 'year'), (5, '15m', 900000, 0, 'year'), (6, '30m', 1800000, 0, 'decade'),
            (7, '1h', 3600000, 0, 'decade'), (8, '2h', 7200000, 0, 'decade'), (9, '4h', 14400000, 0, 'decade'),
            (10, '6h', 21600000, 0, 'all'), (11, '8h', 28800000, 0, 'all'), (12, '12h', 43200000, 0, 'all'),
            (13, '1d', 86400000, 0, 'all'), (14, '1w', 604800000, 345600000, 'all')
        """,
        "CREATE SEQUENCE candle_series_number MAXVALUE 9999999",
        """
        CREATE TABLE candle_series (
            id integer CONSTRAINT candle_series_pkey PRIMARY KEY,
            venue venue_name NOT NULL,
            symbol symbol_name NOT NULL,
            timeframe smallint NOT NULL CONSTRAINT candle_series_timeframe_fkey REFERENCES timeframes,
            -- Kept by the triggers on candles.
            candle_count bigint NOT NULL DEFAULT 0,
            run_count bigint NOT NULL DEFAULT 0,
            first_open instant,
            last_open instant,
            -- Another one after every change but the appending of candles.
            edition uuid NOT NULL DEFAULT gen_random_uuid(),
            CONSTRAINT candle_series_name_key UNIQUE (venue, symbol, timeframe),
            CONSTRAINT candle_series_number CHECK (id > timeframe * 10000000 AND id < (timeframe + 1) * 10000000),
            CONSTRAINT candle_series_sums CHECK (
                candle_count >= run_count AND run_count >= 0 AND (candle_count = 0) = (run_count = 0)
                AND (candle_count = 0) = (first_open IS NULL) AND (candle_count = 0) = (last_open IS NULL)
                AND first_open <= last_open)
        )
        """,
        """
        CREATE TABLE candle_runs (
            series_id integer NOT NULL CONSTRAINT candle_runs_series_fkey REFERENCES candle_series,
            first_open bigint NOT NULL,
            last_open bigint NOT NULL,
            CONSTRAINT candle_runs_pkey PRIMARY KEY (series_id, first_open),
            CONSTRAINT candle_runs_order CHECK (first_open <= last_open)
        )
        """,
        """
        CREATE TABLE candles (
            series_id integer NOT NULL,
            open_time bigint NOT NULL,
            open float8 NOT NULL,
            high float8 NOT NULL,
            low float8 NOT NULL,
            close float8 NOT NULL,
            volume float8 NOT NULL,
            CONSTRAINT candles_pkey PRIMARY KEY (series_id, open_time),
            -- NaN is above every number here, so it fails as infinity does.
            CONSTRAINT candles_prices CHECK (
                low > 0 AND low <= open AND open <= high AND low <= close AND close <= high AND high < 'Infinity'),
            CONSTRAINT candles_volume CHECK (volume >= 0 AND volume < 'Infinity'),
            CONSTRAINT candles_calendar CHECK (open_time BETWEEN 0 AND 253402300799999)
        ) PARTITION BY RANGE (series_id)
        """,
    ]

    private static let candlePartitions = [
        """
        DO $$
        DECLARE frame timeframes;
        BEGIN
            FOR frame IN SELECT * FROM timeframes ORDER BY code LOOP
                EXECUTE format(
                    'CREATE TABLE candles_%1$s PARTITION OF candles '
                    '(CONSTRAINT candles_grid CHECK (open_time %% %2$s = %3$s)) '
                    'FOR VALUES FROM (%4$s) TO (%5$s) %6$s',
                    frame.name, frame.step, frame.grid, frame.code * 10000000, (frame.code + 1) * 10000000,
                    CASE WHEN frame.period = 'all' THEN '' ELSE 'PARTITION BY RANGE (open_time)' END);
            END LOOP;
        END $$
        """,
        """
        -- Sees to it that candles of a timeframe can be written at a time; answers where the period ends (exclusive),
        -- null for never. The new table is attached, which unlike CREATE … PARTITION OF stops nobody from reading or
        -- writing.
        CREATE FUNCTION candles_make_partition(of_timeframe integer, at bigint) RETURNS bigint
        LANGUAGE plpgsql AS $$
        DECLARE
            frame timeframes;
            moment timestamp := to_timestamp(at / 1000.0) AT TIME ZONE 'UTC';
            begins timestamp;
            lower bigint;
            upper bigint;
            parent text;
            child text;
        BEGIN
            SELECT * INTO STRICT frame FROM timeframes WHERE code = of_timeframe;
            IF frame.period = 'all' THEN
                RETURN NULL;
            END IF;
            begins := date_trunc(frame.period, moment);
            lower := extract(epoch FROM begins) * 1000;
            upper := extract(epoch FROM begins + CASE frame.period
                WHEN 'quarter' THEN interval '3 months' WHEN 'year' THEN interval '1 year'
                ELSE interval '10 years' END) * 1000;
            parent := 'candles_' || frame.name;
            child := parent || '_' || CASE frame.period
                WHEN 'quarter' THEN to_char(begins, 'YYYY"q"Q') WHEN 'year' THEN to_char(begins, 'YYYY')
                ELSE to_char(begins, 'YYYY"s"') END;
            IF to_regclass(quote_ident(child)) IS NULL THEN
                -- One at a time: the lock that attaching takes anyway. It also makes the second one see the table.
                EXECUTE format('LOCK TABLE %I IN SHARE UPDATE EXCLUSIVE MODE', parent);
                IF to_regclass(quote_ident(child)) IS NULL THEN
                    EXECUTE format(
                        'CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', child, parent);
                    EXECUTE format(
                        'ALTER TABLE %I ADD CONSTRAINT partition_bounds CHECK (series_id >= %s AND series_id < %s '
                        'AND open_time >= %s AND open_time < %s)',
                        child, frame.code * 10000000, (frame.code + 1) * 10000000, lower, upper);
                    EXECUTE format(
                        'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', parent, child, lower, upper);
                    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT partition_bounds', child);
                END IF;
            END IF;
            RETURN upper;
        END $$
        """,
    ]

    private static let candleTriggers = [
        """
        CREATE FUNCTION candles_added() RETURNS trigger LANGUAGE plpgsql SET work_mem = '128MB' AS $$
        DECLARE
            lowest integer;
            highest integer;
            earliest bigint;
            latest bigint;
            total bigint;
            ids integer[];
            firsts bigint[];
            lasts bigint[];
            steps bigint[];
            known bigint;
        BEGIN
            SELECT min(series_id), max(series_id), min(open_time), max(open_time), count(*)
            INTO lowest, highest, earliest, latest, total FROM added;
            IF total = 0 THEN
                RETURN NULL;
            END IF;
            -- Unbroken pieces of what was added. Mostly it is one; looking for more costs a sort.
            SELECT array_agg(lowest), array_agg(earliest), array_agg(latest), array_agg(step)
            INTO ids, firsts, lasts, steps
            FROM timeframes
            WHERE code = lowest / 10000000 AND lowest = highest AND (latest - earliest) / step + 1 = total;
            IF ids IS NULL THEN
                SELECT array_agg(series_id), array_agg(first_open), array_agg(last_open), array_agg(step)
                INTO ids, firsts, lasts, steps
                FROM (
                    SELECT series_id, min(open_time) AS first_open, max(open_time) AS last_open, step
                    FROM (
                        SELECT a.series_id, a.open_time, f.step, a.open_time
                            - f.step * row_number() OVER (PARTITION BY a.series_id ORDER BY a.open_time) AS piece
                        FROM added a JOIN timeframes f ON f.code = a.series_id / 10000000
                    ) AS numbered
                    GROUP BY series_id, step, piece
                ) AS pieces;
            END IF;
            -- Whoever changes candles of a series waits here for whoever changed them before.
            PERFORM 1 FROM candle_series s WHERE s.id = ANY (ids) ORDER BY s.id FOR NO KEY UPDATE;
            SELECT count(DISTINCT i) - (SELECT count(*) FROM candle_series s WHERE s.id = ANY (ids))
            INTO known FROM unnest(ids) AS i;
            IF known <> 0 THEN
                RAISE foreign_key_violation USING
                    MESSAGE = 'candles of a series that candle_series does not have',
                    CONSTRAINT = 'candles_series_fkey', TABLE = 'candles';
            END IF;
            WITH pieces AS MATERIALIZED (
                SELECT * FROM unnest(ids, firsts, lasts, steps) AS p (series_id, first_open, last_open, step)
            ), touching AS (
                DELETE FROM candle_runs r WHERE (r.series_id, r.first_open) IN (
                    SELECT p.series_id, p.last_open + p.step FROM pieces p
                    UNION ALL
                    SELECT n.series_id, n.first_open FROM pieces p
                    CROSS JOIN LATERAL (
                        SELECT c.series_id, c.first_open, c.last_open FROM candle_runs c
                        WHERE c.series_id = p.series_id AND c.first_open < p.first_open
                        ORDER BY c.first_open DESC LIMIT 1
                    ) AS n WHERE n.last_open = p.first_open - p.step)
                RETURNING r.series_id, r.first_open, r.last_open
            ), parts AS (
                SELECT p.series_id, p.first_open, p.last_open, p.step, 0 AS removed FROM pieces p
                UNION ALL
                SELECT t.series_id, t.first_open, t.last_open, f.step, 1
                FROM touching t JOIN timeframes f ON f.code = t.series_id / 10000000
            ), marked AS (
                SELECT *, CASE WHEN first_open = step + lag(last_open) OVER (PARTITION BY series_id ORDER BY first_open)
                    THEN 0 ELSE 1 END AS starts FROM parts
            ), grouped AS (
                SELECT *, sum(starts) OVER (PARTITION BY series_id ORDER BY first_open) AS run FROM marked
            ), written AS (
                INSERT INTO candle_runs (series_id, first_open, last_open)
                SELECT series_id, min(first_open), max(last_open) FROM grouped GROUP BY series_id, run
                RETURNING series_id
            ), sums AS (
                SELECT p.series_id, sum((p.last_open - p.first_open) / p.step + 1) AS candles,
                    min(p.first_open) AS first_open, max(p.last_open) AS last_open
                FROM pieces p GROUP BY p.series_id
            )
            UPDATE candle_series s SET
                candle_count = s.candle_count + sums.candles,
                run_count = s.run_count
                    + (SELECT count(*) FROM written w WHERE w.series_id = s.id)
                    - (SELECT count(*) FROM touching t WHERE t.series_id = s.id),
                first_open = least(s.first_open, sums.first_open),
                last_open = greatest(s.last_open, sums.last_open),
                edition = CASE WHEN sums.first_open > s.last_open THEN s.edition ELSE gen_random_uuid() END
            FROM sums WHERE sums.series_id = s.id;
            RETURN NULL;
        END $$
        """,
        """
        -- Counts the runs of a series anew between two times, from the candles themselves; then its sums.
        CREATE FUNCTION candle_runs_recount(of_series integer, low bigint, high bigint) RETURNS void
        LANGUAGE plpgsql SET work_mem = '128MB' AS $$
        DECLARE
            width bigint;
            lower bigint;
            upper bigint;
        BEGIN
            SELECT f.step INTO STRICT width FROM candle_series s JOIN timeframes f ON f.code = s.timeframe
            WHERE s.id = of_series FOR NO KEY UPDATE OF s;
            -- Whole runs only, so that what is left of one at either side is counted too.
            SELECT least(low, min(r.first_open)), greatest(high, max(r.last_open)) INTO lower, upper
            FROM candle_runs r
            WHERE r.series_id = of_series AND r.first_open <= high AND r.last_open >= low;
            DELETE FROM candle_runs r
            WHERE r.series_id = of_series AND r.first_open <= high AND r.last_open >= low;
            INSERT INTO candle_runs (series_id, first_open, last_open)
            SELECT of_series, min(open_time), max(open_time) FROM (
                SELECT open_time, open_time - width * row_number() OVER (ORDER BY open_time) AS piece
                FROM candles WHERE series_id = of_series AND open_time BETWEEN lower AND upper
            ) AS numbered GROUP BY piece;
            UPDATE candle_series s SET candle_count = coalesce(t.candles, 0), run_count = t.runs,
                first_open = t.first_open, last_open = t.last_open, edition = gen_random_uuid()
            FROM (
                SELECT sum((r.last_open - r.first_open) / width + 1) AS candles, count(*) AS runs,
                    min(r.first_open) AS first_open, max(r.last_open) AS last_open
                FROM candle_runs r WHERE r.series_id = of_series
            ) AS t WHERE s.id = of_series;
        END $$
        """,
        """
        CREATE FUNCTION candles_removed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM candle_runs_recount(r.series_id, r.low, r.high) FROM (
                SELECT series_id, min(open_time) AS low, max(open_time) AS high
                FROM removed GROUP BY series_id ORDER BY series_id
            ) AS r;
            RETURN NULL;
        END $$
        """,
        """
        CREATE FUNCTION candles_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE candle_series SET edition = gen_random_uuid()
            WHERE id IN (SELECT DISTINCT series_id FROM changed);
            RETURN NULL;
        END $$
        """,
        """
        CREATE FUNCTION candles_key_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE check_violation USING
                MESSAGE = 'a candle keeps its series and its time: delete it and write another one',
                CONSTRAINT = 'candles_key_stays', TABLE = 'candles';
        END $$
        """,
        """
        CREATE FUNCTION candles_truncated() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            DELETE FROM candle_runs;
            UPDATE candle_series SET candle_count = 0, run_count = 0, first_open = NULL, last_open = NULL,
                edition = gen_random_uuid();
            RETURN NULL;
        END $$
        """,
        """
        CREATE TRIGGER candles_added AFTER INSERT ON candles REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION candles_added()
        """,
        """
        CREATE TRIGGER candles_removed AFTER DELETE ON candles REFERENCING OLD TABLE AS removed
        FOR EACH STATEMENT EXECUTE FUNCTION candles_removed()
        """,
        """
        CREATE TRIGGER candles_changed AFTER UPDATE ON candles REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION candles_changed()
        """,
        """
        CREATE TRIGGER candles_key_stays BEFORE UPDATE OF series_id, open_time ON candles
        FOR EACH STATEMENT EXECUTE FUNCTION candles_key_changed()
        """,
        """
        CREATE TRIGGER candles_truncated AFTER TRUNCATE ON candles
        FOR EACH STATEMENT EXECUTE FUNCTION candles_truncated()
        """,
    ]
}
