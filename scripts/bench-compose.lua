#!/usr/bin/env kiln
-- Measures composing a template of many resources and printing it, beside plain Lua tables written by lua-cjson.
--
--   KILN_CONFIGURATION=release scripts/kiln scripts/bench-compose.lua [RESOURCES]
--
-- All is measured in one run, in CPU time, the median of 5. Without lua-cjson (Debian: lua-cjson) kiln's own writer
-- stands in for it, and the output says so.
local kiln = require "kiln"
local template = kiln.template
local count = tonumber(arg[1] or 5000)

--- The same resources as plain tables.
local function plain()
  local resources = {}
  for i = 0, count - 1 do
    local kind = i % 4
    if kind == 0 then
      resources["Sg" .. i] = { Type = "AWS::EC2::SecurityGroup", Properties = {
        GroupDescription = "group " .. i,
        SecurityGroupIngress = {
          { IpProtocol = "tcp", FromPort = 22, ToPort = 22, CidrIp = { Ref = "Cidr" } },
          { IpProtocol = "tcp", FromPort = 443, ToPort = 443, CidrIp = "10.0.0.0/8" },
        },
      } }
    elseif kind == 1 then
      resources["Inst" .. i] = { Type = "AWS::EC2::Instance", Properties = {
        ImageId = { ["Fn::FindInMap"] = { "Images", { Ref = "Env" }, "Id" } },
        InstanceType = { ["Fn::If"] = { "IsProd", "m1.large", { Ref = "Size" } } },
        KeyName = { Ref = "Key" },
        SecurityGroups = { { Ref = "Sg" .. i - 1 } },
        UserData = { ["Fn::Base64"] = { ["Fn::Join"] = { "", { "#!/bin/bash\necho ", { Ref = "Env" }, "\n" } } } },
        Tags = { { Key = "Name", Value = "node-" .. i }, { Key = "Role", Value = "web" } },
      } }
    elseif kind == 2 then
      resources["Vol" .. i] = { Type = "AWS::EC2::Volume", Properties = {
        Size = 10, AvailabilityZone = { ["Fn::GetAtt"] = { "Inst" .. i - 1, "AvailabilityZone" } },
        Tags = { { Key = "Name", Value = "vol-" .. i } },
      } }
    else
      resources["Att" .. i] = { Type = "AWS::EC2::VolumeAttachment", Properties = {
        InstanceId = { Ref = "Inst" .. i - 2 }, VolumeId = { Ref = "Vol" .. i - 1 }, Device = "/dev/vdc",
      } }
    end
  end
  return { AWSTemplateFormatVersion = "2010-09-09", Resources = resources }
end

--- The same resources, composed and checked.
local function composed()
  local t = template.new()
  local env, size = t:parameter("Env", { default = "dev" }), t:parameter("Size", { default = "m1.small" })
  local key, cidr = t:parameter("Key", { default = "key" }), t:parameter("Cidr", { default = "10.1.0.0/16" })
  local images = t:mapping("Images", { dev = { Id = "ami-0123456789abcdef0" } })
  local is_prod = t:condition("IsProd", env:equals "prod")
  local group, instance, volume
  for i = 0, count - 1 do
    local kind = i % 4
    if kind == 0 then
      group = t:resource("Sg" .. i, "AWS::EC2::SecurityGroup", {
        GroupDescription = "group " .. i,
        SecurityGroupIngress = {
          { IpProtocol = "tcp", FromPort = 22, ToPort = 22, CidrIp = cidr },
          { IpProtocol = "tcp", FromPort = 443, ToPort = 443, CidrIp = "10.0.0.0/8" },
        },
      })
    elseif kind == 1 then
      instance = t:resource("Inst" .. i, "AWS::EC2::Instance", {
        ImageId = images:find(env, "Id"),
        InstanceType = is_prod:choose("m1.large", size),
        KeyName = key,
        SecurityGroups = { group },
        UserData = template.base64("#!/bin/bash\necho " .. env .. "\n"),
        Tags = { { Key = "Name", Value = "node-" .. i }, { Key = "Role", Value = "web" } },
      })
    elseif kind == 2 then
      volume = t:resource("Vol" .. i, "AWS::EC2::Volume", {
        Size = 10, AvailabilityZone = instance.AvailabilityZone,
        Tags = { { Key = "Name", Value = "vol-" .. i } },
      })
    else
      t:resource("Att" .. i, "AWS::EC2::VolumeAttachment", {
        InstanceId = instance, VolumeId = volume, Device = "/dev/vdc",
      })
    end
  end
  return t
end

--- The median of 5 CPU times of a function, and what it returned.
local function measure(body)
  local times, result = {}, body()
  for run = 1, 5 do
    collectgarbage()
    local start = os.clock()
    result = body()
    times[run] = os.clock() - start
  end
  table.sort(times)
  return times[3], result
end

local has_cjson, cjson = pcall(require, "cjson")
local encode = has_cjson and cjson.encode or require("kiln.native.data").json

local build_plain, tables = measure(plain)
local write_plain = measure(function() return encode(tables) end)
local build, t = measure(composed)
local write, text = measure(function() return t:text "json" end)

print(("%d resources, %d bytes of JSON"):format(count, #text))
print(("plain tables      %7.1f ms"):format(build_plain * 1000))
print(("%-17s %7.1f ms"):format(has_cjson and "lua-cjson" or "kiln's writer", write_plain * 1000))
print(("composing         %7.1f ms"):format(build * 1000))
print(("printing          %7.1f ms"):format(write * 1000))
print(("ratio             %7.2f"):format((build + write) / (build_plain + write_plain)))
