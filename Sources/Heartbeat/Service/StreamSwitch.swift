import Market

/// Which of several streams counts. A new one takes over once it stands, so that a change of what is followed breaks
/// nothing; what comes from another one is left out.
struct StreamSwitch: Sendable {
    enum Answer: Equatable {
        /// It counts.
        case current
        /// It is not the one that counts yet.
        case waits
        /// It is over.
        case replaced
    }

    private var last = 0
    private var current: Int?
    private var isConnected = false
    private var coming: Int?
    private var symbols: [Int: Set<Symbol>] = [:]

    /// A stream of these symbols begins; answers its number and that of one that is not needed any more.
    mutating func open(_ followed: Set<Symbol>) -> (number: Int, ending: Int?) {
        last += 1
        let ending = coming
        if let ending { symbols[ending] = nil }
        coming = last
        symbols[last] = followed
        return (last, ending)
    }

    /// A stream stands, and counts from now on; nil for one that is over. `joined` are the symbols whose trades begin
    /// here, `ending` is the stream that it replaces.
    mutating func connected(_ number: Int) -> (joined: Set<Symbol>, ending: Int?)? {
        guard number == current || number == coming else { return nil }
        var joined = symbols[number] ?? []
        var ending: Int?
        if number == coming {
            ending = current
            let carried = ending.flatMap { symbols.removeValue(forKey: $0) } ?? []
            if isConnected { joined.subtract(carried) }
            current = number
            coming = nil
        }
        isConnected = true
        return (joined, ending)
    }

    /// Nobody takes a symbol's trades any more; who takes them again does not go on where he was.
    mutating func forget(_ symbol: Symbol) {
        for number in symbols.keys { symbols[number]?.remove(symbol) }
    }

    mutating func disconnected(_ number: Int) -> Answer {
        guard number == current else { return number == coming ? .waits : .replaced }
        isConnected = false
        return .current
    }

    @inline(__always)
    func answer(to number: Int) -> Answer {
        number == current ? .current : number == coming ? .waits : .replaced
    }

    /// A stream has ended; true when another one is needed, because none is left.
    mutating func ended(_ number: Int) -> (wasCurrent: Bool, needsAnother: Bool) {
        guard number == current || number == coming else { return (false, false) }
        symbols[number] = nil
        let wasCurrent = number == current
        if wasCurrent {
            current = nil
            isConnected = false
        } else {
            coming = nil
        }
        return (wasCurrent, coming == nil)
    }

    /// Ends the stream that counts; answers its number.
    mutating func drop() -> Int? {
        defer {
            current = nil
            isConnected = false
        }
        if let current { symbols[current] = nil }
        return current
    }
}
