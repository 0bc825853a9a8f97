/// Strategy files for the tests, written from parts.
enum StrategyText {
    /// A sound strategy on 15 minutes whose callbacks are the given lines, from line 2 on; it ends in `return S`.
    static func with(_ body: String, keys: String = "") -> String {
        """
        local S = Strategy { name = "Test", timeframe = "15m", warmup = 5\(keys.isEmpty ? "" : ", " + keys) }
        \(body)
        return S

        """
    }

    /// Enters whenever it may, and leaves a candle later.
    static let eager = with(
        """
        function S:should_long() return true end
        function S:should_exit() return true end
        function S:calculate_position_size() return 1000 end
        """)
}
