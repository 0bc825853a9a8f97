import Wording

/// The words of the reports, in every language.
enum ReportWords {
    static let report = Message("Backtest report", fr: "Rapport de backtest")
    static let skip = Message("Skip to the result", fr: "Aller au résultat")
    static let theme = Message("Light / dark", fr: "Clair / sombre")
    static let keyFigures = Message("Key figures", fr: "Chiffres clés")
    static let chart = Message("Price and trades", fr: "Cours et transactions")
    static let closer = Message("Zoom in", fr: "Zoom avant")
    static let farther = Message("Zoom out", fr: "Zoom arrière")
    static let all = Message("All", fr: "Tout")
    static let previousTrade = Message("Previous trade", fr: "Trade précédent")
    static let nextTrade = Message("Next trade", fr: "Trade suivant")
    static let hint = Message(
        "Drag to pan; Ctrl + wheel or pinch to zoom; double-click for all. Keys: arrows, + and −, Home, End, Page Up "
            + "and Page Down for trades.",
        fr: "Glisser pour déplacer ; Ctrl + molette ou pincer pour zoomer ; double-clic pour tout voir. Touches : "
            + "flèches, + et −, Début, Fin, Page préc. et Page suiv. pour les trades.")
    static let script = Message(
        "The charts and the trade list need JavaScript; the figures do not.",
        fr: "Les graphiques et la liste des trades demandent JavaScript ; les chiffres, non.")
    static let priceChart = Message(
        "Candles with entries and exits; use the arrow keys, plus and minus",
        fr: "Bougies avec entrées et sorties ; flèches, plus et moins")
    static let equityChart = Message("Equity beside buy and hold", fr: "Capital à côté de l'achat conservé")
    static let drawdownChart = Message("Drawdown in percent", fr: "Repli en pour cent")
    static let overviewChart = Message(
        "The whole history; drag to move the part in view", fr: "Tout l'historique ; glisser pour déplacer la vue")
    static let totals = Message("All figures", fr: "Tous les chiffres")
    static let monthly = Message("Monthly returns", fr: "Rendements mensuels")
    static let year = Message("Year", fr: "Année")
    static let months = [
        Message("Jan", fr: "janv."), Message("Feb", fr: "févr."), Message("Mar", fr: "mars"),
        Message("Apr", fr: "avr."), Message("May", fr: "mai"), Message("Jun", fr: "juin"),
        Message("Jul", fr: "juil."), Message("Aug", fr: "août"), Message("Sep", fr: "sept."),
        Message("Oct", fr: "oct."), Message("Nov", fr: "nov."), Message("Dec", fr: "déc."),
    ]
    static let trades = Message("Trades", fr: "Trades")
    static let noTrades = Message("No trade was made.", fr: "Aucun trade n'a été fait.")
    static let parameters = Message("Parameters", fr: "Paramètres")
    static let noParameters = Message("The strategy has no parameter.", fr: "La stratégie n'a pas de paramètre.")
    static let settings = Message("Settings", fr: "Réglages")
    static let journal = Message("Journal", fr: "Journal")
    static let emptyJournal = Message("Nothing to report.", fr: "Rien à signaler.")
    static let filter = Message("Show", fr: "Afficher")
    static let everyTrade = Message("All trades", fr: "Tous les trades")
    static let longs = Message("Long only", fr: "Achats (long)")
    static let shorts = Message("Short only", fr: "Ventes (short)")
    static let gains = Message("Gains", fr: "Gagnants")
    static let losses = Message("Losses", fr: "Perdants")
    static let previousPage = Message("Previous page", fr: "Page précédente")
    static let nextPage = Message("Next page", fr: "Page suivante")
    static let rows = Message("{from}–{to} of {all}", fr: "{from}–{to} sur {all}")
    static let showTrade = Message("Show trade {id} on the chart", fr: "Voir le trade {id} sur le graphique")
    static let long = Message("long", fr: "long")
    static let short = Message("short", fr: "short")
    static let open = Message("Open", fr: "Ouv.")
    static let high = Message("High", fr: "Haut")
    static let low = Message("Low", fr: "Bas")
    static let close = Message("Close", fr: "Clôt.")
    static let equity = Message("Equity", fr: "Capital")
    static let hold = Message("Buy and hold", fr: "Achat conservé")
    static let drawdown = Message("Drawdown", fr: "Repli")
    static let reasons: [(String, Message)] = [
        ("stop", Message("stop", fr: "stop")), ("target", Message("target", fr: "objectif")),
        ("exit_signal", Message("exit signal", fr: "signal de sortie")),
        ("end_of_data", Message("end of data", fr: "fin des données")),
    ]

    /// Columns of the trade list: the key the page sorts by, and its head.
    static let tradeColumns: [(key: String, head: Message)] = [
        ("id", Message("No.", fr: "N°")), ("long", Message("Side", fr: "Sens")),
        ("quantity", Message("Quantity", fr: "Quantité")), ("entryTime", Message("Entry (UTC)", fr: "Entrée (UTC)")),
        ("entryPrice", Message("Entry price", fr: "Prix d'entrée")),
        ("exitTime", Message("Exit (UTC)", fr: "Sortie (UTC)")),
        ("exitPrice", Message("Exit price", fr: "Prix de sortie")), ("bars", Message("Candles", fr: "Bougies")),
        ("fees", Message("Fees", fr: "Frais")), ("profit", Message("Profit", fr: "Profit")),
        ("profitPct", Message("Profit %", fr: "Profit %")), ("reason", Message("Reason", fr: "Motif")),
    ]

    static func interrupted(_ used: String) -> Message {
        Message(
            "Interrupted: these are the results up to \(used).",
            fr: "Interrompu : voici les résultats jusqu'au \(used).")
    }

    static func failed(_ reason: Message) -> Message {
        Message(
            "Stopped, the strategy failed too often in a row: \(reason.english)",
            fr: "Arrêté, la stratégie a échoué trop souvent de suite : \(reason.french)")
    }

    static func bucket(_ count: String) -> Message {
        Message(
            "Each bar of the charts holds \(count) candles.",
            fr: "Chaque barre des graphiques contient \(count) bougies.")
    }

    static func tradesLeftOut(shown: String, total: String) -> Message {
        Message(
            "The first \(shown) of \(total) trades are listed and drawn; --trades FILE.csv writes all of them.",
            fr: "Les \(shown) premiers trades sur \(total) sont listés et tracés ; --trades FICHIER.csv les écrit tous."
        )
    }

    static func notesLeftOut(_ count: String) -> Message {
        Message("\(count) more entries were not kept.", fr: "\(count) autres entrées n'ont pas été gardées.")
    }
}
