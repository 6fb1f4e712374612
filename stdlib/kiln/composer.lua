--- The composer: a template in the making, and the scopes that components put their parts in.
local later_values = require "kiln.template.later"
local resources = require "kiln.template.resource"
local native = require "kiln.native.template"
local data = require "kiln.native.data"

local M = {}

local fail, complain = later_values.fail, later_values.complain
local nearest, to_tree = later_values.nearest, later_values.to_tree
local Resource, RECORD = resources.Resource, resources.RECORD
local TREE, KIND = later_values.TREE, later_values.KIND
local getmetatable, setmetatable, rawget, type = getmetatable, setmetatable, rawget, type

later_values.is_own()

--- A template in the making; what is added to it is checked on the line that adds it.
---@class kiln.Composer
local Composer = {}
M.Composer = Composer
Composer.__class = "kiln.Composer"
Composer.__index = function(_, key)
  local method = rawget(Composer, key)
  if method then return method end
  local names = {}
  for name in next, Composer do
    if name:sub(1, 2) ~= "__" then names[#names + 1] = name end
  end
  complain("unknown_method", { key }, "a template has no method `%s`%s", tostring(key), nearest(key, names))
end
Composer.__name = "template composer"
Composer.__tostring = function(self)
  local root, count = rawget(self, "root"), 0
  for _, entries in next, root.sections do count = count + #entries end
  if root ~= self then return ("scope %s of a template"):format(rawget(self, "prefix")) end
  return ("template in the making, with %d part%s"):format(count, count == 1 and "" or "s")
end

-- The order in which sections and members are written.
local sections = { "Parameters", "Rules", "Mappings", "Conditions", "Resources", "Outputs" }

local function shape(...) return getmetatable(data.map({}, { ... })) end

local in_template = shape(
  "AWSTemplateFormatVersion", "Description", "Transform", "Metadata", table.unpack(sections))
local in_resource = shape(
  "Type", "Description", "Condition", "DependsOn", "CreationPolicy", "UpdatePolicy", "DeletionPolicy",
  "UpdateReplacePolicy", "Metadata", "Properties")
local in_parameter = shape("Type", "Description", "Default")
local in_output = shape("Description", "Condition", "Value", "Export")

--- Starts an empty template.
---@param description string?
function M.new(description)
  if description ~= nil and type(description) ~= "string" then
    fail("a template's description is a string, not a %s", type(description))
  end
  local self = { prefix = "", names = {}, sections = {}, head = {}, incomplete = {} }
  self.source, self.line = later_values.here(2)
  for _, section in ipairs(sections) do self.sections[section] = {} end
  self.root, self.head.Description = self, description
  return setmetatable(self, Composer)
end

--- Adds an entry (its body, and the object that stands for it) to a section; raises when the name is taken.
local function add(self, section, name, entry, is_free)
  local root = rawget(self, "root")
  if type(name) ~= "string" then fail("a name must be a string, not a %s", type(name)) end
  if self ~= root then name = rawget(self, "prefix") .. name end
  if not is_free and (name:find "[^%w]" or name == "") then
    fail("a name has letters and digits only, not `%s`", name)
  end
  local shares = section == "Resources" or section == "Parameters"
  local key = shares and name or section .. "/" .. name
  local first = root.names[key]
  if first then
    complain("duplicate_name", { name }, "`%s` is in the template already; it is from %s:%d", name,
      first.source:gsub("^[@=]", ""), first.line)
  end
  entry.name = name
  entry.source, entry.line = later_values.here(3)
  root.names[key] = entry
  local entries = root.sections[section]
  entries[#entries + 1] = entry
  return entry
end

--- Takes over an entry of another template, with the place that it has there.
function M.adopt(self, entry)
  local root = rawget(self, "root")
  local section = entry.section
  local shares = section == "Resources" or section == "Parameters"
  root.names[shares and entry.name or section .. "/" .. entry.name] = entry
  table.insert(root.sections[section], entry)
end

local function full_name(self, name)
  if type(name) ~= "string" then return name end
  return self == rawget(self, "root") and name or rawget(self, "prefix") .. name
end

local parameter_keys = {
  type = "Type", default = "Default", description = "Description", no_echo = "NoEcho",
  allowed_values = "AllowedValues", allowed_pattern = "AllowedPattern", min_length = "MinLength",
  max_length = "MaxLength", min_value = "MinValue", max_value = "MaxValue",
  constraint_description = "ConstraintDescription",
}

--- The members of an entry, from options of which each has a key.
local function members(options, keys, what, meta)
  local body = {}
  for option, value in next, options or {} do
    local key = keys[option]
    if not key then
      local names = {}
      for name in next, keys do names[#names + 1] = name end
      complain("unknown_option", { option }, "%s has no option `%s`%s", what, tostring(option), nearest(option, names))
    end
    body[key] = to_tree(value)
  end
  return setmetatable(body, meta)
end

--- Adds a parameter and returns a reference to it.
---@param name string
---@param options table? type, default, description, no_echo, allowed_values, allowed_pattern, min_length ...
---@return kiln.LaterValue parameter
---@usage local size = t:parameter("Size", { type = "Number", default = 10, min_value = 1 })
function Composer:parameter(name, options)
  local body = members(options, parameter_keys, "a parameter", in_parameter)
  if body.Type == nil then body.Type = "String" end
  if type(body.Type) ~= "string" then fail("a parameter's type is a string, not a %s", type(body.Type)) end
  local parameter = resources.parameter(full_name(self, name), resources.parameter_kind(body.Type))
  add(self, "Parameters", name, { body = body, object = parameter })
  return parameter
end

--- Adds a mapping, whose values `mapping:find(first, second)` gives.
---@param name string
---@param map table<string, table<string, any>>
---@return kiln.Mapping mapping
---@usage local images = t:mapping("Images", { lab = { Id = "cirros" }, live = { Id = "F17-x86_64-cfntools" } })
---@usage web.ImageId = images:find("lab", "Id")
function Composer:mapping(name, map)
  local body = to_tree(map)
  if type(body) ~= "table" then fail("a mapping is a table of tables, not a %s", type(body)) end
  local mapping = resources.mapping(full_name(self, name), body)
  add(self, "Mappings", name, { body = body, object = mapping })
  return mapping
end

--- Names a condition, and returns it: it chooses values, and decides whether resources and outputs are there.
---@param name string
---@param test table What `a:equals(b)` gives, combined with `&`, `|` and `~`.
---@return kiln.Condition condition
---@usage local live = t:condition("Live", flavor:equals "m1.large" & ~is_small)
---@usage web.KeyName = live:choose "operations"
function Composer:condition(name, test)
  local condition = later_values.condition { Condition = full_name(self, name) }
  add(self, "Conditions", name, { body = later_values.condition_tree(test), object = condition })
  return condition
end

--- Adds a rule about parameters, in a template's own form.
---@usage t:rule("Sizes", { Assertions = { { Assert = template.contains({ "m1.small" }, flavor) } } })
function Composer:rule(name, body)
  local function plain(value)
    if resources.is_condition(value) then return later_values.tree_of(value) end
    if type(value) ~= "table" or later_values.tree_of(value) then return to_tree(value) end
    local copy = {}
    for key, item in next, value do copy[key] = plain(item) end
    return setmetatable(copy, getmetatable(value))
  end
  add(self, "Rules", name, { body = plain(body) })
end

--- Adds a resource and returns it; its attributes are fields, and used as a value it is its `Ref`.
---
--- Its properties are checked here; those of a resource without properties once the template is built or written.
---@param name string The logical ID, below the scope's.
---@param type_name string
---@param properties table?
---@param options { check: boolean? }? `check = false` takes types and properties that kiln doesn't know.
---@return kiln.Resource resource
---@usage local box = t:resource("Box", "AWS::EC2::Instance", { ImageId = "cirros", InstanceType = "m1.small" })
---@usage t:output("BoxAddress", box.PublicIp)
function Composer:resource(name, type_name, properties, options)
  local facts = resources.facts(type_name)
  local is_checked = not (options and options.check == false)
  if not facts and is_checked and not (type(type_name) == "string" and type_name:match "^Custom::") then
    complain("unknown_type", { type_name }, "there is no resource type `%s`%s", tostring(type_name),
      nearest(type_name, native.types()))
  end
  local full = full_name(self, name)
  local record = {
    name = full, type = type_name, facts = is_checked and facts or nil, body = false, object = false, source = false,
    line = 0,
  }
  local tree = properties ~= nil and resources.properties(record, properties) or nil
  local body = setmetatable({ Type = type_name, Properties = tree }, in_resource)
  local resource = setmetatable({ [TREE] = { Ref = full }, [KIND] = "string", [RECORD] = record }, Resource)
  record.body, record.object = body, resource
  add(self, "Resources", name, record)
  if tree == nil and facts and facts.required[1] then
    local incomplete = rawget(self, "root").incomplete
    incomplete[#incomplete + 1] = record
  end
  return resource
end

--- Adds an output; `options` may be a description, or have description, export and condition.
---@param name string
---@param value any
---@param options string|{ description: string?, export: any?, condition: any? }?
---@usage t:output("Address", web.PublicIp, "where it listens")
---@usage t:output("Shared", web.PrivateIp, { export = template.stack_name .. "-address", condition = is_small })
function Composer:output(name, value, options)
  if value == nil then fail("the output `%s` has no value", tostring(name)) end
  local kind = later_values.kind_of(value)
  if later_values.tree_of(value) and kind == "list" then
    fail("an output is a text, but %s is a list; use :join(separator) or :select(index)",
      later_values.describe(value))
  end
  if type(options) == "string" then options = { description = options } end
  local keys = { description = "Description", export = "Export", condition = "Condition" }
  local condition = options and options.condition
  local rest = {}
  for key, item in next, options or {} do rest[key] = key ~= "condition" and item or nil end
  local body = members(rest, keys, "an output", in_output)
  body.Value = to_tree(value)
  if body.Export ~= nil then body.Export = { Name = body.Export } end
  if condition ~= nil then body.Condition = later_values.condition_name(condition) end
  add(self, "Outputs", name, { body = body })
end

--- Adds an entry to a section in the template's own form, such as a loop of AWS::LanguageExtensions.
---@param section string
---@param name string
---@param body table
---@usage t:entry("Resources", "Plain", { Type = "AWS::EC2::EIP" })
function Composer:entry(section, name, body)
  local root = rawget(self, "root")
  if not root.sections[section] then
    fail("a template has no section `%s`%s", tostring(section), nearest(section, sections))
  end
  add(self, section, name, { body = to_tree(body) }, true)
end

--- Adds members to the template's metadata.
---@usage t:metadata { Owner = "operations" }
function Composer:metadata(metadata)
  local root = rawget(self, "root")
  local all = root.head.Metadata or {}
  for key, value in next, to_tree(metadata) do all[key] = value end
  root.head.Metadata = all
  return self
end

--- Says which transforms the template needs, such as `AWS::LanguageExtensions`.
---@usage t:transform "AWS::LanguageExtensions"
function Composer:transform(...)
  local names = { ... }
  rawget(self, "root").head.Transform = #names == 1 and to_tree(names[1]) or to_tree(names)
  return self
end

--- Says that a resource had another logical ID, so that an update renames and doesn't replace it.
---@param old string The logical ID before.
---@param new any The resource as it is now, or its logical ID.
---@usage t:moved("Server", web)
function Composer:moved(old, new)
  local tree = later_values.tree_of(new)
  new = tree and tree.Ref or full_name(self, new)
  if type(old) ~= "string" then fail("the old logical ID is a string, not a %s", type(old)) end
  local root = rawget(self, "root")
  if type(new) ~= "string" or not root.names[new] then
    local names = {}
    for _, entry in ipairs(root.sections.Resources) do names[#names + 1] = entry.name end
    fail("the template has no resource `%s` to move to%s", tostring(new), nearest(new, names))
  end
  root.head.Metadata = root.head.Metadata or {}
  local metadata = root.head.Metadata
  metadata["Kiln::Moved"] = metadata["Kiln::Moved"] or {}
  metadata["Kiln::Moved"][full_name(self, old)] = new
  return self
end

--- A part of the template whose names all begin with the scope's: what a component composes its resources in.
---@param name string
---@param body function? Called with the scope; what it returns is returned.
---@return kiln.Composer scope
---@usage local front = t:scope "Front"
---@usage local disk = front:resource("Disk", "AWS::EC2::Volume", { Size = 1, AvailabilityZone = "nova" })
---@usage assert(disk:id() == "FrontDisk")
function Composer:scope(name, body)
  if type(name) ~= "string" then fail("a scope's name is a string, not a %s", type(name)) end
  local scope = { root = rawget(self, "root"), prefix = rawget(self, "prefix") .. name }
  setmetatable(scope, Composer)
  if body then return body(scope) end
  return scope
end

--- The part of the template with a name: a resource, a parameter; or a mapping or a condition.
---@usage assert(rawequal(t:find "Web", web))
function Composer:find(name)
  local names = rawget(self, "root").names
  name = full_name(self, name)
  local entry = names[name] or names["Conditions/" .. name] or names["Mappings/" .. name]
  return entry and entry.object
end

--- Takes a part away again, such as a resource of the template that this one extends.
---@param name string
---@usage t:remove "Disk"
function Composer:remove(name)
  local root = rawget(self, "root")
  local full = full_name(self, name)
  for _, section in ipairs(sections) do
    local entries = root.sections[section]
    for index, entry in ipairs(entries) do
      if entry.name == full then
        table.remove(entries, index)
        local shares = section == "Resources" or section == "Parameters"
        root.names[shares and full or section .. "/" .. full] = nil
        for at = #root.incomplete, 1, -1 do
          if root.incomplete[at] == entry then table.remove(root.incomplete, at) end
        end
        return self
      end
    end
  end
  local names = {}
  for _, section in ipairs(sections) do
    for _, entry in ipairs(root.sections[section]) do names[#names + 1] = entry.name end
  end
  complain("unknown_name", { name }, "the template has no part `%s`%s", tostring(full), nearest(full, names))
end

--- Visits the resources of this scope, all of them or those of a type: for a rule of the house that each must follow.
---@param pattern string? A type, in which `*` stands for anything.
---@return function next
---@usage for server in t:resources "AWS::EC2::Instance" do server.KeyName = "operations" end
---@usage for resource in t:resources "AWS::EC2::*" do resource:metadata { Team = "web" } end
function Composer:resources(pattern)
  local root, prefix, found, index = rawget(self, "root"), rawget(self, "prefix"), {}, 0
  local lua_pattern = pattern and "^" .. pattern:gsub("[^%w*]", "%%%0"):gsub("%*", ".*") .. "$"
  for _, entry in ipairs(root.sections.Resources) do
    local is_meant = entry.object and entry.name:sub(1, #prefix) == prefix
    if is_meant and (not lua_pattern or tostring(entry.body.Type):find(lua_pattern)) then
      found[#found + 1] = entry.object
    end
  end
  return function()
    index = index + 1
    return found[index]
  end
end

--- The template as tables, in a template's own form.
---@return table tree
---@usage assert(t:tree().Resources.Web.Type == "AWS::EC2::Instance")
function Composer:tree()
  local root = rawget(self, "root")
  for _, record in ipairs(root.incomplete) do resources.complete(record) end
  local tree = setmetatable({ AWSTemplateFormatVersion = "2010-09-09" }, in_template)
  for key, value in next, root.head do tree[key] = value end
  for _, section in ipairs(sections) do
    local entries = root.sections[section]
    if entries[1] then
      local bodies, names = {}, {}
      for index = 1, #entries do
        local entry = entries[index]
        bodies[entry.name], names[index] = entry.body, entry.name
      end
      tree[section] = data.map(bodies, names)
    end
  end
  return tree
end

--- The template, checked as a whole; raises all that is wrong, at the lines that composed it.
---@return kiln.Template template
---@usage print(#t:build().resources)
function Composer:build()
  local root = rawget(self, "root")
  for _, record in ipairs(root.incomplete) do resources.complete(record) end
  local entries = {}
  for _, section in ipairs(sections) do
    for _, entry in ipairs(root.sections[section]) do
      entries[#entries + 1] = {
        section = section, name = entry.name, body = entry.body, source = entry.source, line = entry.line,
      }
    end
  end
  return native.compose(root.head, entries, root.source, root.line)
end

--- Writes the template into a file, in the language of its name's ending: yaml, yml, json or lua; `.hot.yaml` for HOT.
---@param path string
---@return kiln.Composer self
---@usage local path = os.tmpname() .. ".json"
---@usage t:save(path)
---@usage assert(kiln.data.load(path).Resources.Web and os.remove(path))
function Composer:save(path)
  local ending = type(path) == "string" and path:match "%.(%w+)$"
  local format = ending == "yml" and "yaml" or ending
  if ending and path:find "%.hot%.ya?ml$" then format = "hot" end
  if format ~= "yaml" and format ~= "json" and format ~= "lua" and format ~= "hot" then
    fail("%s doesn't say which language to write; let it end in .yaml, .json, .lua or .hot.yaml", tostring(path))
  end
  local text = self:text(format)
  local file, why = io.open(path, "wb")
  if not file then fail("%s can't be written; %s", path, (why or ""):match ": (.*)$" or "no such folder") end
  file:write(text)
  file:close()
  return self
end

--- The template as text.
---
--- JSON is written as composed, all else once the template is checked as a whole.
---@param format string? "yaml" (the default), "json", "hot" or "lua".
---@return string text
---@usage print(t:text "json")
function Composer:text(format)
  if format == "json" then return data.json(self:tree(), 2) .. "\n" end
  return self:build():text(format or "yaml")
end

M.methods = Composer

return M
