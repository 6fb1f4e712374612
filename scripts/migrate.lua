#!/usr/bin/env kiln
-- Takes a stack over from the cloud's Heat, with all that it has and without touching any of it: kiln imports each
-- resource as it is, Heat is told to retain what it has, and then deletes nothing but its own record.
--
--   kiln [--cloud NAME] scripts/migrate.lua HEAT_STACK [NAME]
--   kiln [--cloud NAME] scripts/migrate.lua             makes a small stack with Heat first, and deletes it last
local kiln = require "kiln"
local heat, name = kiln.cloud.orchestration, arg[2] or arg[1] or "migrate"
local is_example = not arg[1]

if is_example then
  heat:create_stack({ name = name, parameters = { size = 1 }, template = {
    heat_template_version = "2018-08-31",
    parameters = { size = { type = "number" } },
    resources = {
      net = { type = "OS::Neutron::Net" },
      subnet = { type = "OS::Neutron::Subnet", properties = {
        network = { get_resource = "net" }, cidr = "10.77.0.0/24",
      } },
      port = { type = "OS::Neutron::Port", depends_on = "subnet", properties = {
        network = { get_resource = "net" },
      } },
      web = { type = "OS::Nova::Server", properties = {
        image = "cirros", flavor = "m1.nano", networks = { { port = { get_resource = "port" } } },
      } },
      disk = { type = "OS::Cinder::Volume", properties = { size = { get_param = "size" } } },
      disk_of_web = { type = "OS::Cinder::VolumeAttachment", properties = {
        instance_uuid = { get_resource = "web" }, volume_id = { get_resource = "disk" },
      } },
    },
    outputs = { address = { value = { get_attr = { "web", "first_address" } } } },
  } }):wait("CREATE_COMPLETE")
end

local old = heat:stack(arg[1] or name)
local tree = old:template()
local template = kiln.template.parse(kiln.json.encode(tree), old.stack_name .. ".json")

-- What Heat was given; what it hides (`******`) has to be given again by hand.
local given = {}
for _, parameter in ipairs(template.parameters) do
  local value = old.parameters[parameter.name]
  assert(value ~= "******", parameter.name .. " is hidden: kiln needs its value")
  given[parameter.name] = value
end

local import = {}
for _, resource in ipairs(old:resources()) do
  if resource.physical_resource_id ~= "" then import[resource.resource_name] = resource.physical_resource_id end
end
local stack = kiln.stacks.create(name, template, given, { import = import }):wait()

local differences = 0
for _, found in ipairs(stack:drift()) do
  local is_same = found.state == "IN_SYNC" or found.state == "NOT_CHECKED"
  if not is_same then
    differences = differences + 1
    print(found.logical_id, found.state, kiln.json.encode(found.changes))
  end
end
assert(differences == 0, "Heat's stack isn't what its template says; nothing of it was touched")

-- Heat lets go.
local resources = tree.resources or tree.Resources
for _, resource in pairs(resources) do
  resource[tree.resources and "deletion_policy" or "DeletionPolicy"] = "Retain"
end
old:replace_template(tree, given)
old:wait("UPDATE_COMPLETE")
old:delete()
old:wait("gone")
for id, physical_id in pairs(import) do
  assert(stack:resource(id).physical_id == physical_id, id)
end
print(("%s has %d resources as Heat had them"):format(name, #stack.resources))
stack:check():wait()

if is_example then
  stack:delete():wait()
  print "all of it is gone"
end
