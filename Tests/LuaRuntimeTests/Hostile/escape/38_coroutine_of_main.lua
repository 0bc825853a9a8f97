-- attack: resumes and closes the running coroutine, wraps itself
-- without care: the host's own thread is driven by the script
-- expect: error|harmless
local main = coroutine.running()
print(pcall(coroutine.resume, main), pcall(coroutine.close or print, main), pcall(coroutine.status, main))
local co
co = coroutine.create(function() return coroutine.resume(co), coroutine.resume(main), pcall(coroutine.close or print, co) end)
print(coroutine.resume(co))
print(pcall(coroutine.yield, 1))
