import Wording

/// The argument parser speaks English only: its own words, in the user's language.
enum ParserWords {
    private static let french: [(String, String)] = [
        ("USAGE: ", "UTILISATION : "), ("OVERVIEW: ", ""), ("ARGUMENTS:", "ARGUMENTS :"), ("OPTIONS:", "OPTIONS :"),
        ("SUBCOMMANDS:", "COMMANDES :"), ("Show help information.", "Montre cette aide."),
        ("Show the version.", "Montre la version."),
        ("Show subcommand help information.", "Montre l'aide d'une commande."),
        ("for detailed help.", "pour une aide détaillée."), ("for more information.", "pour en savoir plus."),
        ("  See '", "  Voir '"), ("See '", "Voir '"), ("Error: ", "erreur : "), ("Usage: ", "Utilisation : "),
        ("Help: ", "Aide : "), ("(default:", "(par défaut :"), ("(values:", "(valeurs :"),
        ("; default:", "; défaut :"),
        ("Unknown option", "Option inconnue"), ("Did you mean", "Vouliez-vous dire"),
        ("Missing expected argument", "Argument manquant"), ("Missing value for", "Valeur manquante pour"),
        ("Unexpected argument", "Argument inattendu"), ("unexpected arguments", "arguments inattendus"),
        ("The value '", "La valeur '"), ("' is invalid for '", "' ne convient pas à '"),
    ]

    static func translated(_ text: String, into language: Language) -> String {
        var text = text
        if language == .french {
            for (english, translation) in french { text = replace(english, with: translation, in: text) }
            text = text.split(separator: "\n", omittingEmptySubsequences: false).map(heading).joined(separator: "\n")
        }
        return replace("Error: ", with: "error: ", in: text)
    }

    /// Our own headings of groups of options reach us with an English colon.
    private static func heading(_ line: Substring) -> String {
        let isHeading = line.hasSuffix(":") && !line.hasSuffix(" :") && line.first != " " && line == line.uppercased()
        return isHeading ? line.dropLast() + " :" : String(line)
    }

    private static func replace(_ old: String, with new: String, in text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let range = rest.firstRange(of: old) {
            result += rest[..<range.lowerBound] + new
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}
