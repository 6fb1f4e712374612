--- The check of properties: what they are is held against the facts of the resource's type on the line that sets them.
local later_values = require "kiln.template.later"
local native = require "kiln.native.template"

local M = {}

local TREE, KIND = later_values.TREE, later_values.KIND
local fail, complain, nearest = later_values.fail, later_values.complain, later_values.nearest
local to_tree, tree_of = later_values.to_tree, later_values.tree_of
local getmetatable, setmetatable, rawget, type, next = getmetatable, setmetatable, rawget, type, next
local is_call, unpack = later_values.is_call, table.unpack
local math_type, tonumber, tostring = math.type, tonumber, tostring

later_values.is_own()

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
  complain("bad_property", { table.unpack(trail, 1, depth) }, "%s (%s): `%s` " .. message, owner.name, owner.type,
    path_to(depth), ...)
end

--- The keys of a table, in order.
local function names_of(members)
  local names = {}
  for name in next, members do names[#names + 1] = name end
  table.sort(names)
  return names
end

M.names_of = names_of

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
    complain("unknown_property", { table.unpack(trail, 1, depth) }, "%s (%s) has no property `%s`%s", owner.name,
      owner.type, path_to(depth), nearest(name, names_of(members)))
  end
  trail[depth] = nil
  if depth == 1 then fail("%s (%s): its properties must be named", owner.name, owner.type) end
  wrong(depth - 1, "must be a table with names, not a list")
end

--- The mistake is where the name isn't: the table that should have it, or the resource.
local function missing(depth)
  local words = depth == 1 and { owner.name } or { table.unpack(trail, 1, depth - 1) }
  complain("missing_property", words, "%s (%s): `%s` is missing; give it a value", owner.name, owner.type,
    path_to(depth))
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
      missing(depth)
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
      wrong(depth, "can't be `%s`%s; it is one of %s%s", tostring(value), near, some,
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

--- The tree of one property, checked as the others are.
function M.property(record, name, value)
  if not record.facts then return to_tree(value) end
  owner = record
  return checked_members({ [name] = value }, record.facts, 1, true)[name]
end

return M
