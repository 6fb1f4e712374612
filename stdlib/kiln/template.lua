--- Templates: load, check and compose them.
---
--- A composed template is a program whose references are objects: `web` used as a value is its `Ref`, `web.PublicIp`
--- its attribute, and `"http://" .. web.PublicIp` joins them when the stack runs. A name that the type doesn't have
--- fails on the line that has it.
local native = require "kiln.native.template"

local M = {}

--- Reads a template file (CloudFormation JSON or YAML); raises all its mistakes at once.
M.load = native.load
--- Reads a template's text; `name` is what messages call it.
M.parse = native.parse
--- The facts of a resource type: its properties, its attributes; nil when kiln doesn't know the type.
M.facts = native.facts
--- The names of the resource types that kiln can launch.
M.types = native.types

local EXPRESSION = {} -- key of a later value's CloudFormation form
local RECORD = {} -- key of a resource's or parameter's record

local Later, Resource, Parameter = {}, {}, {}

local function nearest(wrong, names)
  local name = native.nearest(wrong, names)
  return name and ("; did you mean '" .. name .. "'?") or ""
end

local function fail(level, message, ...)
  error(message:format(...), level + 1)
end

--- The call site `level` frames up, as { source, line }, so that diagnostics can point at the script.
local function call_site(level)
  local info = debug.getinfo(level + 1, "Sl")
  return { source = info.source, line = info.currentline }
end

local function kind_of(value)
  local meta = type(value) == "table" and getmetatable(value)
  if meta == Later or meta == Resource or meta == Parameter then return meta end
end

--- The CloudFormation form of a Lua value that may hold references.
local function to_tree(value, level, depth)
  depth = depth or 0
  if depth > 100 then fail(level + 1, "a property nests more than 100 levels deep; does a table contain itself?") end
  local meta = kind_of(value)
  if meta == Later then return rawget(value, EXPRESSION) end
  if meta then return { Ref = rawget(value, RECORD).name } end
  local kind = type(value)
  if kind == "table" then
    local tree = setmetatable({}, getmetatable(value))
    for key, item in next, value do rawset(tree, key, to_tree(item, level + 1, depth + 1)) end
    return tree
  elseif kind == "function" or kind == "thread" then
    fail(level + 1, "a template can't hold a %s", kind)
  end
  return value
end

local function later(tree, label)
  return setmetatable({ [EXPRESSION] = tree, label = label }, Later)
end

local function joined(left, right)
  local items = {}
  for _, part in ipairs { left, right } do
    local tree = to_tree(part, 3)
    local inner = type(tree) == "table" and tree["Fn::Join"]
    if inner and inner[1] == "" then
      table.move(inner[2], 1, #inner[2], #items + 1, items)
    else
      items[#items + 1] = tree
    end
  end
  return later({ ["Fn::Join"] = { "", items } }, "joined text")
end

local function refuse(what)
  return function(value)
    local message = "%s is known only once the stack runs, so it can't be %s here; use a template condition"
    fail(2, message, tostring(value), what)
  end
end

Later.__name = "later value"
Later.__concat = joined
Later.__tostring = function(self) return "later value (" .. rawget(self, "label") .. ")" end
Later.__index = function(self, key) fail(2, "%s has no field '%s'", tostring(self), tostring(key)) end
Later.__newindex = function(self) fail(2, "%s can't be changed", tostring(self)) end
Later.__len, Later.__call = refuse "measured", refuse "called"
Later.__lt, Later.__le = refuse "compared", refuse "compared"

-- Functions

--- Joins the items of a list with a separator.
function M.join(separator, items) return later({ ["Fn::Join"] = { separator, to_tree(items, 2) } }, "joined text") end

--- Fills `${Name}` and `${Name.Attribute}` in a text, with `values` for names that are no resource or parameter.
function M.sub(text, values)
  return later({ ["Fn::Sub"] = values and { text, to_tree(values, 2) } or text }, "filled text")
end

--- The pieces of a text between separators.
function M.split(separator, text) return later({ ["Fn::Split"] = { separator, to_tree(text, 2) } }, "pieces") end

--- The item of a list at an index that counts from 0, as in templates.
function M.select(index, list)
  return later({ ["Fn::Select"] = { to_tree(index, 2), to_tree(list, 2) } }, "selected item")
end

--- User data and the like, in base64.
function M.base64(text) return later({ ["Fn::Base64"] = to_tree(text, 2) }, "base64") end

--- A value of a mapping by its two keys.
function M.find_in_map(map, first, second)
  return later({ ["Fn::FindInMap"] = { map, to_tree(first, 2), to_tree(second, 2) } }, "mapped value")
end

--- The availability zones of a region; of the stack's own without one.
function M.get_azs(region) return later({ ["Fn::GetAZs"] = to_tree(region or "", 2) }, "availability zones") end

--- `count` blocks of a network's addresses, each with `bits` host bits.
function M.cidr(block, count, bits)
  return later({ ["Fn::Cidr"] = { to_tree(block, 2), count, bits } }, "address blocks")
end

--- A value that another stack exports.
function M.import_value(name) return later({ ["Fn::ImportValue"] = to_tree(name, 2) }, "imported value") end

--- One value or the other, by a condition of the template.
function M.if_(condition, yes, no)
  return later({ ["Fn::If"] = { condition, to_tree(yes, 2), to_tree(no, 2) } }, "conditional value")
end

--- Conditions: equality, and their combination.
function M.equals(left, right)
  return later({ ["Fn::Equals"] = { to_tree(left, 2), to_tree(right, 2) } }, "condition")
end
function M.and_(...) return later({ ["Fn::And"] = to_tree({ ... }, 2) }, "condition") end
function M.or_(...) return later({ ["Fn::Or"] = to_tree({ ... }, 2) }, "condition") end
function M.not_(condition) return later({ ["Fn::Not"] = { to_tree(condition, 2) } }, "condition") end

local function pseudo(name) return later({ Ref = name }, name) end
M.stack_name, M.stack_id = pseudo "AWS::StackName", pseudo "AWS::StackId"
M.region, M.account_id = pseudo "AWS::Region", pseudo "AWS::AccountId"
--- Stands for a property that isn't there.
M.no_value = pseudo "AWS::NoValue"

-- Resources

local function check_properties(record, properties, level)
  local problem = native.check(record.type, properties)
  if problem then fail(level + 1, "%s (%s): %s", record.name, record.type, problem) end
end

local methods = {}

--- Makes the resource wait for others that it doesn't refer to.
function methods:depends_on(...)
  local record = rawget(self, RECORD)
  record.body.DependsOn = record.body.DependsOn or {}
  for _, other in ipairs { ... } do
    local name = kind_of(other) == Resource and rawget(other, RECORD).name or other
    table.insert(record.body.DependsOn, name)
  end
  return self
end

--- Sets the resource's metadata, such as `AWS::CloudFormation::Init`.
function methods:metadata(metadata)
  rawget(self, RECORD).body.Metadata = to_tree(metadata, 2)
  return self
end

--- Creates the resource only when a condition of the template holds.
function methods:only_if(condition)
  rawget(self, RECORD).body.Condition = condition
  return self
end

--- What becomes of the resource when the stack no longer has it: "Delete", "Retain" or "Snapshot".
function methods:deletion_policy(policy)
  rawget(self, RECORD).body.DeletionPolicy = policy
  return self
end

local function has_attribute(facts, name)
  for _, attribute in ipairs(facts.attributes) do
    if attribute == name then return true end
    local stem = attribute:match "^(.*)%.%*$"
    if stem and (name == stem or name:sub(1, #stem + 1) == stem .. ".") then return true end
  end
  return false
end

Resource.__name = "resource"
Resource.__concat = joined
Resource.__tostring = function(self)
  local record = rawget(self, RECORD)
  return ("%s (%s)"):format(record.name, record.type)
end
Resource.__lt, Resource.__le, Resource.__len = Later.__lt, Later.__le, Later.__len
Resource.__index = function(self, name)
  if methods[name] then return methods[name] end
  local record = rawget(self, RECORD)
  if record.facts and not has_attribute(record.facts, name) then
    local hint = nearest(name, record.facts.attributes)
    if hint == "" and #record.facts.attributes > 0 then
      hint = "; it has " .. table.concat(record.facts.attributes, ", ")
    end
    fail(2, "%s has no attribute '%s'%s", record.type, name, hint)
  end
  return later({ ["Fn::GetAtt"] = { record.name, name } }, record.name .. "." .. name)
end
--- What may follow a resource, for completion: kinds by name.
Resource.__names = function(self)
  local names = {}
  for name in pairs(methods) do names[name] = "method" end
  local facts = rawget(self, RECORD).facts
  for _, attribute in ipairs(facts and facts.attributes or {}) do names[attribute] = "attribute" end
  return names
end
Resource.__newindex = function(self, name, value)
  local record = rawget(self, RECORD)
  local tree = to_tree(value, 2)
  check_properties(record, { [name] = tree }, 2)
  record.body.Properties = record.body.Properties or {}
  record.body.Properties[name] = tree
end

Parameter.__name = "parameter"
Parameter.__concat = joined
Parameter.__tostring = function(self) return "parameter " .. rawget(self, RECORD).name end
Parameter.__index, Parameter.__newindex = Later.__index, Later.__newindex
Parameter.__lt, Parameter.__le, Parameter.__len = Later.__lt, Later.__le, Later.__len

-- The composer

local Composer = {}
Composer.__index = Composer
Composer.__name = "template composer"

local parameter_keys = {
  type = "Type", default = "Default", description = "Description", no_echo = "NoEcho",
  allowed_values = "AllowedValues", allowed_pattern = "AllowedPattern", min_length = "MinLength",
  max_length = "MaxLength", min_value = "MinValue", max_value = "MaxValue",
  constraint_description = "ConstraintDescription",
}
local parameter_options = {}
for option in pairs(parameter_keys) do parameter_options[#parameter_options + 1] = option end

--- Starts an empty template.
function M.new(description)
  return setmetatable({ description = description, entries = {}, names = {} }, Composer)
end

local function add(self, section, name, body, level)
  if type(name) ~= "string" then fail(level + 1, "a name must be a string, not a %s", type(name)) end
  local key = (section == "Resources" or section == "Parameters") and name or section .. "/" .. name
  local first = self.names[key]
  if first then
    fail(level + 1, "'%s' is in the template already, from %s:%d", name, first.source:gsub("^@", ""), first.line)
  end
  local place = call_site(level + 1)
  self.names[key] = place
  table.insert(self.entries, { section = section, name = name, body = body, place = place })
end

--- Adds a parameter and returns a reference to it.
function Composer:parameter(name, options)
  local body = { Type = "String" }
  for option, value in pairs(options or {}) do
    local key = parameter_keys[option]
    if not key then
      fail(2, "a parameter has no option '%s'%s", tostring(option), nearest(tostring(option), parameter_options))
    end
    body[key] = value
  end
  add(self, "Parameters", name, body, 2)
  return setmetatable({ [RECORD] = { name = name } }, Parameter)
end

--- Adds a mapping, for `template.find_in_map`.
function Composer:mapping(name, map) add(self, "Mappings", name, map, 2) end

--- Adds a condition and returns its name.
function Composer:condition(name, test)
  add(self, "Conditions", name, to_tree(test, 2), 2)
  return name
end

--- Adds a resource and returns it; its attributes are fields, and used as a value it is its `Ref`.
function Composer:resource(name, type_name, properties)
  local facts = native.facts(type_name)
  if not facts then
    fail(2, "there is no resource type '%s'%s", tostring(type_name), nearest(tostring(type_name), native.types()))
  end
  local record = { name = name, type = type_name, facts = facts, body = { Type = type_name } }
  if properties then
    record.body.Properties = to_tree(properties, 2)
    check_properties(record, record.body.Properties, 2)
  end
  add(self, "Resources", name, record.body, 2)
  return setmetatable({ [RECORD] = record }, Resource)
end

--- Adds an output.
function Composer:output(name, value, description)
  add(self, "Outputs", name, { Value = to_tree(value, 2), Description = description }, 2)
end

--- The template, checked as a whole.
function Composer:build() return native.compose(self.description, self.entries) end

--- The template as text: "json" or "yaml".
function Composer:text(format) return self:build():text(format or "yaml") end

return M
