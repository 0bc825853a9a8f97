import Indicators
import Testing

@Suite struct IndicatorsTests {
    @Test("a simple moving average over a column is silent for its look-back, then the mean")
    func simpleMovingAverage() throws {
        let values = [1.0, 2, 3, 4, 5]
        let stream = try #require(IndicatorCatalog.named("sma")).make([3])
        let result = values.withUnsafeBufferPointer { input in
            [Double](unsafeUninitializedCapacity: 5) { output, count in
                var column = output.baseAddress!
                stream.advance(
                    from: 0, to: 5, inputs: .value(IndicatorColumn(base: input.baseAddress!)),
                    outputs: &column, outputMask: .max)
                count = 5
            }
        }
        #expect(stream.lookback == 2)
        #expect(result[0].isNaN && result[1].isNaN)
        #expect(Array(result[2...]) == [2, 3, 4])
    }
}
