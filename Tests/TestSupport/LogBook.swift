import Foundation
import Logging
import Synchronization

/// Keeps what is logged, for tests of services that tell only their log; with `ARISTOBOT_ENGINE_LOG` set it is written
/// to the standard error as well.
public final class LogBook: Sendable {
    private let lines = Mutex<[String]>([])

    public init() {}

    public func contains(_ text: String) -> Bool { lines.withLock { $0.contains { $0.contains(text) } } }

    public func count(_ text: String) -> Int { lines.withLock { $0.count { $0.contains(text) } } }

    public var logger: Logger { Logger(label: "engine") { _ in Handler(book: self) } }

    private struct Handler: LogHandler {
        let book: LogBook
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info
        let isLoud = ProcessInfo.processInfo.environment["ARISTOBOT_ENGINE_LOG"] != nil

        init(book: LogBook) { self.book = book }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let text = "\(event.level) \(event.message) \(event.metadata ?? [:])"
            book.lines.withLock { $0.append(text) }
            if isLoud { FileHandle.standardError.write(Data((text + "\n").utf8)) }
        }
    }
}
