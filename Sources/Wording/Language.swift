/// A language that messages for people are written in.
public enum Language: String, Sendable, CaseIterable {
    case english = "en"
    case french = "fr"

    /// The language of a POSIX locale name such as `fr_FR.UTF-8`; English for every other one.
    public init(locale: String) {
        let name = locale.lowercased()
        self =
            name == "fr" || name.hasPrefix("fr_") || name.hasPrefix("fr-") || name.hasPrefix("fr.") ? .french : .english
    }
}
