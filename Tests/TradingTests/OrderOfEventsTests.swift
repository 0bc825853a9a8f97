import Testing

/// The decision tables of `docs/decisions/0002-order-of-events.md`, line by line, computed by hand.
@Suite struct OrderOfEventsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let table: String
        var testDescription: String { name }
    }

    @Test("a candle is worked off in the order that is written down", arguments: cases)
    func holds(_ example: Case) throws {
        let failures = try AccountingTable.failures(example.table)
        #expect(failures.isEmpty, "\(example.name): \(failures)")
    }

    static let cases = ties + gaps + limits + moves + lots + ends

    static let ties = [
        Case(
            name: "the contract's own example: 10 % of cash, stop 2 %, target 4 %, fee 0.1 %",
            table: """
                cash 10000
                fee 0.001
                candle 99 101 98 100
                enter long $1000 stop 2% target 4%
                candle 101 102 100 101.5
                expect lot 1 long 10 101 stop 98.98 target 105.04
                expect cash 8988.99          # 10000 - 1010 - 1.01
                expect equity 10003.99       # 8988.99 + 10 x 101.5
                candle 104 106 103 105
                # 1050.4 - 1.0504 comes back; 40.4 - 1.01 - 1.0504 earned
                expect trade 1 long 10 101 105.04 target 38.3396 bars 1
                expect cash 10038.3396
                expect fees 2.0604
                """),
        Case(
            name: "stop and target inside one candle: the stop",
            table: """
                candle 100 100 100 100
                enter long $500 stop 2% target 4%
                candle 100 101 99 100
                candle 100 105 97 104
                expect trade 1 long 5 100 98 stop -10 bars 1 mae 2 mfe 1 ambiguous
                """),
        Case(
            name: "the entry's own candle reaches the stop",
            table: """
                candle 100 100 100 100
                enter long $500 stop 2% target 4%
                candle 100 103 98 102
                expect trade 1 long 5 100 98 stop -10 bars 0 mae 2 mfe 0
                """),
        Case(
            name: "the entry's own candle reaches the target",
            table: """
                candle 100 100 100 100
                enter long $500 stop 2% target 4%
                candle 100 104 99 100
                expect trade 1 long 5 100 104 target 20 bars 0 mae 0 mfe 4
                """),
        Case(
            name: "finer candles tell that the target came first",
            table: """
                candle 100 100 100 100
                enter long $500 stop 2% target 4%
                candle 100 105 97 98 = 100 102 99 102 | 102 105 102 103 | 103 103 97 98
                expect trade 1 long 5 100 104 target 20 bars 0 at 960000
                """),
        Case(
            name: "finer candles tell that the stop came first",
            table: """
                candle 100 100 100 100
                enter long $500 stop 2% target 4%
                candle 100 105 97 105 = 100 101 97 99 | 99 105 99 105
                expect trade 1 long 5 100 98 stop -10 at 900000
                """),
        Case(
            name: "touching is enough for stop and target, one tick less is not",
            table: """
                candle 100 100 100 100
                enter long $500 stop 2% target 4%
                candle 100 103.99 98.01 100
                expect lots 1
                candle 100 104 99 100
                expect trade 1 long 5 100 104 target 20
                """),
        Case(
            name: "a short's stop and target, futures",
            table: """
                market futures
                candle 100 100 100 100
                enter short $500 stop 2% target 4%
                candle 100 101 99 99
                expect lot 1 short 5 100 stop 102 target 96
                expect cash 500
                expect equity 1005
                candle 99 103 95 100
                expect trade 1 short 5 100 102 stop -10 bars 1 mae 2 mfe 1 ambiguous
                expect cash 990
                """),
    ]

    static let gaps = [
        Case(
            name: "a gap through the stop fills at the open, with slippage",
            table: """
                slippage 0.01
                candle 100 100 100 100
                enter long $500 stop 2%
                candle 100 102 100 101       # bought at 101, stop 98.98
                expect lot 1 long 5 101 stop 98.98
                candle 90 92 85 91
                expect trade 1 long 5 101 89.1 stop -59.5
                """),
        Case(
            name: "a stop inside the candle slips from its own price, a target does not slip",
            table: """
                slippage 0.01
                candle 100 100 100 100
                enter long $500 stop 2% target 5%
                candle 100 101 95 96
                expect trade 1 long 5 101 97.9902 stop -15.049
                enter long $480 target 5%
                candle 100 110 99 109
                expect trade 2 long 5 101 106.05 target 25.25
                """),
        Case(
            name: "a gap through the target fills at the open, even if the low reaches the stop",
            table: """
                candle 100 100 100 100
                enter long $500 stop 2% target 4%
                candle 100 101 99 100
                candle 107 108 90 95
                expect trade 1 long 5 100 107 target 35
                """),
        Case(
            name: "an exit decided before goes first when the open gaps through the stop",
            table: """
                slippage 0.01
                candle 100 100 100 100
                enter long $505 stop 2%
                candle 100 101 100 100
                exit enough
                candle 90 91 89 90
                expect trade 1 long 5.05 101 89.1 enough -60.095
                expect orders
                """),
        Case(
            name: "an absolute stop that the entry's fill has passed fills at the same open",
            table: """
                slippage 0.01
                candle 100 100 100 100
                enter long $500 stop @99 target @120
                candle 95 96 94 95
                expect trade 1 long 5 95.95 94.05 stop -9.5 bars 0
                expect orders
                """),
        Case(
            name: "an absolute target that the entry's fill has passed fills at the same open",
            table: """
                candle 100 100 100 100
                enter long $500 target @104
                candle 106 108 105 107
                expect trade 1 long 5 106 106 target 0 bars 0
                """),
    ]

    static let limits = [
        Case(
            name: "a limit fills when the price trades through it, not when it is touched",
            table: """
                maker 0.001
                candle 100 100 100 100
                buy 5 limit 99
                expect free 504.505           # 495 and the fee are held back
                candle 100 101 99 100
                expect lots 0
                candle 100 101 98.99 100
                expect lot 1 long 5 99
                expect cash 504.505
                """),
        Case(
            name: "a limit fills at a better open",
            table: """
                candle 100 100 100 100
                buy 5 limit 99
                candle 97 98 96 97
                expect lot 1 long 5 97
                """),
        Case(
            name: "a limit fills at an open that is exactly at it",
            table: """
                candle 100 100 100 100
                buy 5 limit 99
                candle 99 100 99 100
                expect lot 1 long 5 99
                """),
        Case(
            name: "the stop of a limit entry fills in the same candle",
            table: """
                candle 100 100 100 100
                buy 5 limit 99 stop 97 take 120
                candle 100 101 96 100
                expect trade 1 long 5 99 97 stop -10 bars 0
                """),
        Case(
            name: "the target of a limit entry in its own candle is marked when the close does not prove it",
            table: """
                candle 100 100 100 100
                buy 5 limit 99 take 103
                candle 100 104 98 100
                expect trade 1 long 5 99 103 target 20 bars 0 ambiguous
                buy 5 limit 99 take 103
                candle 100 104 98 103.5
                expect trade 2 long 5 99 103 target 20 bars 0
                """),
        Case(
            name: "a stop on the wrong side of a limit entry fills at the limit's price",
            table: """
                candle 100 100 100 100
                buy 5 limit 98 stop 99
                candle 100 101 97 100
                expect trade 1 long 5 98 98 stop 0
                """),
        Case(
            name: "an order lives its candles and no longer",
            table: """
                candle 100 100 100 100
                buy 5 limit 95 expires 2
                candle 100 101 99 100
                expect orders 1
                candle 100 101 99 100
                expect orders
                expect free 1000
                candle 100 101 90 100
                expect lots 0
                """),
        Case(
            name: "an order fills in its last candle",
            table: """
                candle 100 100 100 100
                buy 5 limit 95 expires 2
                candle 100 101 99 100
                candle 100 101 94 100
                expect lot 1 long 5 95
                """),
        Case(
            name: "a cancelled order does not fill",
            table: """
                candle 100 100 100 100
                buy 5 limit 95
                candle 100 101 99 100
                cancel 1
                candle 100 101 90 100
                expect lots 0
                """),
        Case(
            name: "a resting sale closes the oldest lot and leaves the rest protected",
            table: """
                candle 100 100 100 100
                buy 4 stop 90
                candle 100 101 99 100
                sell 3 limit 105 tag scale
                candle 100 106 99 104
                expect trade 1 long 3 100 105 scale 15
                expect lot 1 long 1 100 stop 90
                candle 100 101 80 90
                expect trade 2 long 1 100 90 stop -10
                expect cash 1005
                """),
    ]
    static let moves = [
        Case(
            name: "a moved stop counts from the next candle",
            table: """
                candle 100 100 100 100
                enter long $500 stop 10%
                candle 100 110 95 109
                stop 105
                expect lots 1
                candle 108 109 104 106
                expect trade 1 long 5 100 105 stop 25 bars 1
                """),
        Case(
            name: "a stop moved above the price fills at the next open",
            table: """
                candle 100 100 100 100
                enter long $500 stop 10%
                candle 100 110 95 100
                stop 105
                candle 101 103 101 102
                expect trade 1 long 5 100 101 stop 5
                """),
        Case(
            name: "a stop taken away does not fill, one given later does",
            table: """
                candle 100 100 100 100
                enter long $500 stop 2%
                candle 100 101 99 100
                stop none
                candle 100 101 90 95
                expect lot 1 long 5 100
                stop 90
                stop none
                stop 94
                candle 95 96 93 95
                expect trade 1 long 5 100 94 stop -30
                """),
        Case(
            name: "a target is moved and taken away",
            table: """
                candle 100 100 100 100
                enter long $500 target 4%
                candle 100 101 99 100
                target 102
                candle 101 103 100 101
                expect trade 1 long 5 100 102 target 10
                enter long $500 target 4%
                candle 100 101 99 100
                target none
                candle 100 120 99 100
                expect lots 1
                """),
    ]

    static let lots = [
        Case(
            name: "each lot has its own stop",
            table: """
                candle 100 100 100 100
                buy 2 stop 95
                candle 100 101 99 100
                buy 3 stop 97
                candle 100 101 96 98
                expect trade 1 long 3 100 97 stop -9
                expect lot 1 long 2 100 stop 95
                candle 98 98 94 95
                expect trade 2 long 2 100 95 stop -10
                """),
        Case(
            name: "an exit closes all lots, oldest first, each a trade",
            table: """
                fee 0.01
                candle 100 100 100 100
                buy 2 stop 95
                buy 3 limit 99
                candle 100 101 98 100
                exit
                candle 110 111 109 110
                expect trade 1 long 2 100 110 exit_signal 15.8        # 20 - 2 - 2.2
                expect trade 2 long 3 99 110 exit_signal 26.73        # 33 - 2.97 - 3.3
                expect orders
                expect cash 1042.53
                """),
        Case(
            name: "an order and its cancel in one decision",
            table: """
                candle 100 100 100 100
                buy 2 limit 95
                cancel 1
                buy 3 limit 94
                expect orders 2
                """),
        Case(
            name: "futures: a larger order turns the position around",
            table: """
                market futures
                fee 0.01
                candle 100 100 100 100
                buy 4 stop 90
                candle 100 101 99 100
                sell 6 stop 120
                candle 110 111 109 110
                expect trade 1 long 4 100 110 exit_signal 31.6
                expect lot 1 short 2 110 stop 120
                expect cash 809.4               # 1031.6 - 220 - 2.2
                candle 110 121 100 119
                expect trade 2 short 2 110 120 stop -24.6
                expect cash 1007
                """),
    ]

    static let ends = [
        Case(
            name: "an open position is closed at the last close, with slippage and fee",
            table: """
                fee 0.01
                slippage 0.1
                candle 100 100 100 100
                enter long $500
                candle 100 101 99 100
                candle 100 121 99 120
                end
                expect trade 1 long 5 110 108 end_of_data -20.9 bars 1 mae 10 mfe 10
                expect cash 979.1
                expect equity 979.1
                """),
        Case(
            name: "what was decided at the last close is never filled",
            table: """
                candle 100 100 100 100
                enter long $500
                end
                expect trades 0
                expect cash 1000
                expect orders
                """),
        Case(
            name: "fill close: entry and exit at the decision's close, stops from the next candle on",
            table: """
                fill close
                slippage 0.01
                candle 90 110 80 100
                enter long $500 stop 5%
                expect lot 1 long 5 101 stop 95.95
                candle 100 102 96 101
                exit
                expect trade 1 long 5 101 99.99 exit_signal -5.05 bars 1 mae 4.950495049505 mfe 0.990099009901
                enter long $400 stop @105
                candle 100 106 99 102
                expect trade 2 long 3.96039603 102.01 99 stop -11.9207920503 bars 1
                """),
    ]
}
