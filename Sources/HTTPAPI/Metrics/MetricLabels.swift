/// The labels of a series, as they stand between the braces.
struct MetricLabels: Hashable, Sendable {
    /// Unicode scalars of a value; what is longer is cut.
    static let longestValue = 100
    /// Labels of one series; further ones are left out.
    static let most = 10

    private let names: [String]
    /// Each as it stands in the text.
    private let pairs: [String]
    /// Such as `market="binance",timeframe="1m"`; empty without labels.
    let text: String

    init(_ dimensions: [(String, String)]) {
        self.init(dimensions.prefix(Self.most).map { (MetricName.sanitised($0.0, isLabel: true), $0.1) }[...])
    }

    private init(_ pairs: ArraySlice<(String, String)>) {
        names = pairs.map(\.0)
        self.pairs = pairs.map(Self.pair)
        text = self.pairs.joined(separator: ",")
    }

    private static func pair(_ name: String, _ value: String) -> String { "\(name)=\"\(escaped(value))\"" }

    /// Whether a label is there and has this value.
    func has(_ name: String, _ value: String) -> Bool {
        pairs.contains(Self.pair(MetricName.sanitised(name, isLabel: true), value))
    }

    /// The label set under which one too many is counted.
    var ofTheRest: MetricLabels { MetricLabels(names.map { ($0, "other") }[...]) }

    /// The labels with one more, in braces; without braces where there is none.
    func braces(_ more: String? = nil) -> String {
        let all = [text.isEmpty ? nil : text, more].compactMap(\.self)
        return all.isEmpty ? "" : "{\(all.joined(separator: ","))}"
    }

    private static func escaped(_ value: String) -> String {
        var result = ""
        for scalar in value.unicodeScalars.prefix(longestValue) {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// Names as Prometheus takes them.
enum MetricName {
    /// Characters of a name; what is longer is cut.
    static let longest = 120

    /// Letters, digits and `_`, and for metrics `:`; everything else becomes `_`.
    static func sanitised(_ name: String, isLabel: Bool = false) -> String {
        var result = ""
        for scalar in name.unicodeScalars.prefix(longest) {
            let isFine =
                scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_"
                    || (scalar == ":" && !isLabel))
            result.unicodeScalars.append(isFine ? scalar : "_")
        }
        guard let first = result.unicodeScalars.first, !("0"..."9").contains(first) else { return "_" + result }
        return result
    }
}
