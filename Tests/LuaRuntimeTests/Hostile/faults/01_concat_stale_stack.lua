-- attack: a __concat handler that makes the stack move while a chain of concatenations is under way
-- without care: this build goes on with a pointer into the old stack
-- expect: error
local function deep(n) if n > 0 then return 1 + deep(n - 1) end return 1 end
local object = setmetatable({}, {__concat = function(a, b) deep(150000) return "x" end})
for _ = 1, 50 do
  coroutine.wrap(function()
    local a, b, c, d, e, f = "a", "b", "c", "d", "e", "f"
    local s = a .. b .. c .. object .. d .. e .. f .. object .. a
    print(#s)
  end)()
end
