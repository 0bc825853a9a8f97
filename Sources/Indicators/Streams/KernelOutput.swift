/// One row of values that a kernel gives, one double for each of its output columns.
protocol KernelOutput {
    /// Where the columns are, read once before a loop.
    associatedtype Columns
    static var count: Int { get }
    /// NaN in each column.
    static var missing: Self { get }
    static func columns(_ outputs: UnsafePointer<UnsafeMutablePointer<Double>>) -> Columns
    func write(to columns: Columns, at index: Int)
}

extension Double: KernelOutput {
    static var count: Int { 1 }
    static var missing: Double { .nan }

    @inline(__always)
    static func columns(_ outputs: UnsafePointer<UnsafeMutablePointer<Double>>) -> UnsafeMutablePointer<Double> {
        outputs[0]
    }

    @inline(__always)
    func write(to columns: UnsafeMutablePointer<Double>, at index: Int) { columns[index] = self }
}

struct TwoValues: KernelOutput {
    typealias Columns = (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>)
    static var count: Int { 2 }
    static var missing: TwoValues { TwoValues(.nan, .nan) }
    var first, second: Double

    @inline(__always)
    init(_ first: Double, _ second: Double) {
        self.first = first
        self.second = second
    }

    @inline(__always)
    static func columns(_ outputs: UnsafePointer<UnsafeMutablePointer<Double>>) -> Columns { (outputs[0], outputs[1]) }

    @inline(__always)
    func write(to columns: Columns, at index: Int) {
        columns.0[index] = first
        columns.1[index] = second
    }
}

struct ThreeValues: KernelOutput {
    typealias Columns = (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>)
    static var count: Int { 3 }
    static var missing: ThreeValues { ThreeValues(.nan, .nan, .nan) }
    var first, second, third: Double

    @inline(__always)
    init(_ first: Double, _ second: Double, _ third: Double) {
        self.first = first
        self.second = second
        self.third = third
    }

    @inline(__always)
    static func columns(_ outputs: UnsafePointer<UnsafeMutablePointer<Double>>) -> Columns {
        (outputs[0], outputs[1], outputs[2])
    }

    @inline(__always)
    func write(to columns: Columns, at index: Int) {
        columns.0[index] = first
        columns.1[index] = second
        columns.2[index] = third
    }
}

struct FourValues: KernelOutput {
    typealias Columns = (
        UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>,
        UnsafeMutablePointer<Double>
    )
    static var count: Int { 4 }
    static var missing: FourValues { FourValues(.nan, .nan, .nan, .nan) }
    var first, second, third, fourth: Double

    @inline(__always)
    init(_ first: Double, _ second: Double, _ third: Double, _ fourth: Double) {
        self.first = first
        self.second = second
        self.third = third
        self.fourth = fourth
    }

    @inline(__always)
    static func columns(_ outputs: UnsafePointer<UnsafeMutablePointer<Double>>) -> Columns {
        (outputs[0], outputs[1], outputs[2], outputs[3])
    }

    @inline(__always)
    func write(to columns: Columns, at index: Int) {
        columns.0[index] = first
        columns.1[index] = second
        columns.2[index] = third
        columns.3[index] = fourth
    }
}

/// Up to eight columns, of which `Count.count` are used; for the few indicators with more than four.
struct ManyValues<Count: ColumnCount>: KernelOutput {
    static var count: Int { Count.count }
    static var missing: ManyValues { ManyValues(SIMD8(repeating: .nan)) }
    var values: SIMD8<Double>

    @inline(__always)
    init(_ values: SIMD8<Double>) { self.values = values }

    @inline(__always)
    static func columns(
        _ outputs: UnsafePointer<UnsafeMutablePointer<Double>>
    ) -> UnsafePointer<UnsafeMutablePointer<Double>> { outputs }

    @inline(__always)
    func write(to columns: UnsafePointer<UnsafeMutablePointer<Double>>, at index: Int) {
        for column in 0..<Count.count { columns[column][index] = values[column] }
    }
}

protocol ColumnCount {
    /// 1 to 8.
    static var count: Int { get }
}

enum FiveColumns: ColumnCount { static var count: Int { 5 } }
enum SevenColumns: ColumnCount { static var count: Int { 7 } }
