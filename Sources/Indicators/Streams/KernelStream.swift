/// A kernel behind the type-erased face. The loop is specialised for each kernel.
final class KernelStream<K: Kernel & ~Copyable>: StreamingIndicator {
    /// Only `advance` and `reset` touch it and neither calls out, so no access can overlap another.
    @exclusivity(unchecked)
    private var kernel: K
    let lookback: Int

    init(_ kernel: consuming K) {
        lookback = kernel.lookback
        self.kernel = kernel
    }

    var outputCount: Int { K.Output.count }

    func reset() { kernel.reset() }

    func advance(
        from: Int, to: Int, inputs: IndicatorColumns,
        outputs: UnsafePointer<UnsafeMutablePointer<Double>>, outputMask: UInt
    ) {
        Self.run(&kernel, from, to, inputs, K.Output.columns(outputs), outputMask)
    }

    private static func run(
        _ kernel: inout K, _ from: Int, _ to: Int, _ inputs: IndicatorColumns,
        _ outputs: K.Output.Columns, _ outputMask: UInt
    ) {
        var row = from
        while row < to {
            let input = K.Input(inputs, row: row)
            let output: K.Output
            if input.isUsable {
                output = kernel.step(input)
            } else {
                kernel.reset()
                output = .missing
            }
            output.write(to: outputs, at: Int(bitPattern: UInt(bitPattern: row) & outputMask))
            row += 1
        }
    }
}
