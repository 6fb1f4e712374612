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
---@return table composer
---@usage local lab = template.new "A laboratory"
---@usage lab:resource("Address", "AWS::EC2::EIP")
function M.new(description) return composer.new(description) end

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
    later_values.fail("kiln.template has no '%s'%s", tostring(key), later_values.nearest(key, names))
  end,
})
