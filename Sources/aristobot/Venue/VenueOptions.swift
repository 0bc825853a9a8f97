import ArgumentParser
import Wording

/// Which server of a venue is meant.
struct VenueOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            say("The venue's testnet, with test money.", fr: "Le testnet de la place, avec de l'argent fictif.")))
    var testnet = false

    @Option(
        help: ArgumentHelp(
            say(
                "Another server that speaks the venue's protocol, such as http://127.0.0.1:8080 "
                    + "(default: ARISTOBOT_BINANCE_URL, else the venue's own).",
                fr: "Un autre serveur qui parle comme la place, par exemple http://127.0.0.1:8080 "
                    + "(par défaut : ARISTOBOT_BINANCE_URL, sinon celui de la place)."),
            valueName: "url"))
    var url: String?

    func validate() throws {
        guard testnet, url != nil else { return }
        throw ArgumentReading.refusal(
            Message("--testnet and --url name two servers: give one", fr: "--testnet et --url nomment deux serveurs"))
    }

    func place(_ configuration: Configuration) throws -> VenuePlace {
        try VenuePlace(isTestnet: testnet, url: url, configuration: configuration)
    }
}
