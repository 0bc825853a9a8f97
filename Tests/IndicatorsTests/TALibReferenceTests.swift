import Foundation
import Indicators
import TestSupport
import Testing

/// Every indicator that TA-Lib has, over real candles, against TA-Lib itself.
///
/// Needs `ARISTOBOT_PYTHON`, a Python with `ta-lib` and `numpy` (`scripts/setup` makes one), and the candles of
/// `SharedData`. `ARISTOBOT_REFERENCE_ROWS` (5000) sets the number of candles of each file.
@Suite("TA-Lib") struct TALibReferenceTests {
    /// Arguments to try besides the defaults.
    static let arguments: [String: [[Double]]] = [
        "sma": [[1], [2], [200]], "ema": [[1], [2], [200]], "wma": [[1], [2], [200]], "dema": [[1], [5]],
        "tema": [[1], [5]], "trima": [[1], [2], [4], [5], [51]], "kama": [[2], [10]], "t3": [[1, 0.7], [10, 0.5]],
        "hma": [[1], [2], [3], [4], [9], [55]], "rma": [[1], [14]], "vwma": [[1], [5]], "rsi": [[2], [50]],
        "cmo": [[2], [50]], "macd": [[2, 3, 1], [5, 35, 5], [26, 12, 9]], "apo": [[2, 3], [26, 12]],
        "ppo": [[2, 3], [26, 12]], "pvo": [[5, 10]], "bbands": [[2, 1, 1], [50, 2.5, 1.5]],
        "donchian": [[2], [55]], "keltner": [[5, 1.5, 20], [20, 2, 20]], "accbands": [[5]],
        "atr": [[1], [2], [50]], "natr": [[1], [50]], "adx": [[2], [50]], "adxr": [[2], [5]], "dx": [[2], [5]],
        "plus_di": [[1], [5]], "minus_di": [[1], [5]], "plus_dm": [[1], [2], [5]], "minus_dm": [[1], [2], [5]],
        "sar": [[0.05, 0.1], [0, 0.2], [0.3, 0.2]], "supertrend": [[7, 2]], "vortex": [[1], [30]],
        "stoch": [[14, 3, 3], [1, 1, 1]], "stochf": [[14, 3], [1, 1]], "stochrsi": [[14, 14, 3], [2, 1, 1]],
        "willr": [[2], [50]], "cci": [[2], [40]], "ultosc": [[3, 2, 1], [5, 10, 20]], "aroon": [[2], [50]],
        "aroonosc": [[2], [50]], "mom": [[1]], "roc": [[1]], "rocp": [[1]], "rocr": [[1]], "rocr100": [[1]],
        "trix": [[1], [5]], "tsi": [[5, 3]], "ao": [[3, 10]], "ac": [[3, 10, 4]], "coppock": [[5, 6, 3]],
        "er": [[2], [30]], "massi": [[3, 10]], "elder_ray": [[1], [20]], "qstick": [[1]], "adosc": [[2, 3], [10, 3]],
        "cmf": [[2], [50]], "mfi": [[2], [50]], "efi": [[1], [2]], "sum": [[2], [200]],
        "highest": [[2], [200]], "lowest": [[2], [200]], "maxindex": [[2], [200]], "minindex": [[2], [200]],
        "midpoint": [[2], [50]], "midprice": [[2], [50]], "var": [[1], [50]], "stddev": [[2, 1], [50, 2]],
        "avgdev": [[2], [40]], "linearreg": [[2], [100]], "linearreg_slope": [[2], [100]],
        "linearreg_angle": [[2], [100]], "linearreg_intercept": [[2], [100]], "tsf": [[2], [100]],
        "correl": [[1], [5]], "beta": [[1], [30]], "adr": [[1]], "zlema": [[3], [4], [50]], "cmou": [[2], [50]],
        "imi": [[2], [50]],
    ]

    @Test("every value equals TA-Lib's to 1e-9 from the first one on, and NaN where it is silent")
    func equalsTALib() throws {
        guard let reference = try TALibReference() else { return }
        for set in reference.sets {
            for request in set.requests {
                let definition = try #require(IndicatorCatalog.named(request.name))
                let columns = try IndicatorRun(definition, request.arguments).columns(set.candles)
                for (column, expected) in request.columns.enumerated() {
                    let difference = Difference(columns[column], expected)
                    let output = definition.outputs[column]
                    if reference.isVerbose {
                        print(set.name, request.name, request.arguments, output, difference)
                    }
                    #expect(
                        difference.isWithin(1e-9),
                        "\(set.name) \(request.name) \(request.arguments) \(output): \(difference)")
                }
            }
        }
    }
}

/// How far two columns are apart.
struct Difference: CustomStringConvertible {
    /// The largest error relative to the expected value, where that is at least a thousandth of the column's largest
    /// one; relative to that thousandth elsewhere: next to a zero crossing of a difference of prices the rounding of
    /// the prices is all that is left.
    var worst = 0.0
    var worstRow = -1
    /// The first row where one is NaN and the other is not.
    var silence: Int?
    private var pair = (0.0, 0.0)

    init(_ values: [Double], _ expected: [Double]) {
        precondition(values.count == expected.count)
        let scale = expected.reduce(0) { $1.isNaN ? $0 : max($0, $1.magnitude) } * 1e-3
        for (row, (value, wanted)) in zip(values, expected).enumerated() {
            // TA-Lib divides by a window without volume and gives an infinity where rounding is left above it.
            if value.isNaN && wanted.isInfinite { continue }
            if value.isNaN || wanted.isNaN {
                if value.isNaN != wanted.isNaN, silence == nil { silence = row }
                continue
            }
            if value == wanted { continue }
            let error = (value - wanted).magnitude / max(max(wanted.magnitude, scale), 1e-300)
            if error > worst || error.isNaN {
                worst = error.isNaN ? .infinity : error
                worstRow = row
                pair = (value, wanted)
            }
        }
    }

    func isWithin(_ tolerance: Double) -> Bool { silence == nil && worst <= tolerance }

    var description: String {
        let silent = silence.map { "; only one is NaN at row \($0)" } ?? ""
        return "error \(worst) at row \(worstRow): \(pair.0), expected \(pair.1)\(silent)"
    }
}

/// Runs the reference script once and reads what it wrote.
struct TALibReference {
    struct Request {
        let name: String
        let arguments: [Double]
        let columns: [[Double]]
    }

    struct DataSet {
        let name: String
        let candles: TestCandles
        let requests: [Request]
    }

    var sets: [DataSet] = []
    let isVerbose: Bool

    /// Nil, with a word why, where the machine has no TA-Lib or no candles.
    init?() throws {
        let environment = ProcessInfo.processInfo.environment
        isVerbose = environment["ARISTOBOT_REFERENCE_VERBOSE"] != nil
        guard let python = environment["ARISTOBOT_PYTHON"], !python.isEmpty else {
            print("skipped: ARISTOBOT_PYTHON names no Python with ta-lib; scripts/test sets it")
            return nil
        }
        guard SharedData.isThere else {
            print("skipped: \(SharedData.absence)")
            return nil
        }
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let output = FileManager.default.temporaryDirectory.appending(path: "talib-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: output, withIntermediateDirectories: true)
        // The values are read into memory below; a directory that stays behind harms nobody.
        defer { try? FileManager.default.removeItem(at: output) }
        let requests = Self.requests()
        let names = try Self.run(
            python,
            [
                here.appending(path: "Reference/talib_reference.py").path, SharedData.directory, output.path,
                environment["ARISTOBOT_REFERENCE_ROWS"] ?? "5000",
            ],
            input: requests.map { ([$0.0] + $0.1.map(Self.text)).joined(separator: " ") }.joined(separator: "\n"))
        for name in names {
            sets.append(try Self.read(name, output, requests))
        }
    }

    /// Those whose source is TA-Lib, with their defaults and with further arguments.
    private static func requests() -> [(String, [Double])] {
        IndicatorCatalog.all.filter { $0.source.hasPrefix("TA-Lib") }.flatMap { definition in
            let defaults = definition.parameters.indices.map { position in
                // A default that means the parameter before it has that one's.
                definition.parameters[position].defaultValue ?? definition.parameters[position - 1].defaultValue ?? 0
            }
            return ([defaults] + (TALibReferenceTests.arguments[definition.name] ?? [])).map { (definition.name, $0) }
        }
    }

    private static func text(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? String(value)
    }

    private static func read(_ name: String, _ directory: URL, _ requests: [(String, [Double])]) throws -> DataSet {
        var candles = Numbers(try Data(contentsOf: directory.appending(path: "\(name).candles")))
        let count = candles.count / 5
        var values = Numbers(try Data(contentsOf: directory.appending(path: "\(name).values")))
        let columns = (0..<5).map { _ in candles.next(count) }
        let read = requests.map { request in
            let outputs = IndicatorCatalog.named(request.0)?.outputs.count ?? 0
            return Request(
                name: request.0, arguments: request.1, columns: (0..<outputs).map { _ in values.next(count) })
        }
        return DataSet(name: name, candles: TestCandles(columns: columns), requests: read)
    }

    private static func run(_ python: String, _ arguments: [String], input: String) throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = arguments
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: Data((input + "\n").utf8))
        try stdin.fileHandleForWriting.close()
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "the TA-Lib reference script failed")
        return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

/// A run of doubles read in pieces.
private struct Numbers {
    private var values: [Double]
    private var position = 0

    init(_ data: Data) {
        values = data.withUnsafeBytes { bytes in
            (0..<bytes.count / 8).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Double.self) }
        }
    }

    var count: Int { values.count }

    mutating func next(_ count: Int) -> [Double] {
        defer { position += count }
        return Array(values[position..<position + count])
    }
}
