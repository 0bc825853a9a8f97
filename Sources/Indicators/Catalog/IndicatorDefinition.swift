import Wording

/// What is known of one indicator without making it: its name in Lua, what it reads, its arguments, its outputs.
public struct IndicatorDefinition: Sendable {
    /// The name in Lua, such as `ema`.
    public let name: String
    public let inputs: IndicatorInputs
    public let parameters: [IndicatorParameter]
    /// The names of the output columns; `[""]` where there is one without a name.
    public let outputs: [String]
    /// What it is, in one line.
    public let summary: Message
    /// Where the formula comes from: `TA-Lib NAME`, or author and book.
    public let source: String
    private let build: @Sendable (IndicatorArguments) -> any StreamingIndicator

    @inline(__always)
    init<K: Kernel & ~Copyable>(
        _ name: String, _ parameters: [IndicatorParameter] = [], outputs: [String] = [""],
        _ english: String, fr french: String, source: String, build: @escaping @Sendable (IndicatorArguments) -> K
    ) {
        precondition(outputs.count == K.Output.count)
        self.name = name
        self.inputs = K.Input.shape
        self.parameters = parameters
        self.outputs = outputs
        self.summary = Message(english, fr: french)
        self.source = source
        self.build = { arguments in KernelStream(build(arguments)) }
    }

    /// Makes a new indicator. Arguments left out at the end take their defaults.
    public func make(_ arguments: [Double] = []) throws(IndicatorError) -> any StreamingIndicator {
        build(IndicatorArguments(try complete(arguments)))
    }

    /// The arguments checked and filled up with the defaults, one for each parameter.
    public func complete(_ arguments: [Double]) throws(IndicatorError) -> [Double] {
        guard arguments.count <= parameters.count else {
            throw .tooManyArguments(indicator: name, given: arguments.count, most: parameters.count)
        }
        var values: [Double] = []
        for (position, parameter) in parameters.enumerated() {
            let value =
                position < arguments.count ? arguments[position] : parameter.defaultValue ?? values[position - 1]
            if parameter.kind == .int, Int(exactly: value) == nil {
                throw .notWhole(indicator: name, parameter: parameter.name, value: value)
            }
            guard parameter.range.contains(value) else {
                throw .outOfRange(indicator: name, parameter: parameter.name, value: value, range: parameter.range)
            }
            values.append(value)
        }
        return values
    }
}

/// Checked arguments in the order of the parameters.
struct IndicatorArguments: Sendable {
    private let values: [Double]

    init(_ values: [Double]) { self.values = values }

    func int(_ position: Int) -> Int { Int(values[position]) }
    func double(_ position: Int) -> Double { values[position] }
}
