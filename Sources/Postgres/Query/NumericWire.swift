/// The binary form of `numeric`: count of groups, weight of the first one, sign, digits after the point, then groups of
/// four decimal digits (`numeric_send` in PostgreSQL's `numeric.c`).
enum NumericWire {
    private static let negative: UInt16 = 0x4000

    static func encode(_ number: NumericText, into bytes: inout [UInt8]) {
        var text = number.text
        text.withUTF8 { digits in
            let isNegative = digits.first == UInt8(ascii: "-")
            let start = isNegative ? 1 : 0
            let point = digits.firstIndex(of: UInt8(ascii: ".")) ?? digits.count
            let integers = point - start
            let fractions = max(0, digits.count - point - 1)
            let integerGroups = (integers + 3) / 4
            let fractionGroups = (fractions + 3) / 4

            /// The digit `place` places left of the point (0 is the ones; -1 the first one right of it).
            func digit(_ place: Int) -> UInt16 {
                let index = place >= 0 ? point - 1 - place : point - place
                guard index >= start, index < digits.count else { return 0 }
                return UInt16(digits[index] - UInt8(ascii: "0"))
            }
            /// The group whose lowest digit stands `4 * weight` places left of the point.
            func group(_ weight: Int) -> UInt16 {
                let low = weight * 4
                return digit(low + 3) * 1000 + digit(low + 2) * 100 + digit(low + 1) * 10 + digit(low)
            }
            var first = integerGroups - 1
            var last = -fractionGroups
            while first >= last, group(first) == 0 { first -= 1 }
            while last <= first, group(last) == 0 { last += 1 }
            let count = max(0, first - last + 1)
            bytes.append(bigEndian: UInt16(count))
            bytes.append(bigEndian: Int16(count == 0 ? 0 : first))
            bytes.append(bigEndian: isNegative && count > 0 ? negative : 0)
            bytes.append(bigEndian: UInt16(fractions))
            for weight in stride(from: first, through: last, by: -1) where count > 0 {
                bytes.append(bigEndian: group(weight))
            }
        }
    }

    /// Nil for NaN, infinities and bytes that are no numeric.
    static func decode(_ bytes: UnsafeRawBufferPointer) -> NumericText? {
        guard let countField = bytes.int16(at: 0), let weightField = bytes.int16(at: 2),
            let signField = bytes.int16(at: 4), let scaleField = bytes.int16(at: 6)
        else { return nil }
        let count = Int(UInt16(bitPattern: countField))
        let (weight, scale) = (Int(weightField), Int(UInt16(bitPattern: scaleField)))
        let sign = UInt16(bitPattern: signField)
        guard bytes.count == 8 + 2 * count, sign == 0 || sign == negative, scale <= NumericText.fractionDigitLimit
        else { return nil }

        var text: [UInt8] = []
        text.reserveCapacity(max(0, weight + 1) * 4 + scale + 3)
        if sign == negative { text.append(UInt8(ascii: "-")) }
        func group(_ position: Int) -> UInt16? {
            guard position >= 0, position < count else { return 0 }
            return bytes.int16(at: 8 + 2 * position).map(UInt16.init(bitPattern:)).flatMap { $0 < 10_000 ? $0 : nil }
        }
        if weight < 0 { text.append(UInt8(ascii: "0")) }
        for position in 0..<max(0, weight + 1) {
            guard let value = group(position) else { return nil }
            append(value, to: &text, skippingZeros: position == 0, digits: 4)
        }
        if scale > 0 { text.append(UInt8(ascii: ".")) }
        var left = scale
        var position = weight + 1
        while left > 0 {
            guard let value = group(position) else { return nil }
            append(value, to: &text, skippingZeros: false, digits: min(4, left))
            left -= 4
            position += 1
        }
        return NumericText(unchecked: String(decoding: text, as: UTF8.self))
    }

    private static func append(_ group: UInt16, to text: inout [UInt8], skippingZeros: Bool, digits: Int) {
        let places: [UInt16] = [group / 1000, group / 100 % 10, group / 10 % 10, group % 10]
        var started = !skippingZeros
        for index in 0..<digits {
            started = started || places[index] != 0 || index == 3
            if started { text.append(UInt8(ascii: "0") + UInt8(places[index])) }
        }
    }
}
