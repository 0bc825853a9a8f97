import Broker
import Market
import Testing
import Trading
import Wording

@testable import Storage
@testable import aristobot

@Suite("The status view")
struct StatusViewTests {
    private static let noon = Timestamp(milliseconds: 1_700_049_600_000)
    private static let english = StatusView(language: .english, hasColours: false)

    private static func symbol(_ text: String) -> Symbol {
        // A constant of these tests.
        guard let symbol = try? Symbol(text) else { preconditionFailure(text) }
        return symbol
    }

    private static func strategy(
        _ id: Int64, _ name: String, state: StatusSnapshot.StrategyLine.State = .active
    ) -> StatusSnapshot.StrategyLine {
        StatusSnapshot.StrategyLine(
            id: id, owner: "demo", name: name, broker: "demo", symbol: symbol("BTC/USDT"), timeframe: .m1, state: state,
            profit: 12.5, decisions: 1234, errors: 0)
    }

    private static func snapshot(strategies: Int = 2) -> StatusSnapshot {
        var snapshot = StatusSnapshot(
            now: noon, uptime: .seconds(3723), occasion: Message("demo", fr: "démo"),
            database: .init(place: "private PostgreSQL 15.4"))
        snapshot.markets = [
            .init(
                name: VenueName("demo-1") ?? .binance, isConnected: true, isCoherent: true, lag: 0.3, silence: 1,
                signals: [(.m1, noon), (.m5, noon)])
        ]
        snapshot.prices = [.init(symbol: symbol("BTC/USDT"), price: 20_012.5, change: 0.001)]
        snapshot.engines = [.init(name: "up-1", isAlive: true, accounts: 1, strategies: strategies)]
        snapshot.decisionTimes = (0.0008, 0.013)
        snapshot.workers = .init(count: 1, restarts: 0, missingWalls: [])
        snapshot.strategies = (0..<strategies).map { strategy(Int64($0 + 1), "EMA cross \($0)") }
        return snapshot
    }

    @Test("names the process that is a market's heartbeat where another one stands by")
    func standby() {
        var snapshot = Self.snapshot()
        snapshot.markets[0].runner = "host:1"
        #expect(Self.english.lines(snapshot, columns: 160, rows: 40)[2].hasSuffix("lag 0.3 s · 1m 12:00 · 5m 12:00"))
        snapshot.markets[0].standbys = 2
        #expect(
            Self.english.lines(snapshot, columns: 160, rows: 40)[2]
                == "heartbeat  demo-1 connected coherent · lag 0.3 s · by host:1, standing by: 2 · 1m 12:00 · 5m 12:00")
    }

    @Test("tells what runs, in columns")
    func usual() {
        var snapshot = Self.snapshot()
        snapshot.strategies[0].position = .init(
            direction: .long, quantity: 0.05, entry: 20_000, stop: 19_600, target: 20_800, openProfit: -1.25)
        snapshot.activity = [
            .init(
                time: Self.noon, isFill: true, text: Message("sold 0.05 BTC/USDT", fr: "vendu 0.05 BTC/USDT"),
                profit: 3.5)
        ]
        snapshot.alerts = [
            .init(time: Self.noon, severity: .warning, text: Message("late trade", fr: "transaction tardive"))
        ]
        let lines = Self.english.lines(snapshot, columns: 160, rows: 40)
        #expect(
            lines == [
                "aristobot · demo · up 1:02:03 · 12:00:00 UTC",
                "database   answers · private PostgreSQL 15.4",
                "heartbeat  demo-1 connected coherent · lag 0.3 s · 1m 12:00 · 5m 12:00",
                "prices     BTC/USDT 20,012.50 ▲",
                "engine     up-1 alive · accounts 1 · strategies 2 · signal to decision 0.8 ms, 99 % within 13 ms",
                "workers    1 · all walls stand",
                "Ctrl-C stops everything",
                "",
                "id  strategy     broker  market    tf  state   position      entry       stop     target   open  "
                    + "profit  decisions",
                " 1  EMA cross 0  demo    BTC/USDT  1m  active      0.05  20,000.00  19,600.00  20,800.00  −1.25  "
                    + "+12.50      1,234",
                " 2  EMA cross 1  demo    BTC/USDT  1m  active         –                                          "
                    + "+12.50      1,234",
                "",
                "last orders and fills",
                "12:00:00 sold 0.05 BTC/USDT (+3.50)",
                "",
                "alerts",
                "12:00:00 late trade",
            ], "\(lines.joined(separator: "\n"))")
    }

    @Test("what is not of today has its date")
    func dates() {
        var snapshot = Self.snapshot()
        let yesterday = Timestamp(milliseconds: Self.noon.milliseconds - 43_200_001)
        snapshot.activity = [.init(time: yesterday, isFill: true, text: Message("sold", fr: "vendu"))]
        snapshot.alerts = [.init(time: yesterday, severity: .info, text: Message("late", fr: "tard"))]
        let lines = Self.english.lines(snapshot, columns: 160, rows: 40)
        #expect(lines.contains("2023-11-14 23:59:59 sold") && lines.contains("2023-11-14 23:59:59 late"), "\(lines)")
    }

    @Test("alerts of before a demonstration are not shown, nor those of before yesterday")
    func oldAlerts() {
        let hour: Int64 = 3_600_000
        let alerts = [30, 20, 1].map { hours in
            StoredAlert(
                id: AlertID(100 - hours), user: nil,
                alert: Alert(.warning, "late_trade", Message("\(hours)", fr: "\(hours)")),
                createdAt: Timestamp(milliseconds: Self.noon.milliseconds - hours * hour), seenAt: nil)
        }
        let usual = StatusReader.shown(alerts, since: nil, now: Self.noon)
        #expect(usual.map(\.text.english) == ["1", "20"])
        let begun = Timestamp(milliseconds: Self.noon.milliseconds - 2 * hour)
        #expect(StatusReader.shown(alerts, since: begun, now: Self.noon).map(\.text.english) == ["1"])
    }

    @Test(
        "never takes more rows or columns than there are",
        arguments: [(20, 5), (40, 12), (60, 24), (200, 60), (1, 1), (0, 0)])
    func bounded(columns: Int, rows: Int) {
        var snapshot = Self.snapshot(strategies: 300)
        snapshot.activity = (0..<100).map { number in
            .init(time: Self.noon, isFill: true, text: Message("fill \(number) 日本語 é", fr: ""), profit: 1)
        }
        snapshot.alerts = (0..<50).map {
            .init(time: Self.noon, severity: .error, text: Message("alert \($0)", fr: ""))
        }
        let lines = Self.english.lines(snapshot, columns: columns, rows: rows)
        #expect(lines.count <= rows)
        for line in lines { #expect(StyledLine.width(line) <= columns, "\(line)") }
        if rows >= 24 {
            #expect(lines.contains { $0.hasPrefix("… and ") })
            #expect(lines.contains { $0.hasPrefix("alerts") } && lines.contains { $0.hasPrefix("last orders") })
        }
    }

    @Test("leaves out the columns that matter least where it is narrow")
    func narrow() {
        let lines = Self.english.lines(Self.snapshot(), columns: 60, rows: 30)
        let head = lines.first { $0.contains("strategy") } ?? ""
        #expect(head.contains("market") && head.contains("profit") && !head.contains("broker"), "\(lines)")
        #expect(!head.contains("decisions"))
    }

    @Test("tells what is wrong, in red where there are colours, and in French too")
    func trouble() {
        var snapshot = Self.snapshot()
        snapshot.database.fault = Message("connection refused", fr: "connexion refusée")
        snapshot.markets[0].silence = 90
        snapshot.engines = []
        snapshot.strategies[0].state = .failed
        snapshot.strategies[0].reason = Message("runtime error", fr: "erreur d'exécution")
        let text = StatusView(language: .french, hasColours: false).lines(snapshot, columns: 120, rows: 30)
            .joined(separator: "\n")
        for words in [
            "absente : connexion refusée", "muet depuis 0:01:30", "aucun ne tourne", "en échec", "↳ erreur d'exécution",
        ] {
            #expect(text.contains(words), "\(words)\n\(text)")
        }
        let red = StatusView(language: .english, hasColours: true).lines(snapshot, columns: 120, rows: 30)
            .joined(separator: "\n")
        #expect(red.contains("\u{1B}[31maway: connection refused\u{1B}[0m"))
        #expect(!text.contains("\u{1B}"))
    }

    @Test("a name cannot move the cursor or turn the line")
    func hostileName() {
        var snapshot = Self.snapshot(strategies: 1)
        snapshot.strategies[0].name = "x\u{1B}[2J\n\u{202E}y"
        let lines = Self.english.lines(snapshot, columns: 160, rows: 30)
        #expect(lines.contains { $0.contains("x [2J y") })
        #expect(!lines.joined().unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" || $0 == "\n" })
    }

    @Test(
        "rows are shared in turn",
        arguments: [(10, [3, 3, 3], [3, 3, 3]), (7, [9, 2, 9], [3, 2, 2]), (-1, [2], [0])])
    func sharing(rows: Int, wanted: [Int], rooms: [Int]) {
        #expect(StatusView.shared(rows, among: wanted) == rooms)
    }
}
