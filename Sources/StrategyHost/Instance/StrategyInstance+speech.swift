import CLuaHost
import LuaRuntime
import Market
import Wording

/// What scripts say (`log`, `plot`, `notify`) and look up (`tf`, `symbol`, `ta`, `balance`).
extension StrategyInstance {
    // MARK: Said

    /// `log.info(text, fields)`: beyond the bounds lines are counted and dropped, never an error.
    func log(_ level: LogLine.Level, _ call: HostCall) {
        guard admitsLine() else { return }
        let most = options.limits.logLineBytes
        var room = most
        func take(_ text: String) -> String {
            let cleaned = ScriptVoice.clean(text, most: max(0, room))
            room -= cleaned.utf8.count
            return cleaned
        }
        let text = take(shown(call.argument(0), call, most: most))
        var fields: [LogLine.Field] = []
        for pair in call.pairs(1) where room > 0 {
            guard fields.count < options.limits.logFields else { break }
            fields.append(
                LogLine.Field(
                    name: take(shown(pair.key, call, most: most)), value: take(shown(pair.value, call, most: most))))
        }
        hasOutput = true
        draft.logs.append(LogLine(level: level, text: text, fields: fields))
    }

    /// `print(…)`: a line of the log, within the same bounds.
    func printed(_ bytes: UnsafeRawBufferPointer) {
        guard admitsLine() else { return }
        let most = options.limits.logLineBytes
        let text = ScriptVoice.clean(String(decoding: bytes.prefix(4 * most), as: UTF8.self), most: most)
        hasOutput = true
        draft.logs.append(LogLine(level: .info, text: text, fields: []))
    }

    private func admitsLine() -> Bool {
        guard voice.logLines < options.limits.logLinesPerCallback else {
            voice.droppedLines += 1
            return false
        }
        voice.logLines += 1
        return true
    }

    /// Any value as text: texts as they are, plain tables as Lua writes them, the rest by its kind.
    private func shown(_ value: ah_value, _ call: HostCall, most: Int) -> String {
        // Most of a text that is far too long need not even be looked at.
        if value.type == AH_STRING { return String(decoding: value.bytes.prefix(4 * most), as: UTF8.self) }
        guard let plain = call.plain(value) else { return value.kindName.english }
        return String(decoding: PlainText.encode(plain), as: UTF8.self)
    }

    /// `plot(name, value)`: the last value of a candle counts.
    func plot(_ call: HostCall) throws(Refusal) {
        guard let name = call.text(0), !name.isEmpty, name.utf8.count <= 40 else {
            throw Refusal(
                "plot takes a name of 1 to 40 bytes, then a number",
                fr: "plot prend un nom de 1 à 40 octets, puis un nombre")
        }
        guard let value = call.number(1) ?? (call.argument(1).isNil ? .nan : nil) else {
            let found = call.argument(1).kindName
            throw Refusal(
                "plot(\(quoted(name)), …) takes a number: got \(found.english)",
                fr: "plot(\(quoted(name)), …) prend un nombre : reçu \(found.french)")
        }
        let cleaned = ScriptVoice.clean(name, most: 40)
        if !voice.plotNames.contains(cleaned) {
            guard voice.plotNames.count < options.limits.plotNames else {
                let most = options.limits.plotNames
                throw Refusal("plot: more than \(most) names", fr: "plot : plus de \(most) noms")
            }
            voice.plotNames.insert(cleaned)
        }
        hasOutput = true
        if let place = draft.plots.firstIndex(where: { $0.name == cleaned }) {
            draft.plots[place].value = value
        } else {
            draft.plots.append(PlotPoint(name: cleaned, value: value))
        }
    }

    /// `notify(text)`: beyond the bounds notices are dropped, and the log says how many.
    func notify(_ call: HostCall) throws(Refusal) {
        guard let text = call.text(0) else {
            throw Refusal("notify takes a text", fr: "notify prend un texte")
        }
        guard voice.notices < options.limits.noticesPerCallback else {
            voice.droppedLines += 1
            return
        }
        voice.notices += 1
        hasOutput = true
        draft.notices.append(ScriptVoice.clean(text, most: options.limits.noticeBytes))
    }

    // MARK: Looked up

    /// `self:tf("4h")`: candles of another timeframe of the same symbol.
    func timeframe(_ call: HostCall) throws(Refusal) {
        guard let book else { throw Self.tooEarly("tf") }
        let timeframe = try Self.timeframe(call, 1, "tf")
        try answerCandles(book.base.feed.symbol, timeframe, book, call)
    }

    /// `self:symbol("ETH/USDT", "1h")`: candles of another symbol; of the base timeframe when none is named.
    func symbol(_ call: HostCall) throws(Refusal) {
        guard let book else { throw Self.tooEarly("symbol") }
        guard let text = call.text(1) else {
            throw Refusal(
                "self:symbol takes a text such as \"ETH/USDT\"", fr: "self:symbol prend un texte comme \"ETH/USDT\"")
        }
        let symbol: Symbol
        do {
            symbol = try Symbol(text)
        } catch {
            throw Refusal(error.message)
        }
        let timeframe = call.argument(2).isNil ? book.base.feed.timeframe : try Self.timeframe(call, 2, "symbol")
        try answerCandles(symbol, timeframe, book, call)
    }

    private static func tooEarly(_ name: String) -> Refusal {
        Refusal("self:\(name) is there from init on", fr: "self:\(name) existe à partir de init")
    }

    private static func timeframe(_ call: HostCall, _ place: Int, _ name: String) throws(Refusal) -> Timeframe {
        guard let text = call.text(place) else {
            throw Refusal(
                "self:\(name) takes a timeframe such as \"4h\"",
                fr: "self:\(name) prend une unité de temps comme \"4h\"")
        }
        do {
            return try Timeframe(parsing: text)
        } catch {
            throw Refusal(error.message)
        }
    }

    private func answerCandles(
        _ symbol: Symbol, _ timeframe: Timeframe, _ book: SeriesBook, _ call: HostCall
    ) throws(Refusal) {
        if let candles = book.candles(symbol, timeframe) { return call.answer(.reference(candles)) }
        let isDeclared = declaration.otherFeeds(for: book.base.feed.symbol).contains(FeedSet.Key(symbol, timeframe))
        if isDeclared {
            throw Refusal(
                "there are no candles of \(symbol) at \(timeframe) here",
                fr: "il n'y a pas de bougies de \(symbol) en \(timeframe) ici")
        }
        let isSymbolKnown = symbol == book.base.feed.symbol || declaration.symbols.contains(symbol)
        let missing = isSymbolKnown ? "uses = { \"\(timeframe)\" }" : "symbols = { \"\(symbol)\" }"
        throw Refusal(
            "candles of \(symbol) at \(timeframe) are not declared: add \(missing) to Strategy { … }",
            fr: "les bougies de \(symbol) en \(timeframe) ne sont pas déclarées : ajoutez \(missing) à Strategy { … }")
    }

    func makeIndicator(_ call: HostCall) throws(Refusal) {
        guard phase == .initialising, let book else {
            let name = call.text(0) ?? ""
            throw Refusal(
                "ta.\(name) is made in init only, and read by index afterwards",
                fr: "ta.\(name) se crée seulement dans init, et se lit ensuite par index")
        }
        call.answer(try book.makeIndicator(call))
    }

    /// Raises for a name that is no indicator.
    func checkIndicator(_ call: HostCall) throws(Refusal) {
        let name = call.text(0) ?? call.argument(0).kindName.english
        guard SeriesBook.isIndicator(name) else { throw SeriesBook.unknownIndicator(name) }
    }

    /// `self.balance:percent(fraction)`: that fraction of the free money.
    func percent(_ call: HostCall) throws(Refusal) {
        let fraction = try number(call, 1, "balance:percent")
        call.answer(.number(memory.free * fraction))
    }

    /// `self.balance:risk(fraction, stop_distance)`: the amount to commit so that a stop at that distance (a fraction
    /// of the entry) loses that fraction of the free money; never more than the free money.
    func risk(_ call: HostCall) throws(Refusal) {
        let fraction = try number(call, 1, "balance:risk")
        let distance = try number(call, 2, "balance:risk")
        guard distance > 0 else {
            throw Refusal(
                "balance:risk: the stop distance is \(shortNumber(distance)), expected a fraction above 0",
                fr:
                    "balance:risk : la distance du stop vaut \(shortNumber(distance)), "
                    + "attendu une fraction supérieure à 0"
            )
        }
        call.answer(.number(min(memory.free, memory.free * fraction / distance)))
    }

    private func number(_ call: HostCall, _ place: Int, _ name: String) throws(Refusal) -> Double {
        guard let number = call.number(place) else {
            let found = call.argument(place).kindName
            throw Refusal(
                "\(name): argument \(place) is \(found.english), expected a number",
                fr: "\(name) : l'argument \(place) est \(found.french), attendu un nombre")
        }
        return number
    }

    /// `units(q)`: a base quantity as the answer of `calculate_position_size`.
    func makeUnits(_ call: HostCall) throws(Refusal) {
        let quantity = try number(call, 0, "units")
        call.answer(.labelled(Self.unitsLabel, quantity))
    }
}
