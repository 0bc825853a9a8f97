import Foundation
import Glibc

/// What the system says about this process, in the names that Prometheus' clients use.
struct ProcessFigures: Sendable {
    /// Seconds since the epoch.
    let started: Double

    /// A figure that the system does not tell is left out.
    var text: String {
        var text = PrometheusText()
        var all: [(String, String, Double)] = [("process_start_time_seconds", "gauge", started)]
        var used = timespec()
        if clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == 0 {
            let seconds = Double(used.tv_sec) + Double(used.tv_nsec) / 1e9
            all.append(("process_cpu_seconds_total", "counter", seconds))
        }
        if let pages = Self.residentPages {
            all.append(("process_resident_memory_bytes", "gauge", Double(pages * sysconf(Int32(_SC_PAGESIZE)))))
        }
        // Without /proc the count is not known.
        if let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
            all.append(("process_open_fds", "gauge", Double(open)))
        }
        for (name, kind, value) in all {
            text.head(name, kind)
            text.line(name, "", value)
        }
        return text.text
    }

    /// The second number of `/proc/self/statm`.
    private static var residentPages: Int? {
        // Without /proc the figure is left out.
        let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        return text?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }
}
