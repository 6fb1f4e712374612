---@meta kiln.stacks
error('Cannot require a meta file')

---A stack: what a template has become in a cloud.
---@class kiln.Stack
---@field name string Its name.
---@field id string A UUID that no other stack has.
---@field status string Its status, such as `CREATE_COMPLETE`.
---@field reason string Why it has its status; empty when there is nothing to say.
---@field outputs table<string, any> Its outputs by name; secret ones are hidden.
---@field resources any[] Its resources, as records.
local Stack = {}

---Finds a resource by its logical ID.
---@async
---@param logical_id string
---@return any resource
function Stack:resource(logical_id) end

---Lists its events so far.
---@async
---@return any[] events
function Stack:events() end

---Waits until the operation in progress has ended; raises its error when it failed.
---@async
---@return kiln.Stack stack
function Stack:wait() end

---Signals a resource, as `cfn-signal` does for a wait condition's handle.
---@async
---@param logical_id string
---@param signal? { success?: boolean, reason?: string, data?: string, id?: string }
function Stack:signal(logical_id, signal) end

---Plans what makes the stack into what a template says, without doing it.
---@async
---@param template kiln.Template|table A template, or a composer of one.
---@param parameters? table<string, any> New values; parameters that aren't given keep theirs.
---@return kiln.Plan plan
function Stack:plan_update(template, parameters) end

---Starts to make the stack into what a template says.
---@async
---@param template kiln.Template|table A template, or a composer of one.
---@param parameters? table<string, any> New values; parameters that aren't given keep theirs.
---@return kiln.Stack stack
function Stack:update(template, parameters) end

---Starts to delete the stack.
---@async
---@return kiln.Stack stack
function Stack:delete() end

---Starts to replace a resource, and what depends on it.
---@async
---@param logical_id string
---@param reason? string
---@return kiln.Stack stack
function Stack:replace(logical_id, reason) end

---Stops the operation in progress.
---@async
function Stack:cancel() end

---What an operation will do, before anything is done.
---@class kiln.Plan
---@field is_empty boolean Whether there is nothing to do.
---@field lines string[] The plan in words, line by line.
---@field data any The plan as data.
local Plan = {}

---Starts to do what the plan says; refused when the stack has changed since.
---@async
---@return kiln.Stack stack
function Plan:run() end

---Plans, launches, changes, finds and deletes stacks.
---@class kiln.stacks
local stacks = {}

---Starts to create a stack, and returns it once its plan is accepted.
---@async
---@param name string
---@param template kiln.Template|table A template, or a composer of one.
---@param parameters? table<string, any> The parameters' values, by name.
---@param options? { on_failure?: string, timeout?: number|string, cloud?: string }
---@return kiln.Stack stack
function stacks.create(name, template, parameters, options) end

---Plans a new stack without doing anything.
---@async
---@param name string
---@param template kiln.Template|table A template, or a composer of one.
---@param parameters? table<string, any> The parameters' values, by name.
---@param options? { on_failure?: string, timeout?: number|string, cloud?: string }
---@return kiln.Plan plan
function stacks.plan(name, template, parameters, options) end

---Finds a stack by its name.
---@async
---@param name string
---@return kiln.Stack? stack
function stacks.get(name) end

---Lists the stacks that there are, oldest first.
---@async
---@return any[] stacks
function stacks.list() end

---Takes up the operations that a dead process has left unfinished.
---@async
---@return kiln.Stack[] stacks
function stacks.resume() end

return stacks
