import Backtest

/// Counts and sizes for people.
enum CountText {
    /// `12.3 MB` of a count of bytes.
    static func bytes(_ count: Int) -> String {
        let units = say("B kB MB GB TB", fr: "o ko Mo Go To").split(separator: " ")
        var value = Double(count)
        var unit = 0
        while value >= 1000, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        let text = unit == 0 ? "\(count)" : "\((value * 10).rounded() / 10)"
        return "\(text) \(units[unit])"
    }

    /// `1,033,226`, in French with narrow spaces.
    static func grouped(_ count: Int) -> String {
        NumberText(Console.language).whole(count)
    }
}
