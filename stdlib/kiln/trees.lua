--- Trees of templates in their own form: what they refer to, and the same trees with other references.
local M = {}

local type, next = type, next

--- The parts of an attribute's reference, which is a list or `Name.Attribute`.
local function attribute_of(argument)
  if type(argument) == "table" then return argument[1], argument[2] end
  local name, attribute = tostring(argument):match "^([^.]+)%.(.+)$"
  return name or argument, attribute
end

--- Calls `found(text, name, attribute)` for each `${...}` of a Fn::Sub; what it returns takes its place.
local function filled(text, found)
  return (text:gsub("%${([^!}][^}]*)}", function(inner)
    local inside = inner:match "^%s*(.-)%s*$"
    local name, attribute = inside:match "^([^.]+)%.(.+)$"
    return found(inside, name or inside, attribute)
  end))
end

--- A text as a Fn::Sub writes it, for a value that isn't one of its own names; nil when it needs a name.
local function in_text(value)
  if type(value) ~= "table" then return (tostring(value):gsub("%${", "${!")) end
  if type(value.Ref) == "string" then return "${" .. value.Ref .. "}" end
  local attribute = value["Fn::GetAtt"]
  if attribute then
    local name, rest = attribute_of(attribute)
    if type(rest) == "string" then return "${" .. name .. "." .. rest .. "}" end
  end
end

local rewritten

local function rewritten_sub(argument, change)
  local text, values = argument, nil
  if type(argument) == "table" then text, values = argument[1], argument[2] end
  if type(text) ~= "string" then return argument end
  local names, count = {}, 0
  for name, value in next, values or {} do names[name] = rewritten(value, change) end
  text = filled(text, function(inside, name, attribute)
    if names[inside] ~= nil then return nil end
    local value
    if attribute then value = change.attribute(name, attribute) else value = change.reference(name) end
    if value == nil then return nil end
    local inline = in_text(value)
    if inline then return inline end
    local key
    repeat
      count = count + 1
      key = "Value" .. count
    until names[key] == nil
    names[key] = value
    return "${" .. key .. "}"
  end)
  return next(names) and { text, names } or text
end

local function rewritten_call(name, argument, change)
  if name == "Ref" and type(argument) == "string" then return change.reference(argument) end
  if name == "Fn::GetAtt" then
    local resource, attribute = attribute_of(argument)
    if type(resource) == "string" and type(attribute) == "string" then
      return change.attribute(resource, attribute)
    end
  elseif name == "Fn::Sub" then
    return { ["Fn::Sub"] = rewritten_sub(argument, change) }
  elseif name == "Fn::If" and type(argument) == "table" and change.condition then
    return { ["Fn::If"] = {
      change.condition(argument[1]) or argument[1], rewritten(argument[2], change), rewritten(argument[3], change),
    } }
  elseif name == "Fn::FindInMap" and type(argument) == "table" and change.mapping then
    local copy = rewritten(argument, change)
    if type(argument[1]) == "string" then copy[1] = change.mapping(argument[1]) or argument[1] end
    return { [name] = copy }
  elseif name == "Condition" and change.is_condition and type(argument) == "string" then
    return { Condition = change.condition(argument) or argument }
  end
end

--- A tree with other references.
---
--- `change.reference(name)` and `change.attribute(name, attribute)` give the tree that takes a reference's place, nil
--- to keep it; `change.condition` and `change.mapping` give other names. `change.is_condition` says that the tree is
--- one of a condition, where `Condition` is a reference.
function rewritten(tree, change)
  if type(tree) ~= "table" then return tree end
  local name, argument = next(tree)
  if type(name) == "string" and next(tree, name) == nil then
    local other = rewritten_call(name, argument, change)
    if other ~= nil then return other end
  end
  local copy = {}
  for key, value in next, tree do copy[key] = rewritten(value, change) end
  return setmetatable(copy, getmetatable(tree))
end
M.rewritten = rewritten

local function nothing() end

--- Calls functions with what a tree refers to: `reference`, `attribute`, `condition`, `mapping`.
function M.visit(tree, found)
  rewritten(tree, {
    reference = function(name) (found.reference or nothing)(name) end,
    attribute = function(name, attribute) (found.attribute or nothing)(name, attribute) end,
    condition = function(name) (found.condition or nothing)(name) end,
    mapping = function(name) (found.mapping or nothing)(name) end,
    is_condition = found.is_condition,
  })
end

--- The resources that a resource's tree waits for, as a set: what it refers to, and what it depends on.
function M.needs(body)
  local needs = {}
  M.visit(body, {
    reference = function(name) needs[name] = true end,
    attribute = function(name) needs[name] = true end,
  })
  local depends = body.DependsOn
  if type(depends) == "string" then depends = { depends } end
  for _, name in ipairs(depends or {}) do needs[name] = true end
  return needs
end

return M
