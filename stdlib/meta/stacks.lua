---@meta kiln.stacks
error('Cannot require a meta file')

---A stack: what a template has become in a cloud.
---@usage t:output("Server", web)
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage print(stack.name, stack.id, stack.status, stack.reason, stack.outputs.Server, stack.is_protected)
---@usage for _, resource in ipairs(stack.resources) do print(resource.logical_id, resource.physical_id) end
---@usage assert(stack.tags and stack.policy == nil and #stack.pauses == 0)
---@class kiln.Stack
---@field name string Its name.
---@field id string A UUID that no other stack has.
---@field status string Its status, such as `CREATE_COMPLETE`.
---@field reason string Why it has its status; empty when there is nothing to say.
---@field is_protected boolean Whether its deletion is forbidden.
---@field tags table<string, any> What it is tagged with.
---@field policy any Its stack policy as a table; nil when it has none.
---@field outputs table<string, any> Its outputs by name; secret ones are hidden.
---@field resources any[] Its resources, as records.
---@field pauses any[] Where its operation waits: `resource`, `hook`, `reason`, `since`, and the `choices` for `clear`.
local Stack = {}

---Finds a resource by its logical ID.
---@async
---@param logical_id string
---@return any resource
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage assert(stack:resource("Web").type == "AWS::EC2::Instance")
function Stack:resource(logical_id) end

---Gives the template that the stack was last to be made into: to compare, or to change and plan.
---@async
---@return kiln.Template template
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage assert(template.diff(stack:template(), t).is_empty)
---@usage local changed = template.extend(stack:template())
---@usage changed:find "Web".InstanceType = "m1.medium"
---@usage print(stack:plan_update(changed))
function Stack:template() end

---Lists its events so far.
---@async
---@return any[] events
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage for _, event in ipairs(stack:events()) do print(event.logical_id, event.status) end
function Stack:events() end

---Waits until the operation in progress has ended; raises its error when it failed.
---@async
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.create("shop", t)
---@usage stack:wait()
function Stack:wait() end

---Signals a resource: a wait condition's handle, as `cfn-signal` does, or a scaling policy, as its alarm does.
---@async
---@param logical_id string
---@param signal? { success?: boolean, reason?: string, data?: string, id?: string }
---@return kiln.Stack stack The stack, changing if the signal makes it.
---@usage local handle = t:resource("Handle", "AWS::CloudFormation::WaitConditionHandle")
---@usage t:resource("Ready", "AWS::CloudFormation::WaitCondition", { Handle = handle, Timeout = 60 })
---@usage local stack = kiln.stacks.create("shop", t)
---@usage kiln.task.sleep(0.1)
---@usage stack:signal("Handle", { success = true, reason = "the application answers" })
---@usage stack:wait()
function Stack:signal(logical_id, signal) end

---Plans what makes the stack into what a template says, without doing it.
---@async
---@param template kiln.Template|table A template, or a composer of one.
---@param parameters? table<string, any> New values; parameters that aren't given keep theirs.
---@param options? { on_failure?: string, timeout?: number|string, breakpoints?: any, refresh?: boolean, check_constraints?: boolean, import?: table<string, any>, tags?: table<string, any>, policy?: table<string, any>|string, supersede?: boolean }
---@return kiln.Plan plan
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage local plan = stack:plan_update(t, { Flavor = "m1.medium" })
---@usage print(plan)
function Stack:plan_update(template, parameters, options) end

---Starts to make the stack into what a template says.
---@async
---@param template kiln.Template|table A template, or a composer of one.
---@param parameters? table<string, any> New values; parameters that aren't given keep theirs.
---@param options? { on_failure?: string, timeout?: number|string, breakpoints?: any, refresh?: boolean, check_constraints?: boolean, import?: table<string, any>, tags?: table<string, any>, policy?: table<string, any>|string, supersede?: boolean }
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage assert(stack:update(t, { Flavor = "m1.medium" }):wait().status == "UPDATE_COMPLETE")
function Stack:update(template, parameters, options) end

---Starts to delete the stack.
---@async
---@param options? { retain?: string[], on_failure?: string, breakpoints?: any, supersede?: boolean }
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage stack:delete():wait()
function Stack:delete(options) end

---Starts to forget the stack; all that it has stays in the cloud.
---@async
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage stack:abandon():wait()
---@usage print(#kiln.cloud.compute:servers(), "servers are still there")
function Stack:abandon() end

---Starts to replace a resource, and what depends on it.
---@async
---@param logical_id string
---@param reason? string
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage stack:replace("Web", "its disk is full"):wait()
function Stack:replace(logical_id, reason) end

---Starts to go on with what the stack's failed operation was for: forward, back, with the deletion or the visit.
---@async
---@param options? { skip?: string[], on_failure?: string, timeout?: number|string }
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.create("shop", t, nil, { on_failure = "keep" })
---@usage if not pcall(stack.wait, stack) then stack:retry { skip = { "Disk" } }:wait() end
function Stack:retry(options) end

---Plans to go back from a failed operation to what the stack was before, to nothing if it never was complete.
---@async
---@param options? { skip?: string[] }
---@return kiln.Plan plan
---@usage local stack = kiln.stacks.create("shop", t, nil, { on_failure = "keep" })
---@usage if not pcall(stack.wait, stack) then print(stack:plan_rollback()) end
function Stack:plan_rollback(options) end

---Starts to go back from a failed operation to what the stack was before, to nothing if it never was complete.
---@async
---@param options? { skip?: string[] }
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.create("shop", t, nil, { on_failure = "keep" })
---@usage if not pcall(stack.wait, stack) then stack:rollback():wait() end
function Stack:rollback(options) end

---Stops the operation in progress, whichever process runs it.
---@async
---@param options? { on_failure?: string }
---@usage local stack = kiln.stacks.create("shop", t, nil, { on_failure = "keep" })
---@usage pcall(stack.cancel, stack)
---@usage pcall(stack.wait, stack)
function Stack:cancel(options) end

---Ends the wait of a resource's step, whichever process runs it.
---@async
---@param resource string Its logical ID; of a stack inside by its path, such as `Farm/Web`.
---@param options? { hook?: string, decision?: string }
---@usage local stack = kiln.stacks.create("shop", t, nil, { breakpoints = { Web = "pre-create", ["Dis*"] = { "post-create" } } })
---@usage repeat kiln.task.sleep(0.01) until #stack.pauses == 2
---@usage stack:clear "Disk"
---@usage stack:clear("Web", { hook = "pre-create", decision = "skip" })
---@usage assert(stack:wait().reason == "left as it was: Web")
function Stack:clear(resource, options) end

---Says where the operation in progress stops from now on, and that nowhere else.
---@async
---@param breakpoints any Where it stops until it is cleared: `"pre-create:Web"`, a list of such, or hooks by resource.
---@usage local stack = kiln.stacks.create("shop", t, nil, { breakpoints = { "pre-create:*" }, on_failure = "pause" })
---@usage repeat kiln.task.sleep(0.01) until #stack.pauses == 2
---@usage stack:set_breakpoints {}
---@usage for _, pause in ipairs(stack.pauses) do stack:clear(pause.resource) end
---@usage stack:wait()
function Stack:set_breakpoints(breakpoints) end

---Asks the cloud how the stack's resources differ from what the stack last made them; changes nothing.
---@async
---@return any[] drift
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage kiln.cloud.compute:server(stack:resource("Web").physical_id):delete()
---@usage for _, found in ipairs(stack:drift()) do print(found.logical_id, found.state) end
function Stack:drift() end

---Plans to take back what others have changed, and to make again what is gone or broken.
---@async
---@return kiln.Plan plan
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage assert(stack:plan_revert().is_empty)
function Stack:plan_revert() end

---Starts to take back what others have changed, and to make again what is gone or broken.
---@async
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage stack:revert():wait()
function Stack:revert() end

---Starts to make the stack's template say what the cloud has where it has drifted; nothing in the cloud is changed.
---@async
---@param options? { resources?: string[], plan_only?: boolean }
---@return string text The template's new text.
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage kiln.cloud.volume:volume(stack:resource("Disk").physical_id):extend(2)
---@usage local text, accepted = stack:accept_drift { resources = { "Disk" } }
---@usage accepted:wait()
---@usage assert(stack:plan_update(template.parse(text)).is_empty)
function Stack:accept_drift(options) end

---Starts to ask the cloud whether all that the stack has is there and works.
---@async
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage assert(stack:check():wait().status == "CHECK_COMPLETE")
function Stack:check() end

---Starts to suspend the stack's servers; nothing that they hold is lost.
---@async
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage stack:suspend():wait()
function Stack:suspend() end

---Starts to resume a suspended stack.
---@async
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage stack:suspend():wait()
---@usage stack:resume():wait()
function Stack:resume() end

---Marks a resource as broken, so that the next update replaces it.
---@async
---@param logical_id string
---@param reason? string
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage stack:mark_unhealthy("Web", "its disk is full")
---@usage assert(stack:plan_update(t).data.steps[1].action == "replace")
function Stack:mark_unhealthy(logical_id, reason) end

---Takes the mark of `mark_unhealthy` away.
---@async
---@param logical_id string
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage stack:mark_unhealthy "Web"
---@usage stack:mark_healthy "Web"
function Stack:mark_healthy(logical_id) end

---Forbids the stack's deletion, or allows it again.
---@async
---@param is_protected? boolean True if not given.
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage stack:protect()
---@usage assert(stack.is_protected and not pcall(stack.delete, stack))
---@usage stack:protect(false)
function Stack:protect(is_protected) end

---Gives the stack another name; what its resources are called in the cloud stays. Use the stack that it returns.
---@async
---@param name string
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage local store = stack:rename "store"
---@usage assert(store.name == "store" and kiln.stacks.get "shop" == nil)
function Stack:rename(name) end

---Says what updates may do to the stack's resources; what no statement allows is denied.
---@async
---@param policy? table<string, any>|string CloudFormation's stack policy, as a table or as JSON; nil allows everything.
---@usage local stack = kiln.stacks.create("shop", t, nil, { tags = { env = "test" } }):wait()
---@usage stack:set_policy {
---@usage   Statement = { { Effect = "Deny", Principal = "*", Action = "Update:*", Resource = "LogicalResourceId/Web" } },
---@usage }
---@usage assert(not pcall(stack.replace, stack, "Web"))
---@usage stack:set_policy()
function Stack:set_policy(policy) end

---Starts to keep what the stack is now: its template and parameters, copies of its volumes, images of its servers.
---@async
---@param options? { name?: string }
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage stack:snapshot({ name = "before-upgrade" }):wait()
---@usage assert(stack:snapshots()[1].name == "before-upgrade")
function Stack:snapshot(options) end

---Lists the stack's snapshots, oldest first; `contents` has what the cloud keeps, by logical ID.
---@async
---@return any[] snapshots
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage stack:snapshot():wait()
---@usage for _, found in ipairs(stack:snapshots()) do print(found.name, found.status, found.contents.Disk.volume) end
function Stack:snapshots() end

---Plans to make the stack what it was when a snapshot was taken; what has data in it is made anew from that.
---@async
---@param name string The snapshot's name.
---@return kiln.Plan plan
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage stack:snapshot({ name = "before-upgrade" }):wait()
---@usage print(stack:plan_restore "before-upgrade")
function Stack:plan_restore(name) end

---Starts to make the stack what it was when a snapshot was taken; what has data in it is made anew from that.
---@async
---@param name string The snapshot's name.
---@param options? { on_failure?: string, timeout?: number|string }
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage stack:snapshot({ name = "before-upgrade" }):wait()
---@usage local copy = stack:snapshots()[1].contents.Disk.volume
---@usage stack:restore("before-upgrade"):wait()
---@usage assert(kiln.cloud.volume:volume(stack:resource("Disk").physical_id).source_volid == copy)
function Stack:restore(name, options) end

---Starts to delete a snapshot, with what the cloud keeps for it.
---@async
---@param name string The snapshot's name.
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage stack:snapshot({ name = "before-upgrade" }):wait()
---@usage stack:delete_snapshot("before-upgrade"):wait()
---@usage assert(#stack:snapshots() == 0)
function Stack:delete_snapshot(name) end

---Lists every operation that the stack has seen, oldest first, with what came of it.
---@async
---@return any[] operations
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage for _, past in ipairs(stack:history()) do print(past.number, past.operation, past.result, past.changed) end
function Stack:history() end

---Shows when an operation worked on which resource, and what decided how long it took; the last if none is named.
---@async
---@param operation? integer|string Its number in the history, or its id.
---@return kiln.Timeline timeline
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage print(stack:timeline())
function Stack:timeline(operation) end

---Shows which of its resources need which others, and how each is.
---@async
---@return kiln.StackGraph graph
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage print(stack:graph())
function Stack:graph() end

---Says why a resource is as it is, down to the request that failed and the cloud's answer.
---@async
---@param logical_id string
---@param operation? integer|string Its number in the history, or its id.
---@return kiln.Explanation explanation
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage print(stack:why "Web")
function Stack:why(logical_id, operation) end

---Plans to make the stack again what it was: before it became what it is, or after an operation.
---@async
---@param operation? integer|string Its number in the history, or its id.
---@return kiln.Plan plan
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage stack:update(t, { Flavor = "m1.medium" }):wait()
---@usage print(stack:plan_undo())
function Stack:plan_undo(operation) end

---Starts to make the stack again what it was; undoing twice leads back.
---@async
---@param operation? integer|string Its number in the history, or its id.
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage stack:update(t, { Flavor = "m1.medium" }):wait()
---@usage stack:undo():wait()
---@usage assert(stack:history()[3].parameters.Flavor == stack:history()[1].parameters.Flavor)
function Stack:undo(operation) end

---A plan that is kept in the store, to be looked at and executed later.
---@usage local set = kiln.stacks.create_change_set("shop", "first", t)
---@usage print(set.stack_name, set.name, set.kind, set.created, set.description or "")
---@usage for _, line in ipairs(set.lines) do print(line) end
---@usage assert(set.data.steps[1].action == "create")
---@usage assert(set.status == "AVAILABLE" and set.reason == "")
---@class kiln.ChangeSet
---@field name string Its name.
---@field stack_name string The stack that it is for.
---@field kind string `create`, `update` or `import`.
---@field description string? What it is for, as it was given.
---@field created string When it was made.
---@field lines string[] What it does, line by line.
---@field data any What it does, as data; `inside` has what it does in stacks inside.
---@field status string `AVAILABLE`, `EXECUTE_COMPLETE`, `OBSOLETE` or the like.
---@field reason string Why it has its status; empty when there is nothing to say.
local ChangeSet = {}

---Starts what it says; refused with the reason when that isn't what was shown any longer.
---@async
---@param options? { on_failure?: string, timeout?: number|string }
---@return kiln.Stack stack
---@usage local set = kiln.stacks.create_change_set("shop", "first", t)
---@usage set:execute({ on_failure = "keep" }):wait()
function ChangeSet:execute(options) end

---Forgets it; what it has done stays.
---@async
---@usage kiln.stacks.create_change_set("shop", "first", t):delete()
---@usage assert(kiln.stacks.get "shop" == nil)
function ChangeSet:delete() end

---Several stacks that are planned, made, changed and deleted together.
---@class kiln.StackGroup
local StackGroup = {}

---Plans what makes all the stacks what their templates say, without doing it.
---@async
---@return kiln.GroupPlan plan
---@usage print(kiln.stacks.group({ { name = "shop", template = t } }):plan())
function StackGroup:plan() end

---Plans to delete all the stacks, each before those that it needs.
---@async
---@return kiln.GroupPlan plan
---@usage local group = kiln.stacks.group { { name = "shop", template = t } }
---@usage group:up()
---@usage print(group:plan_delete())
function StackGroup:plan_delete() end

---Makes all the stacks what their templates say, and waits; raises what failed, stack by stack.
---@async
---@param options? { on_failure?: string, timeout?: number|string }
---@return any[] outcomes For each stack `stack`, `state` (`done` or `unchanged`) and `reason`.
---@usage local group = kiln.stacks.group { { name = "shop", template = t }, { name = "lab", template = t } }
---@usage for _, outcome in ipairs(group:up { on_failure = "keep" }) do print(outcome.stack, outcome.state, outcome.reason) end
---@usage assert(group:plan().is_empty)
function StackGroup:up(options) end

---Deletes all the stacks, each before those that it needs, and waits; raises what failed.
---@async
---@return any[] outcomes For each stack `stack`, `state` (`done` or `unchanged`) and `reason`.
---@usage local group = kiln.stacks.group { { name = "shop", template = t } }
---@usage group:up()
---@usage group:delete()
---@usage assert(kiln.stacks.get "shop" == nil)
function StackGroup:delete() end

---One plan over several stacks.
---@usage local plan = kiln.stacks.group({ { name = "shop", template = t } }):plan()
---@usage assert(not plan.is_empty and #plan.data.stacks == 1)
---@usage for _, line in ipairs(plan.lines) do print(line) end
---@class kiln.GroupPlan
---@field is_empty boolean Whether there is nothing to do.
---@field lines string[] The plan in words, line by line.
---@field data any The plan as data.
local GroupPlan = {}

---Does what the plan says and waits: each stack when those that it needs are done. Raises what failed.
---@async
---@param options? { on_failure?: string, timeout?: number|string }
---@return any[] outcomes For each stack `stack`, `state` (`done` or `unchanged`) and `reason`.
---@usage local plan = kiln.stacks.group({ { name = "shop", template = t } }):plan()
---@usage for _, outcome in ipairs(plan:run()) do print(outcome.stack, outcome.state) end
function GroupPlan:run(options) end

---What an operation will do, before anything is done.
---@usage local plan = kiln.stacks.plan("shop", t)
---@usage assert(not plan.is_empty)
---@usage for _, line in ipairs(plan.lines) do print(line) end
---@usage assert(plan.data.steps[1].action == "create")
---@class kiln.Plan
---@field is_empty boolean Whether there is nothing to do.
---@field lines string[] The plan in words, line by line.
---@field data any The plan as data.
local Plan = {}

---Says why the plan does to a resource what it does: what changes, where in the template, and from what it comes.
---@async
---@param logical_id string
---@return kiln.Explanation explanation
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage local plan = stack:plan_update(t, { Flavor = "m1.medium" })
---@usage print(plan:explain "Web")
function Plan:explain(logical_id) end

---Says how long the plan will take, as past operations on the cloud tell.
---@async
---@return any forecast `seconds`, `steps`, `critical` and `unknown` types.
---@usage kiln.stacks.create("first", t):wait()
---@usage local forecast = kiln.stacks.plan("shop", t):forecast()
---@usage print(forecast.seconds, #forecast.unknown)
function Plan:forecast() end

---Runs the plan on an embedded cloud that has what the real one has, in no time; nothing real is touched.
---@async
---@return kiln.Rehearsal rehearsal
---@usage local rehearsal = kiln.stacks.plan("shop", t):rehearse()
---@usage assert(rehearsal.is_success and #kiln.stacks.list() == 0)
function Plan:rehearse() end

---Starts to do what the plan says; refused when the stack has changed since.
---@async
---@param options? { on_failure?: string, timeout?: number|string, breakpoints?: any }
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.plan("shop", t):run { on_failure = "keep" }
---@usage stack:wait()
function Plan:run(options) end

---What is to be done to a resource, or has just been done.
---@usage kiln.stacks.hook("look", {
---@usage   on = { "pre-create", "post-create" }, resource = "Web", stack = "sh*",
---@usage   run = function(step)
---@usage     print(step, step.stack, step.type, step.properties.ImageId)
---@usage     assert((step.id ~= nil) == (step.hook == "post-create"))
---@usage     assert(step.resource == "Web" and step.previous == nil and not step.is_replacement)
---@usage   end,
---@usage })
---@usage kiln.stacks.create("shop", t):wait()
---@class kiln.Step
---@field stack string The stack's name.
---@field resource string The resource's logical ID.
---@field type string The resource's type.
---@field hook string When, such as `pre-create`.
---@field id string? Its id in the cloud; nil where nothing is there yet.
---@field properties table<string, any> The properties as they are wanted, evaluated; secret ones are hidden.
---@field previous any The properties that it was last given; nil for what is new.
---@field is_replacement boolean Whether it takes the place of what is there.
local Step = {}

---Runs an operation on a stack step by step.
---@usage local d = kiln.stacks.debug(kiln.stacks.plan("shop", t), { breakpoints = { Web = "post-create" } })
---@usage assert(d:where()[1].resource == "Web" and d.breakpoints[1] == "post-create:Web")
---@usage d:continue()
---@usage assert(d.is_over and d.stack.status == "CREATE_COMPLETE")
---@class kiln.Debugger
---@field stack kiln.Stack The stack.
---@field is_over boolean Whether the operation has ended.
---@field breakpoints string[] Where it stops, beside each step while it is stepped.
local Debugger = {}

---What waits: `resource`, `hook`, `reason` and `choices`.
---@async
---@return any[] pauses What waits now; empty once the operation has ended.
---@usage local d = kiln.stacks.debug(kiln.stacks.plan("shop", t))
---@usage assert(d:where()[1].hook == "pre-create")
function Debugger:where() end

---What a step that waits is about to do, or has done.
---@async
---@param resource? string Its logical ID, or its path; the first that waits if not given.
---@return kiln.Step? step
---@usage local d = kiln.stacks.debug(kiln.stacks.plan("shop", t))
---@usage assert(d:inspect("Disk").properties.Size == 1)
function Debugger:inspect(resource) end

---Lets one step be taken; stops before the next ones, after a failure, or at the end.
---@async
---@param resource? string Its logical ID, or its path; the first that waits if not given.
---@return any[] pauses What waits now; empty once the operation has ended.
---@usage local d = kiln.stacks.debug(kiln.stacks.plan("shop", t))
---@usage assert(d:step("Disk")[1].resource == "Web")
function Debugger:step(resource) end

---Lets all go on that waits; stops at the next breakpoint, after a failure, or at the end.
---@async
---@return any[] pauses What waits now; empty once the operation has ended.
---@usage local d = kiln.stacks.debug(kiln.stacks.plan("shop", t))
---@usage assert(#d:continue() == 0 and d.is_over)
function Debugger:continue() end

---Leaves a resource as it is, and goes on.
---@async
---@param resource? string Its logical ID, or its path; the first that waits if not given.
---@return any[] pauses What waits now; empty once the operation has ended.
---@usage local d = kiln.stacks.debug(kiln.stacks.plan("shop", t))
---@usage d:skip "Disk"
---@usage d:continue()
---@usage assert(d.stack.reason == "left as it was: Disk")
function Debugger:skip(resource) end

---Takes a step again that has failed.
---@async
---@param resource? string Its logical ID, or its path; the first that waits if not given.
---@return any[] pauses What waits now; empty once the operation has ended.
---@usage kiln.stacks.hook("not yet", { on = "pre-create", resource = "Disk", run = function() return "refuse", "not yet" end })
---@usage local d = kiln.stacks.debug(kiln.stacks.plan("shop", t), { breakpoints = "pre-delete:*" })
---@usage assert(d:where()[1].hook == "failure")
---@usage kiln.stacks.hook "not yet"
---@usage d:retry "Disk"
---@usage assert(d.stack.status == "CREATE_COMPLETE")
function Debugger:retry(resource) end

---Lets a step fail, and its operation with it.
---@async
---@param resource? string Its logical ID, or its path; the first that waits if not given.
---@return any[] pauses What waits now; empty once the operation has ended.
---@usage local d = kiln.stacks.debug(kiln.stacks.plan("shop", t), { on_failure = "keep" })
---@usage d:fail "Disk"
---@usage assert(d.is_over and d.stack.status == "CREATE_FAILED")
function Debugger:fail(resource) end

---Stops there from now on.
---@async
---@param breakpoint string Such as `pre-create:Web` or `post-*:Web*`.
---@usage local d = kiln.stacks.debug(kiln.stacks.plan("shop", t))
---@usage d:add_breakpoint "post-create:Web"
---@usage assert(d:continue()[1].hook == "post-create")
function Debugger:add_breakpoint(breakpoint) end

---Doesn't stop there any more.
---@async
---@param breakpoint string
---@usage local d = kiln.stacks.debug(kiln.stacks.plan("shop", t), { breakpoints = { "pre-create:Web", "post-create:Web" } })
---@usage d:remove_breakpoint "post-create:Web"
---@usage assert(#d:continue() == 0)
function Debugger:remove_breakpoint(breakpoint) end

---Ends the operation where it is, and returns when it has ended.
---@async
---@param options? { on_failure?: string }
---@return kiln.Stack stack
---@usage local d = kiln.stacks.debug(kiln.stacks.plan("shop", t))
---@usage d:step "Disk"
---@usage assert(d:abort({ on_failure = "rollback" }).status == "ROLLBACK_COMPLETE")
function Debugger:abort(options) end

---When an operation worked on which resource, and what decided how long it took.
---@usage local timeline = kiln.stacks.create("shop", t):wait():timeline()
---@usage for _, bar in ipairs(timeline.data.bars) do print(bar.logicalID, bar.start, bar["end"], bar.isCritical) end
---@usage assert(timeline.critical_seconds <= timeline.seconds)
---@class kiln.Timeline
---@field seconds number How long the operation took.
---@field critical_seconds number The time worked along its critical path.
---@field data any The timeline as data.
local Timeline = {}

---Draws the timeline with characters, line by line.
---@param width? integer The columns that there are (default 100).
---@return string[] lines
---@usage local timeline = kiln.stacks.create("shop", t):wait():timeline()
---@usage for _, line in ipairs(timeline:lines(100)) do print(line) end
function Timeline:lines(width) end

---Draws the timeline as SVG.
---@return string svg
---@usage local picture = kiln.stacks.create("shop", t):wait():timeline():svg()
---@usage assert(picture:find "<svg")
function Timeline:svg() end

---Which resources of a stack need which others, and how each is.
---@usage print(kiln.stacks.create("shop", t):wait():graph())
---@class kiln.StackGraph
local StackGraph = {}

---Draws the graph for Graphviz.
---@return string dot
---@usage assert(kiln.stacks.create("shop", t):wait():graph():dot():find "digraph")
function StackGraph:dot() end

---Draws the graph as SVG.
---@return string svg
---@usage assert(kiln.stacks.create("shop", t):wait():graph():svg():find "<svg")
function StackGraph:svg() end

---Something that is so, and why, as a tree.
---@usage local why = kiln.stacks.create("shop", t):wait():why "Web"
---@usage for _, line in ipairs(why.lines) do print(line) end
---@usage print(why.data.what, why.data.because[1].what)
---@class kiln.Explanation
---@field lines string[] The tree in words, line by line.
---@field data any The tree as data: `what`, `place`, and `because` with more of them.
local Explanation = {}

---How a plan went on an embedded cloud, on virtual time.
---@usage local rehearsal = kiln.stacks.plan("shop", t):rehearse()
---@usage assert(rehearsal.is_success and #rehearsal.problems == 0)
---@usage print(rehearsal.status, rehearsal.timeline.seconds)
---@usage print(rehearsal)
---@class kiln.Rehearsal
---@field status string What the stack became, such as `CREATE_COMPLETE`.
---@field is_success boolean Whether all went well.
---@field problems string[] What went wrong.
---@field timeline kiln.Timeline How it went in time.
local Rehearsal = {}

---Plans, launches, changes, finds and deletes stacks.
---@class kiln.stacks
local stacks = {}

---Starts to create a stack, and returns it once its plan is accepted.
---@async
---@param name string
---@param template kiln.Template|table A template, or a composer of one.
---@param parameters? table<string, any> The parameters' values, by name.
---@param options? { on_failure?: string, timeout?: number|string, breakpoints?: any, cloud?: string, tags?: table<string, any>, policy?: table<string, any>|string, check_constraints?: boolean, import?: table<string, any> }
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.create("shop", t, { Flavor = "m1.small" }, { on_failure = "keep", timeout = "10m" })
---@usage assert(stack:wait().status == "CREATE_COMPLETE")
function stacks.create(name, template, parameters, options) end

---Plans a new stack without doing anything.
---@async
---@param name string
---@param template kiln.Template|table A template, or a composer of one.
---@param parameters? table<string, any> The parameters' values, by name.
---@param options? { on_failure?: string, timeout?: number|string, breakpoints?: any, cloud?: string, tags?: table<string, any>, policy?: table<string, any>|string, check_constraints?: boolean, import?: table<string, any> }
---@return kiln.Plan plan
---@usage local plan = kiln.stacks.plan("shop", t)
---@usage print(plan)
---@usage plan:run():wait()
function stacks.plan(name, template, parameters, options) end

---Finds a stack by its name.
---@async
---@param name string
---@return kiln.Stack? stack
---@usage local stack, why = kiln.stacks.get "nothing"
---@usage assert(stack == nil and why)
function stacks.get(name) end

---Lists the stacks that there are, oldest first.
---@async
---@param options? { tags?: table<string, any> }
---@return any[] stacks
---@usage kiln.stacks.create("shop", t, nil, { tags = { env = "test", owner = "ann" } }):wait()
---@usage for _, stack in ipairs(kiln.stacks.list()) do print(stack.name, stack.status) end
---@usage assert(#kiln.stacks.list { tags = { env = "test" } } == 1)
function stacks.list(options) end

---Moves resources from a stack to another as they are; nothing changes in the cloud. Returns what moves, in words.
---@async
---@param move { from: string, to: string, resources: any, source_template: kiln.Template|table, target_template: kiln.Template|table, plan_only?: boolean }
---@return string[] lines
---@usage local pet = [["Pet": {"Type": "OS::Heat::Value", "Properties": {"value": 1}}]]
---@usage local toy = [["Toy": {"Type": "OS::Heat::Value", "Properties": {"value": 2}}]]
---@usage local one = template.parse('{"Resources": {' .. pet .. "}}", "one.json")
---@usage local both = template.parse('{"Resources": {' .. pet .. ", " .. toy .. "}}", "both.json")
---@usage kiln.stacks.create("house", both):wait()
---@usage kiln.stacks.create("garden", one):wait()
---@usage kiln.stacks.move { from = "house", to = "garden", resources = { "Toy" }, source_template = one, target_template = both }
---@usage assert(kiln.stacks.get("garden"):resource("Toy").status == "CREATE_COMPLETE")
function stacks.move(move) end

---Takes up the operations that a dead process has left unfinished.
---@async
---@return kiln.Stack[] stacks
---@usage for _, stack in ipairs(kiln.stacks.recover()) do stack:wait() end
function stacks.recover() end

---Says what dynamic references to a service stand for: `{{resolve:SERVICE:REST}}` calls the function with REST.
---@param service string The service's name; `ssm` also answers for stored parameters.
---@param resolve function Gives the value of what follows the service's name.
---@param options? { secret?: boolean }
---@usage kiln.stacks.resolver("vault", function(path) return "the value at " .. path end, { secret = true })
---@usage t:output("Word", "{{resolve:vault:words/first}}")
---@usage print(kiln.stacks.create("shop", t):wait().outputs.Word)
function stacks.resolver(service, resolve, options) end

---Has a function asked before or after steps of this process's operations, but for those that go back.
---@param name string What failures and events call it; the last of a name counts.
---@param definition? { on: any, type?: string, resource?: string, stack?: string, run: function } Without one, the hook is taken away.
---@usage kiln.stacks.hook("small disks only", {
---@usage   on = { "pre-create", "pre-update" }, type = "AWS::EC2::Volume",
---@usage   run = function(step)
---@usage     if step.properties.Size > 100 then return "refuse", "it is too large" end
---@usage   end,
---@usage })
---@usage disk.Size = 200
---@usage assert(not pcall(function() kiln.stacks.create("shop", t):wait() end))
---@usage kiln.stacks.hook "small disks only"
function stacks.hook(name, definition) end

---The names of the hooks that there are.
---@return string[] names
---@usage kiln.stacks.hook("log", { on = "post-*", run = function(step) print(step) end })
---@usage assert(kiln.stacks.hooks()[1] == "log")
function stacks.hooks() end

---Runs a plan step by step, or takes hold of a stack's operation of this process; returns once something waits.
---@async
---@param subject kiln.Plan|kiln.Stack
---@param options? { breakpoints?: any, on_failure?: string, timeout?: number|string } For a plan; without breakpoints it stops before each step.
---@return kiln.Debugger debugger
---@usage local d = kiln.stacks.debug(kiln.stacks.plan("shop", t))
---@usage while not d.is_over do
---@usage   for _, pause in ipairs(d:where()) do print(pause.hook, pause.resource, pause.reason) end
---@usage   d:step()
---@usage end
function stacks.debug(subject, options) end

---Plans what makes a stack into what a template says, from nothing if there is none, and keeps the plan.
---@async
---@param stack string The stack's name.
---@param name string A name that no other change set of the stack has.
---@param template kiln.Template|table A template, or a composer of one.
---@param parameters? table<string, any> Values; parameters of a stack that aren't given keep theirs.
---@param options? { description?: string, import?: table<string, any>, tags?: table<string, any>, policy?: table<string, any>|string, refresh?: boolean, check_constraints?: boolean }
---@return kiln.ChangeSet change_set
---@usage kiln.stacks.create_change_set("shop", "first", t, {}, { description = "the shop as it is to be" })
---@usage kiln.stacks.change_set("shop", "first"):execute():wait()
---@usage assert(kiln.stacks.change_set("shop", "first").status == "EXECUTE_COMPLETE")
function stacks.create_change_set(stack, name, template, parameters, options) end

---Finds a change set by its name.
---@async
---@param stack string The stack's name.
---@param name string
---@return kiln.ChangeSet change_set
---@usage kiln.stacks.create_change_set("shop", "first", t)
---@usage print(kiln.stacks.change_set("shop", "first"))
function stacks.change_set(stack, name) end

---Lists the change sets of a stack, oldest first.
---@async
---@param stack string The stack's name.
---@return any[] change_sets
---@usage kiln.stacks.create_change_set("shop", "first", t)
---@usage for _, found in ipairs(kiln.stacks.change_sets "shop") do print(found.name, found.status) end
function stacks.change_sets(stack) end

---Takes several stacks together: one plan, in the order of what they ask each other for.
---@async
---@param members { name: string, template: kiln.Template|table, parameters?: table<string, any>, depends_on?: string[], tags?: table<string, any> }[] Each a table of `name`, `template`, `parameters`, `depends_on` and `tags`.
---@return kiln.StackGroup group
---@usage local group = kiln.stacks.group {
---@usage   { name = "shop", template = t, parameters = { Flavor = "m1.small" }, tags = { env = "test" } },
---@usage   { name = "lab", template = t, depends_on = { "shop" } },
---@usage }
---@usage print(group:plan())
function stacks.group(members) end

---Stands for an output of a stack, as a value of a parameter in a group.
---@param stack string The stack's name.
---@param name string The output's name.
---@return table<string, any> output
---@usage local disk = template.parse [[{"Resources": {"D": {"Type": "AWS::EC2::Volume",
---@usage   "Properties": {"Size": 1, "AvailabilityZone": "nova"}}}, "Outputs": {"Id": {"Value": {"Ref": "D"}}}}]]
---@usage local note = template.parse [[{"Parameters": {"Disk": {"Type": "String"}}, "Resources": {"N": {
---@usage   "Type": "AWS::EC2::Volume", "Properties": {"Size": 1, "AvailabilityZone": "nova",
---@usage   "Tags": [{"Key": "of", "Value": {"Ref": "Disk"}}]}}}}]]
---@usage local group = kiln.stacks.group {
---@usage   { name = "note", template = note, parameters = { Disk = kiln.stacks.output("disk", "Id") } },
---@usage   { name = "disk", template = disk },
---@usage }
---@usage assert(group:plan().data.stacks[1].name == "disk")
---@usage group:up()
function stacks.output(stack, name) end

return stacks
