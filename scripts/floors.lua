#!/usr/bin/env kiln
-- Holds the package to the floors of the house: a target may use only those below it, and each outside library
-- has one owner. Usage: kiln scripts/floors.lua [PATH-OF-SWIFT]
local kiln = require "kiln"

local floors = {
  { "CCurl", "CEvents", "CLua", "CMemory", "CPostgres", "CReadline" },
  { "Ambience", "Secrets", "Document" },
  { "HTTP", "Simulation", "Templates", "LuaRuntime" },
  { "OpenStack", "EmbeddedCloud", "StackEngine", "ResourceFacts", "Linting" },
  { "Resources", "Store", "HighAvailability", "Loading" },
  { "StandardLibrary", "Scripting", "LifeSimulation" },
  { "Shell" },
  { "kiln" },
}
-- An outside library that holds plain data structures may be used anywhere.
local common = { OrderedCollections = true }
-- Neighbours on one floor that may use each other, and why.
local neighbours = { Scripting = { StandardLibrary = true } } -- the Lua half of the same modules

local function package()
  local top = arg[0]:match "^(.*)/scripts/[^/]*$" or "."
  local command = ("%s package --package-path %s describe --type json 2>/dev/null"):format(arg[1] or "swift", top)
  local pipe = assert(io.popen(command))
  local text = pipe:read "a"
  assert(pipe:close(), "swift package describe failed")
  return kiln.json.decode(text)
end

local floor_of = {}
for number, names in ipairs(floors) do
  for _, name in ipairs(names) do floor_of[name] = number end
end

local problems, owners = {}, {}
local function complain(...) problems[#problems + 1] = string.format(...) end

for _, target in ipairs(package().targets) do
  if target.type ~= "test" and not target.path:find("^Tests/") then
    local floor = floor_of[target.name]
    if not floor then complain("%s is on no floor of this table", target.name) end
    for _, used in ipairs(target.target_dependencies or {}) do
      local may = (neighbours[target.name] or {})[used]
      if floor and not may and (floor_of[used] or 0) >= floor then
        complain("%s (floor %d) uses %s (floor %d)", target.name, floor, used, floor_of[used])
      end
    end
    for _, product in ipairs(target.product_dependencies or {}) do
      if owners[product] and not common[product] then
        complain("%s is used by both %s and %s", product, owners[product], target.name)
      end
      owners[product] = target.name
    end
  end
end

table.sort(problems)
for _, problem in ipairs(problems) do io.stderr:write("floors: ", problem, "\n") end
os.exit(#problems == 0)
