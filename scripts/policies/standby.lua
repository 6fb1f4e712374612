-- A policy plugin: a failed front door is opened by its standby.
--
-- It is loaded by every script in the folder above, and runs where a rung asks for it by ha.rung.handler. Each act is
-- a step in kiln's journal: killed in the middle, it goes on where it was, and nothing is done twice.
ha.plugin { name = "standby" }

ha.handler("failover", function(ctx)
  -- The gentlest first: the server may only be stuck.
  if ctx:hard_reboot().ok and ctx:healthy { within = "20s" } then return ha.recovered end
  -- Off for certain before anyone else answers under its address.
  local off = ctx:fence()
  if not off.ok then return ha.hold("the old server may still answer: " .. off.error) end
  local moved = ctx:move_address("WebIp", "Standby")
  if not moved.ok then return ha.escalate("the address couldn't be moved: " .. moved.error) end
  return ha.recovered
end)

-- Nothing is replaced while the standby answers for it.
ha.decide(function(step)
  if step.application ~= "front door" or step.action ~= "replace" then return end
  if step.down_for < 60 then return ha.wait("10s", "the standby may take over yet") end
end)

ha.test("a server that comes back keeps its address", function(t)
  local answer, acts = t:handle "failover"
  assert(answer == "recovered" and #acts == 2, table.concat(acts, ", "))
end)

ha.test("what isn't off for certain keeps its address, too", function(t)
  local results = { ["look within 20 s"] = false, ["fence Web"] = { ok = false, error = "no answer" } }
  local answer = t:handle("failover", results)
  assert(answer == "hold", answer)
end)
