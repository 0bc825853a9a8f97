import Market
import Wording

/// A candle that is kept already with other numbers; nothing was imported.
public struct CandleConflict: ExplainedError, Equatable {
    public var key: CandleKey
    public var kept: Candle
    public var offered: Candle

    public var message: Message {
        let differing = columns.filter { $0.kept != $0.offered }
        let english = differing.map { "\($0.name) \($0.kept), now \($0.offered)" }.joined(separator: "; ")
        let french = differing.map { "\($0.name) \($0.kept), maintenant \($0.offered)" }.joined(separator: " ; ")
        return Message(
            "\(key): the candle of \(kept.openTime) is kept with other numbers (\(english)): "
                + "nothing was imported; ask to replace, or see which source is right",
            fr: "\(key) : la bougie du \(kept.openTime) est gardée avec d'autres nombres (\(french)) : "
                + "rien n'a été importé ; demandez de remplacer, ou voyez quelle source a raison")
    }

    private var columns: [(name: String, kept: Double, offered: Double)] {
        [
            ("open", kept.open, offered.open), ("high", kept.high, offered.high), ("low", kept.low, offered.low),
            ("close", kept.close, offered.close), ("volume", kept.volume, offered.volume),
        ]
    }
}
