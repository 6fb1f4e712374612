--- kiln: the modules of the shell under one name, each loaded when it is first used.
---
--- `kiln.template` composes, `kiln.lint` checks, `kiln.stacks` launches, `kiln.cloud` lists and changes what the
--- cloud has, `kiln.resource` adds resource types, `kiln.ha` keeps applications alive; `kiln.data`, `kiln.task`,
--- `kiln.json`, `kiln.yaml` and `kiln.log` help scripts.
---@class kiln
---@field version string kiln's version.
---@field null any JSON's null.
local M = { version = "0.1" }

local modules = { "template", "stacks", "cloud", "resource", "ha", "lint", "data", "task", "json", "yaml", "log" }
local known = {}
for _, name in ipairs(modules) do known[name] = true end

return setmetatable(M, {
  __index = function(self, name)
    if name == "null" then return require("kiln.native.data").null end
    if not known[name] then
      local near = type(name) == "string" and require("kiln.native.template").nearest(name, modules)
      local info = debug and debug.getinfo(2, "Sl") or { source = "=kiln", currentline = 1 }
      require("kiln.native.complaint").raise("unknown_module", ("kiln has no module `%s`"):format(tostring(name)),
        near and ("did you mean `" .. near .. "`?") or nil, info.source, info.currentline, { tostring(name) })
    end
    local module = require("kiln." .. name)
    rawset(self, name, module)
    return module
  end,
  __pairs = function(self)
    for _, name in ipairs(modules) do rawset(self, name, require("kiln." .. name)) end
    return next, self
  end,
})
