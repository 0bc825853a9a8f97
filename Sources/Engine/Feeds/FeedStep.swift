import Market
import Storage
import Wording

/// What is to be done after the feed book has taken something in; in this order: `opens`, `appends`, `beats`; `loads`
/// beside them.
public struct FeedStep: Sendable, Equatable {
    /// Feeds to open at the executor.
    public var opens: [FeedStart] = []
    /// Candles to append, of each feed in order of time.
    public var appends: [FeedAppend] = []
    /// Strategies to ask.
    public var beats: [FeedBeat] = []
    /// Candles to load; each is answered with `FeedBook.loaded`.
    public var loads: [FeedLoad] = []
    /// Candles that were left out, and places that nobody had a candle for.
    public var notices: [FeedNotice] = []

    public init() {}

    public var isEmpty: Bool { self == FeedStep() }
}

/// A feed that the executor does not have yet.
public struct FeedStart: Sendable, Equatable {
    public var number: Int
    public var key: CandleKey
    /// Rows it has to keep: its history, and as much again for strategies that run behind.
    public var rows: Int
}

public struct FeedAppend: Sendable, Equatable {
    public var number: Int
    public var candles: [Candle]

    public init(number: Int, candles: [Candle]) {
        self.number = number
        self.candles = candles
    }
}

/// Candles that are to be loaded from the store, or where it lacks them from the venue.
public struct FeedLoad: Sendable, Equatable {
    public enum Span: Sendable, Hashable {
        /// So many candles that have closed last.
        case last(Int)
        /// Those that open in `from ..< to`.
        case range(from: Timestamp, to: Timestamp)
    }

    public var number: Int
    public var key: CandleKey
    public var span: Span

    public init(number: Int, key: CandleKey, span: Span) {
        self.number = number
        self.key = key
        self.span = span
    }
}

/// A candle has closed and strategies are to be asked about it.
public struct FeedBeat: Sendable, Equatable {
    /// The base feed.
    public var number: Int
    public var key: CandleKey
    /// The newest candle; those before it that a strategy has not seen are observed.
    public var candle: Candle
    /// Candles ever appended to the base feed, this one included: less what an instance has seen and this one, that
    /// many it has to observe.
    public var count: Int
    /// Those who run on it with the same other feeds, in the order they came.
    public var strategies: [ActiveStrategyID]
    /// Other feeds whose last candle has not come in time; the decision is taken without it.
    public var lacking: [CandleKey]

    public var closesAt: Timestamp {
        Timestamp(milliseconds: candle.openTime.milliseconds + key.timeframe.milliseconds)
    }
}

/// Something about the candles of a feed that a user should see.
public struct FeedNotice: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        /// It came after the strategies had gone on without it.
        case late = "late_candle"
        /// Its numbers cannot be true.
        case unsound = "unsound_candle"
    }

    public var kind: Kind
    public var key: CandleKey
    public var openTime: Timestamp
    public var message: Message

    static func late(_ key: CandleKey, _ candle: Candle) -> FeedNotice {
        FeedNotice(
            kind: .late, key: key, openTime: candle.openTime,
            message: Message(
                "\(key): the candle of \(candle.openTime) came after later ones had been traded on; it was left out",
                fr: "\(key) : la bougie du \(candle.openTime) est venue après que d'autres, plus récentes, ont servi ; "
                    + "elle a été laissée de côté"))
    }

    static func unsound(_ key: CandleKey, _ openTime: Timestamp, _ defect: CandleDefect) -> FeedNotice {
        FeedNotice(
            kind: .unsound, key: key, openTime: openTime,
            message: Message(
                "\(key): the candle of \(openTime) was left out: \(defect.message.english)",
                fr: "\(key) : la bougie du \(openTime) a été laissée de côté : \(defect.message.french)"))
    }
}
