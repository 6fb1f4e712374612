#!/usr/bin/env kiln
-- A day in the life of a stack: others meddle with it, kiln tells what they did and takes it back; it sleeps over
-- night; and its disk moves into another stack without being made anew.
--
--   kiln [--cloud NAME] scripts/upkeep.lua [NAME]
local kiln = require "kiln"
local cloud, name = kiln.cloud, arg[1] or "upkeep"

local t = kiln.template.new()
local disk = t:resource("Disk", "OS::Cinder::Volume", { size = 1, metadata = { purpose = "orders" } })
t:resource("Access", "OS::Neutron::SecurityGroup", {
  rules = { { protocol = "tcp", port_range_min = 80, port_range_max = 80 } },
})
local web = t:resource("Web", "OS::Nova::Server", {
  image = "cirros", flavor = "m1.nano", networks = { { network = "private" } }, metadata = { role = "web" },
})
web:depends_on(disk)

local function tell(stack)
  for _, found in ipairs(stack:drift()) do
    print(found.logical_id, found.state)
    for _, change in ipairs(found.changes) do print("", change.property, kiln.json.encode(change.after.value)) end
  end
end

local stack = kiln.stacks.create(name, t):wait()
stack:check():wait()

-- Somebody else changes the server and does away with the disk.
cloud.compute:server(stack:resource("Web").physical_id):set_metadata { role = "mail" }
local volume = cloud.volume:volume(stack:resource("Disk").physical_id)
volume:delete()
volume:wait "gone"
tell(stack)
print(stack:plan_revert())
stack:revert():wait()
for _, found in ipairs(stack:drift()) do assert(found.state == "IN_SYNC", found.logical_id) end

stack:suspend():wait()
assert(cloud.compute:server(stack:resource("Web").physical_id).status == "SUSPENDED")
stack:resume():wait()

-- The disk outlives its stack, and another one takes it in.
local id = stack:resource("Disk").physical_id
stack:delete({ retain = { "Disk" } }):wait()
local archive = kiln.template.new()
archive:resource("Orders", "OS::Cinder::Volume", { size = 1 })
local heir = kiln.stacks.create(name .. "-archive", archive, {}, { import = { Orders = id } }):wait()
assert(heir:resource("Orders").physical_id == id)
heir:delete():wait()
print "all of it is gone"
