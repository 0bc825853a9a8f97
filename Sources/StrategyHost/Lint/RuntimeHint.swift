import Indicators
import Wording

/// What probably lies behind an error that Lua raised, in words for authors of strategies.
enum RuntimeHint {
    /// The hint for an error's text, without its place; nil where nothing more is known.
    static func hint(for text: String) -> Message? {
        if let match = text.firstMatch(of: /ta\.(\w+) has no '(\w+)'/) { return outputs(of: String(match.1)) }
        if let match = text.firstMatch(of: /has no '(\w+)'/),
            let near = NearestName.among(candleNames, to: String(match.1))
        {
            return Message("did you mean \(near)?", fr: "vouliez-vous dire \(near) ?")
        }
        if let match = text.firstMatch(of: /module '([^']*)' not found/) { return modules(near: String(match.1)) }
        if let match = text.firstMatch(of: /attempt to call a nil value \(method '(\w+)'\)/) {
            return missingMethod(String(match.1))
        }
        if let match = text.firstMatch(of: /attempt to (?:index|call) a nil value \(global '(\w+)'\)/) {
            return SandboxNames.hint(for: String(match.1)) ?? undefined(String(match.1))
        }
        if let match = text.firstMatch(of: /attempt to (?:index|call) a nil value \(field '(\w+)'\)/) {
            return undefined(String(match.1))
        }
        return general(text)
    }

    private static let candleNames = ["open", "high", "low", "close", "volume", "time", "candles"]

    private static func general(_ text: String) -> Message? {
        if text.contains("ipairs: a table expected") {
            return Message(
                "a series has no end: write for i = 0, 9 do … self.close[i] … end",
                fr: "une série n'a pas de fin : écrivez for i = 0, 9 do … self.close[i] … end")
        }
        if text.contains("attempt to") && text.contains("userdata") || text.contains("series or number expected") {
            return Message(
                "a series is read by index, such as self.close[0]; where there are several outputs, name one first, "
                    + "such as self.macd.hist[0]",
                fr: "une série se lit par index, comme self.close[0] ; s'il y a plusieurs sorties, nommez-en une "
                    + "d'abord, comme self.macd.hist[0]")
        }
        if text.contains("series is indexed by") {
            return Message(
                "[0] is the last closed candle, [1] the one before",
                fr: "[0] est la dernière bougie close, [1] celle d'avant : un nombre entier à partir de 0")
        }
        if text.contains("attempt to compare") && text.contains("nil") || text.contains("arithmetic on a nil value") {
            return Message(
                "one of the values is nil: ask first, as in if x then … end",
                fr: "l'une des valeurs est nil : demandez d'abord, comme if x then … end")
        }
        if text.contains("error object is a") {
            return Message("call error with a text", fr: "appelez error avec un texte")
        }
        return nil
    }

    private static func outputs(of indicator: String) -> Message? {
        guard let definition = IndicatorCatalog.named(indicator) else { return nil }
        let names = definition.outputs.joined(separator: ", ")
        return Message("ta.\(indicator) has \(names)", fr: "ta.\(indicator) a \(names)")
    }

    private static func modules(near name: String) -> Message {
        let names = StandardLibrary.modules.map(\.name).sorted()
        let list = names.joined(separator: ", ")
        if let near = NearestName.among(names, to: name) {
            return Message("did you mean \(near)?", fr: "vouliez-vous dire \(near) ?")
        }
        return Message("the modules are \(list)", fr: "les modules sont \(list)")
    }

    private static func missingMethod(_ name: String) -> Message {
        let known = SandboxNames.strategyMethods.union(["close"]).sorted()
        if let near = NearestName.among(known, to: name) {
            return Message("did you mean self:\(near)?", fr: "vouliez-vous dire self:\(near) ?")
        }
        return Message("there is no function \(name)", fr: "il n'y a pas de fonction \(name)")
    }

    private static func undefined(_ name: String) -> Message {
        Message(
            "nothing was assigned to \(name): a misspelt name, or it is set in a function that has not run",
            fr: "rien n'a été affecté à \(name) : un nom mal écrit, ou il l'est dans une fonction qui n'a pas tourné")
    }
}
