---@meta kiln.stacks
error('Cannot require a meta file')

---A stack: what a template has become in a cloud.
---@usage t:output("Server", web)
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage print(stack.name, stack.id, stack.status, stack.reason, stack.outputs.Server, stack.is_protected)
---@usage for _, resource in ipairs(stack.resources) do print(resource.logical_id, resource.physical_id) end
---@class kiln.Stack
---@field name string Its name.
---@field id string A UUID that no other stack has.
---@field status string Its status, such as `CREATE_COMPLETE`.
---@field reason string Why it has its status; empty when there is nothing to say.
---@field is_protected boolean Whether its deletion is forbidden.
---@field outputs table<string, any> Its outputs by name; secret ones are hidden.
---@field resources any[] Its resources, as records.
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
---@return kiln.Stack stack
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
---@param options? { on_failure?: string, timeout?: number|string, refresh?: boolean, check_constraints?: boolean, import?: table<string, any> }
---@return kiln.Plan plan
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage local plan = stack:plan_update(t, { Flavor = "m1.medium" })
---@usage print(plan)
function Stack:plan_update(template, parameters, options) end

---Starts to make the stack into what a template says.
---@async
---@param template kiln.Template|table A template, or a composer of one.
---@param parameters? table<string, any> New values; parameters that aren't given keep theirs.
---@param options? { on_failure?: string, timeout?: number|string, refresh?: boolean, check_constraints?: boolean, import?: table<string, any> }
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage assert(stack:update(t, { Flavor = "m1.medium" }):wait().status == "UPDATE_COMPLETE")
function Stack:update(template, parameters, options) end

---Starts to delete the stack.
---@async
---@param options? { retain?: string[] }
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

---Stops the operation in progress.
---@async
---@usage local stack = kiln.stacks.create("shop", t, nil, { on_failure = "keep" })
---@usage pcall(stack.cancel, stack)
---@usage pcall(stack.wait, stack)
function Stack:cancel() end

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

---Starts to do what the plan says; refused when the stack has changed since.
---@async
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.plan("shop", t):run()
---@usage stack:wait()
function Plan:run() end

---Plans, launches, changes, finds and deletes stacks.
---@class kiln.stacks
local stacks = {}

---Starts to create a stack, and returns it once its plan is accepted.
---@async
---@param name string
---@param template kiln.Template|table A template, or a composer of one.
---@param parameters? table<string, any> The parameters' values, by name.
---@param options? { on_failure?: string, timeout?: number|string, cloud?: string, check_constraints?: boolean, import?: table<string, any> }
---@return kiln.Stack stack
---@usage local stack = kiln.stacks.create("shop", t, { Flavor = "m1.small" }, { on_failure = "keep", timeout = "10m" })
---@usage assert(stack:wait().status == "CREATE_COMPLETE")
function stacks.create(name, template, parameters, options) end

---Plans a new stack without doing anything.
---@async
---@param name string
---@param template kiln.Template|table A template, or a composer of one.
---@param parameters? table<string, any> The parameters' values, by name.
---@param options? { on_failure?: string, timeout?: number|string, cloud?: string, check_constraints?: boolean, import?: table<string, any> }
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
---@return any[] stacks
---@usage kiln.stacks.create("shop", t):wait()
---@usage for _, stack in ipairs(kiln.stacks.list()) do print(stack.name, stack.status) end
function stacks.list() end

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

return stacks
