import CLuaHost
import LuaRuntime
import Market
import Trading

/// Where the script's `self.balance` and `self.position` read from: plain numbers at fixed addresses, overwritten
/// before the callbacks of a candle.
final class AccountMemory {
    private struct Fields {
        var free = 0.0
        var total = 0.0
        var equity = 0.0
        var quantity = 0.0
        /// NaN reads as nil in this one and the next two.
        var entry = Double.nan
        var stop = Double.nan
        var target = Double.nan
        var pnl = 0.0
        var pnlPct = 0.0
        var bars: Int64 = 0
        var side: UnsafePointer<CChar>?
        var isOpen: UInt8 = 0
        var isLong: UInt8 = 0
    }

    private let fields: UnsafeMutablePointer<Fields>
    private let balanceFields: UnsafeMutablePointer<ah_field>
    private let positionFields: UnsafeMutablePointer<ah_field>
    let balance: UnsafeMutablePointer<ah_record>
    let position: UnsafeMutablePointer<ah_record>
    private static let balanceCount = 5
    private static let positionCount = 10
    /// The functions `risk` and `percent`, as the record reads them.
    private let methods: UnsafeMutablePointer<ah_ref>
    private var kept: [LuaReference] = []

    init() {
        methods = .allocate(capacity: 2)
        methods.initialize(repeating: 0, count: 2)
        fields = .allocate(capacity: 1)
        fields.initialize(to: Fields())
        balanceFields = .allocate(capacity: Self.balanceCount)
        positionFields = .allocate(capacity: Self.positionCount)
        balance = .allocate(capacity: 1)
        position = .allocate(capacity: 1)
        let memory = UnsafeRawPointer(fields)
        func place<Value>(_ name: StaticString, _ kind: ah_field_kind, _ path: KeyPath<Fields, Value>) -> ah_field {
            let offset = MemoryLayout<Fields>.offset(of: path) ?? 0
            return ah_field(name: cString(name), kind: kind.rawValue, address: memory + offset)
        }
        let money = [
            place("free", AH_FIELD_NUMBER, \.free), place("total", AH_FIELD_NUMBER, \.total),
            place("equity", AH_FIELD_NUMBER, \.equity),
        ]
        for (index, field) in money.enumerated() { balanceFields[index] = field }
        let held = [
            place("is_open", AH_FIELD_BOOLEAN, \.isOpen), place("is_long", AH_FIELD_BOOLEAN, \.isLong),
            place("side", AH_FIELD_TEXT, \.side), place("qty", AH_FIELD_NUMBER, \.quantity),
            place("entry", AH_FIELD_OPTIONAL, \.entry), place("stop", AH_FIELD_OPTIONAL, \.stop),
            place("target", AH_FIELD_OPTIONAL, \.target), place("pnl", AH_FIELD_NUMBER, \.pnl),
            place("pnl_pct", AH_FIELD_NUMBER, \.pnlPct), place("bars", AH_FIELD_INTEGER, \.bars),
        ]
        for (index, field) in held.enumerated() { positionFields[index] = field }
        let free = (memory + (MemoryLayout<Fields>.offset(of: \.free) ?? 0)).assumingMemoryBound(to: Double.self)
        balance.initialize(
            to: ah_record(
                name: cString("self.balance"), fields: balanceFields, count: UInt32(money.count), tag: 0, value: free))
        position.initialize(
            to: ah_record(
                name: cString("self.position"), fields: positionFields, count: UInt32(held.count), tag: 0, value: nil))
    }

    deinit {
        position.deallocate()
        balance.deallocate()
        positionFields.deallocate()
        balanceFields.deallocate()
        methods.deallocate()
        fields.deallocate()
    }

    /// Free quote currency, what the script's balance is as a number.
    var free: Double { fields.pointee.free }

    /// Whether the open position is long; nil when flat.
    var isLong: Bool? { fields.pointee.isOpen == 0 ? nil : fields.pointee.isLong != 0 }

    /// Gives the balance its two methods; before its record is made.
    func setMethods(risk: LuaReference, percent: LuaReference) {
        kept = [risk, percent]
        methods[0] = risk.raw
        methods[1] = percent.raw
        balanceFields[3] = ah_field(name: cString("risk"), kind: AH_FIELD_VALUE.rawValue, address: methods)
        balanceFields[4] = ah_field(name: cString("percent"), kind: AH_FIELD_VALUE.rawValue, address: methods + 1)
        balance.pointee.count = UInt32(Self.balanceCount)
    }

    /// Shows the account as it stands now.
    @inline(__always)
    func show(_ account: borrowing AccountView) {
        fields.pointee.free = account.free
        fields.pointee.total = account.total
        fields.pointee.equity = account.equity
        if let held = account.position {
            show(held)
        } else if fields.pointee.isOpen != 0 {
            clearPosition()
        }
    }

    private func show(_ held: PositionView) {
        fields.pointee.isOpen = 1
        fields.pointee.isLong = held.direction == .long ? 1 : 0
        fields.pointee.side = held.direction == .long ? cString("long") : cString("short")
        fields.pointee.quantity = held.quantity
        fields.pointee.entry = held.entry
        fields.pointee.stop = held.stop ?? .nan
        fields.pointee.target = held.target ?? .nan
        fields.pointee.pnl = held.pnl
        fields.pointee.pnlPct = held.pnlPct
        fields.pointee.bars = Int64(held.bars)
    }

    private func clearPosition() {
        let kept = (fields.pointee.free, fields.pointee.total, fields.pointee.equity)
        fields.pointee = Fields()
        (fields.pointee.free, fields.pointee.total, fields.pointee.equity) = kept
    }
}

/// A literal as a C string; it lives as long as the program.
func cString(_ literal: StaticString) -> UnsafePointer<CChar> {
    UnsafeRawPointer(literal.utf8Start).assumingMemoryBound(to: CChar.self)
}
