import Market

/// A strategy that does what the candle's volume says, so that a test decides what is ordered and when.
///
/// Each strategy reads one decimal digit of the volume: the `slot`-th one.
enum Puppet {
    /// What a digit asks for.
    enum Order: Int, CaseIterable {
        case nothing = 0
        /// At market, with a stop 1 % below and a target 1 % above.
        case buyProtected = 1
        case close = 2
        /// 0.2 % below the price, with a stop.
        case buyLimit = 3
        /// All resting entries.
        case cancel = 4
        /// At market, with a stop only.
        case buyStopped = 5
        /// At market, with a target only; nothing is bought on top of it.
        case buyTargeted = 6
        case closeHalf = 7
        /// 0.5 % above the price: meets the book at once.
        case buyThrough = 8
        /// Another lot at market on top of the position.
        case buyMore = 9
    }

    static let script = """
        local Puppet = Strategy {
          name = "Puppet", version = "1.0.0", timeframe = "1m", warmup = 0, history = 10,
          params = { slot = param.int { 0, min = 0, max = 7 }, value = param.float { 200, min = 1, max = 100000 } },
        }

        function Puppet:on_start() self.state.seen = self.state.seen or 0 end

        function Puppet:on_fill() self.state.fills = (self.state.fills or 0) + 1 end

        function Puppet:on_candle()
          local order = math.floor(self.volume[0] / 10 ^ self.params.slot) % 10
          local price, value, state = self.close[0], self.params.value, self.state
          local isOpen, buying = self.position.is_open, 0
          for _, open in ipairs(self.orders) do
            if open.side == "buy" then buying = buying + 1 end
          end
          state.seen = state.seen + 1
          -- Less than the venue trades is left where it is, as if it were nothing.
          local held = isOpen and self.position.qty * price or 0
          local isFlat = held < 5.2
          if not isOpen and #self.orders == 0 then state.bare = false end
          local mayBuy = not state.bare or (isOpen and isFlat and buying == 0)
          if order == 1 and isFlat and mayBuy then
            self:buy { value = value, stop = price * 0.99, take = price * 1.01, tag = "protected" }
          elseif order == 2 and not isFlat then
            self:close { tag = "told" }
          elseif order == 3 and #self.orders < 4 and mayBuy then
            self:buy { value = value, limit = price * 0.998, stop = price * 0.98, expires = 3, tag = "limit" }
          elseif order == 4 then
            for _, open in ipairs(self.orders) do
              if open.limit and open.side == "buy" then self:cancel(open.id) end
            end
          elseif order == 5 and isFlat and mayBuy then
            self:buy { value = value, stop = price * 0.99, tag = "stopped" }
          elseif order == 6 and isFlat and #self.orders == 0 then
            state.bare = true
            self:buy { value = value, take = price * 1.01, tag = "targeted" }
          elseif order == 7 and held > 30 then
            self:close { qty = self.position.qty * 0.5, tag = "half" }
          elseif order == 8 and isFlat and mayBuy then
            self:buy { value = value, limit = price * 1.005, stop = price * 0.99, take = price * 1.02, tag = "through" }
          elseif order == 9 and #self.orders < 6 and mayBuy then
            self:buy { value = value, stop = price * 0.985, tag = "more" }
          end
        end

        return Puppet
        """

    /// The volume that tells each slot its order.
    static func volume(_ orders: [Order]) -> Double {
        orders.reversed().reduce(0) { $0 * 10 + Double($1.rawValue) }
    }
}
