-- ta: the technical indicators. The host makes them, in a strategy's init, and advances them with every candle; what
-- ta.ema(self.close, 20) answers is a series to read by index, or several under names (ta.macd(…).signal).
--
-- An indicator's function is made when it is first named, so a strategy carries only those it uses.

-- Set by the host for its own modules; scripts do not see them.
local make, check = indicator, check_indicator

local ta = {
    -- crossover(a, b): a[1] <= b[1] and a[0] > b[0]; either may be a number, and NaN answers false.
    crossover = crossover,
    -- crossunder(a, b): a[1] >= b[1] and a[0] < b[0].
    crossunder = crossunder,
}

-- cross(a, b): whether a crossed b in either direction.
function ta.cross(a, b)
    return ta.crossover(a, b) or ta.crossunder(a, b)
end

return setmetatable(ta, {
    __index = function(self, name)
        check(name)
        local function indicator_of(...)
            return make(name, ...)
        end
        self[name] = indicator_of
        return indicator_of
    end,
})
