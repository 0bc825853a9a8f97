import Glibc
import Synchronization
import Wording

/// The terminal while a status view is on it: a page of its own, redrawn in place, and the former one back afterwards.
///
/// The size is asked for at each drawing, so that a window may be resized at any time.
final class StatusScreen: Sendable {
    private let isOpen = Mutex(false)

    /// Whether standard output is a terminal that can be redrawn.
    static var isPossible: Bool {
        Console.outputIsTerminal && !["", "dumb"].contains(Console.environment("TERM") ?? "")
    }

    /// Draws until the task is cancelled or `Ctrl-C`, once a second; puts the terminal back, however it ends.
    func show(_ snapshot: () async -> StatusSnapshot) async {
        open()
        // A second Ctrl-C ends the process at once: the terminal is put back at the first.
        Interruption.onRequest { [self] in close() }
        while !Task.isCancelled, !Interruption.isRequested {
            draw(await snapshot())
            do { try await Task.sleep(for: .seconds(1)) } catch { break }
        }
        close()
    }

    private func open() {
        isOpen.withLock { isOpen in
            isOpen = true
            Console.write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J", to: STDOUT_FILENO)
        }
    }

    private func close() {
        isOpen.withLock { isOpen in
            if isOpen { Console.write("\u{1B}[?25h\u{1B}[?1049l", to: STDOUT_FILENO) }
            isOpen = false
        }
    }

    private func draw(_ snapshot: StatusSnapshot) {
        let size = Console.size
        let view = StatusView(language: Console.language, hasColours: Console.outputHasColours)
        // The last row stays free: writing into its last column would scroll.
        let lines = view.lines(snapshot, columns: size.columns, rows: size.rows - 1)
        let page = lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n")
        isOpen.withLock { isOpen in
            if isOpen { Console.write("\u{1B}[H" + page + "\u{1B}[J", to: STDOUT_FILENO) }
        }
    }
}
