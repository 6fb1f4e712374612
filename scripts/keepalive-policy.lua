-- How the web server of keepalive.yaml is kept alive: what is asked, what is done when it doesn't answer, from the
-- gentlest to the last, and what stands in for it when all that is of no use.
--
--   KEEPALIVE_KEY=~/.ssh/id_ed25519 kiln --cloud NAME ha run scripts/keepalive-policy.lua
--
-- watches the stack `keepalive` ($KEEPALIVE_STACK for another). keepalive.lua watches by the same file.
local ha, given = kiln.ha, ...
if type(given) ~= "table" then given = {} end
local stack = given.stack or kiln.stacks.get(os.getenv "KEEPALIVE_STACK" or "keepalive")
if not stack then error("there is no stack to watch; launch keepalive.yaml first", 0) end
local address = stack.outputs.Address

-- A real server is reached by ssh; the guests of the embedded cloud restart a service when they are told to.
local restart = kiln.cloud.is_embedded and { service = "httpd" } or {
  address = address, user = "root", key_file = given.key_file or os.getenv "KEEPALIVE_KEY",
  known_hosts = given.known_hosts, command = "/etc/init.d/web restart", timeout = "20s",
}
restart.settle = "5s"

--- The standby takes the address over, once the old server is off for certain.
local function failover(ctx)
  local off = ctx:fence()
  if not off.ok then return ha.hold("the old server may still answer: " .. off.error) end
  local moved = ctx:move_address("WebIp", "Standby")
  if not moved.ok then return ha.escalate("the address couldn't be moved: " .. moved.error) end
  return ha.recovered
end

return ha.policy {
  name = stack.name, stack = stack, resource = "Web",
  checks = {
    ha.check.http {
      url = "http://" .. address .. "/", every = "500ms", timeout = "2s", fall = 3, rise = 3, grace = "2m",
    },
  },
  ladder = ha.ladder {
    ha.rung.restart(restart),
    ha.rung.soft_reboot { settle = "10s" },
    ha.rung.hard_reboot { settle = "10s" },
    ha.rung.replace { settle = "30s", period = "24h" },
    ha.rung.handler { name = "failover", run = failover, settle = "10s" },
  },
}
