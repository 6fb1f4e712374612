---@meta kiln.ha
error('Cannot require a meta file')

---A question asked again and again to learn whether an application works.
---@class kiln.Check
---@field name string What events call it.
local Check = {}

---One step of a ladder.
---@class kiln.Rung
local Rung = {}

---What to do about a failed application, from the gentlest remedy to the last.
---@class kiln.Ladder
local Ladder = {}

---How to keep an application alive.
---@class kiln.Policy
---@field name string What events call the application.
local Policy = {}

---Watches applications and heals them.
---@class kiln.Supervisor
local Supervisor = {}

---Gives the supervisor's events as they happen, for use in a `for` loop.
---@return function next
function Supervisor:events() end

---How each application fares.
---@async
---@return any[] applications
function Supervisor:status() end

---Begins or ends a time in which an application's failures are nobody's business.
---@async
---@param application string
---@param is_on boolean
function Supervisor:maintenance(application, is_on) end

---Gives a sample to an alarm, as `cfn-push-stats` does.
---@async
---@param alarm string
---@param metric string
---@param value number
function Supervisor:metric(alarm, metric, value) end

---Stops the watch.
---@async
function Supervisor:stop() end

---Keeps applications alive: checks, ladders of remedies, supervision.
---@class kiln.ha
local ha = {}

---Makes checks: `tcp`, `http`, `server`, `custom`.
ha.check = nil

---Makes rungs of a ladder: `restart`, `soft_reboot`, `hard_reboot`, `stop_start`, `rebuild`, `replace`, `notify`, `custom`.
ha.rung = nil

---What a custom rung returns when it did what it could.
ha.recovered = nil

---Makes a custom rung's answer: go on with the next rung at once.
---@param reason string
---@return any answer
function ha.escalate(reason) end

---Makes a custom rung's answer: do nothing more until a person says so.
---@param reason string
---@return any answer
function ha.hold(reason) end

---Makes a custom rung's answer: try it again after a while.
---@param after number|string
---@return any answer
function ha.retry(after) end

---Makes a ladder of rungs, from the gentlest to the last.
---@param rungs kiln.Rung[]
---@param options? { reset_after?: number|string }
---@return kiln.Ladder ladder
function ha.ladder(rungs, options) end

---Says how to keep an application alive.
---@param policy { name: string, stack?: any, resource: string, checks: kiln.Check[], ladder?: kiln.Ladder }
---@return kiln.Policy policy
function ha.policy(policy) end

---Starts to watch applications by their policies.
---@async
---@param policies? any A policy, or a list of them.
---@return kiln.Supervisor supervisor
function ha.supervise(policies) end

return ha
