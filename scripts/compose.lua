#!/usr/bin/env kiln
-- Composes a three-tier application from components and a table of servers, and prints it.
--
--   kiln scripts/compose.lua [yaml|json|lua] [FILE.csv]
--
-- Components are plain functions that put their resources into a scope, so that the same component can be there
-- twice under names of its own; what they return is a table of resources, to refer to.
local kiln = require "kiln"
local template = kiln.template

local format, path = arg[1] or "yaml", arg[2]

local servers = path and kiln.data.csv(path, { convert = { port = tonumber } }) or kiln.data.parse_csv([[
name,tier,flavor,port
Shop,web,m1.small,80
Admin,web,m1.small,8080
Orders,app,m1.medium,9000
]], { convert = { port = tonumber } }, "servers")

--- Lets in what comes to some ports, from everywhere or from the servers of other tiers.
local function access(scope, why, ports, from)
  local rules = {}
  for _, port in ipairs(ports) do
    local rule = { IpProtocol = "tcp", FromPort = port, ToPort = port }
    if from then rule.SourceSecurityGroupName = from else rule.CidrIp = "0.0.0.0/0" end
    rules[#rules + 1] = rule
  end
  return scope:resource("Access", "AWS::EC2::SecurityGroup", {
    GroupDescription = why, SecurityGroupIngress = rules,
  })
end

--- A server that runs a program with the address of what it needs.
local function server(scope, options)
  return scope:resource("Server", "AWS::EC2::Instance", {
    ImageId = options.image,
    InstanceType = options.flavor,
    KeyName = options.key,
    SecurityGroups = { options.access },
    UserData = template.base64(template.format("#!/bin/sh\nexec %s --backend %s\n", options.name, options.backend)),
    Tags = { { Key = "Name", Value = template.stack_name .. "-" .. options.name } },
  })
end

--- A database on a volume that outlives the stack.
local function database(scope, options)
  local db = server(scope, options)
  local disk = scope:resource("Disk", "AWS::EC2::Volume", {
    Size = options.size, AvailabilityZone = db.AvailabilityZone,
  }):deletion_policy "Retain"
  scope:resource("DiskOfServer", "AWS::EC2::VolumeAttachment", {
    InstanceId = db, VolumeId = disk, Device = "/dev/vdc",
  })
  return db
end

-- The same inputs compose the same template: no clock, no chance, no cloud.
local t = template.pure(function()
  local t = template.new "A shop in three tiers"
  local image = t:parameter("Image", { default = "F17-x86_64-cfntools" })
  local key = t:parameter("Key", { default = "kiln", description = "Key pair for SSH" })
  local stage = t:parameter("Stage", { default = "test", allowed_values = { "test", "live" } })
  local is_live = t:condition("IsLive", stage:equals "live")
  local sizes = t:mapping("Sizes", { test = { Disk = 1 }, live = { Disk = 100 } })

  local by_tier, ports = { web = {}, app = {} }, { web = {}, app = {} }
  for _, row in ipairs(servers) do
    table.insert(by_tier[row.tier], row)
    table.insert(ports[row.tier], row.port)
  end

  local web_access = access(t:scope "Web", "HTTP from everywhere", ports.web)
  local app_access = access(t:scope "App", "what the web servers ask", ports.app, web_access)
  local db_scope = t:scope "Database"
  local db = database(db_scope, {
    name = "database", image = image, key = key, flavor = is_live:choose("m1.large", "m1.small"),
    access = access(db_scope, "SQL from the applications", { 5432 }, app_access),
    size = sizes:find(stage, "Disk"), backend = "/var/lib/data",
  })

  local backend = db
  for _, tier in ipairs { "app", "web" } do
    local last
    for _, row in ipairs(by_tier[tier]) do
      last = server(t:scope(row.name), {
        name = row.name:lower(), image = image, key = key, flavor = row.flavor,
        access = tier == "web" and web_access or app_access, backend = backend.PrivateIp,
      })
      if tier == "web" then
        t:output(row.name .. "Address", template.format("http://%s:%d/", last.PublicIp, row.port))
      end
    end
    backend = last or backend
  end
  return t
end)

io.write(t:text(format))
