-- Examples of what Lua has from Swift: help, the stubs and the reference show them, and each is run by a test.
--
-- Above each stands the path of its function, method or class; fields are shown by the example of their class. All
-- find the same few things: `t`, a template with the server `web`, and `template`, which is `kiln.template`.

---@usage kiln.Template
local read = template.parse('{"Description": "One", "Resources": {"A": {"Type": "AWS::EC2::EIP"}}}', "one.json")
assert(read.name == "one.json" and read.description == "One")
print(#read.parameters, read.resources[1].logical_id, #read.outputs)

---@usage kiln.Template:text
print(t:build():text "yaml")

---@usage kiln.Template:tree
assert(t:build():tree().Resources.Web.Type == "AWS::EC2::Instance")

---@usage kiln.Template:parts
for _, part in ipairs(t:build():parts().entries) do print(part.section, part.name, part.line) end

---@usage kiln.Template:build
local built = t:build()
assert(built:build() == built)

---@usage kiln.TemplateDifference
local more = template.extend(t)
more:find "Web".ImageId = "F17-x86_64-cfntools"
local difference = template.diff(t, more)
assert(not difference.is_empty)
assert(difference.entries[1].action == "replaced")
for _, line in ipairs(difference.lines) do print(line) end

---@usage kiln.stacks.create
local stack = kiln.stacks.create("shop", t, { Flavor = "m1.small" }, { on_failure = "keep", timeout = "10m" })
assert(stack:wait().status == "CREATE_COMPLETE")

---@usage kiln.stacks.plan
local plan = kiln.stacks.plan("shop", t)
print(plan)
plan:run():wait()

---@usage kiln.stacks.get
local stack, why = kiln.stacks.get "nothing"
assert(stack == nil and why)

---@usage kiln.stacks.list
kiln.stacks.create("shop", t, nil, { tags = { env = "test", owner = "ann" } }):wait()
for _, stack in ipairs(kiln.stacks.list()) do print(stack.name, stack.status) end
assert(#kiln.stacks.list { tags = { env = "test" } } == 1)

---@usage kiln.stacks.move
local pet = [["Pet": {"Type": "OS::Heat::Value", "Properties": {"value": 1}}]]
local toy = [["Toy": {"Type": "OS::Heat::Value", "Properties": {"value": 2}}]]
local one = template.parse('{"Resources": {' .. pet .. "}}", "one.json")
local both = template.parse('{"Resources": {' .. pet .. ", " .. toy .. "}}", "both.json")
kiln.stacks.create("house", both):wait()
kiln.stacks.create("garden", one):wait()
kiln.stacks.move { from = "house", to = "garden", resources = { "Toy" }, source_template = one, target_template = both }
assert(kiln.stacks.get("garden"):resource("Toy").status == "CREATE_COMPLETE")

---@usage kiln.stacks.resolver
kiln.stacks.resolver("vault", function(path) return "the value at " .. path end, { secret = true })
t:output("Word", "{{resolve:vault:words/first}}")
print(kiln.stacks.create("shop", t):wait().outputs.Word)

---@usage kiln.stacks.hook
kiln.stacks.hook("small disks only", {
  on = { "pre-create", "pre-update" }, type = "AWS::EC2::Volume",
  run = function(step)
    if step.properties.Size > 100 then return "refuse", "it is too large" end
  end,
})
disk.Size = 200
assert(not pcall(function() kiln.stacks.create("shop", t):wait() end))
kiln.stacks.hook "small disks only"

---@usage kiln.stacks.hooks
kiln.stacks.hook("log", { on = "post-*", run = function(step) print(step) end })
assert(kiln.stacks.hooks()[1] == "log")

---@usage kiln.stacks.debug
local d = kiln.stacks.debug(kiln.stacks.plan("shop", t))
while not d.is_over do
  for _, pause in ipairs(d:where()) do print(pause.hook, pause.resource, pause.reason) end
  d:step()
end

---@usage kiln.Step
kiln.stacks.hook("look", {
  on = { "pre-create", "post-create" }, resource = "Web", stack = "sh*",
  run = function(step)
    print(step, step.stack, step.type, step.properties.ImageId)
    assert((step.id ~= nil) == (step.hook == "post-create"))
    assert(step.resource == "Web" and step.previous == nil and not step.is_replacement)
  end,
})
kiln.stacks.create("shop", t):wait()

---@usage kiln.Debugger
local d = kiln.stacks.debug(kiln.stacks.plan("shop", t), { breakpoints = { Web = "post-create" } })
assert(d:where()[1].resource == "Web" and d.breakpoints[1] == "post-create:Web")
d:continue()
assert(d.is_over and d.stack.status == "CREATE_COMPLETE")

---@usage kiln.Debugger:where
local d = kiln.stacks.debug(kiln.stacks.plan("shop", t))
assert(d:where()[1].hook == "pre-create")

---@usage kiln.Debugger:inspect
local d = kiln.stacks.debug(kiln.stacks.plan("shop", t))
assert(d:inspect("Disk").properties.Size == 1)

---@usage kiln.Debugger:step
local d = kiln.stacks.debug(kiln.stacks.plan("shop", t))
assert(d:step("Disk")[1].resource == "Web")

---@usage kiln.Debugger:continue
local d = kiln.stacks.debug(kiln.stacks.plan("shop", t))
assert(#d:continue() == 0 and d.is_over)

---@usage kiln.Debugger:skip
local d = kiln.stacks.debug(kiln.stacks.plan("shop", t))
d:skip "Disk"
d:continue()
assert(d.stack.reason == "left as it was: Disk")

---@usage kiln.Debugger:retry
kiln.stacks.hook("not yet", { on = "pre-create", resource = "Disk", run = function() return "refuse", "not yet" end })
local d = kiln.stacks.debug(kiln.stacks.plan("shop", t), { breakpoints = "pre-delete:*" })
assert(d:where()[1].hook == "failure")
kiln.stacks.hook "not yet"
d:retry "Disk"
assert(d.stack.status == "CREATE_COMPLETE")

---@usage kiln.Debugger:fail
local d = kiln.stacks.debug(kiln.stacks.plan("shop", t), { on_failure = "keep" })
d:fail "Disk"
assert(d.is_over and d.stack.status == "CREATE_FAILED")

---@usage kiln.Debugger:add_breakpoint
local d = kiln.stacks.debug(kiln.stacks.plan("shop", t))
d:add_breakpoint "post-create:Web"
assert(d:continue()[1].hook == "post-create")

---@usage kiln.Debugger:remove_breakpoint
local d = kiln.stacks.debug(kiln.stacks.plan("shop", t), { breakpoints = { "pre-create:Web", "post-create:Web" } })
d:remove_breakpoint "post-create:Web"
assert(#d:continue() == 0)

---@usage kiln.Debugger:abort
local d = kiln.stacks.debug(kiln.stacks.plan("shop", t))
d:step "Disk"
assert(d:abort({ on_failure = "rollback" }).status == "ROLLBACK_COMPLETE")

---@usage kiln.stacks.recover
for _, stack in ipairs(kiln.stacks.recover()) do stack:wait() end

---@usage kiln.Stack
t:output("Server", web)
local stack = kiln.stacks.create("shop", t):wait()
print(stack.name, stack.id, stack.status, stack.reason, stack.outputs.Server, stack.is_protected)
for _, resource in ipairs(stack.resources) do print(resource.logical_id, resource.physical_id) end
assert(stack.tags and stack.policy == nil and #stack.pauses == 0)

---@usage kiln.Stack:resource
local stack = kiln.stacks.create("shop", t):wait()
assert(stack:resource("Web").type == "AWS::EC2::Instance")

---@usage kiln.Stack:template
local stack = kiln.stacks.create("shop", t):wait()
assert(template.diff(stack:template(), t).is_empty)
local changed = template.extend(stack:template())
changed:find "Web".InstanceType = "m1.medium"
print(stack:plan_update(changed))

---@usage kiln.Stack:events
local stack = kiln.stacks.create("shop", t):wait()
for _, event in ipairs(stack:events()) do print(event.logical_id, event.status) end

---@usage kiln.Stack:wait
local stack = kiln.stacks.create("shop", t)
stack:wait()

---@usage kiln.Stack:signal
local handle = t:resource("Handle", "AWS::CloudFormation::WaitConditionHandle")
t:resource("Ready", "AWS::CloudFormation::WaitCondition", { Handle = handle, Timeout = 60 })
local stack = kiln.stacks.create("shop", t)
kiln.task.sleep(0.1)
stack:signal("Handle", { success = true, reason = "the application answers" })
stack:wait()

---@usage kiln.Stack:plan_update
local stack = kiln.stacks.create("shop", t):wait()
local plan = stack:plan_update(t, { Flavor = "m1.medium" })
print(plan)

---@usage kiln.Stack:update
local stack = kiln.stacks.create("shop", t):wait()
assert(stack:update(t, { Flavor = "m1.medium" }):wait().status == "UPDATE_COMPLETE")

---@usage kiln.Stack:delete
local stack = kiln.stacks.create("shop", t):wait()
stack:delete():wait()

---@usage kiln.Stack:abandon
local stack = kiln.stacks.create("shop", t):wait()
stack:abandon():wait()
print(#kiln.cloud.compute:servers(), "servers are still there")

---@usage kiln.Stack:drift
local stack = kiln.stacks.create("shop", t):wait()
kiln.cloud.compute:server(stack:resource("Web").physical_id):delete()
for _, found in ipairs(stack:drift()) do print(found.logical_id, found.state) end

---@usage kiln.Stack:plan_revert
local stack = kiln.stacks.create("shop", t):wait()
assert(stack:plan_revert().is_empty)

---@usage kiln.Stack:revert
local stack = kiln.stacks.create("shop", t):wait()
stack:revert():wait()

---@usage kiln.Stack:accept_drift
local stack = kiln.stacks.create("shop", t):wait()
kiln.cloud.volume:volume(stack:resource("Disk").physical_id):extend(2)
local text, accepted = stack:accept_drift { resources = { "Disk" } }
accepted:wait()
assert(stack:plan_update(template.parse(text)).is_empty)

---@usage kiln.stacks.create_change_set
kiln.stacks.create_change_set("shop", "first", t, {}, { description = "the shop as it is to be" })
kiln.stacks.change_set("shop", "first"):execute():wait()
assert(kiln.stacks.change_set("shop", "first").status == "EXECUTE_COMPLETE")

---@usage kiln.stacks.change_set
kiln.stacks.create_change_set("shop", "first", t)
print(kiln.stacks.change_set("shop", "first"))

---@usage kiln.stacks.change_sets
kiln.stacks.create_change_set("shop", "first", t)
for _, found in ipairs(kiln.stacks.change_sets "shop") do print(found.name, found.status) end

---@usage kiln.ChangeSet
local set = kiln.stacks.create_change_set("shop", "first", t)
print(set.stack_name, set.name, set.kind, set.created, set.description or "")
for _, line in ipairs(set.lines) do print(line) end
assert(set.data.steps[1].action == "create")
assert(set.status == "AVAILABLE" and set.reason == "")

---@usage kiln.ChangeSet:execute
local set = kiln.stacks.create_change_set("shop", "first", t)
set:execute({ on_failure = "keep" }):wait()

---@usage kiln.ChangeSet:delete
kiln.stacks.create_change_set("shop", "first", t):delete()
assert(kiln.stacks.get "shop" == nil)

---@usage kiln.stacks.output
local disk = template.parse [[{"Resources": {"D": {"Type": "AWS::EC2::Volume",
  "Properties": {"Size": 1, "AvailabilityZone": "nova"}}}, "Outputs": {"Id": {"Value": {"Ref": "D"}}}}]]
local note = template.parse [[{"Parameters": {"Disk": {"Type": "String"}}, "Resources": {"N": {
  "Type": "AWS::EC2::Volume", "Properties": {"Size": 1, "AvailabilityZone": "nova",
  "Tags": [{"Key": "of", "Value": {"Ref": "Disk"}}]}}}}]]
local group = kiln.stacks.group {
  { name = "note", template = note, parameters = { Disk = kiln.stacks.output("disk", "Id") } },
  { name = "disk", template = disk },
}
assert(group:plan().data.stacks[1].name == "disk")
group:up()

---@usage kiln.stacks.group
local group = kiln.stacks.group {
  { name = "shop", template = t, parameters = { Flavor = "m1.small" }, tags = { env = "test" } },
  { name = "lab", template = t, depends_on = { "shop" } },
}
print(group:plan())

---@usage kiln.StackGroup:plan
print(kiln.stacks.group({ { name = "shop", template = t } }):plan())

---@usage kiln.StackGroup:up
local group = kiln.stacks.group { { name = "shop", template = t }, { name = "lab", template = t } }
for _, outcome in ipairs(group:up { on_failure = "keep" }) do print(outcome.stack, outcome.state, outcome.reason) end
assert(group:plan().is_empty)

---@usage kiln.StackGroup:plan_delete
local group = kiln.stacks.group { { name = "shop", template = t } }
group:up()
print(group:plan_delete())

---@usage kiln.StackGroup:delete
local group = kiln.stacks.group { { name = "shop", template = t } }
group:up()
group:delete()
assert(kiln.stacks.get "shop" == nil)

---@usage kiln.GroupPlan
local plan = kiln.stacks.group({ { name = "shop", template = t } }):plan()
assert(not plan.is_empty and #plan.data.stacks == 1)
for _, line in ipairs(plan.lines) do print(line) end

---@usage kiln.GroupPlan:run
local plan = kiln.stacks.group({ { name = "shop", template = t } }):plan()
for _, outcome in ipairs(plan:run()) do print(outcome.stack, outcome.state) end

---@usage kiln.Stack:check
local stack = kiln.stacks.create("shop", t):wait()
assert(stack:check():wait().status == "CHECK_COMPLETE")

---@usage kiln.Stack:suspend
local stack = kiln.stacks.create("shop", t):wait()
stack:suspend():wait()

---@usage kiln.Stack:resume
local stack = kiln.stacks.create("shop", t):wait()
stack:suspend():wait()
stack:resume():wait()

---@usage kiln.Stack:snapshot
local stack = kiln.stacks.create("shop", t):wait()
stack:snapshot({ name = "before-upgrade" }):wait()
assert(stack:snapshots()[1].name == "before-upgrade")

---@usage kiln.Stack:snapshots
local stack = kiln.stacks.create("shop", t):wait()
stack:snapshot():wait()
for _, found in ipairs(stack:snapshots()) do print(found.name, found.status, found.contents.Disk.volume) end

---@usage kiln.Stack:plan_restore
local stack = kiln.stacks.create("shop", t):wait()
stack:snapshot({ name = "before-upgrade" }):wait()
print(stack:plan_restore "before-upgrade")

---@usage kiln.Stack:restore
local stack = kiln.stacks.create("shop", t):wait()
stack:snapshot({ name = "before-upgrade" }):wait()
local copy = stack:snapshots()[1].contents.Disk.volume
stack:restore("before-upgrade"):wait()
assert(kiln.cloud.volume:volume(stack:resource("Disk").physical_id).source_volid == copy)

---@usage kiln.Stack:delete_snapshot
local stack = kiln.stacks.create("shop", t):wait()
stack:snapshot({ name = "before-upgrade" }):wait()
stack:delete_snapshot("before-upgrade"):wait()
assert(#stack:snapshots() == 0)

---@usage kiln.Stack:mark_unhealthy
local stack = kiln.stacks.create("shop", t):wait()
stack:mark_unhealthy("Web", "its disk is full")
assert(stack:plan_update(t).data.steps[1].action == "replace")

---@usage kiln.Stack:mark_healthy
local stack = kiln.stacks.create("shop", t):wait()
stack:mark_unhealthy "Web"
stack:mark_healthy "Web"

---@usage kiln.Stack:protect
local stack = kiln.stacks.create("shop", t):wait()
stack:protect()
assert(stack.is_protected and not pcall(stack.delete, stack))
stack:protect(false)

---@usage kiln.Stack:rename
local stack = kiln.stacks.create("shop", t):wait()
local store = stack:rename "store"
assert(store.name == "store" and kiln.stacks.get "shop" == nil)

---@usage kiln.Stack:set_policy
local stack = kiln.stacks.create("shop", t, nil, { tags = { env = "test" } }):wait()
stack:set_policy {
  Statement = { { Effect = "Deny", Principal = "*", Action = "Update:*", Resource = "LogicalResourceId/Web" } },
}
assert(not pcall(stack.replace, stack, "Web"))
stack:set_policy()
---@usage kiln.Stack:history
local stack = kiln.stacks.create("shop", t):wait()
for _, past in ipairs(stack:history()) do print(past.number, past.operation, past.result, past.changed) end

---@usage kiln.Stack:timeline
local stack = kiln.stacks.create("shop", t):wait()
print(stack:timeline())

---@usage kiln.Stack:graph
local stack = kiln.stacks.create("shop", t):wait()
print(stack:graph())

---@usage kiln.Timeline
local timeline = kiln.stacks.create("shop", t):wait():timeline()
for _, bar in ipairs(timeline.data.bars) do print(bar.logicalID, bar.start, bar["end"], bar.isCritical) end
assert(timeline.critical_seconds <= timeline.seconds)

---@usage kiln.Timeline:lines
local timeline = kiln.stacks.create("shop", t):wait():timeline()
for _, line in ipairs(timeline:lines(100)) do print(line) end

---@usage kiln.Timeline:svg
local picture = kiln.stacks.create("shop", t):wait():timeline():svg()
assert(picture:find "<svg")

---@usage kiln.StackGraph
print(kiln.stacks.create("shop", t):wait():graph())

---@usage kiln.StackGraph:dot
assert(kiln.stacks.create("shop", t):wait():graph():dot():find "digraph")

---@usage kiln.StackGraph:svg
assert(kiln.stacks.create("shop", t):wait():graph():svg():find "<svg")

---@usage kiln.Stack:why
local stack = kiln.stacks.create("shop", t):wait()
print(stack:why "Web")

---@usage kiln.Explanation
local why = kiln.stacks.create("shop", t):wait():why "Web"
for _, line in ipairs(why.lines) do print(line) end
print(why.data.what, why.data.because[1].what)

---@usage kiln.Stack:plan_undo
local stack = kiln.stacks.create("shop", t):wait()
stack:update(t, { Flavor = "m1.medium" }):wait()
print(stack:plan_undo())

---@usage kiln.Stack:undo
local stack = kiln.stacks.create("shop", t):wait()
stack:update(t, { Flavor = "m1.medium" }):wait()
stack:undo():wait()
assert(stack:history()[3].parameters.Flavor == stack:history()[1].parameters.Flavor)

---@usage kiln.Stack:replace
local stack = kiln.stacks.create("shop", t):wait()
stack:replace("Web", "its disk is full"):wait()

---@usage kiln.Stack:retry
local stack = kiln.stacks.create("shop", t, nil, { on_failure = "keep" })
if not pcall(stack.wait, stack) then stack:retry { skip = { "Disk" } }:wait() end

---@usage kiln.Stack:clear
local stack = kiln.stacks.create("shop", t, nil, { breakpoints = { Web = "pre-create", ["Dis*"] = { "post-create" } } })
repeat kiln.task.sleep(0.01) until #stack.pauses == 2
stack:clear "Disk"
stack:clear("Web", { hook = "pre-create", decision = "skip" })
assert(stack:wait().reason == "left as it was: Web")

---@usage kiln.Stack:set_breakpoints
local stack = kiln.stacks.create("shop", t, nil, { breakpoints = { "pre-create:*" }, on_failure = "pause" })
repeat kiln.task.sleep(0.01) until #stack.pauses == 2
stack:set_breakpoints {}
for _, pause in ipairs(stack.pauses) do stack:clear(pause.resource) end
stack:wait()

---@usage kiln.Stack:plan_rollback
local stack = kiln.stacks.create("shop", t, nil, { on_failure = "keep" })
if not pcall(stack.wait, stack) then print(stack:plan_rollback()) end

---@usage kiln.Stack:rollback
local stack = kiln.stacks.create("shop", t, nil, { on_failure = "keep" })
if not pcall(stack.wait, stack) then stack:rollback():wait() end

---@usage kiln.Stack:cancel
local stack = kiln.stacks.create("shop", t, nil, { on_failure = "keep" })
pcall(stack.cancel, stack)
pcall(stack.wait, stack)

---@usage kiln.Plan
local plan = kiln.stacks.plan("shop", t)
assert(not plan.is_empty)
for _, line in ipairs(plan.lines) do print(line) end
assert(plan.data.steps[1].action == "create")

---@usage kiln.Plan:explain
local stack = kiln.stacks.create("shop", t):wait()
local plan = stack:plan_update(t, { Flavor = "m1.medium" })
print(plan:explain "Web")

---@usage kiln.Plan:forecast
kiln.stacks.create("first", t):wait()
local forecast = kiln.stacks.plan("shop", t):forecast()
print(forecast.seconds, #forecast.unknown)

---@usage kiln.Plan:rehearse
local rehearsal = kiln.stacks.plan("shop", t):rehearse()
assert(rehearsal.is_success and #kiln.stacks.list() == 0)

---@usage kiln.Rehearsal
local rehearsal = kiln.stacks.plan("shop", t):rehearse()
assert(rehearsal.is_success and #rehearsal.problems == 0)
print(rehearsal.status, rehearsal.timeline.seconds)
print(rehearsal)

---@usage kiln.Plan:run
local stack = kiln.stacks.plan("shop", t):run { on_failure = "keep" }
stack:wait()

---@usage kiln.cloud
print(kiln.cloud.name, kiln.cloud.is_embedded)
print(#kiln.cloud.compute:flavors(), #kiln.cloud.network:networks(), #kiln.cloud.volume:volumes(), #kiln.cloud.image:images())
print(#kiln.cloud.object:containers(), #kiln.cloud.identity:regions(), #kiln.cloud.key_manager:secrets())
-- Where a cloud has them: kiln.cloud.orchestration:stacks(), kiln.cloud.load_balancer:pools(), kiln.cloud.dns:zones()

---@usage kiln.cloud.connect
local cloud = kiln.cloud.connect "embedded"
assert(cloud.is_embedded)

---@usage kiln.cloud.request
local answer = kiln.cloud.request("compute", "GET", "/servers")
print(#answer.servers)

---@usage kiln.cloud.topology
print(kiln.cloud.topology())

---@usage kiln.cloud.requests
kiln.cloud.network:networks()
local last, count = kiln.cloud.requests(1)
assert(last[1].method == "GET" and last[1].status == 200 and count > 1)

---@usage kiln.cloud.guest
local stack = kiln.stacks.create("shop", t):wait()
local guest = kiln.cloud.guest(stack:resource("Web").physical_id)
assert(guest.is_up)

---@usage kiln.cloud.fault
kiln.cloud.fault { effect = "refuse", status = 500, service = "volume", method = "POST", path = "/volumes" }
local ok, problem = pcall(kiln.cloud.volume.create_volume, kiln.cloud.volume, { name = "scratch", size = 1 })
assert(not ok and tostring(problem):find "a fault on request")

---@usage kiln.cloud.clear_faults
kiln.cloud.fault { effect = "partition", service = "compute", span = "5m" }
kiln.cloud.clear_faults()
assert(#kiln.cloud.compute:flavors() > 0)

---@usage kiln.cloud.expire_tokens
kiln.cloud.expire_tokens()
assert(#kiln.cloud.compute:flavors() > 0) -- logged in again by itself

---@usage kiln.Cloud
local cloud = kiln.cloud.connect "embedded"
print(cloud.name, cloud.is_embedded)

---@usage kiln.Cloud:request
local cloud = kiln.cloud.connect "embedded"
print(cloud:request("network", "GET", "/networks").networks[1].name)

---@usage kiln.Cloud:topology
local topology = kiln.cloud.connect("embedded"):topology()
print(topology.nodes[1].kind, topology.nodes[1].name, #topology.edges)

---@usage kiln.Topology
local known = kiln.cloud.topology()
for _, edge in ipairs(known.edges) do print(edge.from, edge.to, edge.addresses[1]) end
assert(known.nodes[1].kind == "outside")

---@usage kiln.Topology:dot
assert(kiln.cloud.topology():dot():find "graph topology")

---@usage kiln.Topology:svg
assert(kiln.cloud.topology():svg():find "^<svg")

---@usage kiln.Cloud:guest
local stack = kiln.stacks.create("shop", t):wait()
local cloud = kiln.cloud.connect "embedded"
assert(cloud:guest(stack:resource("Web").physical_id).is_up)

---@usage kiln.Cloud:fault
local cloud = kiln.cloud.connect "embedded"
cloud:fault { effect = "fail_build", server = "web*", message = "No valid host was found." }
cloud:clear_faults()

---@usage kiln.Cloud:clear_faults
kiln.cloud.connect("embedded"):clear_faults()

---@usage kiln.Cloud:expire_tokens
kiln.cloud.connect("embedded"):expire_tokens()

---@usage kiln.Service
local volume = kiln.cloud.volume:create_volume { name = "scratch", size = 1 }
for _, known in ipairs(kiln.cloud.volume:volumes { name = "scratch" }) do print(known.id) end
kiln.cloud.volume:delete_volume "scratch"
assert(volume.size == 1)

---@usage kiln.Thing
local flavor = kiln.cloud.compute:flavor "m1.small"
print(flavor.name, flavor.ram)

---@usage kiln.Thing:refresh
local volume = kiln.cloud.volume:create_volume { size = 1 }
print(volume:refresh().status)

---@usage kiln.resource.define
local shelf = {} -- what a service of yours would keep
kiln.resource.define("Custom::Note", {
  properties = { Text = { type = "string", required = true, update = "in_place" } },
  attributes = { "Length" },
  create = function(call, properties)
    shelf[call.name] = properties.Text
    return call.name, { Length = #properties.Text }
  end,
  update = function(_, id, properties)
    shelf[id] = properties.Text
    return { Length = #properties.Text }
  end,
  delete = function(_, id) shelf[id] = nil end,
  find = function(call) return shelf[call.name] and call.name end,
})
local note = kiln.template.parse [[{"Resources": {"Hello": {"Type": "Custom::Note", "Properties": {"Text": "hello"}}},
  "Outputs": {"Length": {"Value": {"Fn::GetAtt": ["Hello", "Length"]}}}}]]
assert(kiln.stacks.create("notes", note):wait().outputs.Length == 5)

---@usage kiln.resource.types
for _, name in ipairs(kiln.resource.types()) do print(name) end

---@usage kiln.ResourceCall
kiln.resource.define("Custom::Plain", {
  create = function(call, properties)
    print(call.stack, call.logical_id, call.name, call.metadata)
    return call.name
  end,
})

---@usage kiln.ResourceCall:step
kiln.resource.define("Custom::Twin", {
  create = function(call)
    local first = call:step("first", function() return call.name .. "-1" end)
    local second = call:step("second", function() return call.name .. "-2" end)
    return first, { Second = second }
  end,
})

---@usage kiln.Thing:update
local network = kiln.cloud.network:create_network { name = "inner" }
print(network:update({ name = "outer" }).name)

---@usage kiln.Thing:wait
local server = kiln.cloud.compute:create_server { name = "web", flavor = "m1.nano", image = "cirros", network = "private" }
server:wait "ACTIVE"
server:reboot "HARD"
server:wait()
server:delete()
server:wait "gone"

---@usage kiln.Thing:delete
kiln.cloud.volume:create_volume({ size = 1 }):delete()

---@usage kiln.Guest
local stack = kiln.stacks.create("shop", t):wait()
print(kiln.cloud.guest(stack:resource("Web").physical_id).is_up)

---@usage kiln.Guest:break_application
local stack = kiln.stacks.create("shop", t):wait()
local guest = kiln.cloud.guest(stack:resource("Web").physical_id)
guest:break_application "restart"
assert(not guest.is_up)

---@usage kiln.Guest:restart_service
local stack = kiln.stacks.create("shop", t):wait()
local guest = kiln.cloud.guest(stack:resource("Web").physical_id)
guest:break_application "restart"
guest:restart_service "httpd"
assert(guest.is_up)

---@usage kiln.ha
local ha = kiln.ha
local page = ha.notify.email { to = "operations@example.org" }
local policy = ha.policy {
  name = "shop", stack = "shop", resource = "Web",
  checks = { ha.check.http { url = "http://10.0.0.5/", contains = "Welcome", fall = 2 } },
  ladder = ha.ladder {
    ha.rung.restart { service = "httpd", intensity = 3, period = "10m", backoff = "5s" }, ha.rung.soft_reboot(),
    ha.rung.custom { name = "flush", run = function() return ha.recovered end },
    ha.rung.replace(), ha.rung.notify { to = page },
  },
}
print(policy)

---@usage kiln.ha.check.tcp
local ha = kiln.ha
local near = ha.check.tcp { address = "10.0.0.6", port = 3306, fall = 5, within = "2m", rise = 3, grace = "1m" }
local agreed = ha.check.tcp {
  address = "10.0.0.5", port = 443, vantage = { "here", "admin@10.0.0.7", "10.0.0.8" }, agree = 2,
}
print(near, agreed)

---@usage kiln.ha.check.http
local ha = kiln.ha
local checks = {
  ha.check.http { url = "http://10.0.0.5/", contains = "Welcome", fall = 2 },
  ha.check.http { url = "http://10.0.0.5/up", headers = { ["Content-Type"] = "application/json*" }, keep_alive = true },
  ha.check.http { url = "https://shop.example/", fall = 3, of = 5, min_samples = 10, flap = { low = 0.2, high = 0.5 } },
  ha.check.http { url = "https://10.0.0.5/", verify = false, valid_for = "14d", every = "1h" },
}
print(#checks)

---@usage kiln.ha.check.server
print(kiln.ha.check.server { id = "0f0e", every = "30s" })

---@usage kiln.ha.check.compute_service
print(kiln.ha.check.compute_service { host = "compute-1" })

---@usage kiln.ha.check.hypervisor
print(kiln.ha.check.hypervisor { hypervisor = "compute-1" })

---@usage kiln.ha.check.hypervisor_of
print(kiln.ha.check.hypervisor_of { server = "0f0e" })

---@usage kiln.ha.check.pool_member
print(kiln.ha.check.pool_member { pool = "7a1c", member = "9b2d" })

---@usage kiln.ha.check.dns
print(kiln.ha.check.dns { server = "10.0.0.2", query = "shop.example", record = "A", address = "10.0.0.5" })

---@usage kiln.ha.check.ssh
print(kiln.ha.check.ssh { address = "10.0.0.5", user = "fedora", command = "systemctl is-active httpd" })

---@usage kiln.ha.check.guest_agent
local ha = kiln.ha
local answers = ha.check.guest_agent { every = "1m" }
local works = ha.check.guest_agent { command = "systemctl is-active httpd", user = "nova", virsh = "sudo virsh" }
print(answers, works)

---@usage kiln.ha.check.metric
local ha = kiln.ha
local failures = ha.check.metric { name = "HttpFailureAlarm", metric = "ServiceFailure", threshold = 2, period = "5m" }
local load = ha.check.metric {
  name = "Load", metric = "Load", statistic = "Average", comparison = ">=", threshold = 8, period = "1m", periods = 5,
  datapoints = 3, missing = "breaching",
}
print(failures, load)

---@usage kiln.ha.check.reported
print(kiln.ha.check.reported { name = "monitoring", fall = 1, rise = 1 })

---@usage kiln.ha.check.heartbeat
print(kiln.ha.check.heartbeat { every = "1m", fall = 2 })

---@usage kiln.ha.check.custom
local function has_room()
  local free = 12
  if free > 10 then return true end
  return false, free .. "% are free"
end
print(kiln.ha.check.custom { name = "room", run = has_room, every = "5m" })

---@usage kiln.ha.rung.restart
local ha = kiln.ha
local own = ha.rung.restart { service = "httpd", intensity = 2, period = "10m", settle = "1m" }
local by_ssh = ha.rung.restart { service = "httpd", address = "10.0.0.5", user = "root" }
local by_agent = ha.rung.restart { service = "httpd", agent = { user = "nova", virsh = "sudo virsh" } }
print(own, by_ssh, by_agent)

---@usage kiln.ha.rung.soft_reboot
print(kiln.ha.rung.soft_reboot { settle = "2m" })

---@usage kiln.ha.rung.hard_reboot
print(kiln.ha.rung.hard_reboot { intensity = 2, period = "6h" })

---@usage kiln.ha.rung.stop_start
print(kiln.ha.rung.stop_start())

---@usage kiln.ha.rung.rebuild
print(kiln.ha.rung.rebuild { period = "1d", settle = "10m", timeout = "30m" })

---@usage kiln.ha.rung.replace
local ha = kiln.ha
local with_dependants = ha.rung.replace { period = "1d" }
local alone = ha.rung.replace { strategy = "one_for_one" }
local together = ha.rung.replace { strategy = "one_for_all", members = { "Web", "Db" } }
print(with_dependants, alone, together)

---@usage kiln.ha.rung.fence
print(kiln.ha.rung.fence())

---@usage kiln.ha.rung.evacuate
print(kiln.ha.rung.evacuate { timeout = "20m" })

---@usage kiln.ha.rung.move_address
print(kiln.ha.rung.move_address { address = "WebIp", to = "Standby" })

---@usage kiln.ha.rung.drain
print(kiln.ha.rung.drain { member = "WebMember" })

---@usage kiln.ha.rung.admit
print(kiln.ha.rung.admit { member = "WebMember" })

---@usage kiln.ha.rung.notify
local ha = kiln.ha
print(ha.rung.notify { to = "operations" }, ha.rung.notify { to = ha.notify.email { to = "operations@example.org" } })

---@usage kiln.ha.rung.custom
local ha = kiln.ha
local rung = ha.rung.custom {
  name = "flush",
  run = function(ctx)
    if ctx.attempt > 1 then return ha.escalate "a second flush never helped" end
    return ha.recovered
  end,
}
print(rung)

---@usage kiln.ha.rung.handler
local ha = kiln.ha
local rung = ha.rung.handler {
  name = "failover",
  run = function(ctx) return ha.escalate("nobody stands in for " .. ctx.resource) end,
}
print(rung)

---@usage kiln.ha.notify.webhook
print(kiln.ha.notify.webhook { url = "https://hooks.example/kiln", secret = "0123456789abcdef0123456789abcdef" })

---@usage kiln.ha.notify.email
print(kiln.ha.notify.email { to = { "operations@example.org" }, from = "kiln@example.org" })

---@usage kiln.ha.notify.command
print(kiln.ha.notify.command { command = { "logger", "-t", "kiln" } })

---@usage kiln.ha.notify.custom
print(kiln.ha.notify.custom { name = "my log", run = function(event) print(event.status, event.reason) end })

---@usage ha.Context
local ha = kiln.ha
local rung = ha.rung.handler {
  name = "page",
  run = function(ctx)
    print(ctx.application, ctx.stack, ctx.resource, ctx.reason, ctx.attempt, ctx.intensity, #ctx.parts)
    return ha.hold "a person must look"
  end,
}

---@usage ha.Context:restart
local ha = kiln.ha
local rung = ha.rung.handler { name = "mine", run = function(ctx)
  local result = ctx:restart "httpd"
  return result.ok and ha.recovered or ha.escalate(result.error)
end }

---@usage ha.Context:soft_reboot
local ha = kiln.ha
local rung = ha.rung.handler { name = "mine", run = function(ctx)
  return ctx:soft_reboot().ok and ha.recovered or ha.escalate "it refuses"
end }

---@usage ha.Context:hard_reboot
local ha = kiln.ha
local rung = ha.rung.handler { name = "mine", run = function(ctx)
  return ctx:hard_reboot().ok and ha.recovered or ha.escalate "it refuses"
end }

---@usage ha.Context:stop_start
local ha = kiln.ha
local rung = ha.rung.handler { name = "mine", run = function(ctx)
  return ctx:stop_start().ok and ha.recovered or ha.escalate "it refuses"
end }

---@usage ha.Context:rebuild
local ha = kiln.ha
local rung = ha.rung.handler { name = "mine", run = function(ctx)
  return ctx:rebuild().ok and ha.recovered or ha.escalate "it refuses"
end }

---@usage ha.Context:replace
local ha = kiln.ha
local rung = ha.rung.handler { name = "mine", run = function(ctx)
  return ctx:replace "Web".ok and ha.recovered or ha.escalate "it refuses"
end }

---@usage ha.Context:notify
local ha = kiln.ha
local rung = ha.rung.handler { name = "mine", run = function(ctx)
  ctx:notify "operations"
  return ha.hold "a person must look"
end }

---@usage ha.Context:fence
local ha = kiln.ha
local rung = ha.rung.handler { name = "mine", run = function(ctx)
  local off = ctx:fence()
  if not off.ok then return ha.hold("the old server may still answer: " .. off.error) end
  return ha.recovered
end }

---@usage ha.Context:evacuate
local ha = kiln.ha
local rung = ha.rung.handler { name = "mine", run = function(ctx)
  return ctx:evacuate().ok and ha.recovered or ha.escalate "only administrators may"
end }

---@usage ha.Context:move_address
local ha = kiln.ha
local rung = ha.rung.handler { name = "mine", run = function(ctx)
  if not ctx:fence().ok then return ha.hold "the old server may still answer" end
  return ctx:move_address("WebIp", "Standby").ok and ha.recovered or ha.escalate "it can't be moved"
end }

---@usage ha.Context:drain
local ha = kiln.ha
local rung = ha.rung.handler { name = "mine", run = function(ctx)
  ctx:drain "WebMember"
  return ha.recovered
end }

---@usage ha.Context:admit
local ha = kiln.ha
local rung = ha.rung.handler { name = "mine", run = function(ctx)
  ctx:admit "WebMember"
  return ha.recovered
end }

---@usage ha.Context:healthy
local ha = kiln.ha
local rung = ha.rung.handler { name = "mine", run = function(ctx)
  if ctx:soft_reboot().ok and ctx:healthy { within = "2m" } then return ha.recovered end
  return ha.escalate "it stays down"
end }

---@usage ha.Context:sleep
local ha = kiln.ha
local rung = ha.rung.handler { name = "mine", run = function(ctx)
  ctx:sleep "30s"
  return ha.retry "1m"
end }

---@usage ha.Context:remember
local ha = kiln.ha
local rung = ha.rung.handler { name = "mine", run = function(ctx)
  ctx:remember("seen", ctx.attempt)
  return ha.recovered
end }

---@usage ha.Context:recall
local ha = kiln.ha
local rung = ha.rung.handler { name = "mine", run = function(ctx)
  return ha.escalate("the last attempt was " .. tostring(ctx:recall "seen"))
end }

---@usage kiln.ha.escalate
kiln.ha.rung.custom { name = "page", run = function() return kiln.ha.escalate "nobody is awake" end }

---@usage kiln.ha.hold
kiln.ha.rung.custom { name = "stop", run = function() return kiln.ha.hold "a person must look" end }

---@usage kiln.ha.retry
kiln.ha.rung.custom { name = "again", run = function() return kiln.ha.retry "30s" end }

---@usage kiln.ha.ladder
local ladder = kiln.ha.ladder({ kiln.ha.rung.soft_reboot(), kiln.ha.rung.replace() }, { reset_after = "1h" })

---@usage kiln.ha.policy
local policy = kiln.ha.policy {
  name = "shop", stack = "shop", resource = "Web", checks = { kiln.ha.check.server { id = "0f0e" } },
  ladder = kiln.ha.ladder { kiln.ha.rung.soft_reboot() },
}
assert(policy.name == "shop")
-- Where the ladder of the application ends, that of its stack goes on: all its servers are replaced.
local site = kiln.ha.policy {
  name = "site", scope = "stack", stack = "shop",
  ladder = kiln.ha.ladder { kiln.ha.rung.replace { strategy = "one_for_all" }, kiln.ha.rung.notify { to = "operator" } },
}
local part = kiln.ha.policy {
  name = "till", stack = "shop", resource = "Web", parent = "site", checks = { kiln.ha.check.server { id = "0f0e" } },
}
print(site, part)

---@usage kiln.ha.supervise
local stack = kiln.stacks.create("shop", t):wait()
local supervisor <close> = kiln.ha.supervise(kiln.ha.policy {
  name = "shop", stack = stack, resource = "Web", checks = { kiln.ha.check.custom { run = function() return true end } },
  group = "fronts", tags = { tier = "web" },
}, { budgets = { { per = "stack", share = 0.2, number = 5 }, { per = "tag:tier" } } })
print(#supervisor:status())

---@usage kiln.ha.incidents
for _, incident in ipairs(kiln.ha.incidents { open = true }) do print(incident.id, incident.state, incident.reason) end

---@usage kiln.ha.status
for _, one in ipairs(kiln.ha.status()) do print(one.application, one.state, one.since, one.leader) end

---@usage kiln.ha.report
for _, one in ipairs(kiln.ha.report { since = "7d" }) do print(one.application, one.availability, one.mttr) end

---@usage kiln.ha.replay
local policy = kiln.ha.policy {
  name = "shop", stack = "shop", resource = "Web",
  checks = { kiln.ha.check.tcp { name = "door", address = "10.0.0.5", port = 80, fall = 3, rise = 2 } },
  ladder = kiln.ha.ladder { kiln.ha.rung.restart { settle = "1m" }, kiln.ha.rung.soft_reboot() },
}
local result = kiln.ha.replay(policy, {
  { at = "0s", outcome = "up" }, { at = "10m", check = "door", outcome = "down", reason = "connection refused" },
  { at = "15m", outcome = "up" },
}, { span = "1h" })
assert(result.actions[1].action == "restart" and result.actions[2].action == "soft reboot")
assert(result.state == "up" and result.events[1].status == "HA_DETECTED")

---@usage kiln.ha.explain
local stack = kiln.stacks.create("shop", t):wait()
do
  local supervisor <close> = kiln.ha.supervise(kiln.ha.policy {
    name = "shop", stack = stack, resource = "Web",
    checks = { kiln.ha.check.custom { every = "50ms", fall = 1, run = function() return false, "no answer" end } },
    ladder = kiln.ha.ladder { kiln.ha.rung.custom { name = "mend", run = function() return kiln.ha.recovered end } },
  })
  for event in supervisor:events() do if event.status == "HA_CUSTOM" then break end end
end
print(kiln.ha.explain(kiln.ha.incidents()[1].id))

---@usage kiln.ha.policies
local own = kiln.template.parse [==[
Resources:
  Web: { Type: AWS::EC2::Instance, Properties: { ImageId: cirros, InstanceType: m1.tiny } }
  WebPolicy:
    Type: Kiln::HA::Policy
    Properties:
      Resource: !Ref Web
      Checks: [{ Http: { Url: !Sub "http://${Web.PublicIp}/", Every: 10s } }]
      Ladder: [{ Restart: { Intensity: 3, Period: 10m } }, SoftReboot, Replace]
]==]
local watched = kiln.stacks.create("watched", own):wait()
assert(tostring(kiln.ha.policies(watched)[1]) == "policy watched/WebPolicy for watched/Web")

---@usage kiln.ha.load_plugin
local name = os.tmpname()
local file = assert(io.open(name, "w"))
file:write [[
  ha.plugin { name = "night" }
  ha.decide(function(step) if step.action == "replace" then return ha.hold "not at night" end end)
]]
file:close()
assert(kiln.ha.load_plugin(name) == "night")
os.remove(name)

---@usage kiln.ha.plugins
for _, plugin in ipairs(kiln.ha.plugins()) do print(plugin.name, plugin.decides, plugin.out_of_service) end

---@usage kiln.ha.webhook_key
local key = kiln.ha.webhook_key "0123456789abcdef0123456789abcdef"
local address = key:address { application = "shop", check = "monitoring", base = "https://h", expires_in = "1h" }
assert(key:grant(address).check == "monitoring")

---@usage kiln.WebhookKey:address
local key = kiln.ha.webhook_key "0123456789abcdef0123456789abcdef"
print(key:address { application = "shop", check = "monitoring", base = "https://kiln.example" })

---@usage kiln.WebhookKey:grant
local key = kiln.ha.webhook_key "0123456789abcdef0123456789abcdef"
local grant, why = key:grant "https://kiln.example/v1/checks/shop/monitoring?expires=0&signature=0"
assert(grant == nil and why == "the address is forged")

---@usage kiln.Check
local check = kiln.ha.check.tcp { name = "front door", address = "10.0.0.5", port = 80 }
assert(check.name == "front door")

---@usage kiln.Policy
local policy = kiln.ha.policy {
  name = "shop", stack = "shop", resource = "Web", checks = { kiln.ha.check.server { id = "0f0e" } },
}
assert(policy.name == "shop")

---@usage kiln.Supervisor:events
local stack = kiln.stacks.create("shop", t):wait()
local supervisor <close> = kiln.ha.supervise(kiln.ha.policy {
  name = "shop", stack = stack, resource = "Web",
  checks = { kiln.ha.check.custom { every = "50ms", fall = 1, run = function() return false, "no answer" end } },
  ladder = kiln.ha.ladder { kiln.ha.rung.custom { name = "mend", run = function() return kiln.ha.recovered end } },
})
for event in supervisor:events() do
  print(event.status, event.reason)
  break
end

---@usage kiln.Supervisor:status
local stack = kiln.stacks.create("shop", t):wait()
local supervisor <close> = kiln.ha.supervise(kiln.ha.policy {
  name = "shop", stack = stack, resource = "Web", checks = { kiln.ha.check.custom { run = function() return true end } },
})
for _, application in ipairs(supervisor:status()) do print(application.name) end

---@usage kiln.Supervisor:maintenance
local stack = kiln.stacks.create("shop", t):wait()
local supervisor <close> = kiln.ha.supervise(kiln.ha.policy {
  name = "shop", stack = stack, resource = "Web", checks = { kiln.ha.check.custom { run = function() return true end } },
})
supervisor:maintenance("shop", true)

---@usage kiln.Supervisor:retry
local stack = kiln.stacks.create("shop", t):wait()
local supervisor <close> = kiln.ha.supervise(kiln.ha.policy {
  name = "shop", stack = stack, resource = "Web", checks = { kiln.ha.check.custom { run = function() return true end } },
})
for _, application in ipairs(supervisor:status()) do
  if application.state == "gave up" then supervisor:retry(application.name) end
end

---@usage kiln.Supervisor:thaw
local stack = kiln.stacks.create("shop", t):wait()
local supervisor <close> = kiln.ha.supervise(kiln.ha.policy {
  name = "shop", stack = stack, resource = "Web", checks = { kiln.ha.check.custom { run = function() return true end } },
})
supervisor:thaw()

---@usage kiln.Supervisor:metric
local stack = kiln.stacks.create("shop", t):wait()
local supervisor <close> = kiln.ha.supervise(kiln.ha.policy {
  name = "shop", stack = stack, resource = "Web", checks = { kiln.ha.check.custom { run = function() return true end } },
})
pcall(supervisor.metric, supervisor, "HeartbeatAlarm", "Heartbeat", 1)

---@usage kiln.Supervisor:heartbeat
local stack = kiln.stacks.create("shop", t):wait()
local supervisor <close> = kiln.ha.supervise(kiln.ha.policy {
  name = "shop", stack = stack, resource = "Web", checks = { kiln.ha.check.heartbeat { every = "1m" } },
})
supervisor:heartbeat "shop"

---@usage kiln.Supervisor:report
local stack = kiln.stacks.create("shop", t):wait()
local supervisor <close> = kiln.ha.supervise(kiln.ha.policy {
  name = "shop", stack = stack, resource = "Web", checks = { kiln.ha.check.reported { name = "monitoring" } },
})
supervisor:report("shop", "monitoring", false, "too many errors")

---@usage kiln.Supervisor:stop
local stack = kiln.stacks.create("shop", t):wait()
local supervisor = kiln.ha.supervise(kiln.ha.policy {
  name = "shop", stack = stack, resource = "Web", checks = { kiln.ha.check.custom { run = function() return true end } },
})
supervisor:stop()

---@usage kiln.task.spawn
local task = kiln.task.spawn(function(name) return "hello " .. name end, "kiln")
assert(task:await() == "hello kiln")

---@usage kiln.task.sleep
kiln.task.sleep(0.01)

---@usage kiln.task.all
local results = kiln.task.all { function() return 1 end, function() return 2 end }
assert(results[1] + results[2] == 3)

---@usage kiln.task.race
assert(kiln.task.race { function() return "first" end, function() kiln.task.sleep(60) end } == "first")

---@usage kiln.task.timeout
local ok, why = pcall(kiln.task.timeout, 0.01, function() kiln.task.sleep(60) end)
assert(not ok and why.code == "timeout")

---@usage kiln.task.channel
local numbers = kiln.task.channel(10)
kiln.task.spawn(function()
  for i = 1, 3 do numbers:send(i) end
  numbers:close()
end)
for number in numbers do print(number) end

---@usage kiln.Task:await
assert(kiln.task.spawn(function() return 42 end):await() == 42)

---@usage kiln.Task:cancel
kiln.task.spawn(function() kiln.task.sleep(60) end):cancel()

---@usage kiln.Task:done
local task = kiln.task.spawn(function() return 1 end)
task:await()
assert(task:done())

---@usage kiln.Channel:send
local channel = kiln.task.channel(1)
channel:send "a value"

---@usage kiln.Channel:receive
local channel = kiln.task.channel(1)
channel:send(1)
assert(channel:receive() == 1)

---@usage kiln.Channel:close
local channel = kiln.task.channel()
channel:close()
assert(channel:receive() == nil)

---@usage kiln.json.decode
assert(kiln.json.decode('{"ports": [80, 443]}').ports[2] == 443)

---@usage kiln.json.encode
print(kiln.json.encode({ ports = { 80, 443 } }, { indent = 2 }))

---@usage kiln.yaml.decode
assert(kiln.yaml.decode("ports: [80, 443]\n").ports[1] == 80)

---@usage kiln.yaml.encode
print(kiln.yaml.encode { ports = { 80, 443 } })

---@usage kiln.log.debug
kiln.log.debug("%d servers to look at", 3)

---@usage kiln.log.info
kiln.log.info("launched %s", "shop")

---@usage kiln.log.warning
kiln.log.warning("%s has no key", "Web")

---@usage kiln.log.error
kiln.log.error("%s can't be reached", "10.0.0.5")

---@usage kiln.Error
local ok, wrong = pcall(kiln.stacks.create, "shop", t, { Flavr = "m1.small" })
assert(not ok)
print(wrong.code, wrong.message, wrong.hint, wrong.place, wrong.traceback, wrong.cause, #wrong.diagnostics)
