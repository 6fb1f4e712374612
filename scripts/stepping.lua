#!/usr/bin/env kiln
-- A stack that is made step by step: a hook keeps a rule, what breaks it fails and waits, is looked at, put right and
-- tried again; then a change waits at a breakpoint, and a deletion leaves what is skipped.
--
--   kiln [--cloud NAME] scripts/stepping.lua [NAME]
local kiln = require "kiln"
local name = arg[1] or "stepping"

local function compose(size)
  local t = kiln.template.new()
  local disk = t:resource("Disk", "OS::Cinder::Volume", { size = size })
  t:resource("Label", "OS::Heat::Value", { value = disk })
  return t
end

local function tell(what, pauses)
  print(what .. ":")
  for _, pause in ipairs(pauses) do print("", pause.hook, pause.resource, pause.reason) end
end

local largest = 1
kiln.stacks.hook("small disks only", {
  on = { "pre-create", "pre-update" }, type = "OS::Cinder::*",
  run = function(step)
    if step.properties.size > largest then return "refuse", "the largest is " .. largest .. " GB" end
  end,
})

local d = kiln.stacks.debug(kiln.stacks.plan(name, compose(2)))
tell("before all", d:where())
print("the disk's size", d:inspect("Disk").properties.size)
tell("the hook refuses it", d:step "Disk")
largest = 2
tell("tried again", d:retry "Disk")
print("the label is the disk", d:inspect("Label").properties.value == d.stack:resource("Disk").physical_id)
d:continue()
print("made", d.stack.status)

local stack = d.stack:update(compose(1), nil, { breakpoints = { Disk = "pre-update" } })
repeat kiln.task.sleep(0.1) until #stack.pauses > 0
tell("a change waits", stack.pauses)
stack:clear("Disk", { decision = "skip" })
print("changed", stack:wait().status, stack.reason)

d.stack:delete():wait()
print "all of it is gone"
