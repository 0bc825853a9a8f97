/// Counts what one callback has said, so that no script can flood whoever listens.
struct ScriptVoice {
    var logLines = 0
    var droppedLines = 0
    var notices = 0
    /// Every name ever plotted.
    var plotNames: Set<String> = []

    mutating func beginCall() {
        logLines = 0
        droppedLines = 0
        notices = 0
    }

    /// Text on one line, cut to a number of bytes at a character.
    static func clean(_ text: String, most: Int) -> String {
        var out = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            let shown: Unicode.Scalar = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? " " : scalar
            bytes += UTF8.width(shown)
            if bytes > most { break }
            out.append(shown)
        }
        return String(out)
    }
}
