-- what strategies do: moving averages, windows, queues, classes, tables of tables, text for logs
local prices, seed = {}, 42
for i = 1, 300 do seed = (seed * 1103515245 + 12345) % 2147483648 prices[i] = 100 + (seed % 1000) / 100 end
local function sma(n, at) local s = 0 for i = at - n + 1, at do s = s + prices[i] end return s / n end
print(string.format("%.6f %.6f", sma(10, 50), sma(20, 300)))
local ema, k = prices[1], 2 / 11
for i = 2, #prices do ema = prices[i] * k + ema * (1 - k) end
print(string.format("%.8f", ema))
local high, low = -math.huge, math.huge
for _, p in ipairs(prices) do high, low = math.max(high, p), math.min(low, p) end
print(high, low)
local queue = {first = 1, last = 0}
function queue:push(v) self.last = self.last + 1 self[self.last] = v end
function queue:pop() local v = self[self.first] self[self.first] = nil self.first = self.first + 1 return v end
for i = 1, 5 do queue:push(i * i) end print(queue:pop(), queue:pop(), queue.last - queue.first + 1)
local levels = {}
for i = 1, 5 do levels[i] = {price = 100 - i, filled = i % 2 == 0} end
table.sort(levels, function(a, b) return a.price < b.price end)
local open = {}
for _, l in ipairs(levels) do if not l.filled then open[#open + 1] = l.price end end
print(table.concat(open, " "))
local mean, m2 = 0, 0
for i, p in ipairs(prices) do local d = p - mean mean = mean + d / i m2 = m2 + d * (p - mean) end
print(string.format("%.9f %.9f", mean, math.sqrt(m2 / (#prices - 1))))
local crossed = 0
for i = 21, #prices do
  if sma(5, i - 1) <= sma(20, i - 1) and sma(5, i) > sma(20, i) then crossed = crossed + 1 end
end
print(crossed)
local report = {}
for name, value in pairs({win = 3}) do report[#report + 1] = ("%s=%d"):format(name, value) end
print(table.concat(report, "; "))
local state = {trades = {}}
for i = 1, 3 do state.trades[#state.trades + 1] = {id = i, profit = (i - 2) * 1.5} end
local total = 0
for _, t in ipairs(state.trades) do total = total + t.profit end
print(total, #state.trades)
print(tostring(0 / 0) == tostring(-(0 / 0)) or "nan", 0 / 0 == 0 / 0, math.max(1, 0 / 0) == 1, (0 / 0) > 1, 1 < (0 / 0))
local text = ("%-10s|%8.2f|%+6.1f%%"):format("BTC/USDT", 67123.456, -1.25) print(text, #text)
local parts = {}
for part in ("4h,1d,15m"):gmatch("[^,]+") do parts[#parts + 1] = part end
print(#parts, parts[3], ("BTC/USDT"):match("^(%w+)/(%w+)$"))
