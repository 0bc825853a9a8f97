import ArgumentParser
import Market
import Wording

/// Values for parameters of a strategy, as they are typed.
struct ParameterOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say(
                "Another value for a parameter of the strategy; may be repeated.",
                fr: "Une autre valeur pour un paramètre de la stratégie ; répétable."),
            valueName: "name=value"))
    var param: [String] = []

    func validate() throws {
        _ = try values()
    }

    /// By name; the strategy itself says later whether it has them and takes their values.
    func values() throws -> [String: String] {
        var values: [String: String] = [:]
        for text in param {
            guard let mark = text.firstIndex(of: "="), mark > text.startIndex else {
                let shown = quotedForMessage(text)
                throw ArgumentReading.refusal(
                    Message(
                        "--param \(shown): expected name=value, such as fast=12",
                        fr: "--param \(shown) : attendu nom=valeur, comme fast=12"))
            }
            let name = String(text[..<mark])
            guard values[name] == nil else {
                throw ArgumentReading.refusal(
                    Message("--param \(name) is there twice", fr: "--param \(name) est là deux fois"))
            }
            values[name] = String(text[text.index(after: mark)...])
        }
        return values
    }
}
