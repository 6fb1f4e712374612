#!/usr/bin/env kiln
-- High availability from end to end: an application that fails is restarted; one that fails again has its server
-- rebooted; one that can't be helped has its address led to a standby, by the plugin policies/standby.lua.
--
--   kiln --cloud embedded scripts/failover.lua
--
-- It needs the embedded cloud, whose guests can be broken. It leaves nothing behind.
local kiln = require "kiln"
local template, stacks, ha, task = kiln.template, kiln.stacks, kiln.ha, kiln.task

local NAME = "failover"

local function heading(text) print("\n== " .. text .. " ==") end

-- 1. Two servers, one address

local t = template.new "A front door and its standby"
local flavor = t:parameter("Flavor", { default = "m1.nano" })
local image = t:parameter("Image", { default = "cirros" })
local access = t:resource("Access", "OS::Neutron::SecurityGroup", {
  rules = { { protocol = "tcp", port_range_min = 80, port_range_max = 80 }, { protocol = "icmp" } },
})
local function server(name)
  local port = t:resource(name .. "Port", "OS::Neutron::Port", { network = "private", security_groups = { access } })
  return t:resource(name, "OS::Nova::Server", { flavor = flavor, image = image, networks = { { port = port } } }), port
end
local _, port = server "Web"
server "Standby"
local address = t:resource("WebIp", "OS::Neutron::FloatingIP", { floating_network = "public", port_id = port })
t:output("Address", address.floating_ip_address)

heading("launch " .. NAME .. " on " .. kiln.cloud.name)
local stack = stacks.create(NAME, t):wait()
print("the address\t" .. stack.outputs.Address)

-- 2. Break it, worse each time

local function follow(supervisor, verb)
  for event in supervisor:events() do
    print(("%s  %-16s %s"):format(event.time, event.status, event.reason))
    if event.status == verb then return event end
    if event.status == "HA_GAVE_UP" or event.status == "HA_HELD" then error(event.reason, 0) end
  end
end

do
  local supervisor <close> = ha.supervise(ha.policy {
    name = "front door", stack = stack, resource = "Web",
    checks = {
      ha.check.http {
        url = "http://" .. stack.outputs.Address .. "/", every = "500ms", timeout = "2s", fall = 3, rise = 2,
      },
    },
    ladder = ha.ladder {
      ha.rung.restart { service = "httpd", settle = "3s" },
      ha.rung.soft_reboot { settle = "4s" },
      ha.rung.handler { name = "standby.failover", settle = "5s", timeout = "10m" },
    },
  })

  -- The guests take a moment to boot.
  task.timeout(300, function()
    while supervisor:status()[1].state ~= "up" do task.sleep(0.2) end
  end)

  local web = kiln.cloud.guest(stack:resource("Web").physical_id)

  heading "it fails: its service is restarted"
  web:break_application "restart"
  follow(supervisor, "HA_RECOVERED")

  heading "it fails again: its server is rebooted"
  web:break_application "soft_reboot"
  follow(supervisor, "HA_RECOVERED")

  heading "it can't be helped: the standby takes over"
  web:break_application "replace"
  follow(supervisor, "HA_RECOVERED")
end

heading "why"
for _, incident in ipairs(ha.incidents()) do
  print(incident.reason, incident.state)
  print(ha.explain(incident.id))
end

heading "delete"
stack:delete():wait()
task.sleep(0)
print "nothing is left"
