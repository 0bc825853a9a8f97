/// A kernel behind the type-erased face.
///
/// The methods of a generic class are reached through one table for all of its kernels and are never specialised
/// there. So this class is not generic: it holds the kernel's memory and functions that were specialised for the
/// kernel where its type was known.
final class KernelStream: StreamingIndicator {
    typealias Outputs = UnsafePointer<UnsafeMutablePointer<Double>>

    let lookback: Int
    let outputCount: Int
    private let kernel: UnsafeMutableRawPointer
    private let advanceKernel: (UnsafeMutableRawPointer, Int, Int, IndicatorColumns, Outputs, UInt) -> Void
    private let resetKernel: (UnsafeMutableRawPointer) -> Void
    private let destroyKernel: (UnsafeMutableRawPointer) -> Void

    /// Inlined, so that the three functions are made where `K` is a concrete type.
    @inline(__always)
    init<K: Kernel & ~Copyable>(_ kernel: consuming K) {
        lookback = kernel.lookback
        outputCount = K.Output.count
        let memory = UnsafeMutablePointer<K>.allocate(capacity: 1)
        memory.initialize(to: kernel)
        self.kernel = UnsafeMutableRawPointer(memory)
        advanceKernel = { memory, from, to, inputs, outputs, outputMask in
            let kernel = memory.assumingMemoryBound(to: K.self)
            let columns = K.Output.columns(outputs)
            if to &- from < 4 {
                runFewRows(kernel, from, to, inputs, columns, outputMask)
            } else if K.isStateless, outputMask == .max, inputs.isPlain {
                runIndependentRows(kernel, from, to, inputs, columns)
            } else if outputMask == .max, inputs.isPlain {
                runRows(kernel, from, to, inputs, columns, outputMask, isPlain: true)
            } else {
                runRows(kernel, from, to, inputs, columns, outputMask, isPlain: false)
            }
        }
        resetKernel = { memory in memory.assumingMemoryBound(to: K.self).pointee.reset() }
        destroyKernel = { memory in
            let kernel = memory.assumingMemoryBound(to: K.self)
            kernel.deinitialize(count: 1)
            kernel.deallocate()
        }
    }

    deinit { destroyKernel(kernel) }

    func reset() { resetKernel(kernel) }

    func advance(from: Int, to: Int, inputs: IndicatorColumns, outputs: Outputs, outputMask: UInt) {
        advanceKernel(kernel, from, to, inputs, outputs, outputMask)
    }
}

/// The loop of every kernel over rows of columns; made twice, as plain columns need no masks.
///
/// The kernel is moved into a local variable for the length of the loop: written through a pointer, its state would
/// go to memory and back for each row, as the compiler must suppose that the outputs overlap it.
@inline(__always)
private func runRows<K: Kernel & ~Copyable>(
    _ memory: UnsafeMutablePointer<K>, _ from: Int, _ to: Int, _ inputs: IndicatorColumns,
    _ outputs: K.Output.Columns, _ outputMask: UInt, isPlain: Bool
) {
    var kernel = memory.move()
    var row = from
    while row < to {
        // Two loops: in the one for warm kernels nothing of the warm-up is left.
        if kernel.isWarm {
            while row < to {
                let input = K.Input(inputs, row: row, isPlain: isPlain)
                if !input.isUsable { break }
                let output = kernel.steady(input)
                output.write(to: outputs, at: place(of: row, outputMask, isPlain: isPlain))
                row &+= 1
            }
            if row == to { break }
        }
        let input = K.Input(inputs, row: row, isPlain: isPlain)
        let output: K.Output
        if input.isUsable {
            output = kernel.step(input)
        } else {
            kernel.reset()
            output = .missing
        }
        output.write(to: outputs, at: place(of: row, outputMask, isPlain: isPlain))
        row &+= 1
    }
    memory.initialize(to: kernel)
}

/// The loop over a few rows, in place: moving the kernel would cost more than it saves.
@inline(__always)
private func runFewRows<K: Kernel & ~Copyable>(
    _ kernel: UnsafeMutablePointer<K>, _ from: Int, _ to: Int, _ inputs: IndicatorColumns,
    _ outputs: K.Output.Columns, _ outputMask: UInt
) {
    var row = from
    while row < to {
        let input = K.Input(inputs, row: row, isPlain: false)
        let output: K.Output
        if input.isUsable {
            output = kernel.pointee.step(input)
        } else {
            kernel.pointee.reset()
            output = .missing
        }
        output.write(to: outputs, at: place(of: row, outputMask, isPlain: false))
        row &+= 1
    }
}

/// The loop of kernels without memory over plain columns, written with a choice instead of a branch so that several
/// rows can be worked on at once.
@inline(__always)
private func runIndependentRows<K: Kernel & ~Copyable>(
    _ memory: UnsafeMutablePointer<K>, _ from: Int, _ to: Int, _ inputs: IndicatorColumns, _ outputs: K.Output.Columns
) {
    var row = from
    while row < to {
        let input = K.Input(inputs, row: row, isPlain: true)
        let value = memory.pointee.step(input)
        (input.isUsable ? value : .missing).write(to: outputs, at: row)
        row &+= 1
    }
}

@inline(__always)
private func place(of row: Int, _ mask: UInt, isPlain: Bool) -> Int {
    isPlain ? row : Int(bitPattern: UInt(bitPattern: row) & mask)
}
