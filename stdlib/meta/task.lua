---@meta kiln.task
error('Cannot require a meta file')

---A function that runs.
---@class kiln.Task
local Task = {}

---Waits for its end and gives its results, or raises its error.
---@async
function Task:await() end

---Stops it; what it awaits is cancelled.
function Task:cancel() end

---Says whether it has ended.
---@return boolean done
function Task:done() end

---A queue between tasks; `for value in channel do` empties it.
---@class kiln.Channel
local Channel = {}

---Hands over a value, waiting for room.
---@async
---@param value? any
function Channel:send(value) end

---Takes the next value, waiting for one; nil when the channel is closed and empty.
---@async
---@return any value
function Channel:receive() end

---Ends it: nothing more can be sent.
function Channel:close() end

---Runs functions at the same time.
---@class kiln.task
local task = {}

---Starts a function as a task, with the further arguments.
---@param f function What to run.
---@param ... any
---@return kiln.Task task
function task.spawn(f, ...) end

---Waits for some seconds.
---@async
---@param seconds number
function task.sleep(seconds) end

---Waits for all and gives the list of their first results; an error cancels the others.
---@async
---@param list function|kiln.Task[] Functions, or tasks that run already.
---@return table results
function task.all(list) end

---Gives the results of the first to end, and cancels the others.
---@async
---@param list function|kiln.Task[] Functions, or tasks that run already.
---@return any result
function task.race(list) end

---Runs a function, and raises an error with the code timeout when it takes too long.
---@async
---@param seconds number
---@param f function What to run.
---@param ... any
---@return any result
function task.timeout(seconds, f, ...) end

---Makes a channel, which holds up to capacity values that nobody has received yet.
---@param capacity? integer 0 unless given: a sender waits for its receiver.
---@return kiln.Channel channel
function task.channel(capacity) end

return task
