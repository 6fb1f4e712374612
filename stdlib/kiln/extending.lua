--- Extending: a template that is there, of any language, becomes a composer of which each part can be changed.
local later_values = require "kiln.template.later"
local resources = require "kiln.template.resource"
local composer = require "kiln.template.composer"
local native = require "kiln.native.template"

local M = {}

later_values.is_own()

local makers = {
  Parameters = function(entry)
    return resources.parameter(entry.name, resources.parameter_kind(tostring(entry.body.Type)))
  end,
  Mappings = function(entry) return resources.mapping(entry.name, entry.body) end,
  Conditions = function(entry) return later_values.condition { Condition = entry.name } end,
  Resources = function(entry) return resources.adopt(entry) end,
}

--- A composer of all that a template has.
function M.extend(source)
  local template = type(source) == "string" and native.load(source) or source:build()
  local read = template:parts()
  local self = composer.new(read.head.Description)
  local root = rawget(self, "root")
  for key, value in next, read.head do root.head[key] = value end
  for _, entry in ipairs(read.entries) do
    local is_loop = entry.name:sub(1, 4) == "Fn::"
    local made = makers[entry.section]
    if made and not is_loop then entry.object = made(entry) end
    composer.adopt(self, entry)
  end
  return self
end

return M
