import TestSupport
import Testing
import Wording

@testable import StrategyHost

/// Runs Lua inside a strategy's `init`, in the sandbox; an assertion that fails is a finding of the checker.
private func findings(running lua: String) -> [String] {
    let source = """
        local S = Strategy { name = "Test", timeframe = "1h" }
        local function near(value, expected)
          if value ~= value and expected ~= expected then return end
          if not (math.abs(value - expected) <= 1e-9 * math.max(1, math.abs(expected))) then
            error(string.format("was %s, expected %s", value, expected), 2)
          end
        end
        function S:init()
        near(1, 1)
        \(lua)
        end
        return S
        """
    return StrategyChecker.check(name: "test.lua", bytes: Array(source.utf8)).filter { $0.severity == .error }
        .map { "\($0.line): \($0.message.english)" }
}

@Suite("The Lua modules for authors")
struct StandardLibraryTests {
    /// Values as a Lua table that is indexed like a series: 0 is the newest.
    private static func series(_ values: [Double]) -> String {
        "{ " + values.enumerated().map { "[\($0)] = \($1)" }.joined(separator: ", ") + " }"
    }

    /// A walk without pattern, from a fixed seed.
    private static func walk(_ count: Int, seed: UInt64) -> [Double] {
        var numbers = SeededNumbers(seed: seed)
        var price = 100.0
        return (0..<count).map { _ in
            price += Double(numbers.next() >> 11) / 9_007_199_254_740_992 - 0.5
            return price
        }
    }

    private static func mean(_ values: some Collection<Double>) -> Double {
        values.reduce(0, +) / Double(values.count)
    }

    private static func covariance(_ a: some Collection<Double>, _ b: some Collection<Double>) -> Double {
        let (middleA, middleB) = (mean(a), mean(b))
        return mean(zip(a, b).map { ($0 - middleA) * ($1 - middleB) })
    }

    @Test("Window statistics equal an independent computation", arguments: [(2, 0), (20, 0), (20, 7), (50, 3)])
    func statistics(n: Int, ago: Int) {
        let a = Self.walk(80, seed: 1)
        let b = Self.walk(80, seed: 2)
        let x = Array(a[ago..<ago + n])
        let y = Array(b[ago..<ago + n])
        let sorted = x.sorted()
        let deviation = Self.covariance(x, x).squareRoot()
        let times = (0..<n).map { -Double($0) }
        let slope = Self.covariance(times, x) / Self.covariance(times, times)
        let correlation = Self.covariance(x, y) / (Self.covariance(x, x) * Self.covariance(y, y)).squareRoot()
        let fit = Self.covariance(times, x) / (Self.covariance(times, times) * Self.covariance(x, x)).squareRoot()
        let changes = (ago..<ago + n).map { a[$0] / a[$0 + 1] - 1 }
        let below = Double(x.dropFirst().count { $0 < x[0] }) / Double(n - 1)
        let hedge = Self.covariance(x, y) / Self.covariance(y, y)
        let expected: [(call: String, value: Double)] = [
            ("stats.sum(a, n, ago)", x.reduce(0, +)), ("stats.mean(a, n, ago)", Self.mean(x)),
            ("stats.variance(a, n, ago)", deviation * deviation), ("stats.stdev(a, n, ago)", deviation),
            ("stats.sample_stdev(a, n, ago)", deviation * (Double(n) / Double(n - 1)).squareRoot()),
            ("stats.zscore(a, n, ago)", (x[0] - Self.mean(x)) / deviation),
            ("stats.median(a, n, ago)", (sorted[(n - 1) / 2] + sorted[n / 2]) / 2),
            ("stats.percentile(a, n, 0, ago)", sorted[0]), ("stats.percentile(a, n, 1, ago)", sorted[n - 1]),
            ("stats.range_place(a, n, ago)", (x[0] - sorted[0]) / (sorted[n - 1] - sorted[0])),
            ("stats.percent_rank(a, n, ago)", below), ("stats.correlation(a, b, n, ago)", correlation),
            ("stats.covariance(a, b, n, ago)", Self.covariance(x, y)),
            ("stats.regression(a, b, n, ago)", hedge),
            ("select(2, stats.regression(a, b, n, ago))", Self.mean(x) - hedge * Self.mean(y)),
            ("stats.linear_fit(a, n, ago)", slope),
            ("select(2, stats.linear_fit(a, n, ago))", Self.mean(x) - slope * Self.mean(times)),
            ("select(3, stats.linear_fit(a, n, ago))", fit * fit),
            ("stats.change(a, n, ago)", a[ago] / a[ago + n] - 1),
            ("stats.stdev_of_returns(a, n, ago)", Self.covariance(changes, changes).squareRoot()),
        ]
        let lines = expected.map { "near(\($0.call), \($0.value))" }.joined(separator: "\n")
        let lua = """
            local stats = require "stats"
            local a, b, n, ago = \(Self.series(a)), \(Self.series(b)), \(n), \(ago)
            \(lines)
            """
        #expect(findings(running: lua) == [])
    }

    @Test("Windows that hold NaN, do not move or are out of bounds are answered as the reference says")
    func statisticsEdges() {
        let lua = """
            local stats = require "stats"
            local flat, hole = { [0] = 5, 5, 5, 5 }, { [0] = 1, 0 / 0, 3, 4 }
            near(stats.mean(flat, 4), 5)
            near(stats.stdev(flat, 4), 0)
            near(stats.zscore(flat, 4), 0 / 0)
            near(stats.correlation(flat, flat, 4), 0 / 0)
            near(stats.range_place(flat, 4), 0 / 0)
            near(stats.autocorrelation(flat, 4, 1), 0 / 0)
            for _, name in ipairs { "sum", "mean", "variance", "stdev", "sample_stdev", "zscore", "range", "median",
              "range_place", "percent_rank", "linear_fit" } do
              near(stats[name](hole, 4), 0 / 0)
            end
            near(stats.median({ [0] = 3, 1, 2 }, 3), 2)  -- after a call that met a NaN, and with a shorter window
            for _, n in ipairs { 0, -1, 2.5, 4097, "x", 0 / 0 } do
              local ok, message = pcall(stats.mean, flat, n)
              assert(not ok and string.find(message, "whole number from 1 to 4096", 1, true), message)
            end
            assert(not pcall(stats.percentile, flat, 4, 1.5))
            """
        #expect(findings(running: lua) == [])
    }

    /// Candles newest last, as open, high, low, close; each row is a pattern and the candles that show it.
    private static let drawings: [(name: String, candles: [[Double]])] = [
        ("doji", [[10, 12, 8, 10.2]]), ("dragonfly_doji", [[10, 10.1, 7, 10]]),
        ("gravestone_doji", [[10, 13, 9.9, 10]]),
        ("spinning_top", [[10, 12, 8, 10.6]]), ("marubozu", [[10, 14, 10, 14]]),
        ("hammer_shape", [[10, 10.6, 7, 10.5]]), ("star_shape", [[10, 13, 9.9, 10.5]]),
        ("bullish_engulfing", [[10, 10.5, 8.5, 9], [8.9, 11, 8.8, 10.5]]),
        ("bearish_engulfing", [[9, 10.5, 8.5, 10], [10.1, 10.2, 8, 8.5]]),
        ("bullish_harami", [[12, 12.2, 7.8, 8], [9, 10.2, 8.8, 10]]),
        ("bearish_harami", [[8, 12.2, 7.8, 12], [11, 11.2, 9.8, 10]]),
        ("piercing_line", [[12, 12.2, 7.8, 8], [7.9, 11, 7.5, 10.5]]),
        ("dark_cloud_cover", [[8, 12.2, 7.8, 12], [12.1, 12.5, 9, 9.5]]),
        ("inside_bar", [[10, 12, 8, 11], [10, 11, 9, 10]]), ("outside_bar", [[10, 11, 9, 10], [10, 12, 8, 11]]),
        ("morning_star", [[12, 12.2, 7.8, 8], [8, 8.6, 7.4, 8.2], [8.4, 11.5, 8.3, 11]]),
        ("evening_star", [[8, 12.2, 7.8, 12], [12, 12.6, 11.4, 11.8], [11.6, 11.7, 8.5, 9]]),
        ("three_white_soldiers", [[8, 10.2, 7.9, 10], [9, 11.2, 8.9, 11], [10, 12.2, 9.9, 12]]),
        ("three_black_crows", [[12, 12.1, 9.8, 10], [11, 11.1, 8.8, 9], [10, 10.1, 7.8, 8]]),
        ("three_inside_up", [[12, 12.2, 7.8, 8], [9, 10.2, 8.8, 10], [10, 13, 9.9, 12.8]]),
        ("three_inside_down", [[8, 12.2, 7.8, 12], [11, 11.2, 9.8, 10], [10, 10.1, 7, 7.2]]),
    ]

    private static func candles(_ rows: [[Double]]) -> String {
        let newestFirst = Array(rows.reversed())
        return "{ open = \(series(newestFirst.map { $0[0] })), high = \(series(newestFirst.map { $0[1] })), "
            + "low = \(series(newestFirst.map { $0[2] })), close = \(series(newestFirst.map { $0[3] })) }"
    }

    @Test("Each candle pattern knows its drawing and not the drawing upside down", arguments: drawings)
    func patterns(name: String, rows: [[Double]]) {
        let mirrored = rows.map { [20 - $0[0], 20 - $0[2], 20 - $0[1], 20 - $0[3]] }
        let symmetric: Set = ["doji", "spinning_top", "marubozu", "inside_bar", "outside_bar"]
        let lua = """
            local patterns = require "patterns"
            local drawn, mirrored = \(Self.candles(rows)), \(Self.candles(mirrored))
            local unknown = setmetatable({}, { __index = function() return 0 / 0 end })
            local none = { open = unknown, high = unknown, low = unknown, close = unknown }
            assert(patterns.\(name)(drawn), "drawn")
            assert(patterns.\(name)(mirrored) == \(symmetric.contains(name)), "mirrored")
            assert(patterns.\(name)(none) == false, "unknown")
            """
        #expect(findings(running: lua) == [])
    }

    @Test("Patterns that depend on what came before ask for a fall or a rise")
    func patternsInTrends() {
        let fall = stride(from: 20.0, through: 11, by: -1.5).map { [$0, $0 + 0.2, $0 - 1.2, $0 - 1] }
        let rise = stride(from: 1.0, through: 10, by: 1.5).map { [$0, $0 + 1.2, $0 - 0.2, $0 + 1] }
        let hammer = [9.8, 10.4, 6.8, 10.3]
        let star = [10, 13, 9.9, 10.5]
        let lua = """
            local patterns = require "patterns"
            local hammer, hanging = \(Self.candles(fall + [hammer])), \(Self.candles(rise + [hammer]))
            local inverted, shooting = \(Self.candles(fall + [star])), \(Self.candles(rise + [star]))
            assert(patterns.hammer(hammer) and not patterns.hammer(hanging))
            assert(patterns.hanging_man(hanging) and not patterns.hanging_man(hammer))
            assert(patterns.inverted_hammer(inverted) and not patterns.inverted_hammer(shooting))
            assert(patterns.shooting_star(shooting) and not patterns.shooting_star(inverted))
            assert(patterns.bullish(hammer) == "hammer" and patterns.bearish(hammer) == nil)
            assert(patterns.bearish(shooting) == "shooting_star" and patterns.bullish(shooting) == nil)
            """
        #expect(findings(running: lua) == [])
    }

    /// A strategy's `self` as far as `sizing` and `exits` read it: long from 100, now at 110 after a high of 120.
    private static let stranger = """
        local function position(is_long, stop)
          return {
            close = { [0] = is_long and 110 or 90 }, high = { [0] = 112, 120, 105 }, low = { [0] = 88, 80, 95 },
            balance = { free = 1000, equity = 1500 },
            position = { is_open = true, is_long = is_long, entry = 100, bars = 1, stop = stop },
            set_stop = function(self, price) self.position.stop = price end,
          }
        end
        """

    @Test("Stops only ever follow the price, for long and for short")
    func exits() {
        let lua = """
            local exits = require "exits"
            \(Self.stranger)
            local function stop_after(is_long, stop, name, ...)
              local self = position(is_long, stop)
              exits[name](self, ...)
              return self.position.stop or -1
            end
            near(stop_after(true, nil, "trailing", 0.1), 99)
            near(stop_after(false, nil, "trailing", 0.1), 99)
            near(stop_after(true, 105, "trailing", 0.1), 105)
            near(stop_after(false, 95, "trailing", 0.1), 95)
            near(stop_after(true, nil, "chandelier", { [0] = 2 }, 3), 114)
            near(stop_after(false, nil, "chandelier", { [0] = 2 }, 3), 86)
            near(stop_after(true, nil, "chandelier", { [0] = 2 }, 3, 1), 106)
            near(stop_after(true, nil, "break_even", 0.05, 0.01), 101)
            near(stop_after(false, nil, "break_even", 0.05, 0.01), 99)
            near(stop_after(true, nil, "break_even", 0.2), -1)
            near(stop_after(true, nil, "steps", 0.04), 104)
            near(stop_after(true, nil, "steps", 0.2), -1)
            near(stop_after(true, nil, "keep_profit", 0.15, 0.5), 110)
            near(stop_after(false, nil, "keep_profit", 0.15, 0.5), 90)
            near(stop_after(true, nil, "keep_profit", 0.5), -1)
            near(stop_after(true, nil, "follow", { [0] = 0 / 0 }), -1)
            near(stop_after(true, nil, "follow", { [0] = 95 }), 95)
            local self = position(true)
            assert(exits.time_stop(self, 1) == true and exits.time_stop(self, 2) == false)
            near(exits.progress(self), 0.1)
            near(exits.best_price(self), 120)
            self.position.is_open = false
            assert(exits.trailing(self, 0.1) == false and self.position.stop == nil)
            assert(not pcall(exits.trailing, self, 0) and not pcall(exits.steps, self, "x"))
            """
        #expect(findings(running: lua) == [])
    }

    @Test("Sizes stay within the balance")
    func sizing() {
        let lua = """
            local sizing = require "sizing"
            \(Self.stranger)
            local self = position(true)
            near(sizing.fixed(self, 300), 300)
            near(sizing.fixed(self, 3000), 1000)
            near(sizing.fraction(self, 0.25), 250)
            near(sizing.slice(self, 3), 500)
            near(sizing.slice(self, 1), 1000)
            near(sizing.risk(self, 0.01, 0.05), 300)
            near(sizing.risk(self, 0.5, 0.01), 1000)
            near(sizing.risk(self, 0.01, 0), 0)
            near(sizing.risk(self, 0.01, 0 / 0), 0)
            near(sizing.atr_distance(self, { [0] = 2.2 }), 0.04)
            near(sizing.atr_risk(self, 0.01, { [0] = 2.2 }), 375)
            near(sizing.volatility(self, 0.005, 0.02), 250)
            near(sizing.volatility(self, 0.005, 0.001), 1000)
            near(sizing.kelly(0.5, 2), 0.125)
            near(sizing.kelly(0.5, 2, 1), 0.25)
            near(sizing.kelly(0.2, 1), 0)
            local record = {}
            near(sizing.kelly_of(record), 0.02)
            for i = 1, 20 do sizing.count(record, { profit = i % 2 == 0 and 20 or -10 }) end
            near(sizing.kelly_of(record), 0.125)
            near(sizing.kelly_of(record, 21, 0.3), 0.3)
            assert(not pcall(sizing.fraction, self, 2) and not pcall(sizing.fixed, self, -1))
            """
        #expect(findings(running: lua) == [])
    }

    @Test("Classes make objects, inherit, and tell their kind")
    func classes() {
        let lua = """
            local class = require "class"
            local Base = class("Base")
            function Base:init(x) self.x = x end
            function Base:get() return self.x end
            local Derived = class("Derived", Base)
            function Derived:get() return Base.get(self) + 1 end
            near(Base(3):get(), 3)
            near(Derived(3):get(), 4)
            function Base:late() return self:get() * 10 end
            near(Derived(3):late(), 40)
            assert(tostring(Derived(1)) == "Derived" and tostring(Derived) == "class Derived")
            assert(Base.is(Derived(1)) and Derived.is(Derived(1)) and not Derived.is(Base(1)))
            assert(not Base.is(3) and not Base.is(Base) and not Base.is({}))
            assert(not pcall(class) and not pcall(class, "x", 3))
            """
        #expect(findings(running: lua) == [])
    }

    @Test("A failed assertion is seen")
    func canFail() {
        #expect(findings(running: "near(1, 2)").count == 1)
    }
}
