--- Resources, parameters and mappings of a template that is being composed.
local later_values = require "kiln.template.later"
local check = require "kiln.template.check"
local native = require "kiln.native.template"
local complaint = require "kiln.native.complaint"

local M = {}

local TREE, KIND, Condition = later_values.TREE, later_values.KIND, later_values.Condition
local fail, complain, nearest = later_values.fail, later_values.complain, later_values.nearest
local to_tree, later, tree_of, Value =
  later_values.to_tree, later_values.later, later_values.tree_of, later_values.Value
local getmetatable, setmetatable, rawget, type, next = getmetatable, setmetatable, rawget, type, next
local names_of = check.names_of

later_values.is_own()

--- The field of a resource that holds its record: name, type, facts, body.
local RECORD = {}
M.RECORD = RECORD
M.facts, M.properties = check.facts, check.properties

--- Raises what a resource lacks that was composed without properties at first.
function M.complete(record)
  local facts, properties = record.facts, record.body.Properties or {}
  if not facts then return end
  for _, name in ipairs(facts.required) do
    if properties[name] == nil then
      complaint.raise("missing_property", ("%s (%s): `%s` is missing"):format(record.name, record.type, name),
        "give it a value", record.source, record.line, { record.name })
    end
  end
end

-- Resources

local Resource = {}
M.Resource = Resource
--- A resource of a template: its attributes are fields, fields that are set are properties, and used as a value it is
--- its `Ref`; so it has the methods of later values too.
---@class kiln.Resource : kiln.LaterValue
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
  fail("a policy is one of %s, not `%s`%s", table.concat(policies, ", "), tostring(policy), nearest(policy, policies))
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

--- What a property was given: a plain value, or a later one; nil when it wasn't.
---@param name string
---@return any value
---@usage assert(web:property "ImageId" == "cirros")
function methods:property(name)
  local value = (rawget(self, RECORD).body.Properties or {})[name]
  if type(value) ~= "table" then return value end
  if later_values.is_call(value) then return later(value) end
  return to_tree(value)
end

--- Changes properties deeply: tables are merged, `kiln.null` takes a property away, all else is replaced.
---@param properties table
---@param rules table? How lists are merged, as in `kiln.data.merge`.
---@usage web:merge({ Tags = { { Key = "Stage", Value = "test" } } }, { Tags = "by Key" })
---@usage assert(web:property "Tags"[1].Value == "test")
function methods:merge(properties, rules)
  local record = rawget(self, RECORD)
  local merged = require("kiln.data").merge(record.body.Properties or {}, properties, rules)
  record.body.Properties = check.properties(record, merged)
  return self
end

--- The resource's type.
---@usage assert(web:type() == "AWS::EC2::Instance")
function methods:type() return rawget(self, RECORD).type end

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
    kind = type(name) == "string" and (has_attribute(facts, name) or native.gives(record.type, name) and "any")
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
      complain("unknown_attribute", { name }, "%s has no attribute `%s`%s", record.type, tostring(name), hint)
    end
  end
  return later({ ["Fn::GetAtt"] = { record.name, name } }, kind)
end

Resource.__name, Resource.__class = "resource", "kiln.Resource"
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
  if value ~= nil then value = check.property(record, name, value) end
  properties[name] = value
  record.body.Properties = properties
end

--- The resource of an entry that was read from a template; what it says already isn't checked again.
function M.adopt(entry)
  entry.type = entry.body.Type
  entry.facts = check.facts(entry.type) or nil
  return setmetatable({ [TREE] = { Ref = entry.name }, [KIND] = "string", [RECORD] = entry }, Resource)
end

-- Parameters and mappings

local Parameter = {}
M.Parameter = Parameter
Parameter.__name, Parameter.__class = "parameter", "kiln.LaterValue"
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
Mapping.__name, Mapping.__class = "mapping", "kiln.Mapping"
Mapping.__tostring = function(self) return "mapping " .. self.name end

--- A mapping of a template.
---@class kiln.Mapping
local map_methods = {}

--- The mapping's value by its two keys.
---@usage local sizes = t:mapping("Sizes", { small = { Flavor = "m1.small" } })
---@usage web.InstanceType = sizes:find("small", "Flavor")
function map_methods:find(first, second, fallback)
  local map = rawget(self, "map")
  local function check_key(key, keys)
    if fallback == nil and type(key) == "string" and keys and keys[key] == nil then
      fail("the mapping %s has no key `%s`%s", rawget(self, "name"), key, nearest(key, names_of(keys)))
    end
  end
  check_key(first, map)
  check_key(second, type(first) == "string" and map[first])
  return later_values.functions.find_in_map(rawget(self, "name"), first, second, fallback)
end
Mapping.__index = function(self, key)
  if map_methods[key] then return map_methods[key] end
  fail("a mapping has no field `%s`%s", tostring(key), nearest(key, { "find" })
    .. "; its values come by :find(first, second)", self)
end
M.map_methods = map_methods

--- A mapping of the template.
function M.mapping(name, map) return setmetatable({ name = name, map = map }, Mapping) end

--- Whether a value is a condition of a template.
function M.is_condition(value) return type(value) == "table" and getmetatable(value) == Condition end

return M
