import Market
import Wording

extension HeartbeatAlert {
    static func late(_ symbol: Symbol, _ tick: Tick, told minute: Timestamp, at time: Timestamp) -> HeartbeatAlert {
        HeartbeatAlert(
            .lateTrade, .warning, symbol: symbol, at: time,
            Message(
                "\(symbol): a trade of \(tick.time) came after the candle of \(minute) had been told; the candle stays",
                fr: "\(symbol) : une transaction de \(tick.time) est arrivée après l'annonce de la bougie de "
                    + "\(minute) ; la bougie reste telle quelle"))
    }

    static func differs(_ symbol: Symbol, ours: Candle, venue: Candle, at time: Timestamp) -> HeartbeatAlert {
        HeartbeatAlert(
            .candleDiffers, .warning, symbol: symbol, at: time,
            Message(
                "\(symbol): our candle of \(ours.openTime) (\(words(ours))) is not the venue's (\(words(venue)))",
                fr: "\(symbol) : notre bougie de \(ours.openTime) (\(words(ours))) n'est pas celle de la place "
                    + "(\(words(venue)))"))
    }

    private static func words(_ candle: Candle) -> String {
        "\(candle.open) \(candle.high) \(candle.low) \(candle.close) volume \(candle.volume)"
    }

    static func missing(
        _ symbol: Symbol, _ timeframe: Timeframe, from: Timestamp, to: Timestamp, at time: Timestamp?
    ) -> HeartbeatAlert {
        HeartbeatAlert(
            .candlesMissing, .warning, symbol: symbol, at: time,
            Message(
                "\(symbol): candles of \(timeframe) from \(from) to \(to) are missing and are not waited for; "
                    + "`aristobot candles fetch` can fill them in",
                fr: "\(symbol) : les bougies \(timeframe) de \(from) à \(to) manquent et ne sont pas attendues ; "
                    + "`aristobot candles fetch` peut les compléter"))
    }

    static func failed(_ fetch: CandleFetch, _ why: Message, at time: Timestamp?) -> HeartbeatAlert {
        HeartbeatAlert(
            .fetchFailed, .error, symbol: fetch.symbol, at: time,
            Message(
                "\(fetch.symbol): the missing candles of \(fetch.timeframe) from \(fetch.from) to \(fetch.to) could "
                    + "not be fetched (\(fetch.attempt + 1) attempts): \(why.english); no signals until they are there",
                fr: "\(fetch.symbol) : les bougies \(fetch.timeframe) manquantes de \(fetch.from) à \(fetch.to) n'ont "
                    + "pas pu être téléchargées (\(fetch.attempt + 1) essais) : \(why.french) ; aucun signal d'ici là"))
    }

    static func silent(since: Timestamp, at time: Timestamp) -> HeartbeatAlert {
        HeartbeatAlert(
            .streamSilent, .error, symbol: nil, at: time,
            Message(
                "the stream has told nothing since \(since) though the venue's clock goes on (\(time)): "
                    + "connecting again",
                fr: "le flux ne dit plus rien depuis \(since) alors que l'horloge de la place avance (\(time)) : "
                    + "nouvelle connexion"))
    }

    static func jumped(by milliseconds: Int64, to time: Timestamp) -> HeartbeatAlert {
        let length = Duration.milliseconds(milliseconds.magnitude > 1 << 60 ? 1 << 60 : abs(milliseconds))
        let isAhead = milliseconds > 0
        return HeartbeatAlert(
            .clockJump, .warning, symbol: nil, at: time,
            Message(
                "the venue's clock jumped \(isAhead ? "ahead" : "back") by \(length), to \(time)"
                    + (isAhead ? ", or this program stood still: minutes between are fetched" : ""),
                fr: "l'horloge de la place a sauté en \(isAhead ? "avant" : "arrière") de \(length), à \(time)"
                    + (isAhead
                        ? ", ou ce programme était à l'arrêt : les minutes manquantes sont téléchargées" : "")))
    }

    static func unsound(_ symbol: Symbol, _ tick: Tick, id: Int64, at time: Timestamp?) -> HeartbeatAlert {
        HeartbeatAlert(
            .unsoundTrade, .warning, symbol: symbol, at: time,
            Message(
                "\(symbol): trade \(id) cannot be true (price \(tick.price), quantity \(tick.quantity), time "
                    + "\(tick.time.milliseconds) ms); it was left out",
                fr: "\(symbol) : la transaction \(id) ne peut être vraie (prix \(tick.price), quantité "
                    + "\(tick.quantity), date \(tick.time.milliseconds) ms) ; elle est écartée"))
    }
}
