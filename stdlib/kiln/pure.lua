--- Repeatable composition: while a function runs, what differs from run to run fails when it is used.
local later_values = require "kiln.template.later"

local M = {}

later_values.is_own()

local function refuse(name, grant)
  return function()
    later_values.fail("%s differs from run to run, so a pure composition can't use it; allow { %s = true } if it must",
      name, grant)
  end
end

--- What each permission grants, by library.
local grants = {
  clock = { os = { "time", "clock", "date" } },
  random = { math = { "random", "randomseed" }, os = { "tmpname" } },
  machine = {
    os = { "getenv", "execute", "exit", "remove", "rename", "setlocale" },
    io = { "popen", "open", "read", "lines", "input", "output", "tmpfile", "write" },
  },
}
local clouds = { "cloud", "stacks", "ha", "task" }

--- The pairs of a table in the order of their keys: numbers first, then texts.
local function ordered_pairs(values)
  local meta = getmetatable(values)
  if type(values) ~= "table" or meta and meta.__pairs then return M.pairs(values) end
  local keys, others = {}, {}
  for key in next, values do
    local kind = type(key)
    if kind == "number" or kind == "string" then keys[#keys + 1] = key else others[#others + 1] = key end
  end
  if #others > 0 then return M.pairs(values) end
  table.sort(keys, function(left, right)
    if type(left) == type(right) then return left < right end
    return type(left) == "number"
  end)
  local index = 0
  return function()
    index = index + 1
    local key = keys[index]
    if key ~= nil then return key, values[key] end
  end, values
end

M.pairs = pairs

local function replace(saved, holder, name, value)
  saved[#saved + 1] = { holder, name, rawget(holder, name) }
  rawset(holder, name, value)
end

local function restore(saved)
  for index = #saved, 1, -1 do rawset(saved[index][1], saved[index][2], saved[index][3]) end
end

local depth = 0

--- Calls a function with everything refused that `allow` doesn't grant.
function M.call(compose, allow)
  if depth > 0 then return compose() end
  local saved = {}
  for grant, libraries in next, grants do
    if not (allow and allow[grant]) then
      for library, names in next, libraries do
        for _, name in ipairs(names) do
          if _G[library] then replace(saved, _G[library], name, refuse(library .. "." .. name, grant)) end
        end
      end
    end
  end
  if not (allow and allow.cloud) and type(_G.kiln) == "table" then
    for _, name in ipairs(clouds) do
      local refused = refuse("kiln." .. name, "cloud")
      replace(saved, _G.kiln, name, setmetatable({}, { __index = refused, __call = refused, __pairs = refused }))
    end
  end
  replace(saved, _G, "pairs", ordered_pairs)
  depth = 1
  local results = table.pack(pcall(compose))
  depth = 0
  restore(saved)
  if not results[1] then error(results[2], 0) end
  return table.unpack(results, 2, results.n)
end

return M
