---@meta kiln.task
error('Cannot require a meta file')

---A function that runs.
---@class kiln.Task
local Task = {}

---Waits for its end and gives its results, or raises its error.
---@async
---@usage assert(kiln.task.spawn(function() return 42 end):await() == 42)
function Task:await() end

---Stops it; what it awaits is cancelled.
---@usage kiln.task.spawn(function() kiln.task.sleep(60) end):cancel()
function Task:cancel() end

---Says whether it has ended.
---@return boolean done
---@usage local task = kiln.task.spawn(function() return 1 end)
---@usage task:await()
---@usage assert(task:done())
function Task:done() end

---A queue between tasks; `for value in channel do` empties it.
---@class kiln.Channel
local Channel = {}

---Hands over a value, waiting for room.
---@async
---@param value? any
---@usage local channel = kiln.task.channel(1)
---@usage channel:send "a value"
function Channel:send(value) end

---Takes the next value, waiting for one; nil when the channel is closed and empty.
---@async
---@return any value
---@usage local channel = kiln.task.channel(1)
---@usage channel:send(1)
---@usage assert(channel:receive() == 1)
function Channel:receive() end

---Ends it: nothing more can be sent.
---@usage local channel = kiln.task.channel()
---@usage channel:close()
---@usage assert(channel:receive() == nil)
function Channel:close() end

---Runs functions at the same time.
---@class kiln.task
local task = {}

---Starts a function as a task, with the further arguments.
---@param f function What to run.
---@param ... any
---@return kiln.Task task
---@usage local task = kiln.task.spawn(function(name) return "hello " .. name end, "kiln")
---@usage assert(task:await() == "hello kiln")
function task.spawn(f, ...) end

---Waits for some seconds.
---@async
---@param seconds number
---@usage kiln.task.sleep(0.01)
function task.sleep(seconds) end

---Waits for all and gives the list of their first results; an error cancels the others.
---@async
---@param list function|kiln.Task[] Functions, or tasks that run already.
---@return table results
---@usage local results = kiln.task.all { function() return 1 end, function() return 2 end }
---@usage assert(results[1] + results[2] == 3)
function task.all(list) end

---Gives the results of the first to end, and cancels the others.
---@async
---@param list function|kiln.Task[] Functions, or tasks that run already.
---@return any result
---@usage assert(kiln.task.race { function() return "first" end, function() kiln.task.sleep(60) end } == "first")
function task.race(list) end

---Runs a function, and raises an error with the code timeout when it takes too long.
---@async
---@param seconds number
---@param f function What to run.
---@param ... any
---@return any result
---@usage local ok, why = pcall(kiln.task.timeout, 0.01, function() kiln.task.sleep(60) end)
---@usage assert(not ok and why.code == "timeout")
function task.timeout(seconds, f, ...) end

---Makes a channel, which holds up to capacity values that nobody has received yet.
---@param capacity? integer 0 unless given: a sender waits for its receiver.
---@return kiln.Channel channel
---@usage local numbers = kiln.task.channel(10)
---@usage kiln.task.spawn(function()
---@usage   for i = 1, 3 do numbers:send(i) end
---@usage   numbers:close()
---@usage end)
---@usage for number in numbers do print(number) end
function task.channel(capacity) end

return task
