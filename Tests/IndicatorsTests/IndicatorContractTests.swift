import Indicators
import Testing
import Wording

/// What every indicator of the catalog promises, whatever it computes.
@Suite("every indicator") struct IndicatorContractTests {
    static let walk = TestCandles(walk: 600, seed: 11)

    @Test("has a name of its own, its words in both languages, and outputs with names")
    func isDescribed() {
        let names = IndicatorCatalog.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.count >= 70)
        for definition in IndicatorCatalog.all {
            #expect(definition.name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" }, "\(definition.name)")
            #expect(!definition.summary.english.isEmpty && !definition.summary.french.isEmpty, "\(definition.name)")
            #expect(!definition.source.isEmpty, "\(definition.name)")
            #expect(!definition.outputs.isEmpty && Set(definition.outputs).count == definition.outputs.count)
            #expect(definition.outputs == [""] || definition.outputs.allSatisfy { !$0.isEmpty })
            #expect(IndicatorCatalog.named(definition.name)?.name == definition.name)
        }
        #expect(IndicatorCatalog.named("no_such_indicator") == nil)
    }

    @Test("gives over a column, row by row and in blocks the same bits", arguments: IndicatorCatalog.all)
    func streamsAsOverColumns(_ definition: IndicatorDefinition) throws {
        let column = try IndicatorRun(definition).columns(Self.walk)
        for block in [1, 2, 7, 64] {
            #expect(
                bits(try IndicatorRun(definition).columns(Self.walk, block: block)) == bits(column),
                "blocks of \(block)")
        }
    }

    @Test("reads and writes rings by their masks", arguments: IndicatorCatalog.all)
    func usesRings(_ definition: IndicatorDefinition) throws {
        let column = try IndicatorRun(definition).columns(Self.walk)
        for (input, output, block) in [(1, 1, 1), (4, 16, 3), (64, 8, 8)] {
            let rings = try IndicatorRun(definition)
                .rings(Self.walk, block: block, inputCapacity: input, outputCapacity: output)
            #expect(bits(rings) == bits(column), "rings of \(input) and \(output)")
        }
    }

    @Test("begins anew after a reset", arguments: IndicatorCatalog.all)
    func resets(_ definition: IndicatorDefinition) throws {
        let run = try IndicatorRun(definition)
        let first = run.columns(Self.walk)
        run.stream.reset()
        _ = run.columns(TestCandles(walk: 50, seed: 3))
        run.stream.reset()
        #expect(bits(run.columns(Self.walk)) == bits(first))
    }

    @Test("is silent for its look-back and speaks from then on", arguments: IndicatorCatalog.all)
    func warmsUp(_ definition: IndicatorDefinition) throws {
        let run = try IndicatorRun(definition)
        let columns = run.columns(Self.walk)
        #expect(columns.count == definition.outputs.count && columns.count == run.stream.outputCount)
        let silences = columns.map { column in column.firstIndex { !$0.isNaN } ?? column.count }
        #expect(silences.max() == run.stream.lookback)
        for (column, silence) in zip(columns, silences) {
            #expect(column[silence...].allSatisfy { $0.isFinite })
        }
    }

    @Test("is silent where a candle is missing and then begins anew", arguments: IndicatorCatalog.all)
    func startsAgainAfterAHole(_ definition: IndicatorDefinition) throws {
        for hole in [0, 5, 301] {
            let columns = try IndicatorRun(definition).columns(Self.walk.missing(at: hole))
            let after = try IndicatorRun(definition).columns(Self.walk.dropping(hole + 1))
            #expect(columns.allSatisfy { $0[hole].isNaN })
            #expect(bits(columns.map { Array($0[(hole + 1)...]) }) == bits(after), "hole at \(hole)")
        }
    }

    @Test("takes infinities and absurd magnitudes for missing", arguments: IndicatorCatalog.all)
    func refusesAbsurdValues(_ definition: IndicatorDefinition) throws {
        let expected = bits(try IndicatorRun(definition).columns(Self.walk.missing(at: 300)))
        for value in [Double.infinity, -.infinity, 1e200] {
            var candles = Self.walk
            (candles.open[300], candles.high[300], candles.low[300]) = (value, value, value)
            (candles.close[300], candles.volume[300]) = (value, value)
            #expect(bits(try IndicatorRun(definition).columns(candles)) == expected, "\(value)")
        }
    }

    @Test("stays finite in a market that stands still", arguments: IndicatorCatalog.all)
    func standsStill(_ definition: IndicatorDefinition) throws {
        let run = try IndicatorRun(definition)
        for column in run.columns(TestCandles(constant: 100, volume: 5, count: 300)) {
            #expect(column.dropFirst(run.stream.lookback).allSatisfy { $0.isFinite })
        }
    }

    @Test("survives one candle and none", arguments: IndicatorCatalog.all)
    func survivesOneCandle(_ definition: IndicatorDefinition) throws {
        let run = try IndicatorRun(definition)
        #expect(run.columns(TestCandles(walk: 0, seed: 1)).allSatisfy { $0.isEmpty })
        let columns = run.columns(TestCandles(walk: 1, seed: 1))
        #expect(columns.allSatisfy { $0.count == 1 })
        #expect(columns.contains { $0[0].isNaN } == (run.stream.lookback > 0))
    }

    @Test("refuses arguments out of range and says which, in both languages", arguments: IndicatorCatalog.all)
    func refusesArguments(_ definition: IndicatorDefinition) throws {
        let count = definition.parameters.count
        #expect(throws: IndicatorError.tooManyArguments(indicator: definition.name, given: count + 1, most: count)) {
            try definition.make([Double](repeating: 3, count: count + 1))
        }
        let defaults = try definition.complete([])
        for (position, parameter) in definition.parameters.enumerated() {
            #expect(parameter.range.contains(defaults[position]))
            var wrong = [parameter.range.lowerBound - 1, parameter.range.upperBound + 1, Double.nan, .infinity]
            if parameter.kind == .int { wrong.append(parameter.range.lowerBound + 0.5) }
            for value in wrong {
                var arguments = defaults
                arguments[position] = value
                let error = #expect(throws: IndicatorError.self, "\(parameter.name) = \(value)") {
                    try definition.make(arguments)
                }
                let message = error?.message
                #expect(message?.english.contains(parameter.name) == true)
                #expect(message?.french.contains(parameter.name) == true)
                #expect(message?.english != message?.french)
            }
            // The limits themselves are allowed.
            for value in [parameter.range.lowerBound, parameter.range.upperBound] {
                var arguments = defaults
                arguments[position] = value
                _ = try IndicatorRun(definition, arguments).columns(TestCandles(walk: 40, seed: 2))
            }
        }
    }

    /// Equal bits, but one NaN for all of them.
    private func bits(_ columns: [[Double]]) -> [[UInt64]] {
        columns.map { $0.map { $0.isNaN ? UInt64.max : $0.bitPattern } }
    }
}

extension IndicatorDefinition: CustomTestStringConvertible {
    public var testDescription: String { name }
}
