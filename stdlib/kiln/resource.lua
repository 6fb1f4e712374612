--- Resources, parameters and mappings of a template that is being composed, and the check of properties.
local later_values = require "kiln.template.later"
local native = require "kiln.native.template"

local M = {}

local TREE, KIND, Condition = later_values.TREE, later_values.KIND, later_values.Condition
local fail, nearest, to_tree = later_values.fail, later_values.nearest, later_values.to_tree
local later, tree_of, Value = later_values.later, later_values.tree_of, later_values.Value
local getmetatable, setmetatable, rawget, type, next = getmetatable, setmetatable, rawget, type, next
local is_call, unpack = later_values.is_call, table.unpack
local math_type, tonumber, tostring = math.type, tonumber, tostring

later_values.is_own()

--- The field of a resource that holds its record: name, type, facts, body.
local RECORD = {}
M.RECORD = RECORD

-- Facts

local known = {}

--- Turns lists of allowed values into sets, of all members.
local function with_sets(members)
  local function add_set(facts)
    if facts.values then
      facts.allowed, facts.values = facts.values, {}
      for _, value in ipairs(facts.allowed) do facts.values[facts.ignores_case and value:lower() or value] = true end
    end
    if facts.item then add_set(facts.item) end
  end
  for _, facts in next, members do
    add_set(facts)
    facts.is_text = facts.kind == "string" and not facts.values and not facts.is_read_only
  end
  return members
end

--- What kiln knows of a resource type, looked up once; false when it knows nothing.
function M.facts(type_name)
  local facts = known[type_name]
  if facts == nil then
    facts = type(type_name) == "string" and native.shape(type_name) or false
    if facts then with_sets(facts.members) end
    known[type_name] = facts
  end
  return facts
end

-- Checking: a value is copied while it is held against its facts, so that each is looked at once.

local owner -- the resource whose properties are checked
local trail = {} -- the names and indices that lead to the value

--- The way to a value: `Tags[1].Key`.
local function path_to(depth)
  local path = {}
  for level = 1, depth do
    local step = trail[level]
    path[level] = math_type(step) and ("[%d]"):format(step) or (level > 1 and "." or "") .. step
  end
  return table.concat(path)
end

local function wrong(depth, message, ...)
  fail("%s (%s): '%s' " .. message, owner.name, owner.type, path_to(depth), ...)
end

local function names_of(members)
  local names = {}
  for name in next, members do names[#names + 1] = name end
  table.sort(names)
  return names
end

local articles = {
  string = "a string", integer = "an integer", number = "a number", boolean = "a boolean", list = "a list",
  map = "a table", condition = "a condition",
}

--- What a later value of a kind can't be used as: lists and scalars don't turn into each other.
local function check_later(value, facts, depth)
  local wanted, kind = facts.kind, rawget(value, KIND)
  if kind == "any" or wanted == "json" then return end
  if kind == "condition" then
    wrong(depth, "can't be a condition; use :choose(yes, no)")
  elseif wanted == "list" then
    if kind ~= "list" and kind ~= "map" then
      wrong(depth, "must be a list, not %s; put it into { } for a list of one", later_values.describe(value))
    end
  elseif kind == "list" and wanted ~= "map" then
    wrong(depth, "must be %s, not the list %s; use :join(separator) or :select(index)",
      articles[wanted], later_values.describe(value))
  end
end

local scalars = {
  string = function(kind) return kind == "string" or kind == "number" or kind == "boolean" end,
  integer = function(kind, value)
    return kind == "number" and math_type(value) == "integer" or kind ~= "boolean" and math.tointeger(tonumber(value))
  end,
  number = function(kind, value) return kind ~= "boolean" and tonumber(value) ~= nil end,
  boolean = function(kind, value)
    return kind == "boolean" or kind == "string" and (value:lower() == "true" or value:lower() == "false")
  end,
}

local checked

local function refuse_name(name, members, depth)
  if type(name) == "string" then
    fail("%s (%s): it has no property '%s'%s", owner.name, owner.type, path_to(depth), nearest(name, names_of(members)))
  end
  trail[depth] = nil
  if depth == 1 then fail("%s (%s): its properties must be named", owner.name, owner.type) end
  wrong(depth - 1, "must be a table with names, not a list")
end

local function checked_members(value, shape, depth, is_part)
  local members, required = shape.members, shape.required
  -- The constructor makes room for four members at once.
  local copy, meta = { a = nil, b = nil, c = nil, d = nil }, getmetatable(value)
  for name, item in next, value do
    local facts = members[name]
    if facts and facts.is_text and type(item) == "string" then
      copy[name] = item
    else
      trail[depth] = name
      if not facts then
        if type(name) ~= "string" or not shape.is_open and name:sub(1, 4) ~= "Fn::" then
          refuse_name(name, members, depth)
        end
        copy[name] = to_tree(item)
      else
        if facts.is_read_only then wrong(depth, "can only be read, as an attribute") end
        copy[name] = checked(item, facts, depth)
      end
    end
  end
  for index = 1, is_part and 0 or #required do
    if copy[required[index]] == nil then
      trail[depth] = required[index]
      wrong(depth, depth == 1 and "is missing, which every %s needs" or "is missing", owner.type)
    end
  end
  return meta and setmetatable(copy, meta) or copy
end

local function checked_list(value, facts, depth)
  local item, count, meta = facts.item, #value, getmetatable(value)
  local copy = count < 100 and { unpack(value, 1, count) } or {}
  for index = 1, count do
    trail[depth + 1] = index
    copy[index] = item and checked(value[index], item, depth + 1) or to_tree(value[index])
  end
  if copy[1] == nil and next(value) ~= nil then wrong(depth, "must be a list, not a table with names") end
  return meta and setmetatable(copy, meta) or copy
end

local function checked_table(value, facts, depth)
  local wanted = facts.kind
  if wanted == "list" then return checked_list(value, facts, depth) end
  if wanted ~= "map" then wrong(depth, "must be %s, not a table", articles[wanted]) end
  if facts.path and not facts.members then
    local shape = native.shape(owner.type, facts.path)
    facts.members, facts.required, facts.is_open = with_sets(shape.members), shape.required, shape.is_open
  end
  if facts.members then return checked_members(value, facts, depth + 1) end
  local copy, meta = {}, getmetatable(value)
  for name, item in next, value do
    trail[depth + 1] = name
    copy[name] = checked(item, facts.item, depth + 1)
  end
  return meta and setmetatable(copy, meta) or copy
end

--- A value's tree, if it is what its facts say; `trail` leads to it with `depth` steps.
function checked(value, facts, depth)
  local kind = type(value)
  if depth > 100 then wrong(8, "nests more than 100 levels deep; does a table contain itself?") end
  if kind == "table" then
    local meta = getmetatable(value)
    local tree = meta and rawget(value, TREE)
    if tree then
      check_later(value, facts, depth)
      return tree
    end
    local wanted = facts.kind
    if wanted == "json" or value[1] == nil and is_call(value) then return to_tree(value) end
    return checked_table(value, facts, depth)
  end
  local fits = scalars[facts.kind]
  if fits then
    if not fits(kind, value) then
      wrong(depth, "must be %s, not %s", articles[facts.kind], articles[kind] or "a " .. kind)
    end
    local values = facts.values
    if values and not values[facts.ignores_case and tostring(value):lower() or tostring(value)] then
      local near = nearest(tostring(value), facts.allowed)
      local some = table.concat(facts.allowed, ", ", 1, math.min(12, #facts.allowed))
      wrong(depth, "can't be '%s'%s; it is one of %s%s", tostring(value), near, some,
        #facts.allowed > 12 and " ..." or "")
    end
  elseif facts.kind ~= "json" and not (kind == "string" and facts.accepts_text) then
    wrong(depth, "must be %s, not %s", articles[facts.kind], articles[kind] or "a " .. kind)
  elseif kind == "function" or kind == "thread" then
    fail("a template can't hold a %s", kind)
  end
  return value
end

--- The tree of a resource's properties, checked against its type; raises the first mistake.
function M.properties(record, properties)
  local facts = record.facts
  if type(properties) ~= "table" or tree_of(properties) then
    fail("%s (%s): its properties are %s, not a table", record.name, record.type,
      tree_of(properties) and later_values.describe(properties) or articles[type(properties)] or type(properties))
  end
  if not facts then return to_tree(properties) end
  owner = record
  return checked_members(properties, facts, 1)
end

--- Raises what a resource lacks that was composed without properties at first.
function M.complete(record)
  local facts, properties = record.facts, record.body.Properties or {}
  if not facts then return end
  for _, name in ipairs(facts.required) do
    if properties[name] == nil then
      error(("%s:%d: %s (%s): '%s' is missing, which every %s needs"):format(
        record.source:gsub("^[@=]", ""), record.line, record.name, record.type, name, record.type), 0)
    end
  end
end

-- Resources

local Resource = {}
M.Resource = Resource
local methods = {}

local function name_of(other, what)
  local tree = tree_of(other)
  if tree and getmetatable(other) == Resource then return tree.Ref end
  if type(other) ~= "string" then fail("%s takes resources or their names", what) end
  return other
end

--- Makes the resource wait for others that it doesn't refer to.
---@param ... any Resources or their names, or a list of them.
---@usage web:depends_on(disk)
---@usage web:depends_on("Disk", "Address")
function methods:depends_on(...)
  local body, others = rawget(self, RECORD).body, { ... }
  local is_list = type(others[1]) == "table" and not tree_of(others[1])
  if is_list then others = others[1] end
  local names = body.DependsOn or {}
  if type(names) == "string" then names = { names } end
  for _, other in ipairs(others) do names[#names + 1] = name_of(other, "depends_on") end
  body.DependsOn = #names == 1 and not is_list and names[1] or names
  return self
end

--- Sets the resource's metadata, such as `AWS::CloudFormation::Init`.
---@usage web:metadata { Owner = "operations" }
function methods:metadata(metadata)
  rawget(self, RECORD).body.Metadata = to_tree(metadata)
  return self
end

--- Creates the resource only when a condition of the template holds.
---@usage web:only_if(is_small)
function methods:only_if(condition)
  rawget(self, RECORD).body.Condition = later_values.condition_name(condition)
  return self
end

local policies = { "Delete", "Retain", "RetainExceptOnCreate", "Snapshot" }

local function set_policy(self, key, policy)
  for _, name in ipairs(policies) do
    if name == policy then
      rawget(self, RECORD).body[key] = policy
      return self
    end
  end
  fail("a policy is one of %s, not '%s'%s", table.concat(policies, ", "), tostring(policy), nearest(policy, policies))
end

--- What becomes of the resource when the stack no longer has it: "Delete", "Retain" or "Snapshot".
---@usage disk:deletion_policy "Snapshot"
function methods:deletion_policy(policy) return set_policy(self, "DeletionPolicy", policy) end

--- What becomes of the old resource when an update replaces it: "Delete", "Retain" or "Snapshot".
---@usage disk:update_replace_policy "Retain"
function methods:update_replace_policy(policy) return set_policy(self, "UpdateReplacePolicy", policy) end

--- What must happen before the resource counts as created.
---@usage web:creation_policy { ResourceSignal = { Count = 1, Timeout = "PT5M" } }
function methods:creation_policy(policy)
  rawget(self, RECORD).body.CreationPolicy = to_tree(policy)
  return self
end

--- How updates of the resource go.
---@usage web:update_policy { AutoScalingRollingUpdate = { MinInstancesInService = 1 } }
function methods:update_policy(policy)
  rawget(self, RECORD).body.UpdatePolicy = to_tree(policy)
  return self
end

--- Sets a member of the resource that has no method of its own.
---@usage web:set("Description", "the only server")
function methods:set(name, value)
  rawget(self, RECORD).body[name] = to_tree(value)
  return self
end

--- The resource's logical ID.
---@usage assert(web:id() == "Web")
function methods:id() return rawget(self, RECORD).name end

M.methods = methods

local function has_attribute(facts, name)
  local attributes = facts.attributes
  if attributes[name] then return attributes[name] end
  for stem in next, facts.stems do
    if name == stem then return "map" end
    if name:sub(1, #stem + 1) == stem .. "." then return "any" end
  end
end

--- An attribute as a later value; raises when the type is known and lacks it.
local function attribute(record, name)
  local facts, kind = record.facts, "any"
  if facts then
    kind = type(name) == "string" and has_attribute(facts, name)
    if not kind then
      local names = names_of(facts.attributes)
      for stem in next, facts.stems do names[#names + 1] = stem end
      local hint = nearest(name, names)
      if hint == "" then
        local candidates = {}
        for method in next, methods do candidates[#candidates + 1] = method end
        for method in next, Value do candidates[#candidates + 1] = method end
        hint = nearest(name, candidates)
      end
      if hint == "" and #names > 0 and #names <= 12 then hint = "; it has " .. table.concat(names, ", ") end
      fail("%s has no attribute '%s'%s", record.type, tostring(name), hint)
    end
  end
  return later({ ["Fn::GetAtt"] = { record.name, name } }, kind)
end

Resource.__name = "resource"
later_values.behave(Resource)
Resource.__tostring = function(self)
  later_values.refuse_text(self, 2)
  local record = rawget(self, RECORD)
  return ("%s (%s)"):format(record.name, record.type)
end
Resource.__index = function(self, name)
  return methods[name] or Value[name] or attribute(rawget(self, RECORD), name)
end
--- What may follow a resource, for completion: kinds by name.
Resource.__names = function(self)
  local names = {}
  for name in next, Value do names[name] = "method" end
  for name in next, methods do names[name] = "method" end
  local facts = rawget(self, RECORD).facts
  if facts then
    for name in next, facts.attributes do names[name] = "attribute" end
    for name in next, facts.stems do names[name] = "attribute" end
  end
  return names
end
Resource.__newindex = function(self, name, value)
  local record = rawget(self, RECORD)
  local properties = record.body.Properties or {}
  if value == nil then
    properties[name] = nil
  elseif record.facts then
    owner = record
    properties[name] = checked_members({ [name] = value }, record.facts, 1, true)[name]
  else
    properties[name] = to_tree(value)
  end
  record.body.Properties = properties
end

-- Parameters and mappings

local Parameter = {}
M.Parameter = Parameter
Parameter.__name = "parameter"
later_values.behave(Parameter)
Parameter.__index = later_values.Later.__index
Parameter.__names = later_values.Later.__names

--- The kind of value that a parameter type gives.
function M.parameter_kind(type_name)
  if type_name == "Number" then return "number" end
  if type_name == "CommaDelimitedList" or type_name:match "List<" then return "list" end
  return "string"
end

--- A reference to a parameter.
function M.parameter(name, kind) return setmetatable({ [TREE] = { Ref = name }, [KIND] = kind }, Parameter) end

local Mapping = {}
M.Mapping = Mapping
Mapping.__name = "mapping"
Mapping.__tostring = function(self) return "mapping " .. self.name end

local map_methods = {}

--- The mapping's value by its two keys.
---@usage local sizes = t:mapping("Sizes", { small = { Flavor = "m1.small" } })
---@usage web.InstanceType = sizes:find("small", "Flavor")
function map_methods:find(first, second, fallback)
  local map = rawget(self, "map")
  local function check(key, keys)
    if fallback == nil and type(key) == "string" and keys and keys[key] == nil then
      fail("the mapping %s has no key '%s'%s", rawget(self, "name"), key, nearest(key, names_of(keys)))
    end
  end
  check(first, map)
  check(second, type(first) == "string" and map[first])
  return later_values.functions.find_in_map(rawget(self, "name"), first, second, fallback)
end
Mapping.__index = function(self, key)
  if map_methods[key] then return map_methods[key] end
  fail("a mapping has no field '%s'%s", tostring(key), nearest(key, { "find" })
    .. "; its values come by :find(first, second)", self)
end
M.map_methods = map_methods

--- A mapping of the template.
function M.mapping(name, map) return setmetatable({ name = name, map = map }, Mapping) end

--- Whether a value is a condition of a template.
function M.is_condition(value) return type(value) == "table" and getmetatable(value) == Condition end

return M
