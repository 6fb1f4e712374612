#!/usr/bin/env kiln
-- A template of 2012 with `HEAT::HA::Restarter`, kept alive as its own alarm says.
--
--   kiln scripts/restarter.lua TEMPLATE [NAME=VALUE ...]
--
-- It launches the template, watches it by the policies that the template itself says, and tells the alarm what the
-- guest's cfn-push-stats would: that a service failed, three times. The restarter replaces the instance. Then all is
-- deleted.
local kiln = require "kiln"
local stacks, ha = kiln.stacks, kiln.ha

local path = arg[1] or error("name a template with a restarter and an alarm", 0)
local parameters = {}
for position = 2, #arg do
  local name, value = arg[position]:match "^(%w+)=(.*)$"
  parameters[name or error(arg[position] .. " isn't NAME=VALUE", 0)] = value
end

local stack = stacks.create("restarter", kiln.template.load(path), parameters):wait()
local policies = ha.policies(stack, { mode = "heat-v4" })
for _, policy in ipairs(policies) do print(policy) end

-- What the guest calls the alarm is what `Ref` of it gives.
local alarm, restarted
for _, resource in ipairs(stack.resources) do
  if resource.type == "AWS::CloudWatch::Alarm" then alarm = resource end
  if resource.type:find "Restarter$" then restarted = resource end
end
local server = tostring(policies[1]):match "/([^/]+)$"
local before = stack:resource(server).physical_id
print(("%s is triggered by %s, for %s"):format(restarted.logical_id, alarm.physical_id, server))

do
  local supervisor <close> = ha.supervise(policies)
  for sample = 1, 3 do
    print("the guest says that a service failed, " .. sample)
    supervisor:metric(alarm.physical_id, "ServiceFailure", 1)
  end
  for event in supervisor:events() do
    print(event.status, event.reason)
    if event.status == "HA_REPLACE" then break end
  end
  while stack:resource(server).physical_id == before or stack.status:find "PROGRESS" do kiln.task.sleep(0.2) end
end
print("replaced:", before, stack:resource(server).physical_id)
print("by", ha.incidents()[1].reason)
stack:delete():wait()
print "nothing is left"
