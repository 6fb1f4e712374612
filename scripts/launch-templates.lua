#!/usr/bin/env kiln
-- Launches every template of a folder that a pattern chooses, one after the other, and deletes it again. In between,
-- nobody having touched it, it must be in sync with the cloud, and an update to the same template must do nothing.
-- Usage: kiln [--cloud NAME] scripts/launch-templates.lua FOLDER [PATTERN-OF-PATHS] [LAUNCH-WORDS]
-- FOLDER has an INDEX.tsv with a path and, in its seventh column, a word that says what the template needs.
local kiln = require "kiln"

local folder, pattern = arg[1] or error "which folder?", arg[2] or ""
local words = arg[3] or "heat-now,heat-2012,core-services"
local cloud = kiln.cloud

local function names(list)
  local found = {}
  for _, thing in ipairs(list) do found[#found + 1] = thing.name end
  return found
end

local function first_of(list, ...)
  for _, wanted in ipairs { ... } do
    for _, name in ipairs(list) do
      if name:find(wanted) then return name end
    end
  end
  return list[1]
end

local function has(list, wanted)
  for _, name in ipairs(list) do
    if name == wanted then return true end
  end
  return false
end

-- What the cloud has for what parameters ask for.
local keys, images = names(cloud.compute:keypairs()), names(cloud.image:images())
local flavors = names(cloud.compute:flavors())
if not has(keys, "kiln-templates") then cloud.compute:create_keypair { name = "kiln-templates" } end
local inside, outside
for _, network in ipairs(cloud.network:networks()) do
  if network["router:external"] then outside = network.name else inside = inside or network.name end
end
local subnet = cloud.network:subnets()[1]

local function choice(parameter)
  local name, description = parameter.name:lower(), (parameter.description or ""):lower()
  if parameter.type:find "^AWS::SSM" then return nil end
  local allowed = parameter.allowed_values
  if allowed and parameter.default ~= nil and not has(allowed, parameter.default) then return allowed[1] end
  local thing = parameter.names or ""
  local function is(text) return name:find(text) end
  if thing == "nova.keypair" or is "key_?name" or is "^key" or is "ssh_key" then return "kiln-templates" end
  if thing == "glance.image" or is "image" then
    if parameter.allowed_values or (parameter.default and has(images, parameter.default)) then return nil end
    return first_of(images, "^cirros$", "F17%-x86_64%-cfntools")
  end
  if thing == "nova.flavor" or is "flavor" or is "instance_?type" or is "vm_?size" then
    if parameter.default and has(flavors, parameter.default) then return nil end
    if parameter.allowed_values then
      for _, value in ipairs(parameter.allowed_values) do
        if has(flavors, value) then return value end
      end
      return nil
    end
    return first_of(flavors, "^m1.small$", "^m1.nano$")
  end
  if is "public_?net" or is "external_?net" or is "floating_?net" or is "ext_?net" then return outside end
  if description:find "floating ip" and is "net" then return outside end
  if thing == "neutron.subnet" or is "subnet" and not is "cidr" then
    return parameter.default == nil and subnet.id or nil
  end
  if thing == "neutron.network" or is "network" or is "net_?id" or is "^private_?net" or is "vpc" then
    if parameter.default ~= nil and parameter.default ~= "" and not thing:find "neutron" then return nil end
    return inside
  end
  if thing == "nova.availability_zone" or is "zone" and parameter.default == nil then return "nova" end
  if parameter.default ~= nil or (parameter.no_echo and parameter.has_default) then return nil end
  if parameter.allowed_values then return parameter.allowed_values[1] end
  if parameter.type == "Number" or parameter.type == "number" then return 1 end
  if parameter.type == "boolean" then return true end
  if is "domain" then return "default" end
  if is "project" or is "tenant" then return "demo" end
  if is "role" then return "member" end
  if is "pass" then return "Admin123" end
  if is "enabled" then return true end
  if is "cidr" then return "10.33.0.0/24" end
  if is "server_?id" or is "instance_?id" then return nil end
  return "admin1234"
end

-- Some templates name an image that a cloud may lack: a small one takes its name.
local function bring_image(name)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(("kiln"):rep(256))
  file:close()
  cloud.image:create_image({ name = name, disk_format = "raw", container_format = "bare" }):upload(path)
  os.remove(path)
  images[#images + 1] = name
end

-- What Amazon stores under such names is the newest image.
kiln.stacks.resolver("ssm", function(name)
  return (name:find "ami" or name:find "debian") and first_of(images, "^cirros$") or nil
end)

local function parameters_of(template)
  local given = {}
  for _, parameter in ipairs(template.parameters) do given[parameter.name] = choice(parameter) end
  return given
end

local function count()
  -- For a moment after it is gone, Nova still lists a server as deleted.
  local servers = 0
  for _, server in ipairs(cloud.compute:servers()) do
    if server.status ~= "DELETED" then servers = servers + 1 end
  end
  return ("%d servers, %d volumes, %d floating IPs, %d groups, %d networks, %d ports"):format(
    servers, #cloud.volume:volumes(), #cloud.network:floating_ips(),
    #cloud.network:security_groups(), #cloud.network:networks(), #cloud.network:ports())
end

local function one_line(text) return (tostring(text):gsub("%s*\n%s*", " | "):sub(1, 400)) end

-- Where nothing runs in servers, somebody must signal for the guests: each handle and deployment, again and again. The
-- embedded cloud's guests do that themselves within seconds, but for what a creation policy waits for, as they have no
-- AWS to tell, and for handles that no guest was given.
local function answer_for_guests(stack)
  kiln.task.spawn(function()
    for round = 1, 600 do
      kiln.task.sleep(2)
      local ok, status = pcall(function() return stack.status end)
      if not ok or not status:find "IN_PROGRESS" then return end
      local waiting = {}
      for _, event in ipairs(stack:events()) do
        if event.logical_id then waiting[event.logical_id] = event.reason:find "^waits for %d+ of" end
      end
      for _, resource in ipairs(stack.resources) do
        local waits = waiting[resource.logical_id]
        for _, ending in ipairs { "WaitConditionHandle$", "SignalHandle$", "Deployment$" } do
          waits = waits or (round > 10 or not cloud.is_embedded) and resource.type:find(ending)
        end
        if waits then pcall(stack.signal, stack, resource.logical_id, { id = "guest-" .. round }) end
      end
    end
  end)
end

-- What is wrong with a stack that nobody has touched since its launch.
local function unrest(stack, template, parameters)
  local found = {}
  for _, drift in ipairs(stack:drift()) do
    if drift.state == "MODIFIED" or drift.state == "DELETED" then
      found[#found + 1] = ("%s is %s: %s"):format(drift.logical_id, drift.state, kiln.json.encode(drift.changes))
    end
  end
  local plan = stack:plan_update(template, parameters)
  if not plan.is_empty then found[#found + 1] = "an update would do something: " .. tostring(plan) end
  if #found > 0 then error(table.concat(found, "; "), 0) end
end

local launched, failed, number = 0, 0, 0
local before = count()
for line in io.lines(folder .. "/INDEX.tsv") do
  local fields = {}
  for field in (line .. "\t"):gmatch "([^\t]*)\t" do fields[#fields + 1] = field end
  local path, word = fields[1], fields[7]
  local wanted = path ~= "path" and path:find(pattern)
  if wanted and ("," .. words .. ","):find("," .. word .. ",", 1, true) then
    number = number + 1
    local name = "t" .. number
    local began = os.time()
    local function launch()
      local template = kiln.template.load(folder .. "/" .. path)
      local parameters = parameters_of(template)
      local stack = kiln.stacks.create(name, template, parameters)
      answer_for_guests(stack)
      stack:wait()
      unrest(stack, template, parameters)
    end
    local ok, problem = pcall(launch)
    for _ = 1, 4 do
      local kind, missing
      if not ok then kind, missing = tostring(problem):match "there is no (%l+) ([^%s;,]+)" end
      if kind == "image" then bring_image((missing:gsub("%.$", "")))
      elseif kind == "flavor" then
        local made = pcall(function()
          cloud.compute:create_flavor { name = missing, ram = 512, vcpus = 1, disk = 1 }
        end)
        if not made then break end
        flavors[#flavors + 1] = missing
      else break end
      pcall(function() kiln.stacks.get(name):delete():wait() end)
      ok, problem = pcall(launch)
    end
    local stack_there = pcall(kiln.stacks.get, name)
    local deleted, trouble = true, nil
    if stack_there then
      deleted, trouble = pcall(function() kiln.stacks.get(name):delete():wait() end)
    end
    local after = count()
    -- A server's ports may outlive it for a moment.
    for _ = 1, after == before and 0 or 3 do
      kiln.task.sleep(1)
      after = count()
    end
    if ok and deleted and after == before then
      launched = launched + 1
      print(("ok     %-90s %3d s"):format(path, os.time() - began))
    else
      failed = failed + 1
      local left = "left behind: " .. after .. " (was " .. before .. ")"
      local why = not ok and problem or not deleted and trouble or left
      print(("FAILED %-90s %s"):format(path, one_line(why)))
      before = after
    end
  end
end
print(("%d launched and deleted, %d failed"):format(launched, failed))
if failed > 0 then os.exit(1) end
