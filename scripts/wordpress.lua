#!/usr/bin/env kiln
-- The main job: a composite application launched, watched, broken, healed, changed and torn down.
--
--   kiln scripts/wordpress.lua [--keep] [--template FILE] [--name NAME] [--key KEYPAIR] [--image IMAGE]
--
-- It composes a WordPress stack (server, volume, floating IP, security group, wait condition, restarter), or loads
-- the template you name. On a real cloud it stops short of breaking the application, which only the embedded
-- cloud's guests allow.
local kiln = require "kiln"
local template, stacks, ha, task = kiln.template, kiln.stacks, kiln.ha, kiln.task

local options = { name = "wordpress", key = "kiln", image = "F17-x86_64-cfntools" }
local flags = { ["--keep"] = true }
do
  local position = 1
  while arg[position] do
    local option = arg[position]
    local name = option:match "^%-%-(%a+)$"
    if flags[option] then
      options[name] = true
    elseif name == "template" or options[name] then
      position = position + 1
      options[name] = arg[position] or error(option .. " needs a value", 0)
    else
      error("unknown option " .. option .. "; see the head of " .. arg[0], 0)
    end
    position = position + 1
  end
end

local function heading(text) print("\n== " .. text .. " ==") end

-- What the guest runs on its first boot: packages and files come from the metadata, through cfn-init.
local first_boot = {
  "#!/bin/bash -v\n",
  "/opt/aws/bin/cfn-init\n",
  "mkfs -t ext4 /dev/vdc && mount /dev/vdc /var/lib/mysql\n",
  "systemctl start mysqld.service httpd.service\n",
}

local function compose()
  local newest = template.list {} -- no version in particular
  local t = template.new "WordPress on one server, with its data on a volume and a ladder to climb when it fails"

  local flavor = t:parameter("InstanceType", { default = "m1.small", description = "Size of the server" })
  local image = t:parameter("Image", { default = options.image })
  local key = t:parameter("KeyName", { default = options.key, description = "Key pair for SSH" })
  local size = t:parameter("VolumeSize", { type = "Number", default = 1, min_value = 1, description = "GiB" })
  local database = t:parameter("DBName", { default = "wordpress", allowed_pattern = "[a-zA-Z][a-zA-Z0-9]*" })
  local password = t:parameter("DBPassword", { no_echo = true, min_length = 8 })

  local access = t:resource("WebAccess", "AWS::EC2::SecurityGroup", {
    GroupDescription = "HTTP and SSH from everywhere",
    SecurityGroupIngress = {
      { IpProtocol = "tcp", FromPort = 80, ToPort = 80, CidrIp = "0.0.0.0/0" },
      { IpProtocol = "tcp", FromPort = 22, ToPort = 22, CidrIp = "0.0.0.0/0" },
    },
  })
  local handle = t:resource("WebReadyHandle", "AWS::CloudFormation::WaitConditionHandle")

  local script = table.move(first_boot, 1, #first_boot, 1, {})
  script[#script + 1] = "/opt/aws/bin/cfn-signal -e 0 -r 'WordPress is up' '" .. handle .. "'\n"

  local web = t:resource("WebServer", "AWS::EC2::Instance", {
    ImageId = image,
    InstanceType = flavor,
    KeyName = key,
    SecurityGroups = { access },
    UserData = template.base64(template.join("", script)),
  }):metadata {
    ["AWS::CloudFormation::Init"] = {
      config = {
        packages = { yum = { httpd = newest, wordpress = newest, ["mysql-server"] = newest } },
        services = { systemd = {
          mysqld = { enabled = "true", ensureRunning = "true" },
          httpd = { enabled = "true", ensureRunning = "true" },
        } },
        files = {
          ["/etc/wordpress/wp-config.php"] = {
            content = template.sub(
              "<?php define('DB_NAME', '${DBName}'); define('DB_PASSWORD', '${DBPassword}');\n",
              { DBName = database, DBPassword = password }),
            mode = "000640", owner = "root", group = "apache",
          },
        },
      },
    },
  }

  local data = t:resource("DataVolume", "AWS::EC2::Volume", {
    Size = size, AvailabilityZone = template.select(0, template.get_azs()),
  })
  t:resource("DataAttachment", "AWS::EC2::VolumeAttachment", {
    InstanceId = web, VolumeId = data, Device = "/dev/vdc",
  })
  local address = t:resource("WebAddress", "AWS::EC2::EIP")
  t:resource("WebAddressOfServer", "AWS::EC2::EIPAssociation", { EIP = address, InstanceId = web })
  t:resource("WebReady", "AWS::CloudFormation::WaitCondition", { Handle = handle, Timeout = 600 })
    :depends_on "WebServer"
  t:resource("WebRestarter", "OS::Heat::HARestarter", { InstanceId = web })

  t:output("WebsiteURL", "http://" .. address .. "/", "Where the blog is")
  t:output("ServerID", web, "The server's id in the cloud")
  return t
end

-- 1. Launch

local blueprint = options.template and template.load(options.template) or compose()
local parameters = { KeyName = options.key }
if not options.template then parameters.DBPassword = "not-the-default" end

heading("launch " .. options.name .. " on " .. kiln.cloud.name)
local stack = stacks.create(options.name, blueprint, parameters):wait()

heading "outputs"
for name, value in pairs(stack.outputs) do print(("%-12s %s"):format(name, value)) end

-- 2. Break it, and watch the ladder being climbed

--- Follows the supervisor's events until one has a status, and prints each.
local function follow(supervisor, until_status)
  for event in supervisor:events() do
    print(("%s  %-14s %s"):format(event.time, event.status, event.reason))
    if event.status == until_status then return event end
    if event.status == "HA_GAVE_UP" then error(event.reason, 0) end
  end
end

if kiln.cloud.is_embedded and not options.template then
  local guest = kiln.cloud.guest(stack:resource("WebServer").physical_id)
  local policy = ha.policy {
    name = "wordpress",
    stack = stack,
    resource = "WebServer",
    checks = {
      ha.check.http { url = stack.outputs.WebsiteURL, every = "500ms", timeout = "2s", fall = 3, rise = 2 },
    },
    ladder = ha.ladder({
      ha.rung.restart { service = "httpd", intensity = 2, period = "10m", settle = "2s" },
      ha.rung.soft_reboot { settle = "4s" },
      ha.rung.hard_reboot { settle = "4s" },
      ha.rung.custom {
        name = "page the operator",
        run = function(incident)
          print("           operator paged: " .. incident.reason)
          return ha.escalate "nobody is awake"
        end,
      },
      ha.rung.rebuild { settle = "8s" },
      ha.rung.replace { settle = "8s" },
    }, { reset_after = "1h" }),
  }
  local supervisor <close> = ha.supervise(policy)

  heading "the application fails: its service is restarted"
  guest:break_application "restart"
  follow(supervisor, "HA_RECOVERED")

  heading "it fails again and again: the ladder is climbed to the VM"
  guest:break_application "hard_reboot"
  follow(supervisor, "HA_RECOVERED")
end

-- 3. Change a parameter, with the plan shown first

if not options.template then
  heading "a larger server: the plan"
  local plan = stack:plan_update(blueprint, { InstanceType = "m1.medium", VolumeSize = 1 })
  print(plan)
  heading "the update"
  plan:run():wait()
end

-- 4. Delete

if options.keep then
  print("\nkept; delete it with: kiln stacks delete " .. options.name)
  if kiln.cloud.is_embedded then task.sleep(math.huge) end
else
  heading "delete"
  stack:delete():wait()
  print "nothing is left"
end
