import Wording

/// Why a file of candles or ticks could not be read: which file, which line, which value, what was expected.
public struct CandleFileError: ExplainedError, Hashable {
    public enum Reason: Hashable, Sendable {
        case missing
        case isDirectory
        case permissionDenied
        /// The system's own words.
        case unreadable(String)
        case empty
        /// The file has a header but nothing after it.
        case noRows
        case binary
        case truncatedGzip
        case corruptGzip(String)
        case lineTooLong(limit: Int)
        case badHeader(found: String, expected: String)
        case blankLine
        case columnCount(found: Int, expected: Int)
        case badNumber(column: String, text: String, expected: Message)
        case defect(CandleDefect)
        /// No timeframe has this smallest step, in milliseconds.
        case unknownStep(Int64, timesLookLikeSeconds: Bool)
        /// One candle alone does not tell its timeframe.
        case undetectableTimeframe
        case tooManyRows(limit: Int)
        case interrupted
    }

    public var file: String
    /// 1-based; the header is line 1.
    public var line: Int?
    public var reason: Reason

    public init(file: String, line: Int? = nil, reason: Reason) {
        self.file = file
        self.line = line
        self.reason = reason
    }

    /// `file:line: what is wrong`.
    public var message: Message {
        let place = line.map { "\(file):\($0)" } ?? file
        let detail = detail
        return Message("\(place): \(detail.english)", fr: "\(place): \(detail.french)")
    }

    /// What is wrong, without the place.
    public var detail: Message {
        switch reason {
        case .missing:
            Message("there is no such file", fr: "ce fichier n'existe pas")
        case .isDirectory:
            Message("this is a directory: expected a CSV file", fr: "c'est un dossier : attendu un fichier CSV")
        case .permissionDenied:
            Message("no permission to read this file", fr: "pas la permission de lire ce fichier")
        case .unreadable(let text):
            Message("cannot be read: \(text)", fr: "illisible : \(text)")
        case .empty:
            Message(
                "the file is empty: expected a header line and rows",
                fr: "le fichier est vide : attendu une ligne d'en-tête et des lignes")
        case .noRows:
            Message("there is no row after the header", fr: "aucune ligne après l'en-tête")
        case .binary:
            Message(
                "this is not text: expected a CSV file, plain or gzip",
                fr: "ce n'est pas du texte : attendu un fichier CSV, simple ou gzip")
        case .truncatedGzip:
            Message(
                "the gzip data ends too early: the file is cut",
                fr: "les données gzip s'arrêtent trop tôt : fichier tronqué")
        case .corruptGzip(let text):
            Message("the gzip data is damaged: \(text)", fr: "les données gzip sont abîmées : \(text)")
        default:
            rowDetail
        }
    }

    private var rowDetail: Message {
        switch reason {
        case .lineTooLong(let limit):
            Message("the line is longer than \(limit) bytes", fr: "la ligne dépasse \(limit) octets")
        case .badHeader(let found, let expected):
            Message(
                "the header is \(quotedForMessage(found)): expected \(expected)",
                fr: "l'en-tête est \(quotedForMessage(found)) : attendu \(expected)")
        case .blankLine:
            Message("the line is blank: expected a row", fr: "la ligne est vide : attendu une ligne de valeurs")
        case .columnCount(let found, let expected):
            Message(
                "the line has \(found) columns: expected \(expected), as in the header",
                fr: "la ligne a \(found) colonnes : attendu \(expected), comme l'en-tête")
        case .badNumber(let column, let text, let expected):
            Message(
                "\(column) is \(quotedForMessage(text)): expected \(expected.english)",
                fr: "\(column) vaut \(quotedForMessage(text)) : attendu \(expected.french)")
        case .defect(let defect):
            defect.message
        case .unknownStep(let step, let seconds):
            Self.unknownStep(step, timesLookLikeSeconds: seconds)
        case .undetectableTimeframe:
            Message(
                "one candle alone does not tell its timeframe: name it",
                fr: "une seule bougie ne dit pas son unité de temps : indiquez-la")
        case .tooManyRows(let limit):
            Message("more than \(limit) rows: split the file", fr: "plus de \(limit) lignes : découpez le fichier")
        default:
            Message("reading was interrupted", fr: "lecture interrompue")
        }
    }

    private static func unknownStep(_ step: Int64, timesLookLikeSeconds: Bool) -> Message {
        let known = Timeframe.allCases.map(\.rawValue).joined(separator: ", ")
        let hint = timesLookLikeSeconds ? " (open_time looks like seconds: expected milliseconds)" : ""
        let frenchHint = timesLookLikeSeconds ? " (open_time semble en secondes : attendu des millisecondes)" : ""
        return Message(
            "the smallest step between two candles, found here, is \(step) ms, "
                + "which is no timeframe: expected one of \(known)\(hint)",
            fr: "le plus petit écart entre deux bougies, trouvé ici, est de \(step) ms, "
                + "ce qui n'est pas une unité de temps : attendu l'une de \(known)\(frenchHint)")
    }
}
