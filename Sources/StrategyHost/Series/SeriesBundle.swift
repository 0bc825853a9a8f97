import CLuaHost
import LuaRuntime

/// Named series that a script reads as one value: candles, or the outputs of an indicator. Owns what the interpreter
/// reads, so it lives as long as the machine.
final class SeriesBundle {
    /// One name of a bundle.
    struct Member {
        var name: String
        /// What a row reads under the name; nil for a name that rows do not have.
        var series: UnsafePointer<ah_series>?
        /// What the bundle answers under the name; nil: a series value made from `series`.
        var value: LuaReference?
    }

    let bundle: UnsafeMutablePointer<ah_bundle>
    private let columns: UnsafeMutablePointer<ah_column>
    private let names: [UnsafeMutablePointer<CChar>]
    /// Keeps the values that the interpreter reads by number.
    private let values: [LuaReference]

    /// - Parameters:
    ///   - name: what messages call it, as in `self.candles`.
    ///   - tag: tells candles from the outputs of indicators.
    init(_ name: String, members: [Member], clock: UnsafePointer<ah_clock>, tag: UInt32) {
        columns = .allocate(capacity: members.count)
        bundle = .allocate(capacity: 1)
        values = members.compactMap(\.value)
        names = ([name] + members.map(\.name)).map { text in
            let bytes = Array(text.utf8CString)
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
            copy.initialize(from: bytes, count: bytes.count)
            return copy
        }
        for (index, member) in members.enumerated() {
            columns[index] = ah_column(name: names[index + 1], series: member.series, value: member.value?.raw ?? 0)
        }
        bundle.initialize(
            to: ah_bundle(
                name: names[0], columns: columns, count: UInt32(members.count), tag: tag, clock: clock))
    }

    deinit {
        bundle.deallocate()
        columns.deallocate()
        for name in names { name.deallocate() }
    }
}
