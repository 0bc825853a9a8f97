/// The known name that a misspelt one was most likely meant to be.
public enum NearestName {
    /// Longer words are not compared: the cost is the product of both lengths.
    static let longestWord = 64

    /// The nearest of the names, when it is near enough to be worth proposing: at most one slip in three letters, at
    /// least one slip allowed, or equal but for case and underscores. The first of equally near ones wins.
    ///
    /// - Parameter slips: never more slips than this, however long the word is.
    public static func among(_ names: some Sequence<String>, to word: String, slips: Int = .max) -> String? {
        let letters = Array(word.utf8)
        guard !letters.isEmpty, letters.count <= longestWord else { return nil }
        let folded = fold(letters)
        let allowed = min(slips, max(1, letters.count / 3))
        var best: (name: String, distance: Int)?
        for name in names {
            let candidate = Array(name.utf8)
            guard candidate.count <= longestWord, candidate != letters else { continue }
            let found = fold(candidate) == folded ? 0 : distance(letters, candidate)
            guard found <= allowed, found < candidate.count, found < (best?.distance ?? .max) else { continue }
            best = (name, found)
        }
        return best?.name
    }

    private static func fold(_ word: [UInt8]) -> [UInt8] {
        word.compactMap { byte in
            switch byte {
            case UInt8(ascii: "_"), UInt8(ascii: "-"): nil
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte + 32
            default: byte
            }
        }
    }

    /// Insertions, deletions, changes and swaps of neighbours that turn one word into the other (the optimal string
    /// alignment distance).
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 1...left.count {
            var current = [row] + [Int](repeating: 0, count: right.count)
            for column in 1...right.count {
                let change = left[row - 1] == right[column - 1] ? 0 : 1
                var cost = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + change)
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    cost = min(cost, beforeLast[column - 2] + 1)
                }
                current[column] = cost
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
