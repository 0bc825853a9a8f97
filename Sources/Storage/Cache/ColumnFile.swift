import Glibc
import Market

/// A file of candles in columns: a header, then blocks of up to `blockLength` candles, column after column, in the
/// machine's own order of bytes.
///
/// The header holds the version, the count of candles, a checksum over all that follows it, and the stamp. A file is
/// read as a whole or not at all.
enum ColumnFile {
    /// Why a file is of no use.
    enum Failure: Error, Equatable {
        case missing
        /// It was written for another state of the database.
        case outdated
        case broken
        case unreadable
    }

    private static let magic: UInt64 = 0x0153_4E4D_554C_4F43  // "COLUMNS" and the version, 1
    private static let blockLength = 4096
    private static let columnCount = 6
    /// Magic, count, checksum, length of the stamp.
    private static let headerWords = 4
    private static let longestStamp = 1024

    static func size(candles: Int, stamp: String) -> Int {
        headerWords * 8 + paddedLength(stamp.utf8.count) + candles * columnCount * 8
    }

    static func write(_ series: CandleSeries, stamp: String, to path: String) throws {
        let stampBytes = padded(stamp)
        var checksum = WordChecksum()
        stampBytes.withUnsafeBytes { checksum.add($0) }
        eachBlock(of: series) { checksum.add($0) }
        let header: [UInt64] = [
            magic, UInt64(series.count), checksum.value, UInt64(stamp.utf8.count),
        ]
        let file = try AtomicFile(path)
        try header.withUnsafeBytes { try file.write($0.bindMemory(to: UInt8.self)) }
        try stampBytes.withUnsafeBufferPointer { try file.write($0) }
        var failure: AtomicFile.Failure?
        eachBlock(of: series) { bytes in
            guard failure == nil else { return }
            do throws(AtomicFile.Failure) { try file.write(bytes.bindMemory(to: UInt8.self)) } catch { failure = error }
        }
        if let failure { throw failure }
        try file.commit()
    }

    static func read(
        _ path: String, symbol: Symbol, timeframe: Timeframe, stamp: String
    ) throws(Failure) -> CandleSeries {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw errno == ENOENT ? .missing : .unreadable }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable }
        let header = try words(descriptor, headerWords)
        guard header[0] == magic, let count = Int(exactly: header[1]), header[3] <= UInt64(longestStamp) else {
            throw .broken
        }
        let stampBytes = try words(descriptor, paddedLength(Int(header[3])) / 8)
        let written = stampBytes.withUnsafeBytes { String(decoding: $0.prefix(Int(header[3])), as: UTF8.self) }
        guard written == stamp else { throw .outdated }
        // Before memory is asked for: a damaged count must not ask for too much.
        guard count <= Int(status.st_size) / 8, Int(status.st_size) == size(candles: count, stamp: written) else {
            throw .broken
        }
        var checksum = WordChecksum()
        stampBytes.withUnsafeBytes { checksum.add($0) }
        var builder = CandleSeriesBuilder(symbol: symbol, timeframe: timeframe, capacity: count)
        while builder.count < count {
            let length = min(blockLength, count - builder.count)
            let block = try words(descriptor, length * columnCount)
            block.withUnsafeBytes { checksum.add($0) }
            for row in 0..<length {
                do throws(CandleDefect) {
                    try builder.append(candle(block, row, length))
                } catch {
                    throw .broken
                }
            }
        }
        guard checksum.value == header[2] else { throw .broken }
        return builder.finish()
    }

    @inline(__always)
    private static func candle(_ block: [UInt64], _ row: Int, _ length: Int) -> Candle {
        func number(_ column: Int) -> Double { Double(bitPattern: block[column * length + row]) }
        return Candle(
            openTime: Timestamp(milliseconds: Int64(bitPattern: block[row])), open: number(1), high: number(2),
            low: number(3), close: number(4), volume: number(5))
    }

    private static func eachBlock(of series: CandleSeries, _ body: (UnsafeRawBufferPointer) -> Void) {
        var start = 0
        while start < series.count {
            let length = min(blockLength, series.count - start)
            body(UnsafeRawBufferPointer(UnsafeBufferPointer(start: series.openTimes + start, count: length)))
            for column in [series.opens, series.highs, series.lows, series.closes, series.volumes] {
                body(UnsafeRawBufferPointer(UnsafeBufferPointer(start: column + start, count: length)))
            }
            start += length
        }
    }

    private static func words(_ descriptor: Int32, _ count: Int) throws(Failure) -> [UInt64] {
        var isWhole = true
        let found = [UInt64](unsafeUninitializedCapacity: count) { buffer, initialized in
            var done = 0
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            while done < count * 8, let start = bytes.baseAddress {
                let got = Glibc.read(descriptor, start + done, count * 8 - done)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { break }
                done += got
            }
            isWhole = done == count * 8
            initialized = done / 8
        }
        guard isWhole else { throw .broken }
        return found
    }

    private static func paddedLength(_ length: Int) -> Int { (length + 7) / 8 * 8 }

    private static func padded(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        return bytes + [UInt8](repeating: 0, count: paddedLength(bytes.count) - bytes.count)
    }
}

/// Tells damage, not malice: FNV-1a over words of 64 bits instead of bytes, turned so that high bits count too.
struct WordChecksum {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    /// Whole words only: every piece of a column file is.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var state = value
        for offset in stride(from: 0, to: bytes.count & ~7, by: 8) {
            state = (state ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0x0000_0100_0000_01B3
            state ^= state >> 29
        }
        value = state
    }
}
