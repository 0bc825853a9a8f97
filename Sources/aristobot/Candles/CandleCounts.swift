import Storage

/// What became of candles on their way into the store, in a few words.
struct CandleCounts {
    let text: String

    init(_ result: CandleImport) {
        self.init(added: result.added, replaced: result.replaced, unchanged: result.unchanged)
    }

    init(added: Int, replaced: Int = 0, unchanged: Int) {
        var words = [say("\(CountText.grouped(added)) added", fr: "\(CountText.grouped(added)) ajoutées")]
        if replaced > 0 {
            let count = CountText.grouped(replaced)
            words.append(say("\(count) replaced", fr: "\(count) remplacées"))
        }
        if unchanged > 0 {
            let count = CountText.grouped(unchanged)
            words.append(say("\(count) there already", fr: "\(count) déjà là"))
        }
        text = words.joined(separator: ", ")
    }
}
