--- Tests of templates: what a template must have, said about its resources, outputs and order.
local later_values = require "kiln.template.later"
local trees = require "kiln.template.trees"
local data = require "kiln.native.data"

local M = {}

later_values.is_own()
local complain, nearest = later_values.complain, later_values.nearest
local type, next = type, next

-- Matching

local INCLUDING = {}

--- A pattern for lists that have some items, wherever they are.
function M.including(items) return { [INCLUDING] = items } end

--- A pattern in a template's own form: later values as their trees, functions as they are.
local function plain(value)
  if type(value) ~= "table" then return value end
  local tree = later_values.tree_of(value)
  if tree then return tree end
  local copy = {}
  for key, item in next, value do copy[key] = plain(item) end
  return setmetatable(copy, getmetatable(value))
end

local function shown(value)
  if value == nil then return "nothing" end
  if type(value) == "function" then return "what the test asks for" end
  if type(value) == "table" and value[INCLUDING] then return "a list with " .. shown(value[INCLUDING]) end
  local ok, text = pcall(data.json, value)
  text = ok and text or tostring(value)
  return #text > 60 and text:sub(1, 57) .. "..." or text
end

local matches

--- Whether a list has items that match each of others, wherever they are.
local function includes(actual, items, path, seen)
  for _, item in ipairs(items) do
    local is_there = false
    for _, candidate in ipairs(type(actual) == "table" and actual or {}) do
      is_there = is_there or matches(candidate, item, path, { count = 0 })
    end
    if not is_there then
      seen.path, seen.actual, seen.wanted = path, actual, { [INCLUDING] = { item } }
      return false
    end
    seen.count = seen.count + 1
  end
  return true
end

local function same_length(actual, wanted)
  return type(actual) == "table" and (wanted[1] == nil or #actual == #wanted)
end

--- Whether a value is as a pattern says; `seen` learns where it isn't, and how much of it is.
function matches(actual, wanted, path, seen)
  local is_match
  if rawequal(wanted, data.null) then
    is_match = actual == nil
  elseif type(wanted) == "function" then
    is_match = wanted(actual)
  elseif type(wanted) ~= "table" then
    is_match = actual ~= nil and tostring(actual) == tostring(wanted)
  elseif wanted[INCLUDING] then
    return includes(actual, wanted[INCLUDING], path, seen)
  else
    is_match = same_length(actual, wanted)
    if is_match then
      for key, item in next, wanted do
        local step = math.type(key) and "[" .. key .. "]" or (path == "" and "" or ".") .. tostring(key)
        if not matches(actual[key], item, path .. step, seen) then return false end
      end
      return true
    end
  end
  if is_match then
    seen.count = seen.count + 1
  else
    seen.path, seen.actual, seen.wanted = path, actual, wanted
  end
  return is_match and true or false
end

-- Expectations

--- What is expected of a template; each method raises `expectation_failed` when it isn't so.
---@class kiln.Expectation
local Expectation = { __name = "expectation", __class = "kiln.Expectation" }
M.methods = Expectation
Expectation.__index = function(_, key)
  local method = rawget(Expectation, key)
  if method then return method end
  local names = {}
  for name in next, Expectation do
    if name:sub(1, 2) ~= "__" then names[#names + 1] = name end
  end
  complain("unknown_method", { key }, "an expectation has no method `%s`%s", tostring(key), nearest(key, names))
end

local function failed(words, message, ...) complain("expectation_failed", words, message, ...) end

--- The resources that are meant: one by its logical ID, or all of a type, in which `*` stands for anything.
local function meant(self, what)
  local resources = self.tree.Resources or {}
  if resources[what] then return { { name = what, body = resources[what] } } end
  local pattern = "^" .. tostring(what):gsub("[^%w*]", "%%%0"):gsub("%*", ".*") .. "$"
  local found = {}
  for _, name in ipairs(data.keys(resources)) do
    if tostring(resources[name].Type):find(pattern) then
      found[#found + 1] = { name = name, body = resources[name] }
    end
  end
  return found
end

--- Those of the resources whose properties match, and how near the nearest of the others came.
local function matching(resources, properties)
  local found, best = {}, nil
  for _, resource in ipairs(resources) do
    local seen = { count = 0, name = resource.name }
    if matches(resource.body.Properties or {}, properties, "", seen) then
      found[#found + 1] = resource
    elseif not best or seen.count > best.count then
      best = seen
    end
  end
  return found, best
end

--- Expects a number of resources, of a type or with a logical ID, and with properties if any are given.
---@param what string A type, in which `*` stands for anything, or a logical ID.
---@param count integer
---@param properties table?
---@return kiln.Expectation self
---@usage template.expect(t):count("AWS::EC2::Instance", 1):count("AWS::EC2::*", 2)
function Expectation:count(what, count, properties)
  local found = matching(meant(self, what), plain(properties or {}))
  if #found ~= count then
    local names = {}
    for index, resource in ipairs(found) do names[index] = resource.name end
    failed({ what }, "the template has %d %s%s, not %d%s", #found, what,
      properties and " with these properties" or "", count,
      #names > 0 and "; they are " .. table.concat(names, ", ") or "")
  end
  return self
end

--- Expects a resource with properties, of which only those that are given are looked at.
---
--- A function as a value decides itself, `kiln.null` says that there is none, and `template.including` finds items of
--- lists wherever they are.
---@param what string A type, in which `*` stands for anything, or a logical ID.
---@param properties table?
---@return kiln.Expectation self
---@usage template.expect(t):has("Web", { InstanceType = flavor, KeyName = kiln.null })
function Expectation:has(what, properties)
  local candidates = meant(self, what)
  if #candidates == 0 then
    local names = data.keys(self.tree.Resources or {})
    failed({ what }, "the template has no %s%s", what, nearest(what, names))
  end
  local found, best = matching(candidates, plain(properties or {}))
  if #found == 0 then
    local last = best.path:match "([%w_]+)[%[%]%d]*$"
    failed({ last or what }, "no %s is as expected; `%s` comes nearest, but its %s is %s, not %s", what, best.name,
      best.path, shown(best.actual), shown(best.wanted))
  end
  return self
end

--- Expects that there is no resource of a type, or with a logical ID, or none with these properties.
---@param what string
---@param properties table?
---@return kiln.Expectation self
---@usage template.expect(t):lacks "AWS::EC2::EIP":lacks("AWS::EC2::Volume", { Size = 100 })
function Expectation:lacks(what, properties)
  local found = matching(meant(self, what), plain(properties or {}))
  if #found > 0 then
    failed({ what }, "the template has a %s, which it shouldn't; it is `%s`", what, found[1].name)
  end
  return self
end

local function expect_entry(self, section, name, word, wanted)
  local entries = self.tree[section] or {}
  if entries[name] == nil then
    failed({ name }, "the template has no %s `%s`%s", word, tostring(name), nearest(name, data.keys(entries)))
  end
  local seen = { count = 0 }
  if wanted ~= nil and not matches(entries[name], plain(wanted), "", seen) then
    failed({ name }, "the %s `%s` isn't as expected; its %s is %s, not %s", word, name, seen.path, shown(seen.actual),
      shown(seen.wanted))
  end
  return self
end

--- Expects an output, with a value if one is given.
---@param name string
---@param value any?
---@return kiln.Expectation self
---@usage t:output("Address", web.PublicIp)
---@usage template.expect(t):output("Address", web.PublicIp)
function Expectation:output(name, value)
  return expect_entry(self, "Outputs", name, "output", value ~= nil and { Value = value } or nil)
end

--- Expects a parameter, with what a template says of it if that is given.
---@param name string
---@param members table? In a template's own form, such as `{ Default = 1 }`.
---@return kiln.Expectation self
---@usage template.expect(t):parameter("Flavor", { Default = "m1.small" })
function Expectation:parameter(name, members) return expect_entry(self, "Parameters", name, "parameter", members) end

--- Whether a resource waits for another, also by way of others.
local function waits(resources, user, needed, visited)
  if visited[user] then return false end
  visited[user] = true
  for name in next, trees.needs(resources[user] or {}) do
    if name == needed or waits(resources, name, needed, visited) then return true end
  end
  return false
end

--- Expects that a resource is created before others, and deleted after them.
---@param first string A logical ID.
---@param ... string
---@return kiln.Expectation self
---@usage web.UserData = template.format("mount %s", disk)
---@usage template.expect(t):before("Disk", "Web")
function Expectation:before(first, ...)
  local resources = self.tree.Resources or {}
  for _, name in ipairs { first, ... } do
    if not resources[name] then
      failed({ name }, "the template has no resource `%s`%s", tostring(name), nearest(name, data.keys(resources)))
    end
  end
  for _, name in ipairs { ... } do
    if not waits(resources, name, first, {}) then
      failed({ name }, "`%s` doesn't wait for `%s`; let it refer to it, or use :depends_on", name, first)
    end
  end
  return self
end

--- Expects that another template, or a file of one, says the same, whatever the language and the order.
---@param other any A template, a composer, or the path of a template file.
---@return kiln.Expectation self
---@usage template.expect(t):same(t:build())
function Expectation:same(other)
  local native = require "kiln.native.template"
  local before = type(other) == "string" and native.load(other) or other:build()
  local lines = native.diff(before, self.template).lines
  if #lines > 0 then
    failed({}, "the templates differ; %s%s", table.concat(lines, "\n", 1, math.min(6, #lines)),
      #lines > 6 and ("\n... and %d lines more"):format(#lines - 6) or "")
  end
  return self
end

--- Expects that no rule of `kiln.lint` finds a mistake; warnings may be.
---@param options { include: string[]?, ignore: string[]? }?
---@return kiln.Expectation self
---@usage template.expect(t):valid()
function Expectation:valid(options)
  for _, finding in ipairs(require("kiln.lint").run(self.template, options)) do
    if finding.severity == "error" then
      failed({}, "%s (%s, line %d)%s", finding.message, finding.id, finding.line or 0,
        finding.hint and "; " .. finding.hint or "")
    end
  end
  return self
end

--- Starts to expect something of a template, or of a composer.
function M.expect(source)
  local template = type(source) == "string" and require("kiln.native.template").load(source) or source:build()
  return setmetatable({ template = template, tree = template:tree() }, Expectation)
end

return M
