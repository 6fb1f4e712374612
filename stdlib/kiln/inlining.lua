--- Inlining: nested stacks whose templates can be read become resources of the template that has them.
local later_values = require "kiln.template.later"
local trees = require "kiln.template.trees"
local native = require "kiln.native.template"

local M = {}

later_values.is_own()
local fail = later_values.fail

local depth_limit = 5

--- The file of a nested template, which is relative to the template that names it.
local function beside(url, file)
  if url:match "^/" then return url end
  local folder = file:match "^@?(.*/)[^/]*$"
  return folder and folder .. url or url
end

local function is_list_type(type_name) return type_name == "CommaDelimitedList" or type_name:find "List<" ~= nil end

--- A list out of the text that a stack takes for it.
local function as_list(value)
  if type(value) ~= "table" then
    local items = {}
    for item in (tostring(value) .. ","):gmatch "([^,]*)," do items[#items + 1] = item:match "^%s*(.-)%s*$" end
    return items
  end
  local join = value["Fn::Join"]
  if join and join[1] == "," then return join[2] end
  return value[1] ~= nil and value or { ["Fn::Split"] = { ",", value } }
end

-- One stack

--- A nested stack with its template, under names that are free in the outer one.
local Nested = {}
Nested.__index = Nested

local function nested_of(outer, stack, read)
  local self = setmetatable({ stack = stack, names = {}, values = {}, outputs = {}, entries = read.entries }, Nested)
  local metadata = read.head.Metadata
  -- What was split before gets its own names back.
  self.is_part = metadata ~= nil and metadata["Kiln::Part"] ~= nil
  self.waits = self.is_part and metadata["Kiln::DependsOn"] or {}
  local prefix = self.is_part and "" or stack.name
  for _, entry in ipairs(read.entries) do
    if entry.section == "Resources" or entry.section == "Conditions" or entry.section == "Mappings" then
      self.names[entry.section .. "/" .. entry.name] = prefix .. entry.name
    elseif entry.section == "Outputs" then
      self.outputs[entry.name] = entry.body
    end
  end
  self.outer = outer
  self:bind(read.entries)
  return self
end

--- What each parameter of the nested template is: what the stack gives it, else its default.
function Nested:bind(entries)
  local given = (self.stack.body.Properties or {}).Parameters or {}
  for _, entry in ipairs(entries) do
    if entry.section == "Parameters" then
      local value = given[entry.name]
      if value == nil then value = entry.body.Default end
      if value == nil then
        fail("%s gives its template no value for the parameter `%s`", self.stack.name, entry.name)
      end
      local choice = self.is_part and type(value) == "table" and value["Fn::If"]
      if choice and choice[3] == "" then value = choice[2] end
      self.values[entry.name] = is_list_type(entry.body.Type) and as_list(value) or value
    end
  end
end

function Nested:change(is_condition)
  return {
    is_condition = is_condition,
    reference = function(name)
      if self.values[name] ~= nil then return self.values[name] end
      local resource = self.names["Resources/" .. name]
      return resource and { Ref = resource } or nil
    end,
    attribute = function(name, attribute)
      local resource = self.names["Resources/" .. name]
      return resource and { ["Fn::GetAtt"] = { resource, attribute } } or nil
    end,
    condition = function(name) return self.names["Conditions/" .. name] end,
    mapping = function(name) return self.names["Mappings/" .. name] end,
  }
end

function Nested:renamed(tree, is_condition) return trees.rewritten(tree, self:change(is_condition)) end

--- The value of an output, for those who asked the stack for it.
function Nested:output(name)
  local output = self.outputs[name]
  if not output then fail("the template of %s has no output `%s`", self.stack.name, tostring(name)) end
  local value = self:renamed(output.Value)
  local joined = value["Fn::Join"]
  -- A list that was joined only to go through a parameter is split again at once.
  if joined and joined[1] == "," and type(joined[2]) == "table" and joined[2][1] == nil then
    return value, joined[2]
  end
  return value
end

--- The condition of a resource when the stack has one of its own.
function Nested:condition_of(body)
  local own = body.Condition and self.names["Conditions/" .. body.Condition]
  local outer = self.stack.body.Condition
  if not (own and outer) then return own or outer end
  local both = outer .. "And" .. own
  if not self.outer.combined[both] then
    self.outer.combined[both] = { ["Fn::And"] = { { Condition = outer }, { Condition = own } } }
  end
  return both
end

local function listed(value) return type(value) == "table" and value or value ~= nil and { value } or {} end

--- What a resource waits for: what it named itself, and what its stack waited for.
function Nested:depends_of(entry)
  if self.is_part then return self.waits[entry.name] or entry.body.DependsOn end
  local depends = {}
  for _, other in ipairs(listed(entry.body.DependsOn)) do
    depends[#depends + 1] = self.names["Resources/" .. other] or other
  end
  for _, other in ipairs(listed(self.stack.body.DependsOn)) do depends[#depends + 1] = other end
  return #depends == 1 and depends[1] or #depends > 0 and depends or nil
end

--- The entries of the nested template as the outer one has them.
function Nested:inlined()
  local result = {}
  for _, entry in ipairs(self.entries) do
    local name = self.names[entry.section .. "/" .. entry.name]
    if name then
      local body = entry.section == "Mappings" and entry.body
        or self:renamed(entry.body, entry.section == "Conditions")
      if entry.section == "Resources" then
        body.Condition = self:condition_of(entry.body)
        body.DependsOn = self:depends_of(entry)
      end
      result[#result + 1] = {
        section = entry.section, name = name, body = body, source = entry.source, line = entry.line,
      }
    end
  end
  return result
end

-- The whole

--- Whether an entry is a nested stack that can be read, and the template it names.
local function url_of(entry)
  if entry.section ~= "Resources" or entry.body.Type ~= "AWS::CloudFormation::Stack" then return nil end
  local url = (entry.body.Properties or {}).TemplateURL
  return type(url) == "string" and url or nil
end

local function reader(options)
  local given = options and options.load
  return function(url, entry)
    if type(given) == "table" then
      local template = given[url]
      if template == nil then fail("there is no template for %s, which %s names", url, entry.name) end
      return template
    end
    if type(given) == "function" then return given(url, entry.name) end
    return native.load(beside(url, entry.source))
  end
end

--- The entries with each reference to an inlined stack's outputs replaced by what the output is.
local function without_stacks(entries, stacks)
  local function output(name, attribute)
    local stack = stacks[name]
    local key = stack and attribute:match "^Outputs%.(.+)$"
    if not stack then return nil end
    if not key then fail("%s.%s isn't there once %s is inlined", name, attribute, name) end
    return stack:output(key)
  end
  local function reference(name)
    if stacks[name] then fail("%s is referred to as a stack, which it isn't once it is inlined", name) end
  end
  local change
  local function resolved(tree)
    local split = type(tree) == "table" and tree["Fn::Split"]
    local attribute = split and split[1] == "," and type(split[2]) == "table" and split[2]["Fn::GetAtt"]
    if attribute and stacks[attribute[1]] then
      local _, list = output(attribute[1], attribute[2])
      if list then return list end
    end
    if type(tree) ~= "table" then return tree end
    local copy = {}
    for key, value in next, tree do copy[key] = resolved(value) end
    return setmetatable(copy, getmetatable(tree))
  end
  change = { reference = reference, attribute = output }
  for _ = 1, depth_limit * 20 do
    local is_changed = false
    change.attribute = function(name, attribute)
      local value = output(name, attribute)
      is_changed = is_changed or value ~= nil
      return value
    end
    for _, entry in ipairs(entries) do
      if entry.section ~= "Mappings" then entry.body = trees.rewritten(resolved(entry.body), change) end
    end
    if not is_changed then return entries end
  end
  fail "the nested stacks need each other's outputs in a circle"
end

--- Lets those that waited for a stack wait for all of its resources.
local function wait_for_all(entries, stacks)
  for _, entry in ipairs(entries) do
    local depends = entry.section == "Resources" and entry.body.DependsOn
    local names, is_changed = {}, false
    for _, name in ipairs(listed(depends or nil)) do
      if stacks[name] then
        is_changed = true
        for _, inner in ipairs(stacks[name].entries) do
          if inner.section == "Resources" then names[#names + 1] = stacks[name].names["Resources/" .. inner.name] end
        end
      else
        names[#names + 1] = name
      end
    end
    if is_changed then entry.body.DependsOn = #names > 0 and names or nil end
  end
end

--- One level of nested stacks made into resources; false when there is none to be read.
local function level(entries, load)
  local outer, stacks, result, found = { combined = {} }, {}, {}, false
  for _, entry in ipairs(entries) do
    local url = url_of(entry)
    if url then
      found = true
      local nested = nested_of(outer, entry, load(url, entry):parts())
      stacks[entry.name] = nested
      table.move(nested:inlined(), 1, #nested.entries, #result + 1, result)
    else
      result[#result + 1] = { section = entry.section, name = entry.name, body = entry.body, source = entry.source,
        line = entry.line }
    end
  end
  for name, body in next, outer.combined do
    result[#result + 1] = { section = "Conditions", name = name, body = body, source = entries[1].source,
      line = entries[1].line }
  end
  without_stacks(result, stacks)
  wait_for_all(result, stacks)
  return result, found
end

--- Entries that are there twice and say the same, as the conditions and mappings of split parts do, once.
local function once(entries)
  local seen, result = {}, {}
  for _, entry in ipairs(entries) do
    local key = entry.section .. "/" .. entry.name
    local first = seen[key]
    if not first then
      seen[key] = entry
      result[#result + 1] = entry
    elseif entry.section ~= "Conditions" and entry.section ~= "Mappings" then
      fail("two parts of the inlined template would be called `%s`; give the stacks other logical IDs", entry.name)
    end
  end
  return result
end

--- The template without nested stacks; see `kiln.template.inline`.
function M.inline(source, options)
  local read = source:build():parts()
  local entries, load = read.entries, reader(options)
  for _ = 1, depth_limit do
    local inlined, has_stacks = level(entries, load)
    if not has_stacks then return native.compose(read.head, once(entries)) end
    entries = inlined
  end
  fail("the nested stacks are more than %d deep", depth_limit)
end

return M
