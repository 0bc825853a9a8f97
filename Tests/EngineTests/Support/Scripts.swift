/// Strategies of the tests.
enum Scripts {
    /// Buys after a rising candle, leaves after a falling one.
    static let updown = """
        local S = Strategy { name = "Up and down", timeframe = "1m", warmup = 0 }
        function S:should_long() return self.close[0] > self.open[0] end
        function S:should_exit() return self.close[0] < self.open[0] end
        function S:calculate_position_size() return 1000 end
        function S:calculate_stop_loss() return 0.02 end
        function S:calculate_take_profit() return 0.04 end
        return S
        """

    /// Buys after a rising candle, and remembers what it was told.
    static let listener = """
        local S = Strategy { name = "Listener", timeframe = "1m", warmup = 0,
            params = { lot = param.int { 1, min = 1, max = 9 } } }
        function S:should_long() return self.close[0] > self.open[0] end
        function S:calculate_position_size() return 1000 end
        function S:calculate_stop_loss() return 0.02 end
        function S:calculate_take_profit() return 0.04 end
        function S:on_fill(fill) self.state.told = (self.state.told or "") .. fill.side .. " " end
        function S:on_position_opened() self.state.told = (self.state.told or "") .. "opened " end
        function S:on_position_closed() self.state.told = (self.state.told or "") .. "closed " end
        return S
        """

    /// Does nothing but count its candles.
    static let counter = """
        local S = Strategy { name = "Counter", version = "1.0", timeframe = "1m", warmup = 0,
            params = { step = param.int { 1, min = 1, max = 10 } } }
        function S:on_candle() self.state.count = (self.state.count or 0) + self.params.step end
        function S:on_upgrade(old, version) self.state.from = version; self.state.count = old.count end
        return S
        """

    /// Buys on every candle.
    static let adder = """
        local S = Strategy { name = "Adder", timeframe = "1m", warmup = 0 }
        function S:on_candle() self:buy { value = 1000 } end
        return S
        """

    /// Waits far below the price.
    static let waiting = """
        local S = Strategy { name = "Waiting", timeframe = "1m", warmup = 0 }
        function S:on_candle() self:buy { value = 1000, limit = 10000 } end
        return S
        """

    /// Fails on every candle.
    static let failing = """
        local S = Strategy { name = "Failing", timeframe = "1m", warmup = 0 }
        function S:on_candle() error("this cannot work") end
        return S
        """

    static let broken = "return Strategy { name = 'Broken', timeframe = '1m' } +"
}
