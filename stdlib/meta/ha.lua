---@meta kiln.ha
error('Cannot require a meta file')

---A question asked again and again to learn whether an application works.
---@usage local check = kiln.ha.check.tcp { name = "front door", address = "10.0.0.5", port = 80 }
---@usage assert(check.name == "front door")
---@class kiln.Check
---@field name string What events call it.
local Check = {}

---One step of a ladder.
---@class kiln.Rung
local Rung = {}

---Somebody or something that is told of events.
---@class kiln.NotifyTarget
local NotifyTarget = {}

---What to do about a failed application, from the gentlest remedy to the last.
---@class kiln.Ladder
local Ladder = {}

---How to keep an application alive.
---@usage local policy = kiln.ha.policy {
---@usage   name = "shop", stack = "shop", resource = "Web", checks = { kiln.ha.check.server { id = "0f0e" } },
---@usage }
---@usage assert(policy.name == "shop")
---@class kiln.Policy
---@field name string What events call the application.
local Policy = {}

---Watches applications and heals them.
---@class kiln.Supervisor
local Supervisor = {}

---Gives the supervisor's events as they happen, for use in a `for` loop.
---@return function next
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage local supervisor <close> = kiln.ha.supervise(kiln.ha.policy {
---@usage   name = "shop", stack = stack, resource = "Web",
---@usage   checks = { kiln.ha.check.custom { every = "50ms", fall = 1, run = function() return false, "no answer" end } },
---@usage   ladder = kiln.ha.ladder { kiln.ha.rung.custom { name = "mend", run = function() return kiln.ha.recovered end } },
---@usage })
---@usage for event in supervisor:events() do
---@usage   print(event.status, event.reason)
---@usage   break
---@usage end
function Supervisor:events() end

---How each application fares.
---@async
---@return any[] applications
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage local supervisor <close> = kiln.ha.supervise(kiln.ha.policy {
---@usage   name = "shop", stack = stack, resource = "Web", checks = { kiln.ha.check.custom { run = function() return true end } },
---@usage })
---@usage for _, application in ipairs(supervisor:status()) do print(application.name) end
function Supervisor:status() end

---Begins or ends a time in which an application's failures are nobody's business.
---@async
---@param application string
---@param is_on boolean
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage local supervisor <close> = kiln.ha.supervise(kiln.ha.policy {
---@usage   name = "shop", stack = stack, resource = "Web", checks = { kiln.ha.check.custom { run = function() return true end } },
---@usage })
---@usage supervisor:maintenance("shop", true)
function Supervisor:maintenance(application, is_on) end

---Has all rungs tried again for an application that is held or was given up.
---@async
---@param application string
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage local supervisor <close> = kiln.ha.supervise(kiln.ha.policy {
---@usage   name = "shop", stack = stack, resource = "Web", checks = { kiln.ha.check.custom { run = function() return true end } },
---@usage })
---@usage for _, application in ipairs(supervisor:status()) do
---@usage   if application.state == "gave up" then supervisor:retry(application.name) end
---@usage end
function Supervisor:retry(application) end

---Says that failures in great number are real, so that something is done about them; that holds until they are over.
---@async
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage local supervisor <close> = kiln.ha.supervise(kiln.ha.policy {
---@usage   name = "shop", stack = stack, resource = "Web", checks = { kiln.ha.check.custom { run = function() return true end } },
---@usage })
---@usage supervisor:thaw()
function Supervisor:thaw() end

---Gives a sample to an alarm, as `cfn-push-stats` does.
---@async
---@param alarm string
---@param metric string
---@param value number
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage local supervisor <close> = kiln.ha.supervise(kiln.ha.policy {
---@usage   name = "shop", stack = stack, resource = "Web", checks = { kiln.ha.check.custom { run = function() return true end } },
---@usage })
---@usage pcall(supervisor.metric, supervisor, "HeartbeatAlarm", "Heartbeat", 1)
function Supervisor:metric(alarm, metric, value) end

---Tells that an application lives, for its heartbeat checks.
---@async
---@param application string
---@param check? string The name of one of them; all if not given.
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage local supervisor <close> = kiln.ha.supervise(kiln.ha.policy {
---@usage   name = "shop", stack = stack, resource = "Web", checks = { kiln.ha.check.heartbeat { every = "1m" } },
---@usage })
---@usage supervisor:heartbeat "shop"
function Supervisor:heartbeat(application, check) end

---Reports on a check that goes by reports: true is up, false down.
---@async
---@param application string
---@param check string
---@param is_up boolean
---@param reason? string Why it is down.
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage local supervisor <close> = kiln.ha.supervise(kiln.ha.policy {
---@usage   name = "shop", stack = stack, resource = "Web", checks = { kiln.ha.check.reported { name = "monitoring" } },
---@usage })
---@usage supervisor:report("shop", "monitoring", false, "too many errors")
function Supervisor:report(application, check, is_up, reason) end

---Stops the watch.
---@async
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage local supervisor = kiln.ha.supervise(kiln.ha.policy {
---@usage   name = "shop", stack = stack, resource = "Web", checks = { kiln.ha.check.custom { run = function() return true end } },
---@usage })
---@usage supervisor:stop()
function Supervisor:stop() end

---Signs the addresses at which others report on checks, and tells them from forged ones.
---@class kiln.WebhookKey
local WebhookKey = {}

---The address at which its holder may report on one check, and on nothing else.
---@param options { application: string, check: string, base: string, expires_in?: number|string }
---@return string address
---@usage local key = kiln.ha.webhook_key "0123456789abcdef0123456789abcdef"
---@usage print(key:address { application = "shop", check = "monitoring", base = "https://kiln.example" })
function WebhookKey:address(options) end

---What the holder of an address may report on; nil, and why, for one that is forged or has expired.
---@param address string
---@return table? grant
---@usage local key = kiln.ha.webhook_key "0123456789abcdef0123456789abcdef"
---@usage local grant, why = key:grant "https://kiln.example/v1/checks/shop/monitoring?expires=0&signature=0"
---@usage assert(grant == nil and why == "the address is forged")
function WebhookKey:grant(address) end

---What a handler acts with; each act is a journaled step.
---@usage local ha = kiln.ha
---@usage local rung = ha.rung.handler {
---@usage   name = "page",
---@usage   run = function(ctx)
---@usage     print(ctx.application, ctx.stack, ctx.resource, ctx.reason, ctx.attempt, ctx.intensity, #ctx.parts)
---@usage     return ha.hold "a person must look"
---@usage   end,
---@usage }
---@class ha.Context
---@field application string What is to be healed.
---@field stack string Its stack.
---@field resource string The logical ID of the server that it runs on; empty for a whole stack.
---@field parts string[] The parts of it that have given up.
---@field reason string Why it is held to be down.
---@field attempt integer The attempt on this rung, counted from 1.
---@field intensity integer How many attempts the rung has.
local Context = {}

---Restarts a service inside a server.
---@async
---@param service? string
---@param resource? string The logical ID; the application's own if not given.
---@return table<string, any> result `ok`, and `error` where it isn't.
---@usage local ha = kiln.ha
---@usage local rung = ha.rung.handler { name = "mine", run = function(ctx)
---@usage   local result = ctx:restart "httpd"
---@usage   return result.ok and ha.recovered or ha.escalate(result.error)
---@usage end }
function Context:restart(service, resource) end

---Asks a server to reboot.
---@async
---@param resource? string The logical ID; the application's own if not given.
---@return table<string, any> result `ok`, and `error` where it isn't.
---@usage local ha = kiln.ha
---@usage local rung = ha.rung.handler { name = "mine", run = function(ctx)
---@usage   return ctx:soft_reboot().ok and ha.recovered or ha.escalate "it refuses"
---@usage end }
function Context:soft_reboot(resource) end

---Pulls a server's plug and starts it again.
---@async
---@param resource? string The logical ID; the application's own if not given.
---@return table<string, any> result `ok`, and `error` where it isn't.
---@usage local ha = kiln.ha
---@usage local rung = ha.rung.handler { name = "mine", run = function(ctx)
---@usage   return ctx:hard_reboot().ok and ha.recovered or ha.escalate "it refuses"
---@usage end }
function Context:hard_reboot(resource) end

---Stops a server and starts it.
---@async
---@param resource? string The logical ID; the application's own if not given.
---@return table<string, any> result `ok`, and `error` where it isn't.
---@usage local ha = kiln.ha
---@usage local rung = ha.rung.handler { name = "mine", run = function(ctx)
---@usage   return ctx:stop_start().ok and ha.recovered or ha.escalate "it refuses"
---@usage end }
function Context:stop_start(resource) end

---Gives a server a fresh disk from its image.
---@async
---@param resource? string The logical ID; the application's own if not given.
---@return table<string, any> result `ok`, and `error` where it isn't.
---@usage local ha = kiln.ha
---@usage local rung = ha.rung.handler { name = "mine", run = function(ctx)
---@usage   return ctx:rebuild().ok and ha.recovered or ha.escalate "it refuses"
---@usage end }
function Context:rebuild(resource) end

---Replaces a resource in its stack, and what depends on it.
---@async
---@param resource? string The logical ID; the application's own if not given.
---@return table<string, any> result `ok`, and `error` where it isn't.
---@usage local ha = kiln.ha
---@usage local rung = ha.rung.handler { name = "mine", run = function(ctx)
---@usage   return ctx:replace "Web".ok and ha.recovered or ha.escalate "it refuses"
---@usage end }
function Context:replace(resource) end

---Tells someone.
---@async
---@param whom string
---@return table<string, any> result `ok`, and `error` where it isn't.
---@usage local ha = kiln.ha
---@usage local rung = ha.rung.handler { name = "mine", run = function(ctx)
---@usage   ctx:notify "operations"
---@usage   return ha.hold "a person must look"
---@usage end }
function Context:notify(whom) end

---Makes sure that a server is down, before what it did is done elsewhere.
---@async
---@param resource? string The logical ID; the application's own if not given.
---@return table<string, any> result `ok`, and `error` where it isn't.
---@usage local ha = kiln.ha
---@usage local rung = ha.rung.handler { name = "mine", run = function(ctx)
---@usage   local off = ctx:fence()
---@usage   if not off.ok then return ha.hold("the old server may still answer: " .. off.error) end
---@usage   return ha.recovered
---@usage end }
function Context:fence(resource) end

---Makes a server anew on another host, as its own is down.
---@async
---@param resource? string The logical ID; the application's own if not given.
---@return table<string, any> result `ok`, and `error` where it isn't.
---@usage local ha = kiln.ha
---@usage local rung = ha.rung.handler { name = "mine", run = function(ctx)
---@usage   return ctx:evacuate().ok and ha.recovered or ha.escalate "only administrators may"
---@usage end }
function Context:evacuate(resource) end

---Leads a floating IP of the stack to another of its servers.
---@async
---@param address string Its logical ID.
---@param to string The server's.
---@return table<string, any> result `ok`, and `error` where it isn't.
---@usage local ha = kiln.ha
---@usage local rung = ha.rung.handler { name = "mine", run = function(ctx)
---@usage   if not ctx:fence().ok then return ha.hold "the old server may still answer" end
---@usage   return ctx:move_address("WebIp", "Standby").ok and ha.recovered or ha.escalate "it can't be moved"
---@usage end }
function Context:move_address(address, to) end

---Lets a member of a load balancer's pool take no new connections.
---@async
---@param member string Its logical ID.
---@return table<string, any> result `ok`, and `error` where it isn't.
---@usage local ha = kiln.ha
---@usage local rung = ha.rung.handler { name = "mine", run = function(ctx)
---@usage   ctx:drain "WebMember"
---@usage   return ha.recovered
---@usage end }
function Context:drain(member) end

---Lets a member of a pool take connections again.
---@async
---@param member string Its logical ID.
---@return table<string, any> result `ok`, and `error` where it isn't.
---@usage local ha = kiln.ha
---@usage local rung = ha.rung.handler { name = "mine", run = function(ctx)
---@usage   ctx:admit "WebMember"
---@usage   return ha.recovered
---@usage end }
function Context:admit(member) end

---Whether the application is up, at once or within a span.
---@async
---@param options? { within?: number|string }
---@return boolean is_up
---@usage local ha = kiln.ha
---@usage local rung = ha.rung.handler { name = "mine", run = function(ctx)
---@usage   if ctx:soft_reboot().ok and ctx:healthy { within = "2m" } then return ha.recovered end
---@usage   return ha.escalate "it stays down"
---@usage end }
function Context:healthy(options) end

---Waits.
---@async
---@param span number|string
---@usage local ha = kiln.ha
---@usage local rung = ha.rung.handler { name = "mine", run = function(ctx)
---@usage   ctx:sleep "30s"
---@usage   return ha.retry "1m"
---@usage end }
function Context:sleep(span) end

---Keeps data under a name for the rest of the handler.
---@param name string
---@param value any
---@usage local ha = kiln.ha
---@usage local rung = ha.rung.handler { name = "mine", run = function(ctx)
---@usage   ctx:remember("seen", ctx.attempt)
---@usage   return ha.recovered
---@usage end }
function Context:remember(name, value) end

---What was kept under a name; nil for nothing.
---@param name string
---@return any value
---@usage local ha = kiln.ha
---@usage local rung = ha.rung.handler { name = "mine", run = function(ctx)
---@usage   return ha.escalate("the last attempt was " .. tostring(ctx:recall "seen"))
---@usage end }
function Context:recall(name) end

---Keeps applications alive: checks, ladders of remedies, supervision.
---@usage local ha = kiln.ha
---@usage local page = ha.notify.email { to = "operations@example.org" }
---@usage local policy = ha.policy {
---@usage   name = "shop", stack = "shop", resource = "Web",
---@usage   checks = { ha.check.http { url = "http://10.0.0.5/", contains = "Welcome", fall = 2 } },
---@usage   ladder = ha.ladder {
---@usage     ha.rung.restart { service = "httpd", intensity = 3, period = "10m", backoff = "5s" }, ha.rung.soft_reboot(),
---@usage     ha.rung.custom { name = "flush", run = function() return ha.recovered end },
---@usage     ha.rung.replace(), ha.rung.notify { to = page },
---@usage   },
---@usage }
---@usage print(policy)
---@class kiln.ha
local ha = {}

---What a custom rung returns when it did what it could.
ha.recovered = nil

---Makes a custom rung's answer: go on with the next rung at once.
---@param reason string
---@return any answer
---@usage kiln.ha.rung.custom { name = "page", run = function() return kiln.ha.escalate "nobody is awake" end }
function ha.escalate(reason) end

---Makes a custom rung's answer: do nothing more until a person says so.
---@param reason string
---@return any answer
---@usage kiln.ha.rung.custom { name = "stop", run = function() return kiln.ha.hold "a person must look" end }
function ha.hold(reason) end

---Makes a custom rung's answer: try it again after a while.
---@param after number|string
---@return any answer
---@usage kiln.ha.rung.custom { name = "again", run = function() return kiln.ha.retry "30s" end }
function ha.retry(after) end

---Makes a ladder of rungs, from the gentlest to the last.
---@param rungs kiln.Rung[]
---@param options? { reset_after?: number|string }
---@return kiln.Ladder ladder
---@usage local ladder = kiln.ha.ladder({ kiln.ha.rung.soft_reboot(), kiln.ha.rung.replace() }, { reset_after = "1h" })
function ha.ladder(rungs, options) end

---Says how to keep an application alive.
---@param policy { name: string, stack?: any, scope?: string, resource?: string, checks?: kiln.Check[], ladder?: kiln.Ladder, needs?: string[], parent?: string, group?: string, tags?: table<string, any>, notify?: kiln.NotifyTarget|kiln.NotifyTarget[] }
---@return kiln.Policy policy
---@usage local policy = kiln.ha.policy {
---@usage   name = "shop", stack = "shop", resource = "Web", checks = { kiln.ha.check.server { id = "0f0e" } },
---@usage   ladder = kiln.ha.ladder { kiln.ha.rung.soft_reboot() },
---@usage }
---@usage assert(policy.name == "shop")
---@usage -- Where the ladder of the application ends, that of its stack goes on: all its servers are replaced.
---@usage local site = kiln.ha.policy {
---@usage   name = "site", scope = "stack", stack = "shop",
---@usage   ladder = kiln.ha.ladder { kiln.ha.rung.replace { strategy = "one_for_all" }, kiln.ha.rung.notify { to = "operator" } },
---@usage }
---@usage local part = kiln.ha.policy {
---@usage   name = "till", stack = "shop", resource = "Web", parent = "site", checks = { kiln.ha.check.server { id = "0f0e" } },
---@usage }
---@usage print(site, part)
function ha.policy(policy) end

---Makes the key with which the addresses are signed at which others report on checks.
---@param secret string 16 characters or more that nobody can guess.
---@return kiln.WebhookKey key
---@usage local key = kiln.ha.webhook_key "0123456789abcdef0123456789abcdef"
---@usage local address = key:address { application = "shop", check = "monitoring", base = "https://h", expires_in = "1h" }
---@usage assert(key:grant(address).check == "monitoring")
function ha.webhook_key(secret) end

---Makes the policies that a stack's template says: of its `Kiln::HA::Policy` resources, and of the restarters of 2012 with their alarms.
---@async
---@param stack? any The stack, or its name.
---@param options? { ladder?: kiln.Ladder, mode?: string }
---@return kiln.Policy[] policies
---@usage local own = kiln.template.parse [==[
---@usage Resources:
---@usage   Web: { Type: AWS::EC2::Instance, Properties: { ImageId: cirros, InstanceType: m1.tiny } }
---@usage   WebPolicy:
---@usage     Type: Kiln::HA::Policy
---@usage     Properties:
---@usage       Resource: !Ref Web
---@usage       Checks: [{ Http: { Url: !Sub "http://${Web.PublicIp}/", Every: 10s } }]
---@usage       Ladder: [{ Restart: { Intensity: 3, Period: 10m } }, SoftReboot, Replace]
---@usage ]==]
---@usage local watched = kiln.stacks.create("watched", own):wait()
---@usage assert(tostring(kiln.ha.policies(watched)[1]) == "policy watched/WebPolicy for watched/Web")
function ha.policies(stack, options) end

---Starts to watch applications by their policies.
---@async
---@param policies kiln.Policy|kiln.Policy[] A policy, or a list of them.
---@param options? { budgets?: any }
---@return kiln.Supervisor supervisor
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage local supervisor <close> = kiln.ha.supervise(kiln.ha.policy {
---@usage   name = "shop", stack = stack, resource = "Web", checks = { kiln.ha.check.custom { run = function() return true end } },
---@usage   group = "fronts", tags = { tier = "web" },
---@usage }, { budgets = { { per = "stack", share = 0.2, number = 5 }, { per = "tag:tier" } } })
---@usage print(#supervisor:status())
function ha.supervise(policies, options) end

---Lists the incidents of watched applications that the store has, the newest first.
---@async
---@param options? { application?: string, open?: boolean }
---@return any[] incidents Each with `id`, `application`, `stack`, `resource`, `began`, `ended`, `state` and `reason`.
---@usage for _, incident in ipairs(kiln.ha.incidents { open = true }) do print(incident.id, incident.state, incident.reason) end
function ha.incidents(options) end

---Says of an incident why each action was taken, down to the operation and the request that it came to.
---@async
---@param id string The incident's id.
---@return kiln.Explanation explanation
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage do
---@usage   local supervisor <close> = kiln.ha.supervise(kiln.ha.policy {
---@usage     name = "shop", stack = stack, resource = "Web",
---@usage     checks = { kiln.ha.check.custom { every = "50ms", fall = 1, run = function() return false, "no answer" end } },
---@usage     ladder = kiln.ha.ladder { kiln.ha.rung.custom { name = "mend", run = function() return kiln.ha.recovered end } },
---@usage   })
---@usage   for event in supervisor:events() do if event.status == "HA_CUSTOM" then break end end
---@usage end
---@usage print(kiln.ha.explain(kiln.ha.incidents()[1].id))
function ha.explain(id) end

---Loads a policy plugin from a file, in the place of the one of its name if there is one; the old one stays where the new one fails its own tests.
---@async
---@param file string
---@param options? { isolated?: boolean }
---@return string name
---@usage local name = os.tmpname()
---@usage local file = assert(io.open(name, "w"))
---@usage file:write [[
---@usage   ha.plugin { name = "night" }
---@usage   ha.decide(function(step) if step.action == "replace" then return ha.hold "not at night" end end)
---@usage ]]
---@usage file:close()
---@usage assert(kiln.ha.load_plugin(name) == "night")
---@usage os.remove(name)
function ha.load_plugin(file, options) end

---Lists the policy plugins in the order in which they are asked.
---@async
---@return any[] plugins Each with `name`, `file`, `isolated`, `process` (its number), `decides`, `handlers`, `events`, `tests`, `memory` (bytes), `faults` and `out_of_service` (why).
---@usage for _, plugin in ipairs(kiln.ha.plugins()) do print(plugin.name, plugin.decides, plugin.out_of_service) end
function ha.plugins() end

---How every watched application fares, as the store has it, whichever process watches it.
---@async
---@param options? { application?: string }
---@return any[] applications Each with `application`, `stack`, `resource`, `scope`, `parent`, `state`, `since`, `rung`, `reason`, `incident`, `leader`, and `frozen` with the reason where nothing is done about its failure.
---@usage for _, one in ipairs(kiln.ha.status()) do print(one.application, one.state, one.since, one.leader) end
function ha.status(options) end

---How available every watched application was of late, and what has healed it.
---@async
---@param options? { application?: string, since?: number|string }
---@return any[] reports Each with `application`, `availability` from 0 to 1, `incidents`, `open`, `healed_by`, and in seconds `span`, `downtime`, `mttr`, `longest`.
---@usage for _, one in ipairs(kiln.ha.report { since = "7d" }) do print(one.application, one.availability, one.mttr) end
function ha.report(options) end

---Tries a policy on virtual time: says what its ladder would do if its checks said what is given.
---@async
---@param policy kiln.Policy
---@param says { at: number|string, check?: string, outcome: string, reason?: string }[]
---@param options? { span?: number|string, calls?: boolean }
---@return table result With `actions`, each with `at` in seconds, `action`, `rung` and `reason`; `events`, each with `at`, `status` and `reason`; and the `state` at the end.
---@usage local policy = kiln.ha.policy {
---@usage   name = "shop", stack = "shop", resource = "Web",
---@usage   checks = { kiln.ha.check.tcp { name = "door", address = "10.0.0.5", port = 80, fall = 3, rise = 2 } },
---@usage   ladder = kiln.ha.ladder { kiln.ha.rung.restart { settle = "1m" }, kiln.ha.rung.soft_reboot() },
---@usage }
---@usage local result = kiln.ha.replay(policy, {
---@usage   { at = "0s", outcome = "up" }, { at = "10m", check = "door", outcome = "down", reason = "connection refused" },
---@usage   { at = "15m", outcome = "up" },
---@usage }, { span = "1h" })
---@usage assert(result.actions[1].action == "restart" and result.actions[2].action == "soft reboot")
---@usage assert(result.state == "up" and result.events[1].status == "HA_DETECTED")
function ha.replay(policy, says, options) end

---Makes checks.
---@class kiln.ha.check
ha.check = {}

---Checks that something accepts connections.
---@param options { address: string, port: integer, vantage?: string[], agree?: integer, name?: string, every?: number|string, timeout?: number|string, fall?: integer, of?: integer, within?: number|string, rise?: integer, min_samples?: integer, grace?: number|string, flap?: { low?: number, high?: number } }
---@return kiln.Check check
---@usage local ha = kiln.ha
---@usage local near = ha.check.tcp { address = "10.0.0.6", port = 3306, fall = 5, within = "2m", rise = 3, grace = "1m" }
---@usage local agreed = ha.check.tcp {
---@usage   address = "10.0.0.5", port = 443, vantage = { "here", "admin@10.0.0.7", "10.0.0.8" }, agree = 2,
---@usage }
---@usage print(near, agreed)
function ha.check.tcp(options) end

---Checks that a page is served.
---@param options { url: string, status?: integer[], headers?: table<string, any>, contains?: string, keep_alive?: boolean, valid_for?: number|string, verify?: boolean, vantage?: string[], agree?: integer, name?: string, every?: number|string, timeout?: number|string, fall?: integer, of?: integer, within?: number|string, rise?: integer, min_samples?: integer, grace?: number|string, flap?: { low?: number, high?: number } }
---@return kiln.Check check
---@usage local ha = kiln.ha
---@usage local checks = {
---@usage   ha.check.http { url = "http://10.0.0.5/", contains = "Welcome", fall = 2 },
---@usage   ha.check.http { url = "http://10.0.0.5/up", headers = { ["Content-Type"] = "application/json*" }, keep_alive = true },
---@usage   ha.check.http { url = "https://shop.example/", fall = 3, of = 5, min_samples = 10, flap = { low = 0.2, high = 0.5 } },
---@usage   ha.check.http { url = "https://10.0.0.5/", verify = false, valid_for = "14d", every = "1h" },
---@usage }
---@usage print(#checks)
function ha.check.http(options) end

---Checks that Nova calls a server active.
---@param options { id: string, name?: string, every?: number|string, timeout?: number|string, fall?: integer, of?: integer, within?: number|string, rise?: integer, min_samples?: integer, grace?: number|string, flap?: { low?: number, high?: number } }
---@return kiln.Check check
---@usage print(kiln.ha.check.server { id = "0f0e", every = "30s" })
function ha.check.server(options) end

---Checks that Nova calls the `nova-compute` of a host up; for administrators.
---@param options { host: string, name?: string, every?: number|string, timeout?: number|string, fall?: integer, of?: integer, within?: number|string, rise?: integer, min_samples?: integer, grace?: number|string, flap?: { low?: number, high?: number } }
---@return kiln.Check check
---@usage print(kiln.ha.check.compute_service { host = "compute-1" })
function ha.check.compute_service(options) end

---Checks that Nova calls a hypervisor up; for administrators.
---@param options { hypervisor: string, name?: string, every?: number|string, timeout?: number|string, fall?: integer, of?: integer, within?: number|string, rise?: integer, min_samples?: integer, grace?: number|string, flap?: { low?: number, high?: number } }
---@return kiln.Check check
---@usage print(kiln.ha.check.hypervisor { hypervisor = "compute-1" })
function ha.check.hypervisor(options) end

---Checks that Nova calls the hypervisor of a server up; for administrators.
---@param options { server: string, name?: string, every?: number|string, timeout?: number|string, fall?: integer, of?: integer, within?: number|string, rise?: integer, min_samples?: integer, grace?: number|string, flap?: { low?: number, high?: number } }
---@return kiln.Check check
---@usage print(kiln.ha.check.hypervisor_of { server = "0f0e" })
function ha.check.hypervisor_of(options) end

---Checks that the health monitor of a load balancer's pool calls a member well.
---@param options { pool: string, member: string, name?: string, every?: number|string, timeout?: number|string, fall?: integer, of?: integer, within?: number|string, rise?: integer, min_samples?: integer, grace?: number|string, flap?: { low?: number, high?: number } }
---@return kiln.Check check
---@usage print(kiln.ha.check.pool_member { pool = "7a1c", member = "9b2d" })
function ha.check.pool_member(options) end

---Checks that a name server answers for a name.
---@param options { server: string, query: string, record?: string, address?: string, port?: integer, name?: string, every?: number|string, timeout?: number|string, fall?: integer, of?: integer, within?: number|string, rise?: integer, min_samples?: integer, grace?: number|string, flap?: { low?: number, high?: number } }
---@return kiln.Check check
---@usage print(kiln.ha.check.dns { server = "10.0.0.2", query = "shop.example", record = "A", address = "10.0.0.5" })
function ha.check.dns(options) end

---Checks by a command on another machine, run by ssh without asking anybody: the exit status 0 is up; a machine that can't be reached, or a command that isn't there, is unknown.
---@param options { address: string, command: string, user?: string, port?: integer, key_file?: string, known_hosts?: string, name?: string, every?: number|string, timeout?: number|string, fall?: integer, of?: integer, within?: number|string, rise?: integer, min_samples?: integer, grace?: number|string, flap?: { low?: number, high?: number } }
---@return kiln.Check check
---@usage print(kiln.ha.check.ssh { address = "10.0.0.5", user = "fedora", command = "systemctl is-active httpd" })
function ha.check.ssh(options) end

---Checks that the QEMU guest agent inside a server answers, or with a command by what that comes to in the guest: the exit status 0 is up. It is asked by virsh, which ssh runs on the hypervisor that Nova names to administrators; what keeps it from being asked is unknown, and so is a command that isn't there.
---@param options { server?: string, command?: string, address?: string, connection?: string, virsh?: string, user?: string, port?: integer, key_file?: string, known_hosts?: string, name?: string, every?: number|string, timeout?: number|string, fall?: integer, of?: integer, within?: number|string, rise?: integer, min_samples?: integer, grace?: number|string, flap?: { low?: number, high?: number } }
---@return kiln.Check check
---@usage local ha = kiln.ha
---@usage local answers = ha.check.guest_agent { every = "1m" }
---@usage local works = ha.check.guest_agent { command = "systemctl is-active httpd", user = "nova", virsh = "sudo virsh" }
---@usage print(answers, works)
function ha.check.guest_agent(options) end

---Goes by samples that guests push, as `AWS::CloudWatch::Alarm` does; `supervisor:metric` pushes them.
---@param options { name: string, metric: string, threshold: number, comparison?: string, statistic?: string, period?: number|string, periods?: integer, datapoints?: integer, missing?: string, every?: number|string }
---@return kiln.Check check
---@usage local ha = kiln.ha
---@usage local failures = ha.check.metric { name = "HttpFailureAlarm", metric = "ServiceFailure", threshold = 2, period = "5m" }
---@usage local load = ha.check.metric {
---@usage   name = "Load", metric = "Load", statistic = "Average", comparison = ">=", threshold = 8, period = "1m", periods = 5,
---@usage   datapoints = 3, missing = "breaching",
---@usage }
---@usage print(failures, load)
function ha.check.metric(options) end

---Goes by what others report, by `supervisor:report` or, with `kiln ha run --listen`, at the addresses that `kiln ha webhook` prints; a silence means that nothing has changed.
---@param options { name?: string, every?: number|string, timeout?: number|string, fall?: integer, of?: integer, within?: number|string, rise?: integer, min_samples?: integer, grace?: number|string, flap?: { low?: number, high?: number } }
---@return kiln.Check check
---@usage print(kiln.ha.check.reported { name = "monitoring", fall = 1, rise = 1 })
function ha.check.reported(options) end

---Waits for the application to say that it lives, by `supervisor:heartbeat` or as to `reported` checks; `every` is the longest silence that counts as none.
---@param options { name?: string, every?: number|string, timeout?: number|string, fall?: integer, of?: integer, within?: number|string, rise?: integer, min_samples?: integer, grace?: number|string, flap?: { low?: number, high?: number } }
---@return kiln.Check check
---@usage print(kiln.ha.check.heartbeat { every = "1m", fall = 2 })
function ha.check.heartbeat(options) end

---Checks by a function: true is up; false or nil, with a reason, is down; an error is unknown.
---@param options { run: function, name?: string, every?: number|string, timeout?: number|string, fall?: integer, of?: integer, within?: number|string, rise?: integer, min_samples?: integer, grace?: number|string, flap?: { low?: number, high?: number } }
---@return kiln.Check check
---@usage local function has_room()
---@usage   local free = 12
---@usage   if free > 10 then return true end
---@usage   return false, free .. "% are free"
---@usage end
---@usage print(kiln.ha.check.custom { name = "room", run = has_room, every = "5m" })
function ha.check.custom(options) end

---Makes rungs of ladders.
---@class kiln.ha.rung
ha.rung = {}

---Restarts the application inside its server; with an address by ssh, asking nobody; with `agent` by the QEMU guest agent, which virsh asks on the hypervisor that Nova names to administrators.
---@param options? { service?: string, address?: string, command?: string, agent?: { address?: string, connection?: string, virsh?: string, user?: string, port?: integer, key_file?: string, known_hosts?: string }, user?: string, port?: integer, key_file?: string, known_hosts?: string, intensity?: integer, period?: number|string, settle?: number|string, backoff?: number|string, timeout?: number|string }
---@return kiln.Rung rung
---@usage local ha = kiln.ha
---@usage local own = ha.rung.restart { service = "httpd", intensity = 2, period = "10m", settle = "1m" }
---@usage local by_ssh = ha.rung.restart { service = "httpd", address = "10.0.0.5", user = "root" }
---@usage local by_agent = ha.rung.restart { service = "httpd", agent = { user = "nova", virsh = "sudo virsh" } }
---@usage print(own, by_ssh, by_agent)
function ha.rung.restart(options) end

---Asks the server to reboot.
---@param options? { intensity?: integer, period?: number|string, settle?: number|string, backoff?: number|string, timeout?: number|string }
---@return kiln.Rung rung
---@usage print(kiln.ha.rung.soft_reboot { settle = "2m" })
function ha.rung.soft_reboot(options) end

---Pulls the server's plug and starts it again.
---@param options? { intensity?: integer, period?: number|string, settle?: number|string, backoff?: number|string, timeout?: number|string }
---@return kiln.Rung rung
---@usage print(kiln.ha.rung.hard_reboot { intensity = 2, period = "6h" })
function ha.rung.hard_reboot(options) end

---Stops the server and starts it.
---@param options? { intensity?: integer, period?: number|string, settle?: number|string, backoff?: number|string, timeout?: number|string }
---@return kiln.Rung rung
---@usage print(kiln.ha.rung.stop_start())
function ha.rung.stop_start(options) end

---Gives the server a fresh disk from its image.
---@param options? { intensity?: integer, period?: number|string, settle?: number|string, backoff?: number|string, timeout?: number|string }
---@return kiln.Rung rung
---@usage print(kiln.ha.rung.rebuild { period = "1d", settle = "10m", timeout = "30m" })
function ha.rung.rebuild(options) end

---Replaces the server in its stack, and as much more as the strategy says.
---@param options? { strategy?: string, members?: string[], intensity?: integer, period?: number|string, settle?: number|string, backoff?: number|string, timeout?: number|string }
---@return kiln.Rung rung
---@usage local ha = kiln.ha
---@usage local with_dependants = ha.rung.replace { period = "1d" }
---@usage local alone = ha.rung.replace { strategy = "one_for_one" }
---@usage local together = ha.rung.replace { strategy = "one_for_all", members = { "Web", "Db" } }
---@usage print(with_dependants, alone, together)
function ha.rung.replace(options) end

---Makes the server anew on another host, as its own is down; only administrators may.
---@param options? { intensity?: integer, period?: number|string, settle?: number|string, backoff?: number|string, timeout?: number|string }
---@return kiln.Rung rung
---@usage print(kiln.ha.rung.evacuate { timeout = "20m" })
function ha.rung.evacuate(options) end

---Powers the server off, and makes sure that it is.
---@param options? { intensity?: integer, period?: number|string, settle?: number|string, backoff?: number|string, timeout?: number|string }
---@return kiln.Rung rung
---@usage print(kiln.ha.rung.fence())
function ha.rung.fence(options) end

---Powers the server off, makes sure that it is, and leads a floating IP of the stack to another of its servers.
---@param options? { address: string, to: string, intensity?: integer, period?: number|string, settle?: number|string, backoff?: number|string, timeout?: number|string }
---@return kiln.Rung rung
---@usage print(kiln.ha.rung.move_address { address = "WebIp", to = "Standby" })
function ha.rung.move_address(options) end

---Lets a member of a load balancer's pool take no new connections.
---@param options? { member: string, intensity?: integer, period?: number|string, settle?: number|string, backoff?: number|string, timeout?: number|string }
---@return kiln.Rung rung
---@usage print(kiln.ha.rung.drain { member = "WebMember" })
function ha.rung.drain(options) end

---Lets a member of a pool take connections again, as many as its template says.
---@param options? { member: string, intensity?: integer, period?: number|string, settle?: number|string, backoff?: number|string, timeout?: number|string }
---@return kiln.Rung rung
---@usage print(kiln.ha.rung.admit { member = "WebMember" })
function ha.rung.admit(options) end

---Tells someone, and heals nothing.
---@param options? { to: string|kiln.NotifyTarget|kiln.NotifyTarget[], intensity?: integer, period?: number|string, settle?: number|string, backoff?: number|string, timeout?: number|string }
---@return kiln.Rung rung
---@usage local ha = kiln.ha
---@usage print(ha.rung.notify { to = "operations" }, ha.rung.notify { to = ha.notify.email { to = "operations@example.org" } })
function ha.rung.notify(options) end

---Runs a function, which answers with `ha.recovered`, `ha.retry`, `ha.escalate` or `ha.hold`.
---@param options? { name: string, run: function, intensity?: integer, period?: number|string, settle?: number|string, backoff?: number|string, timeout?: number|string }
---@return kiln.Rung rung
---@usage local ha = kiln.ha
---@usage local rung = ha.rung.custom {
---@usage   name = "flush",
---@usage   run = function(ctx)
---@usage     if ctx.attempt > 1 then return ha.escalate "a second flush never helped" end
---@usage     return ha.recovered
---@usage   end,
---@usage }
---@usage print(rung)
function ha.rung.custom(options) end

---Runs a handler, of a policy plugin or given here; what it does is journaled, so that it goes on where it was after a crash.
---@async
---@param options { name: string, run?: function, intensity?: integer, period?: number|string, settle?: number|string, backoff?: number|string, timeout?: number|string }
---@return kiln.Rung rung
---@usage local ha = kiln.ha
---@usage local rung = ha.rung.handler {
---@usage   name = "failover",
---@usage   run = function(ctx) return ha.escalate("nobody stands in for " .. ctx.resource) end,
---@usage }
---@usage print(rung)
function ha.rung.handler(options) end

---Makes targets that are told of events.
---@class kiln.ha.notify
ha.notify = {}

---Tells a server, by a POST of the event as JSON.
---@param options { url: string, secret?: string }
---@return kiln.NotifyTarget target
---@usage print(kiln.ha.notify.webhook { url = "https://hooks.example/kiln", secret = "0123456789abcdef0123456789abcdef" })
function ha.notify.webhook(options) end

---Sends an e-mail, by the program `sendmail`.
---@param options { to: string|string[], from?: string, program?: string }
---@return kiln.NotifyTarget target
---@usage print(kiln.ha.notify.email { to = { "operations@example.org" }, from = "kiln@example.org" })
function ha.notify.email(options) end

---Runs a program with the event as JSON on its standard input; the exit status 0 is success.
---@param options { command: string|string[] }
---@return kiln.NotifyTarget target
---@usage print(kiln.ha.notify.command { command = { "logger", "-t", "kiln" } })
function ha.notify.command(options) end

---Calls a function with each event: a table as `supervisor:events` gives it.
---@param options { run: function, name?: string }
---@return kiln.NotifyTarget target
---@usage print(kiln.ha.notify.custom { name = "my log", run = function(event) print(event.status, event.reason) end })
function ha.notify.custom(options) end

return ha
