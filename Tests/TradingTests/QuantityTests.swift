import Market
import Testing
import Trading

/// How much an order trades: sizes, steps, minimums, cash, position, risk.
@Suite struct QuantityTests {
    @Test(
        "sizes are fixed at the decision and cut at the fill",
        arguments: sizes + roundings + sales + refusals + absurdities + risks)
    func holds(_ example: OrderOfEventsTests.Case) throws {
        let failures = try AccountingTable.failures(example.table)
        #expect(failures.isEmpty, "\(example.name): \(failures)")
    }

    typealias Case = OrderOfEventsTests.Case

    static let sizes = [
        Case(
            name: "a value is divided by the close of the decision and rounded down to the step",
            table: """
                rules step=0.001
                candle 3 3 3 3
                enter long $100
                candle 4 4 4 4
                expect lot 1 long 33.333 4
                """),
        Case(
            name: "without rules the step is 10^-8",
            table: """
                candle 3 3 3 3
                enter long $100
                candle 3 3 3 3
                expect lot 1 long 33.33333333 3
                """),
        Case(
            name: "a limit order's value is divided by its limit",
            table: """
                candle 100 100 100 100
                buy $500 limit 80
                candle 79 80 79 80
                expect lot 1 long 6.25 79
                """),
        Case(
            name: "what the cash does not cover is cut, fee and slippage included",
            table: """
                fee 0.001
                slippage 0.01
                rules step=0.01
                candle 100 100 100 100
                enter long $1000
                candle 110 111 109 110
                # 1000 / (111.1 x 1.001) = 8.99...
                expect lot 1 long 8.99 111.1
                expect cash 0.212211
                expect journal cut cash 1000 covers 8.99 of 10 at 111.1
                """),
        Case(
            name: "cash that covers exactly all is spent to the last digit",
            table: """
                candle 100 100 100 100
                enter long $1000
                candle 100 100 100 100
                expect cash 0
                expect lot 1 long 10 100
                """),
        Case(
            name: "two limits share the cash that is left, the older first",
            table: """
                rules step=1
                candle 100 100 100 100
                buy 8 limit 90
                buy 8 limit 80
                candle 100 101 70 75
                expect lot 1 long 8 90
                expect lot 2 long 3 80
                expect cash 40
                """),
        Case(
            name: "prices go to the tick: fills against the trader, limits never worse than asked",
            table: """
                rules tick=0.5 step=1
                slippage 0.001
                candle 100 100 100 100
                buy 2 limit 98.7 stop 95.3 take 101.2
                candle 100 101 98 100
                expect lot 1 long 2 98.5 stop 95 target 101.5
                candle 100 101 94 96
                # 95 less 0.1 % is 94.905, sold at the tick below
                expect trade 1 long 2 98.5 94.5 stop -8
                enter long $200
                candle 100 100 100 100
                # 100.1 is bought at the tick above
                expect lot 1 long 2 100.5
                """),
    ]

    static let roundings = [
        Case(
            name: "what is paid is rounded up and what is received down, to 10^-12",
            table: """
                cash 1
                fee 0.001
                candle 33.333333333333 33.333333333333 33.333333333333 33.333333333333
                buy 0.00000001
                candle 33.333333333333 33.333333333333 33.333333333333 33.333333333333
                # value 0.000000333333 33333, fee 0.000000000333 334
                expect cash 0.999999666332
                expect fees 0.000000000334
                exit
                candle 33.333333333333 33.333333333333 33.333333333333 33.333333333333
                expect trade 1 long 0.00000001 33.333333333333 33.333333333333 exit_signal -0.000000000669
                expect cash 0.999999999331
                """)
    ]

    static let sales = [
        Case(
            name: "spot: more than is held is cut to what is held",
            table: """
                candle 100 100 100 100
                buy 4
                candle 100 101 99 100
                sell 10 tag out
                candle 100 101 99 100
                expect trade 1 long 4 100 100 out 0
                expect journal cut the position holds 4 of 10
                expect cash 1000
                """),
        Case(
            name: "spot: nothing held and nothing coming is refused at once",
            table: """
                candle 100 100 100 100
                sell 4 limit 120
                expect orders
                expect journal rejected there is no position to reduce
                """),
        Case(
            name: "spot: a sale may wait for the purchase before it",
            table: """
                candle 100 100 100 100
                buy 4 limit 95
                sell 4 limit 105
                candle 100 101 94 100
                candle 100 106 99 105
                expect trade 1 long 4 95 105 exit_signal 40
                """),
        Case(
            name: "spot: two sales for one position: the second finds nothing",
            table: """
                candle 100 100 100 100
                buy 4
                candle 100 101 99 100
                sell 4 limit 105
                sell 4 limit 106
                candle 100 107 99 105
                expect trades 1
                expect journal rejected there is no position left to reduce
                """),
        Case(
            name: "futures: reduce only does not turn the position around",
            table: """
                market futures
                candle 100 100 100 100
                buy 4
                candle 100 101 99 100
                sell 10 reduce
                candle 100 101 99 100
                expect lots 0
                expect trades 1
                """),
        Case(
            name: "spot: a short entry is skipped",
            table: """
                candle 100 100 100 100
                enter short $500
                expect journal skipped a short position needs a futures market
                candle 100 100 100 100
                expect lots 0
                """),
    ]

    static let refusals = [
        Case(
            name: "below the minimum quantity",
            table: """
                rules step=0.1 min_quantity=2
                candle 100 100 100 100
                enter long $190
                expect journal rejected quantity 1.9 is below the symbol's minimum of 2
                """),
        Case(
            name: "below the minimum value",
            table: """
                rules min_value=10
                candle 100 100 100 100
                enter long $9.99
                expect journal rejected order value 9.99 is below the symbol's minimum of 10
                """),
        Case(
            name: "cut below the minimum at the fill",
            table: """
                cash 100
                rules min_quantity=1
                candle 100 100 100 100
                enter long $100
                candle 101 101 101 101
                expect journal rejected quantity 0.990099 is below
                """),
        Case(
            name: "above the maximum quantity",
            table: """
                rules max_quantity=2
                candle 100 100 100 100
                enter long $300
                expect journal rejected quantity 3 is above the symbol's maximum of 2
                """),
        Case(
            name: "less than a step",
            table: """
                rules step=1
                candle 100 100 100 100
                enter long $99
                expect journal rejected size 99.0 comes to less than the quantity step of 1
                """),
        Case(
            name: "the whole position can be left below the minimum",
            table: """
                rules min_value=100
                candle 100 100 100 100
                enter long $100
                candle 100 100 40 50
                exit
                candle 50 50 50 50
                expect trade 1 long 1 100 50 exit_signal -50
                """),
        Case(
            name: "an entry while a position is open",
            table: """
                candle 100 100 100 100
                enter long $100
                enter long $100
                expect journal skipped a position or order is open already
                candle 100 100 100 100
                enter long $100
                candle 100 100 100 100
                expect lots 1
                """),
        Case(
            name: "a stop distance that leaves no price",
            table: """
                candle 100 100 100 100
                enter long $100 stop 200%
                expect journal skipped stop distance 2.0: expected a fraction of the price from 0 to below 1
                """),
        Case(
            name: "sizes that are no amount",
            table: """
                candle 100 100 100 100
                enter long $nan
                expect journal skipped size nan: expected a number above 0
                buy 1e30
                expect journal rejected size 1e+30 is too large to be counted
                buy -1
                expect journal skipped size -1.0
                buy inf limit 5
                expect journal skipped size inf
                buy 1 limit -5
                expect journal skipped limit -5.0: expected a price above 0
                buy 1 limit 90 expires 0
                expect journal skipped expires 0: expected 1 candle or more
                """),
        Case(
            name: "closing, moving and cancelling what is not there",
            table: """
                candle 100 100 100 100
                exit
                expect journal skipped there is no position to close
                stop 95
                expect journal skipped there is no position whose stop could be moved
                cancel 17
                expect journal skipped order 17 is not open
                """),
    ]

    static let absurdities = [
        Case(
            name: "a price that makes the value uncountable refuses the sale and ends nothing else",
            table: """
                candle 0.01 0.01 0.01 0.01
                enter long $1000
                candle 0.01 1e22 0.01 1e22
                exit
                candle 1e22 1e22 1e22 1e22
                expect journal rejected the amount is too large to be counted
                expect lots 1
                end
                expect lots 1
                """),
        Case(
            name: "cash has an end too",
            table: """
                cash 999999999999999999999999
                candle 1 1 1 1
                enter long $1
                candle 1 1 1 1
                exit
                candle 10 10 10 10
                expect journal conflict fill 2 is too large to be counted
                """),
    ]

    static let risks = [
        Case(
            name: "risk: the largest order value",
            table: """
                rules order_value=200
                candle 100 100 100 100
                buy 2
                buy 2.1
                expect journal risk order value 210 is above the limit of 200
                expect orders 1
                """),
        Case(
            name: "risk: the most open orders",
            table: """
                rules open_orders=2
                candle 100 100 100 100
                buy 1 limit 90
                buy 1 limit 89
                buy 1 limit 88
                expect orders 1 2
                expect journal risk 2 orders are open and the limit is 2
                """),
        Case(
            name: "risk: the most orders in a UTC day, closing orders excepted",
            table: """
                rules orders_a_day=1
                candle 100 100 100 100
                buy 1
                candle 100 100 100 100
                buy 1
                expect journal risk 1 orders were decided today and the limit is 1
                exit
                candle 100 100 100 100
                expect trades 1
                """),
        Case(
            name: "risk: the drawdown since the highest close",
            table: """
                rules drawdown=0.1
                candle 100 100 100 100
                buy 10 stop 50
                candle 100 100 100 100
                candle 100 100 89 89
                exit
                candle 89 89 89 89
                buy 1
                expect journal risk equity 890.0 is more than 10 % below its peak 1000.0
                """),
        Case(
            name: "risk: the kill switch lets nothing in but everything out",
            table: """
                rules kill=1
                candle 100 100 100 100
                buy 1
                expect journal risk the kill switch is on
                expect orders
                """),
    ]
}
