-- A ladder of orders: buy a little at every rung below the price, sell each piece one rung higher.
--
-- The ladder hangs from a centre price. Each rung is a resting limit order with its own target attached; when a piece
-- has been sold again, its rung is set anew. When the price climbs away, the ladder is taken down and hung higher; when
-- it falls through the floor, everything is sold and the ladder hangs lower from then on.
--
-- What it teaches: full control. `on_candle` replaces the questions of the template: the strategy places and cancels
-- orders itself, hears of them by events, and keeps what it must remember in `self.state`, which survives a restart.

local Grid = Strategy {
  name = "Grid ladder",
  version = "1.0.0",
  timeframe = "15m",
  description = "Buys at rungs below the price and sells each piece one rung higher",
  params = {
    rungs = param.int { 6, min = 1, max = 20 },
    step = param.float { 0.01, min = 0.002, max = 0.2 },
    reserve = param.float { 0.1, min = 0, max = 0.9 },
  },
}

-- What a rung can be.
local FREE, WAITING, HELD = "free", "waiting", "held"

-- The number of a rung from the tag of its order, or nil for an order of another kind.
local function rung_of(tag)
  return tonumber(string.match(tag, "^rung_(%d+)$"))
end

-- After a restart the rungs are still in the state, and only a new strategy starts with free ones.
function Grid:on_start()
  if self.state.rungs then return end
  self.state.rungs = {}
  for i = 1, self.params.rungs do self.state.rungs[i] = FREE end
end

function Grid:count(what)
  local found = 0
  for i = 1, self.params.rungs do
    if self.state.rungs[i] == what then found = found + 1 end
  end
  return found
end

-- Asks for one rung's order. Nothing has happened yet when `buy` returns: events tell what became of it.
function Grid:place(i)
  local price = self.state.centre * (1 - i * self.params.step)
  self:buy {
    value = self.balance.equity * (1 - self.params.reserve) / self.params.rungs,
    limit = price,
    take = price * (1 + self.params.step),
    tag = "rung_" .. i,
  }
  self.state.rungs[i] = WAITING
end

function Grid:cancel_all()
  for _, order in ipairs(self.orders) do
    if rung_of(order.tag) then self:cancel(order.id) end
  end
end

function Grid:on_candle()
  local state, price = self.state, self.close[0]
  state.centre = state.centre or price

  if self:count(HELD) == 0 and price > state.centre * (1 + self.params.step) then
    -- Climbed away. Orders first have to be gone; their events come before the next candle.
    if self:count(WAITING) > 0 then return self:cancel_all() end
    state.centre = price
  elseif price < state.centre * (1 - (self.params.rungs + 1) * self.params.step) then
    if self.position.is_open then self:close { tag = "floor" } end
    if self:count(WAITING) > 0 then return self:cancel_all() end
    state.centre = price
    log.warn("the ladder hangs lower", { centre = price })
  end

  for i = 1, self.params.rungs do
    if state.rungs[i] == FREE then self:place(i) end
  end
  plot("centre", state.centre)
  plot("held", self:count(HELD))
end

-- An order changed its state: one that is gone unfilled leaves its rung free.
function Grid:on_order(order)
  local i = rung_of(order.tag)
  if i and (order.state == "cancelled" or order.state == "rejected" or order.state == "expired") then
    self.state.rungs[i] = FREE
  end
end

function Grid:on_fill(fill)
  local i = rung_of(fill.tag)
  if i and fill.side == "buy" then self.state.rungs[i] = HELD end
end

-- A piece has been sold; its entry reason is the tag of the order that bought it.
function Grid:on_position_closed(trade)
  local i = rung_of(trade.entry_reason)
  if i then self.state.rungs[i] = FREE end
end

return Grid
