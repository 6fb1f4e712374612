#!/usr/bin/env kiln
-- A web server that is kept alive. It is killed: restarted by ssh. It is killed again and again by something on its
-- server: the server is rebooted, hard, and in the end replaced, which helps. Then the same befalls the new one, and a
-- standby takes the address over.
--
--   kiln [--cloud NAME] scripts/keepalive.lua [NAME [IMAGE FLAVOR NETWORK OUTSIDE]]
--
-- The template is keepalive.yaml, the policy keepalive-policy.lua. On a real cloud it needs ssh, curl and an image with
-- sshd, busybox and start-stop-daemon, where root may log in by the server's key pair. The testbed's servers boot
-- nothing: there `scripts/guests NAME` must run beside it. It leaves nothing behind.
local kiln = require "kiln"
local ha, stacks, task = kiln.ha, kiln.stacks, kiln.task

local name = arg[1] or "keepalive"
local folder = arg[0]:match "^(.*/)" or ""
local is_real = not kiln.cloud.is_embedded

local function heading(text) print("\n== " .. text .. " ==") end

--- What a command prints; nil when it fails.
local function run(command)
  local pipe <close> = assert(io.popen(command .. " 2>/dev/null"))
  local text = pipe:read "a"
  return pipe:close() and text or nil
end

-- 1. Two servers, one address, and a key for this run only

local keys = is_real and assert(run "mktemp -d"):match "%S+" or nil
local _ <close> = setmetatable({}, { __close = function() if keys then os.execute("rm -r " .. keys) end end })
local public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl nobody"
if is_real then
  assert(run(("ssh-keygen -q -t ed25519 -N '' -C kiln -f %s/key"):format(keys)), "ssh-keygen can't be run")
  public_key = assert(run(("cat %s/key.pub"):format(keys))):gsub("%s+$", "")
end

heading("launch " .. name .. " on " .. kiln.cloud.name)
local parameters = {
  PublicKey = public_key, Image = arg[2], Flavor = arg[3], Network = arg[4], OutsideNetwork = arg[5],
}
local stack = stacks.create(name, kiln.template.load(folder .. "keepalive.yaml"), parameters):wait()
local address = stack.outputs.Address
print("the address\t" .. address)

local function server(resource) return stack:resource(resource).physical_id end

--- Whose page is served at the address: who the page says, as anybody sees it. The embedded cloud's guests all have the
--- same page; there it is the server that the address leads to.
local function answers()
  if not is_real then
    for _, ip in ipairs(kiln.cloud.network:floating_ips()) do
      if ip.floating_ip_address == address then
        local leads = ip.port_id == server "WebPort" and "Web" or "Standby"
        return leads .. " " .. server(leads)
      end
    end
  end
  local page = run(("curl --silent --max-time 3 http://%s/"):format(address))
  if not page then return "nobody" end
  local id = page:match "%S+"
  for _, resource in ipairs { "Web", "Standby" } do
    if server(resource) == id then return resource .. " " .. id end
  end
  return id or "an empty page"
end

-- 2. What befalls it

--- Has root on the server do something, as whoever breaks in would.
local function on_server(script)
  local file <close> = assert(io.open(keys .. "/script", "w"))
  file:write(script)
  file:close()
  local ssh = "ssh -T -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -i %s/key root@%s"
  assert(run((ssh .. " sh -s < %s/script"):format(keys, address, keys)), "the server can't be reached by ssh")
end

local function kill_once()
  if is_real then return on_server "kill -9 $(cat /run/web.pid)" end
  kiln.cloud.guest(server "Web"):break_application "restart"
end

--- Something that kills the web server whenever it sees it, and comes back with the disk.
local function infest()
  if not is_real then return kiln.cloud.guest(server "Web"):break_application "replace" end
  on_server [[
    cat > /usr/local/bin/gremlin <<'END'
    #!/bin/sh
    while :; do pkill -9 -f "busybox httpd"; sleep 0.1; done
END
    echo "sh /usr/local/bin/gremlin > /dev/null 2>&1 &" >> /etc/rc.local
    setsid sh /usr/local/bin/gremlin > /dev/null 2>&1 < /dev/null &
  ]]
end

-- 3. Break it, and watch

--- Seconds of a clock that never goes back.
local function now()
  local file <close> = assert(io.open "/proc/uptime")
  return file:read "n"
end

local hopeless = { HA_GAVE_UP = true, HA_HELD = true, HA_ENDED = true }

--- Prints the supervisor's events, with the seconds since it was broken, up to the one that follows another.
local function follow(supervisor, began, remedy)
  local is_taken = false
  for event in supervisor:events() do
    print(("%6.1f s  %-14s %s"):format(now() - began, event.status, event.reason))
    if event.status == remedy then is_taken = true end
    if event.status == "HA_RECOVERED" and is_taken then break end
    if hopeless[event.status] then error(event.reason, 0) end
  end
  print(("it took\t%.1f s; the page is of %s"):format(now() - began, answers()))
end

local policy = assert(loadfile(folder .. "keepalive-policy.lua")) {
  stack = stack, key_file = keys and keys .. "/key", known_hosts = keys and keys .. "/known_hosts",
}
do
  local supervisor <close> = ha.supervise(policy)
  -- The servers take a moment to boot.
  task.timeout(600, function()
    while supervisor:status()[1].state ~= "up" do task.sleep(0.2) end
  end)
  print("up\tthe page is of " .. answers())

  heading "it is killed once: it is restarted"
  local began = now()
  kill_once()
  follow(supervisor, began, "HA_RESTART")

  heading "it is killed again and again: its server is rebooted, hard, and replaced"
  local old = server "Web"
  began = now()
  infest()
  follow(supervisor, began, "HA_REPLACE")
  assert(server "Web" ~= old, "the server is the same")

  heading "the new server is broken, too: the standby takes the address over"
  began = now()
  infest()
  follow(supervisor, began, "HA_CUSTOM")
end

heading "why"
for _, incident in ipairs(ha.incidents()) do print(ha.explain(incident.id)) end

heading "delete"
stack:delete():wait()
print "nothing is left"
