#!/usr/bin/env kiln
-- Measures composing a template of many resources and printing it, beside plain Lua tables written by lua-cjson, and
-- beside troposphere.
--
--   KILN_CONFIGURATION=release scripts/kiln scripts/bench-compose.lua [RESOURCES]
--
-- All is measured in one run, in CPU time, the median of 5. Without lua-cjson (Debian: lua-cjson) kiln's own writer
-- stands in for it, and the output says so. troposphere is asked of $PYTHON (python3), and left out where it lacks it.
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

-- The same resources by troposphere.
local troposphere = [==[
import sys, time
import troposphere
from troposphere import Base64, Equals, FindInMap, GetAtt, If, Join, Parameter, Ref, Tags, Template, ec2
for module in list(sys.modules.values()):
    if getattr(module, "MAX_RESOURCES", None): module.MAX_RESOURCES = 10 ** 9

def build(count):
    t = Template()
    cidr, env, size, key = [t.add_parameter(Parameter(n, Type="String", Default=d)) for n, d in
                            [("Cidr", "10.1.0.0/16"), ("Env", "dev"), ("Size", "m1.small"), ("Key", "key")]]
    t.add_mapping("Images", {"dev": {"Id": "ami-0123456789abcdef0"}})
    t.add_condition("IsProd", Equals(Ref(env), "prod"))
    for i in range(count):
        if i % 4 == 0:
            group = t.add_resource(ec2.SecurityGroup(
                "Sg%d" % i, GroupDescription="group %d" % i, SecurityGroupIngress=[
                    ec2.SecurityGroupRule(IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp=Ref(cidr)),
                    ec2.SecurityGroupRule(IpProtocol="tcp", FromPort=443, ToPort=443, CidrIp="10.0.0.0/8")]))
        elif i % 4 == 1:
            instance = t.add_resource(ec2.Instance(
                "Inst%d" % i, ImageId=FindInMap("Images", Ref(env), "Id"),
                InstanceType=If("IsProd", "m1.large", Ref(size)), KeyName=Ref(key), SecurityGroups=[Ref(group)],
                UserData=Base64(Join("", ["#!/bin/bash\necho ", Ref(env), "\n"])),
                Tags=Tags(Name="node-%d" % i, Role="web")))
        elif i % 4 == 2:
            volume = t.add_resource(ec2.Volume(
                "Vol%d" % i, Size=10, AvailabilityZone=GetAtt(instance, "AvailabilityZone"),
                Tags=Tags(Name="vol-%d" % i)))
        else:
            t.add_resource(ec2.VolumeAttachment(
                "Att%d" % i, InstanceId=Ref(instance), VolumeId=Ref(volume), Device="/dev/vdc"))
    return t

best = 1e9
for _ in range(3):
    start = time.process_time()
    build(int(sys.argv[1])).to_json()
    best = min(best, time.process_time() - start)
print(best)
]==]

local path = os.tmpname()
local file = assert(io.open(path, "w"))
file:write(troposphere)
file:close()
local pipe = assert(io.popen(("%s %s %d 2>/dev/null"):format(os.getenv "PYTHON" or "python3", path, count)))
local seconds = tonumber(pipe:read "a")
pipe:close()
os.remove(path)
if seconds then
  print(("troposphere       %7.1f ms, %.1f x what kiln takes"):format(seconds * 1000, seconds / (build + write)))
else
  print "troposphere       isn't installed"
end
