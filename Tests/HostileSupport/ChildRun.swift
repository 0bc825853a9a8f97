import Foundation
import Glibc

/// A program run to its end in a process of its own, and what it cost.
public struct ChildRun: Sendable {
    /// At most 1 MiB of standard output; what is beyond is read and dropped.
    public let output: String
    /// Nil when a signal ended it.
    public let exitCode: Int32?
    public let signal: Int32?
    public let cpuMilliseconds: Int
    /// The most memory the program held, by its own word; 0 when it did not come to say it.
    public let peakKibibytes: Int

    /// Runs the program with standard input from, and errors to, nowhere. The program must end by itself.
    public static func run(_ program: String, _ arguments: [String]) throws -> ChildRun {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw POSIXError(POSIXError.Code(rawValue: errno) ?? .EIO) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        posix_spawn_file_actions_addclose(&actions, ends[1])
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let failure = posix_spawn(&child, program, &actions, nil, words, environ)
        close(ends[1])
        defer { close(ends[0]) }
        guard failure == 0 else { throw POSIXError(POSIXError.Code(rawValue: failure) ?? .EIO) }
        let (output, peak) = splitPeak(readAll(ends[0]))
        var status: Int32 = 0
        var usage = rusage()
        while wait4(child, &status, 0, &usage) < 0, errno == EINTR {}
        let cpu =
            (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
            / 1000
        let signal = status & 0x7f
        return ChildRun(
            output: output, exitCode: signal == 0 ? (status >> 8) & 0xff : nil, signal: signal == 0 ? nil : signal,
            cpuMilliseconds: cpu, peakKibibytes: peak)
    }

    private static let peakWord = "peak KiB "

    /// Said by the program at its end. What `wait4` answers would count the memory of the process that started it.
    public static func ownPeak() throws -> String {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return peakWord + line.filter(\.isNumber) + "\n"
    }

    /// The output without the line about memory, which differs from run to run, and its number.
    private static func splitPeak(_ output: String) -> (output: String, peak: Int) {
        guard let place = output.range(of: peakWord, options: .backwards) else { return (output, 0) }
        return (String(output[..<place.lowerBound]), Int(output[place.upperBound...].prefix { $0.isNumber }) ?? 0)
    }

    private static func readAll(_ descriptor: Int32) -> String {
        var kept: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            if kept.count < 1 << 20 { kept += chunk.prefix(count) }
        }
        return String(decoding: kept, as: UTF8.self)
    }

    /// A program built beside the one that runs now (the test bundle's folder holds the package's executables).
    public static func besideThisProcess(_ name: String) throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(filePath: own).deletingLastPathComponent().appending(path: name).path
    }
}
