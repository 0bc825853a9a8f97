import Wording

/// Which values of which parameters an optimisation tries: all combinations.
public struct ParameterGrid: Sendable, Hashable {
    public struct Axis: Sendable, Hashable {
        public let name: String
        /// At least one, as text, in the order in which they are tried.
        public let values: [String]
    }

    /// In the order in which they were given; the last one changes fastest.
    public private(set) var axes: [Axis]
    /// The most combinations of one optimisation.
    public static let mostCombinations = 100_000

    /// Reads axes such as `fast=5:50:5` (from, to, step; both ends included), `mode=a,b,c` or `slow=20`.
    public init(parsing texts: [String]) throws(BacktestError) {
        axes = []
        for text in texts {
            let axis = try Self.axis(text)
            guard !axes.contains(where: { $0.name == axis.name }) else {
                throw BacktestError(
                    Message(
                        "parameter '\(axis.name)' is given twice", fr: "le paramètre '\(axis.name)' est donné deux fois"
                    ))
            }
            axes.append(axis)
        }
        guard count <= Self.mostCombinations else {
            throw BacktestError(
                Message(
                    "the grid has \(count) combinations: expected at most \(Self.mostCombinations)",
                    fr: "la grille a \(count) combinaisons : attendu au plus \(Self.mostCombinations)"))
        }
    }

    /// How many combinations there are; 1 without any axis.
    public var count: Int {
        axes.reduce(1) { product, axis in
            let (result, overflow) = product.multipliedReportingOverflow(by: axis.values.count)
            return overflow ? Int.max : result
        }
    }

    /// The combination at an index from 0 to `count` - 1.
    public subscript(index: Int) -> [String: String] {
        var rest = index
        var chosen: [String: String] = [:]
        for axis in axes.reversed() {
            chosen[axis.name] = axis.values[rest % axis.values.count]
            rest /= axis.values.count
        }
        return chosen
    }

    private static func axis(_ text: String) throws(BacktestError) -> Axis {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { throw unreadable(text) }
        let name = String(parts[0])
        let steps = parts[1].split(separator: ":", omittingEmptySubsequences: false)
        if steps.count == 1 {
            let values = parts[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard values.allSatisfy({ !$0.isEmpty }) else { throw unreadable(text) }
            return Axis(name: name, values: values)
        }
        guard steps.count == 2 || steps.count == 3 else { throw unreadable(text) }
        return Axis(name: name, values: try range(steps.map(String.init), text))
    }

    private static func range(_ steps: [String], _ text: String) throws(BacktestError) -> [String] {
        let whole = steps.compactMap { Int($0) }
        if whole.count == steps.count {
            let step = whole.count == 3 ? whole[2] : 1
            guard step > 0, whole[0] <= whole[1] else { throw unreadable(text) }
            guard (whole[1] - whole[0]) / step < mostCombinations else { throw unreadable(text) }
            return stride(from: whole[0], through: whole[1], by: step).map(String.init)
        }
        let numbers = steps.compactMap { Double($0) }
        guard numbers.count == 3, numbers.allSatisfy(\.isFinite), numbers[2] > 0, numbers[0] <= numbers[1] else {
            throw unreadable(text)
        }
        let span = (numbers[1] - numbers[0]) / numbers[2]
        guard span < Double(mostCombinations) else { throw unreadable(text) }
        // Counting steps, not adding them, keeps 0.1:0.5:0.1 at five values; the text drops what the product adds in
        // the last digits.
        let count = Int((span + 1e-9).rounded(.down))
        return (0...count).map { step in
            let value = numbers[0] + Double(step) * numbers[2]
            return "\((value * 1e12).rounded() / 1e12)"
        }
    }

    private static func unreadable(_ text: String) -> BacktestError {
        BacktestError(
            Message(
                "'\(text)' is no range: expected name=from:to:step such as fast=5:50:5, name=a,b,c or name=value",
                fr: "'\(text)' n'est pas une plage : attendu nom=début:fin:pas comme fast=5:50:5, nom=a,b,c ou "
                    + "nom=valeur"))
    }
}
