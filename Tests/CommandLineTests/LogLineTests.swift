import Foundation
import Logging
import Market
import TestSupport
import Testing

@testable import aristobot

@Suite("Log lines")
struct LogLineTests {
    private static let noon = Timestamp(milliseconds: 1_700_049_600_000)

    private static func lines(_ format: LineLogHandler.Format, _ body: (Logger) -> Void) throws -> [String] {
        let directory = try ScratchDirectory()
        let sink = LogSink(file: directory.file("log"))
        var handler = LineLogHandler(label: "engine", format: format, sink: sink, logLevel: .info)
        handler.now = { noon }
        body(Logger(label: "engine") { _ in handler })
        return try directory.read("log").split(separator: "\n").map(String.init)
    }

    @Test("plain lines hold time, level, logger, text and values")
    func plain() throws {
        let lines = try Self.lines(.plain) { logger in
            logger.warning("lease lost", metadata: ["broker": "7", "why": "taken by \"b\""])
            logger.debug("not shown")
        }
        #expect(
            lines == [#"2023-11-15T12:00:00Z warning engine: lease lost broker=7 why="taken by \"b\"""#])
    }

    @Test("an event is one line, whatever is in it", arguments: LineLogHandler.Format.allCases)
    func oneLine(format: LineLogHandler.Format) throws {
        let lines = try Self.lines(format) { logger in
            logger.error("a\nb\u{1B}[31m", metadata: ["k": "\r\n\(String(repeating: "x", count: 10_000))"])
        }
        #expect(lines.count == 1 && !lines[0].contains("\u{1B}"))
        #expect(lines[0].utf8.count < 5000)
    }

    @Test("json lines hold the same as one object")
    func json() throws {
        let lines = try Self.lines(.json) { $0.info("started", metadata: ["accounts": "2"]) }
        let object = try JSONDecoder().decode([String: String].self, from: Data(lines[0].utf8))
        #expect(
            object == [
                "time": "2023-11-15T12:00:00Z", "level": "info", "logger": "engine", "message": "started",
                "accounts": "2",
            ])
    }

    @Test("a file that has grown is put aside, and nobody else can read it")
    func turned() throws {
        let directory = try ScratchDirectory()
        let sink = LogSink(file: directory.file("log"))
        let line = String(repeating: "x", count: 1 << 20)
        for _ in 0..<18 { sink.write(line) }
        #expect(try Set(directory.names) == ["log", "log.1"])
        let size = try FileManager.default.attributesOfItem(atPath: directory.file("log"))
        #expect((size[.size] as? Int ?? 0) < 3 << 20 && size[.posixPermissions] as? Int == 0o600)
    }
}
