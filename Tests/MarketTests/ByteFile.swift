import Foundation

enum ByteFile {
    static func read(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }
}

/// A gzip file with one stored block, made by hand so that it does not share code with the reader.
enum Gzip {
    static func member(_ text: String) -> [UInt8] {
        let body = Array(text.utf8)
        let length = UInt16(body.count)
        var bytes: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1]
        bytes += [UInt8(length & 255), UInt8(length >> 8), UInt8(~length & 255), UInt8(~length >> 8)]
        bytes += body
        for word in [checksum(body), UInt32(body.count)] {
            for shift in [0, 8, 16, 24] { bytes.append(UInt8(word >> UInt32(shift) & 255)) }
        }
        return bytes
    }

    /// CRC-32 of IEEE 802.3, bit by bit.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}
