import Wording

/// One figure of a report, with what it is called and how it is written.
struct ReportFigure {
    enum Value {
        case money(Double)
        case percent(Double)
        case ratio(Double)
        case count(Int)
        /// A length of time in milliseconds.
        case duration(Double)
        case text(String)
    }

    /// Whether the figure is good or bad news.
    enum Tone {
        case good, bad, plain
    }

    let label: Message
    let value: Value
    var tone = Tone.plain
    /// Whether a gain is written with its plus sign.
    var isSigned = false

    /// Gains are good, losses bad.
    static func gain(_ label: Message, _ value: Value) -> ReportFigure {
        let number =
            switch value {
            case .money(let amount), .percent(let amount), .ratio(let amount): amount
            default: 0.0
            }
        return ReportFigure(
            label: label, value: value, tone: number > 0 ? .good : number < 0 ? .bad : .plain, isSigned: true)
    }

    func text(_ numbers: NumberText) -> String {
        switch value {
        case .money(let amount): numbers.fixed(amount, 2, signed: isSigned)
        case .percent(let percent): numbers.percent(percent, signed: isSigned)
        case .ratio(let ratio): Self.ratioText(ratio, numbers)
        case .count(let count): numbers.whole(count)
        case .duration(let milliseconds): Self.duration(milliseconds, numbers.language)
        case .text(let text): text
        }
    }

    /// Two decimals; infinity where nothing was lost, a dash where there is no figure.
    static func ratioText(_ ratio: Double?, _ numbers: NumberText) -> String {
        guard let ratio else { return NumberText.none }
        return ratio == .infinity ? "∞" : numbers.fixed(ratio, 2)
    }

    /// `12 d 4 h`, `3 h 15 min`, `45 min`.
    static func duration(_ milliseconds: Double, _ language: Language) -> String {
        guard milliseconds.isFinite, milliseconds < 1e15 else { return NumberText.none }
        let minutes = Int(milliseconds / 60_000)
        let day = language == .french ? "j" : "d"
        if minutes >= 1440 { return "\(minutes / 1440) \(day) \(minutes / 60 % 24) h" }
        if minutes >= 60 { return "\(minutes / 60) h \(minutes % 60) min" }
        return "\(minutes) min"
    }
}
