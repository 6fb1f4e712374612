--- Templates: load, check, compose, compare and write them.
---
--- A composed template is a program whose references are objects: `web` used as a value is its `Ref`, `web.PublicIp`
--- its attribute, and `"http://" .. web.PublicIp` joins them when the stack runs. A name that the type doesn't have
--- fails on the line that has it.
local native = require "kiln.native.template"
local later_values = require "kiln.template.later"
local functions = require "kiln.template.functions"
local composer = require "kiln.template.composer"
local pure = require "kiln.template.pure"

later_values.is_own()

---@class kiln.template
local M = {}

for name, value in next, functions do M[name] = value end

--- Reads a template (CloudFormation JSON or YAML, or HOT) with the files that it names; raises all its mistakes.
---@param path string a file, a URL, or swift://container/object
---@param options {environment: string|string[]}? environment files, of which the later win
---@async
---@return kiln.Template template
---@usage assert(not pcall(template.load, "missing.yaml"))
function M.load(path, options) return native.load(path, options) end

--- Reads a template's text; `name` is what messages call it.
---@param text string
---@param name string?
---@param options {environment: string|string[]}? environment files, of which the later win
---@async
---@return kiln.Template template
---@usage local one = template.parse('{"Resources": {"A": {"Type": "AWS::EC2::EIP"}}}', "one.json")
function M.parse(text, name, options) return native.parse(text, name, options) end

--- The facts of a resource type: its properties, its attributes; nil when kiln doesn't know the type.
---@param type_name string
---@return table? facts
---@usage print(template.facts("AWS::EC2::Volume").properties.Size.type)
function M.facts(type_name) return native.facts(type_name) end

--- The names of the resource types that kiln knows.
---@return string[] types
---@usage assert(#template.types() > 20)
function M.types() return native.types() end

--- Starts an empty template, to which resources and the like are added.
---@param description string?
---@return kiln.Composer composer
---@usage local lab = template.new "A laboratory"
---@usage lab:resource("Address", "AWS::EC2::EIP")
function M.new(description) return composer.new(description) end

--- Starts from a template that is there, in any of the languages: each part can be found, changed and removed.
---@param source any A template, a composer, or the path of a template file.
---@return kiln.Composer composer
---@usage local more = template.extend(t)
---@usage more:find "Web".InstanceType = "m1.large"
---@usage more:resource("Spare", "AWS::EC2::EIP")
---@usage assert(#template.diff(t, more).lines > 0)
function M.extend(source) return require("kiln.template.extending").extend(source) end

--- Splits a template that is over the limits into a root and nested stacks, cut where the fewest references cross.
---
--- What crosses becomes outputs and parameters of the nested stacks. A template within the limits comes back whole.
---@param source any A template, or a composer of one.
---@param options { resources: integer?, parameters: integer?, outputs: integer?, name: string?, url: function? }?
---@return kiln.Template root
---@return { name: string, url: string, template: kiln.Template }[] parts
---@usage t:output("Address", web.PublicIp)
---@usage local root, parts = template.divide(t, { resources = 1 })
---@usage assert(#parts == 2 and parts[1].url == "Part1.yaml")
function M.divide(source, options) return require("kiln.template.splitting").split(source, options) end

--- Makes the resources of nested stacks those of the template itself, their names after their stack's.
---
--- `load` gives the nested templates, by their URLs or as a function of these; without it, they are files beside the
--- template's own. What `divide` has divided gets its own names back.
---@param source any A template, a composer, or the path of a template file.
---@param options { load: table<string, kiln.Template>|function }?
---@return kiln.Template template
---@usage local root, parts = template.divide(t, { resources = 1 })
---@usage local by_url = {}
---@usage for _, part in ipairs(parts) do by_url[part.url] = part.template end
---@usage assert(template.diff(t, template.inline(root, { load = by_url })).is_empty)
function M.inline(source, options)
  if type(source) == "string" then source = native.load(source) end
  return require("kiln.template.inlining").inline(source, options)
end

--- Starts to expect something of a template: what its resources have, how many there are, which comes first.
---@param source any A template, a composer, or the path of a template file.
---@return kiln.Expectation expectation
---@usage template.expect(t):count("AWS::EC2::Instance", 1):has("Web", { ImageId = "cirros" })
function M.expect(source) return require("kiln.template.expect").expect(source) end

--- A pattern of `expect` for lists that have these items, wherever they are.
---@param items table
---@return table pattern
---@usage web.SecurityGroups = { "a", "b" }
---@usage template.expect(t):has("Web", { SecurityGroups = template.including { "b" } })
function M.including(items) return require("kiln.template.expect").including(items) end

local function built(value) return value:build() end

--- Says what lies between two templates: what is added, removed, renamed, changed in place or replaced, and why.
---@param before any A template, or a composer of one.
---@param after any
---@return kiln.TemplateDifference difference
---@usage local difference = template.diff(t, t)
---@usage assert(#difference.lines == 0)
function M.diff(before, after) return native.diff(built(before), built(after)) end

--- Calls a function that can't see the clock, chance, the machine, the network or a cloud, unless it is allowed to.
---
--- So that the same program composes the same template each time: tables are walked in the order of their keys too.
---@param compose function
---@param allow { clock: boolean?, random: boolean?, machine: boolean?, cloud: boolean? }?
---@return any ... What the function returns.
---@usage local made = template.pure(function() return template.new "always the same" end)
---@usage assert(not pcall(template.pure, function() return os.time() end))
function M.pure(compose, allow) return pure.call(compose, allow) end

return setmetatable(M, {
  __index = function(_, key)
    local names = {}
    for name in next, M do names[#names + 1] = name end
    later_values.fail("kiln.template has no `%s`%s", tostring(key), later_values.nearest(key, names))
  end,
})
