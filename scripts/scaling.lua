#!/usr/bin/env kiln
-- A group of servers that grows and shrinks when its policies are signalled, and changes its members in batches; and,
-- on the embedded cloud, what becomes of that when a server can't be built and when a service is away.
--
--   kiln [--cloud NAME] scripts/scaling.lua [NAME]
local kiln = require "kiln"
local cloud, name = kiln.cloud, arg[1] or "scaling"

local function compose(role)
  local t = kiln.template.new()
  local group = t:resource("Group", "OS::Heat::AutoScalingGroup", {
    min_size = 1, max_size = 4, desired_capacity = 2, cooldown = 0,
    rolling_updates = { max_batch_size = 1, min_in_service = 1 },
    resource = {
      type = "OS::Nova::Server",
      properties = {
        image = "cirros", flavor = "m1.nano", networks = { { network = "private" } }, metadata = { role = role },
      },
    },
  })
  for policy, adjustment in pairs { Grow = 1, Shrink = -1 } do
    t:resource(policy, "OS::Heat::ScalingPolicy", {
      auto_scaling_group_id = group, adjustment_type = "change_in_capacity", scaling_adjustment = adjustment,
    })
  end
  t:output("Size", group.current_size)
  return t
end

local stack = kiln.stacks.create(name, compose "web"):wait()
local function tell(what) print(("%s: %d servers, %s"):format(what, stack.outputs.Size, stack.status)) end
tell "made"

stack:signal("Grow"):wait()
tell "an alarm has asked for more"
stack:signal("Grow", { data = kiln.json.encode { state = "ok" } }):wait()
tell "it has ended"
stack:signal("Shrink"):wait()
tell "it is quiet again"

stack:update(compose "shop"):wait()
tell "all are shops now, one after the other"

if cloud.is_embedded then
  cloud.fault { effect = "fail_build", message = "No valid host was found." }
  local ok, problem = pcall(function() stack:signal("Grow"):wait() end)
  print("a server that can't be built:", ok, tostring(problem):match "No valid host was found" or problem)
  tell "the group stays"
  cloud.fault { effect = "refuse", status = 503, service = "compute", times = 4 }
  stack:update(compose "mail"):wait()
  tell "compute was away for a while, and the update waited"
end

stack:delete():wait()
print "all of it is gone"
