--- Splitting: a template over the limits becomes a root and nested stacks, cut where the fewest references cross.
local later_values = require "kiln.template.later"
local check = require "kiln.template.check"
local trees = require "kiln.template.trees"
local native = require "kiln.native.template"
local data = require "kiln.native.data"

local M = {}

later_values.is_own()
local fail, complain, nearest = later_values.fail, later_values.complain, later_values.nearest

local defaults = { resources = 500, parameters = 200, outputs = 200 }
local option_names = { "resources", "parameters", "outputs", "name", "url" }

-- The graph

--- The parts of a template by section and name, and the names of its resources in their order.
local function parts_of(template)
  local parts = { head = {}, order = {}, names = {} }
  local read = template:parts()
  parts.head = read.head
  for _, entry in ipairs(read.entries) do
    parts[entry.section] = parts[entry.section] or {}
    parts[entry.section][entry.name] = entry
    parts.order[#parts.order + 1] = entry
    if entry.section == "Resources" then
      if entry.name:sub(1, 4) == "Fn::" then
        fail("%s can't be split while it is a loop; compose its resources one by one", entry.name)
      end
      parts.names[#parts.names + 1] = entry.name
    end
  end
  for _, section in ipairs { "Parameters", "Mappings", "Conditions", "Resources", "Outputs" } do
    parts[section] = parts[section] or {}
  end
  return parts
end

--- For each resource those that it needs, as sets, and those that need it, as lists.
local function links_of(parts)
  local needs, users = {}, {}
  for _, name in ipairs(parts.names) do users[name] = {} end
  for _, name in ipairs(parts.names) do
    needs[name] = {}
    for other in next, trees.needs(parts.Resources[name].body) do
      if users[other] and other ~= name then needs[name][other] = true end
    end
  end
  for _, name in ipairs(parts.names) do
    for other in next, needs[name] do table.insert(users[other], name) end
  end
  return needs, users
end

--- The resources in an order in which each comes after those it needs, and near to those that it has to do with.
---
--- Islands of the graph stay together: each resource is followed by what became ready through it.
local function arranged(parts, needs, users)
  local waits, order, ready = {}, {}, {}
  for index = #parts.names, 1, -1 do
    local name = parts.names[index]
    local count = 0
    for _ in next, needs[name] do count = count + 1 end
    waits[name] = count
    if count == 0 then ready[#ready + 1] = name end
  end
  while #ready > 0 do
    local name = table.remove(ready)
    order[#order + 1] = name
    for index = #users[name], 1, -1 do
      local user = users[name][index]
      waits[user] = waits[user] - 1
      if waits[user] == 0 then ready[#ready + 1] = user end
    end
  end
  return order
end

--- For each place between two resources of the order, how many references would cross a cut there.
local function crossings(order, needs)
  local places, changes = {}, {}
  for index, name in ipairs(order) do places[name] = index end
  for index = 1, #order + 1 do changes[index] = 0 end
  for index, name in ipairs(order) do
    for other in next, needs[name] do
      changes[places[other]] = changes[places[other]] + 1
      changes[index] = changes[index] - 1
    end
  end
  local counts, sum = {}, 0
  for index = 1, #order do
    sum = sum + changes[index]
    counts[index] = sum
  end
  return counts
end

-- Parts

--- What comes into and goes out of a stretch of the order: values by the names that they get as parameters.
local Part = {}
Part.__index = Part

--- A name that is free for a parameter, from words.
local function parameter_name(...) return (table.concat({ ... }):gsub("[^%w]", "")) end

--- The kind of an attribute, or of a reference without one.
local function is_list(body, attribute)
  local facts = attribute and check.facts(body.Type)
  return facts and facts.attributes[attribute] == "list" or false
end

local own_pseudo = { ["AWS::StackName"] = true, ["AWS::StackId"] = true }

--- The stretch from `first` to `last` as a part, with all that it needs from outside.
local function part_of(parts, order, first, last)
  local part = setmetatable({ own = {}, inputs = {}, input_names = {}, conditions = {}, mappings = {} }, Part)
  for index = first, last do part.own[order[index]] = true end
  local function input(name, value)
    if part.inputs[name] then return end
    part.inputs[name] = value
    part.input_names[#part.input_names + 1] = name
  end
  local function reference(name)
    if part.own[name] then return end
    if parts.Parameters[name] then return input(name, { parameter = name }) end
    if parts.Resources[name] then return input(parameter_name(name, "Ref"), { resource = name }) end
    if own_pseudo[name] then input(parameter_name(name), { pseudo = name }) end
  end
  local function attribute(name, rest)
    if parts.Resources[name] and not part.own[name] then
      input(parameter_name(name, rest), { resource = name, attribute = rest })
    end
  end
  local visit
  local function condition(name)
    if type(name) ~= "string" or part.conditions[name] or not parts.Conditions[name] then return end
    part.conditions[name] = true
    visit(parts.Conditions[name].body, true)
  end
  local function mapping(name) part.mappings[name] = true end
  function visit(tree, is_condition)
    trees.visit(tree, {
      reference = reference, attribute = attribute, condition = condition, mapping = mapping,
      is_condition = is_condition,
    })
  end
  for index = first, last do
    local body = parts.Resources[order[index]].body
    visit(body)
    condition(body.Condition)
  end
  return part
end

--- Cuts the order into parts within the limits, each cut where the fewest references cross it.
local function cut(parts, order, needs, limits)
  local counts, result, first = crossings(order, needs), {}, 1
  while first <= #order do
    local room = limits.resources
    local part, last
    repeat
      last = math.min(first + room - 1, #order)
      if last < #order then
        for index = last, math.max(first, last - room // 2), -1 do
          if counts[index] < counts[last] then last = index end
        end
      end
      part = part_of(parts, order, first, last)
      local fits = #part.input_names <= limits.parameters
      if not fits and last == first then
        fail("%s alone needs %d values from outside; a nested stack takes %d parameters", order[first],
          #part.input_names, limits.parameters)
      end
      room = (last - first + 1) // 2
    until fits
    result[#result + 1] = part
    first = last + 1
  end
  return result
end

-- Templates

local function entry(section, name, body, like)
  return { section = section, name = name, body = body, source = like.source, line = like.line }
end

--- The parameter's type as a nested stack has it: what the outer one has resolved already isn't resolved again.
local function inner_type(type_name)
  return type_name:match "^AWS::SSM::Parameter::Value<(.+)>$" or type_name
end

local function is_list_type(type_name) return type_name == "CommaDelimitedList" or type_name:find "List<" ~= nil end

local function input_body(parts, input)
  if input.parameter then
    local body = {}
    for key, value in next, parts.Parameters[input.parameter].body do body[key] = value end
    body.Type, body.Default = inner_type(body.Type), nil
    return body
  end
  local isList = input.resource and is_list(parts.Resources[input.resource].body, input.attribute)
  return { Type = isList and "CommaDelimitedList" or "String" }
end

--- The value behind an output's name.
local function output_tree(parts, input)
  local tree = input.attribute and { ["Fn::GetAtt"] = { input.resource, input.attribute } } or { Ref = input.resource }
  if is_list(parts.Resources[input.resource].body, input.attribute) then return { ["Fn::Join"] = { ",", tree } } end
  return tree
end

--- The entries of a part's template.
local function entries_of(parts, part, extent)
  local entries = {}
  for _, name in ipairs(part.input_names) do
    local input = part.inputs[name]
    local like = parts[input.parameter and "Parameters" or "Resources"][input.parameter or input.resource]
    entries[#entries + 1] = entry("Parameters", name, input_body(parts, input), like or parts.order[1])
  end
  local change = {
    reference = function(name)
      if part.own[name] or parts.Parameters[name] then return nil end
      if parts.Resources[name] then return { Ref = parameter_name(name, "Ref") } end
      if own_pseudo[name] then return { Ref = parameter_name(name) } end
    end,
    attribute = function(name, rest)
      if part.own[name] or not parts.Resources[name] then return nil end
      return { Ref = parameter_name(name, rest) }
    end,
  }
  for _, old in ipairs(parts.order) do
    if old.section == "Mappings" and part.mappings[old.name] then
      entries[#entries + 1] = old
    elseif old.section == "Conditions" and part.conditions[old.name] then
      entries[#entries + 1] = entry("Conditions", old.name, trees.rewritten(old.body, change), old)
    elseif old.section == "Resources" and part.own[old.name] then
      local body = trees.rewritten(old.body, change)
      body.DependsOn = M.within(body.DependsOn, part.own)
      entries[#entries + 1] = entry("Resources", old.name, body, old)
    end
  end
  for _, name in ipairs(extent.names) do
    local input = extent[name]
    local like = parts.Resources[input.resource]
    entries[#entries + 1] = entry("Outputs", name, {
      Value = output_tree(parts, input), Condition = like.body.Condition,
    }, like)
  end
  return entries
end

--- The names of `DependsOn` that are in a set, as they were written; nil when none is.
function M.within(depends, set)
  if type(depends) ~= "table" then return set[depends] and depends or nil end
  local kept = {}
  for _, name in ipairs(depends) do
    if set[name] then kept[#kept + 1] = name end
  end
  return #kept > 0 and kept or nil
end

--- What each part must put out: for other parts, and for the outputs of the whole.
local function extents_of(parts, list, home)
  local extents = {}
  for _, part in ipairs(list) do extents[part] = { names = {} } end
  local function ask(name, input)
    local extent = extents[home[input.resource]]
    if not extent[name] then
      extent[name] = input
      extent.names[#extent.names + 1] = name
    end
  end
  for _, part in ipairs(list) do
    for _, name in ipairs(part.input_names) do
      if part.inputs[name].resource then ask(name, part.inputs[name]) end
    end
  end
  for _, output in next, parts.Outputs do
    trees.visit(output.body, {
      reference = function(name)
        if parts.Resources[name] then ask(parameter_name(name, "Ref"), { resource = name }) end
      end,
      attribute = function(name, rest)
        if parts.Resources[name] then
          ask(parameter_name(name, rest), { resource = name, attribute = rest })
        end
      end,
    })
  end
  for _, extent in next, extents do table.sort(extent.names) end
  return extents
end

--- Where the root finds a value of a resource that is in a part.
local function from_root(parts, home, input, condition, is_argument)
  local body = parts.Resources[input.resource].body
  local output = parameter_name(input.resource, input.attribute or "Ref")
  local tree = { ["Fn::GetAtt"] = { home[input.resource].name, "Outputs." .. output } }
  if not is_argument and is_list(body, input.attribute) then tree = { ["Fn::Split"] = { ",", tree } } end
  if not body.Condition or body.Condition == condition then return tree end
  return { ["Fn::If"] = { body.Condition, tree, is_argument and "" or { Ref = "AWS::NoValue" } } }
end

local function argument(parts, home, input)
  if input.pseudo then return { Ref = input.pseudo } end
  if input.resource then return from_root(parts, home, input, nil, true) end
  local tree = { Ref = input.parameter }
  return is_list_type(parts.Parameters[input.parameter].body.Type) and { ["Fn::Join"] = { ",", tree } } or tree
end

--- What resources of a part wait for outside of it, which inlining needs again; nil when none does.
local function waits_of(parts, part)
  local waits = {}
  for name in next, part.own do
    local depends = parts.Resources[name].body.DependsOn
    for _, other in ipairs(type(depends) == "table" and depends or { depends }) do
      if not part.own[other] then waits[name] = depends end
    end
  end
  return next(waits) and waits or nil
end

--- The nested stack of a part, as the root has it.
local function stack_of(parts, part, home, url)
  local arguments, waits = {}, {}
  for _, name in ipairs(part.input_names) do
    arguments[name] = argument(parts, home, part.inputs[name])
  end
  for name in next, part.own do
    local depends = parts.Resources[name].body.DependsOn
    if type(depends) == "string" then depends = { depends } end
    for _, other in ipairs(depends or {}) do
      if home[other] and home[other] ~= part then waits[home[other].name] = true end
    end
  end
  local others = {}
  for name in next, waits do others[#others + 1] = name end
  table.sort(others)
  return {
    Type = "AWS::CloudFormation::Stack", DependsOn = #others > 0 and others or nil,
    Properties = { TemplateURL = url, Parameters = next(arguments) and arguments or nil },
  }
end

--- The entries of the root: parameters, nested stacks, and outputs that take their values from these.
local function root_entries(parts, list, home)
  local entries, stacks = {}, {}
  for _, old in ipairs(parts.order) do
    if old.section == "Resources" then
      local part = home[old.name]
      if not stacks[part] then
        stacks[part] = true
        entries[#entries + 1] = entry("Resources", part.name, stack_of(parts, part, home, part.url), old)
      end
    elseif old.section == "Outputs" then
      entries[#entries + 1] = entry("Outputs", old.name, trees.rewritten(old.body, {
        reference = function(name)
          if home[name] then return from_root(parts, home, { resource = name }, old.body.Condition) end
        end,
        attribute = function(name, rest)
          if home[name] then
            return from_root(parts, home, { resource = name, attribute = rest }, old.body.Condition)
          end
        end,
      }), old)
    else
      entries[#entries + 1] = old
    end
  end
  return entries, #list
end

local function checked_options(options)
  options = options or {}
  for option in next, options do
    local is_known = false
    for _, known in ipairs(option_names) do is_known = is_known or known == option end
    if not is_known then
      complain("unknown_option", { option }, "divide has no option `%s`%s", tostring(option),
        nearest(option, option_names))
    end
  end
  local limits = {}
  for name, value in next, defaults do
    limits[name] = options[name] or value
    if math.type(limits[name]) ~= "integer" or limits[name] < 1 then
      fail("the limit of %s is a number of at least 1, not %s", name, tostring(limits[name]))
    end
  end
  return limits, options.name or "Part", options.url or function(name) return name .. ".yaml" end
end

--- The root template and the list of the nested ones; see `kiln.template.divide`.
function M.split(source, options)
  local limits, prefix, url = checked_options(options)
  local template = source:build()
  local parts = parts_of(template)
  if #parts.names <= limits.resources then return template, {} end
  local needs, users = links_of(parts)
  local list, home = cut(parts, arranged(parts, needs, users), needs, limits), {}
  for index, part in ipairs(list) do
    part.name = prefix .. index
    part.url = url(part.name)
    for name in next, part.own do home[name] = part end
  end
  local extents = extents_of(parts, list, home)
  local nested = {}
  for index, part in ipairs(list) do
    if #extents[part].names > limits.outputs then
      fail("%s would need %d outputs of %d that are allowed; give a smaller limit of resources", part.name,
        #extents[part].names, limits.outputs)
    end
    local head = {
      Description = ("Part %d of %d of %s"):format(index, #list, parts.head.Description or "a template"),
      Transform = parts.head.Transform,
      Metadata = { ["Kiln::Part"] = part.name, ["Kiln::DependsOn"] = waits_of(parts, part) },
    }
    nested[index] = {
      name = part.name, url = part.url, template = native.compose(head, entries_of(parts, part, extents[part])),
    }
  end
  return native.compose(parts.head, (root_entries(parts, list, home))), nested
end

M.list = data.list

return M
