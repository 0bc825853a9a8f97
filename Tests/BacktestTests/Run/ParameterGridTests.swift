import Testing

@testable import Backtest

@Suite("The grid of an optimisation")
struct ParameterGridTests {
    @Test("ranges hold both ends, the last parameter changes fastest")
    func order() throws {
        let grid = try ParameterGrid(parsing: ["fast=5:15:5", "mode=a,b"])
        #expect(grid.count == 6)
        #expect((0..<6).map { grid[$0]["fast"]! } == ["5", "5", "10", "10", "15", "15"])
        #expect((0..<6).map { grid[$0]["mode"]! } == ["a", "b", "a", "b", "a", "b"])
    }

    @Test("a range without a step goes in ones, one with a step that misses the end stops before it")
    func steps() throws {
        #expect(try ParameterGrid(parsing: ["n=1:4"]).axes[0].values == ["1", "2", "3", "4"])
        #expect(try ParameterGrid(parsing: ["n=1:10:4"]).axes[0].values == ["1", "5", "9"])
        #expect(try ParameterGrid(parsing: ["n=-2:2:2"]).axes[0].values == ["-2", "0", "2"])
    }

    @Test("tenths do not drift")
    func fractions() throws {
        #expect(try ParameterGrid(parsing: ["x=0.1:0.5:0.1"]).axes[0].values == ["0.1", "0.2", "0.3", "0.4", "0.5"])
    }

    @Test(
        "what is no range is refused with the text itself",
        arguments: [
            "fast", "=1", "fast=", "fast=1:2:0", "fast=5:1", "fast=a:b:c", "fast=1,,2", "fast=1:2:3:4", "x=0:1e9:1e-9",
            "x=nan:1:1", "n=0:1000000000",
        ])
    func refusals(text: String) {
        #expect {
            try ParameterGrid(parsing: [text])
        } throws: { error in
            "\(error)".contains("'\(text)'")
        }
    }

    @Test("too many combinations and a parameter given twice are refused")
    func bounds() {
        #expect(throws: BacktestError.self) {
            try ParameterGrid(parsing: ["a=1:1000", "b=1:1000"])
        }
        #expect(throws: BacktestError.self) { try ParameterGrid(parsing: ["a=1", "a=2"]) }
    }

    @Test("no parameter at all is one combination")
    func empty() throws {
        let grid = try ParameterGrid(parsing: [])
        #expect(grid.count == 1)
        #expect(grid[0].isEmpty)
    }
}
