import ArgumentParser
import Market
import TestExchange
import Wording

/// What a test exchange trades, for whom, and what goes wrong there.
struct ExchangeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say(
                "Port on 127.0.0.1; 0 takes a free one (default: 8790).",
                fr: "Port sur 127.0.0.1 ; 0 en prend un libre (par défaut : 8790)."),
            valueName: "number"),
        transform: { try ArgumentReading.count($0, 0...65535) })
    var port: Int?

    @Option(
        name: .customLong("replay"),
        help: ArgumentHelp(
            say(
                "Prices of a market from a CSV file of candles or of trades; repeat it for other markets.",
                fr: "Prix d'un marché d'après un fichier CSV de bougies ou de transactions ; répétable."),
            valueName: "[symbol=]file"),
        transform: ReplayFile.init(parsing:))
    var replays: [ReplayFile] = []

    @Option(
        name: .customLong("price"),
        help: ArgumentHelp(
            say(
                "A market whose price stands until the admin endpoint moves it; may be repeated.",
                fr: "Un marché dont le prix ne bouge que par l'accès d'administration ; répétable."),
            valueName: "symbol=price"),
        transform: FixedPrice.init(parsing:))
    var prices: [FixedPrice] = []

    @Option(
        help: ArgumentHelp(
            say(
                "Seed of the synthetic markets BTC/USDT, ETH/USDT and ETH/BTC, where no others are named.",
                fr: "Graine des marchés synthétiques BTC/USDT, ETH/USDT et ETH/BTC, si aucun autre n'est nommé."),
            valueName: "number"))
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            say(
                "Where in the replayed files the present is; what lies before is history (default: after a tenth).",
                fr: "Où se trouve le présent dans les fichiers rejoués ; avant, c'est l'historique "
                    + "(par défaut : après un dixième)."),
            valueName: "time"),
        transform: ArgumentReading.time)
    var start: Timestamp?

    @Flag(
        help: ArgumentHelp(
            say(
                "Show the time of the replayed files, instead of moving them to the present.",
                fr: "Montre l'heure des fichiers rejoués, au lieu de les ramener au présent.")))
    var ownTime = false

    @Option(
        help: ArgumentHelp(
            say(
                "How many times faster than real time (default: 1); clients' times are not checked then.",
                fr: "Combien de fois plus vite que le temps réel (par défaut : 1) ; l'heure des clients n'est alors "
                    + "pas vérifiée."),
            valueName: "factor"),
        transform: { try ArgumentReading.decimal($0, from: 0, to: 1_000_000).double })
    var speed: Double?

    @Option(
        name: .customLong("balance"),
        help: ArgumentHelp(
            say(
                "What the account starts with; may be repeated (default: USDT=100000, BTC=10, ETH=100).",
                fr: "Ce que possède le compte au départ ; répétable (par défaut : USDT=100000, BTC=10, ETH=100)."),
            valueName: "asset=amount"),
        transform: StartBalance.init(parsing:))
    var balances: [StartBalance] = []

    @Option(
        help: ArgumentHelp(
            say("Fee as a fraction (default: 0.001).", fr: "Frais, en fraction (par défaut : 0.001)."),
            valueName: "fraction"),
        transform: { try ArgumentReading.decimal($0, from: 0, to: FixedDecimal(units: FixedDecimal.unitsPerOne / 2)) })
    var exchangeFee: FixedDecimal?

    @Option(
        name: .customLong("fault"),
        help: ArgumentHelp(
            say(
                "Something that goes wrong, such as 'POST /api/v3/order: lose-reply; times=1'; may be repeated.",
                fr: "Une panne, comme 'POST /api/v3/order: lose-reply; times=1' ; répétable."),
            valueName: "fault"),
        transform: Self.fault)
    var faults: [Fault] = []

    @Option(
        help: ArgumentHelp(
            say(
                "How far its clock is ahead, in milliseconds; may be negative.",
                fr: "De combien son horloge avance, en millisecondes ; peut être négatif."),
            valueName: "ms"),
        transform: { try ArgumentReading.count($0, -86_400_000...86_400_000) })
    var clockSkew: Int?

    @Option(
        help: ArgumentHelp(
            say("Certificate chain in PEM: serve HTTPS.", fr: "Chaîne de certificats PEM : sert en HTTPS."),
            valueName: "file"))
    var certificate: String?

    @Option(
        help: ArgumentHelp(
            say("Private key of the certificate, in PEM.", fr: "Clé privée du certificat, en PEM."), valueName: "file"))
    var certificateKey: String?

    private static func fault(_ text: String) throws -> Fault {
        do { return try Fault(parsing: text) } catch { throw ArgumentReading.refusal(error.message) }
    }

    func validate() throws {
        guard (certificate == nil) == (certificateKey == nil) else {
            throw ArgumentReading.refusal(
                Message(
                    "--certificate and --certificate-key belong together",
                    fr: "--certificate et --certificate-key vont ensemble"))
        }
        let symbols = prices.map(\.symbol) + replays.compactMap(\.symbol)
        guard Set(symbols).count == symbols.count else {
            throw ArgumentReading.refusal(
                Message("a market is named twice", fr: "un marché est nommé deux fois"))
        }
    }

    func setup() throws -> ExchangeSetup { try ExchangeSetup(self) }
}

/// One `--replay`: a file, and the symbol before its `=`, if any.
struct ReplayFile {
    let symbol: Symbol?
    let path: String

    init(parsing text: String) throws {
        guard let mark = text.firstIndex(of: "="), text[..<mark].contains("/"), !text[..<mark].contains(".") else {
            symbol = CandleSource.symbol(inName: text)
            path = text
            return
        }
        symbol = try ArgumentReading.symbol(String(text[..<mark]))
        path = String(text[text.index(after: mark)...])
    }
}

/// One `--price`.
struct FixedPrice {
    let symbol: Symbol
    let price: FixedDecimal

    init(parsing text: String) throws {
        guard let mark = text.firstIndex(of: "=") else {
            throw ArgumentReading.refusal(
                Message(
                    "--price \(text): expected symbol=price, such as BTC/USDT=20000",
                    fr: "--price \(text) : attendu symbole=prix, comme BTC/USDT=20000"))
        }
        symbol = try ArgumentReading.symbol(String(text[..<mark]))
        price = try ArgumentReading.decimal(
            String(text[text.index(after: mark)...]), from: FixedDecimal(units: 10_000), to: 1_000_000_000)
    }
}

/// One `--balance`.
struct StartBalance {
    let asset: Asset
    let amount: FixedDecimal

    init(parsing text: String) throws {
        let mark = text.firstIndex(of: "=") ?? text.endIndex
        let name = text[..<mark].uppercased()
        guard mark < text.endIndex, (1...20).contains(name.utf8.count),
            name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
        else {
            throw ArgumentReading.refusal(
                Message(
                    "--balance \(text): expected asset=amount, such as USDT=100000",
                    fr: "--balance \(text) : attendu actif=montant, comme USDT=100000"))
        }
        asset = Asset(name)
        amount = try ArgumentReading.decimal(
            String(text[text.index(after: mark)...]), from: 0, to: 1_000_000_000_000)
    }
}
