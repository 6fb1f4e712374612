--- Linting: kiln's own rules, and rules of your own over the tree of a template.
local native = require "kiln.native.lint"
local later_values = require "kiln.template.later"

---@class kiln.lint
local M = {}

later_values.is_own()
local fail, nearest = later_values.fail, later_values.nearest

local rules = {}
local options_of_rule = { "id", "title", "severity", "subject", "type", "check" }
local severities = { error = 1, warning = 2, note = 3 }
local subjects = { "template", "parameter", "mapping", "condition", "resource", "output" }

local function is_one_of(names, name)
  for _, known in ipairs(names) do
    if known == name then return true end
  end
  return false
end

--- What a rule's check is called with: a part of the template, and how to say what is wrong with it.
---@class kiln.LintContext
---@field name string The part's name.
---@field tree table The part in a template's own form.
---@field type string? A resource's or parameter's type.
---@field properties table? A resource's properties.
---@field file string The file that it is in.
---@field line integer The line that it is on.
---@field column integer The column that it begins at.
local Context = {}
Context.__index = Context

--- Says that something is wrong with the part that is checked.
---@param message string A sentence in lower case.
---@param hint string? What to do.
---@usage kiln.lint.rule {
---@usage   id = "W9003", title = "disks are kept", type = "AWS::EC2::Volume",
---@usage   check = function(ctx)
---@usage     if not ctx.tree.DeletionPolicy then ctx:report("it would be deleted", "set a deletion policy") end
---@usage   end,
---@usage }
---@usage kiln.lint.forget "W9003"
function Context:report(message, hint)
  self.findings[#self.findings + 1] = {
    id = self.rule.id, severity = self.rule.severity, message = message, hint = hint, file = self.file,
    line = self.line, column = self.column, name = self.name,
  }
end

--- Adds a rule, whose check is called for each part of its subject: with its name, its type, its tree.
---
--- A rule about resources has `ctx.type` and `ctx.properties`; with `type` it is called for that type alone. A rule
--- with an id that is there already takes its place.
---@param rule { id: string, title: string, severity: string?, subject: string?, type: string?, check: function }
---@return table rule
---@usage kiln.lint.rule {
---@usage   id = "W9001", title = "servers have a key", severity = "warning", type = "AWS::EC2::Instance",
---@usage   check = function(ctx)
---@usage     if not ctx.properties.KeyName then ctx:report("the server has no key", "set KeyName") end
---@usage   end,
---@usage }
---@usage assert(#kiln.lint.run(t, { ignore = { "E", "W1", "W2", "W3", "W8" } }) == 1)
---@usage kiln.lint.forget "W9001"
function M.rule(rule)
  if type(rule) ~= "table" then fail("a rule is a table, not a %s", type(rule)) end
  for option in next, rule do
    if not is_one_of(options_of_rule, option) then
      fail("a rule has no option `%s`%s", tostring(option), nearest(option, options_of_rule))
    end
  end
  if type(rule.id) ~= "string" or type(rule.title) ~= "string" then fail "a rule needs an id and a title" end
  if type(rule.check) ~= "function" then fail("the rule %s needs a function as its check", rule.id) end
  local made = {
    id = rule.id, title = rule.title, check = rule.check, type = rule.type, severity = rule.severity or "error",
    subject = rule.subject or (rule.type and "resource" or "template"),
  }
  if not severities[made.severity] then fail("a severity is error, warning or note, not `%s`", made.severity) end
  if not is_one_of(subjects, made.subject) then
    fail("a rule's subject is one of %s, not `%s`", table.concat(subjects, ", "), made.subject)
  end
  M.forget(rule.id)
  rules[#rules + 1] = made
  return made
end

--- Takes a rule away.
---@param id string
---@usage kiln.lint.forget "W9002"
function M.forget(id)
  for index = #rules, 1, -1 do
    if rules[index].id == id then table.remove(rules, index) end
  end
end

local function is_ignored(id, prefixes)
  for _, prefix in ipairs(prefixes or {}) do
    if id:sub(1, #prefix) == prefix then return true end
  end
  return false
end

local function run_rule(rule, parts, findings)
  for _, part in ipairs(parts) do
    local tree = part.tree
    if part.subject == rule.subject and (not rule.type or tree.Type == rule.type) then
      local context = setmetatable({
        rule = rule, findings = findings, name = part.name, tree = tree, file = part.file, line = part.line,
        column = part.column, type = tree.Type,
        properties = part.subject == "resource" and (tree.Properties or {}) or nil,
      }, Context)
      local ran, why = pcall(rule.check, context)
      if not ran then context:report(("the rule %s itself fails: %s"):format(rule.id, tostring(why))) end
    end
  end
end

--- Checks a template by kiln's rules and your own; gives what was found, in the order of the places.
---@param template any A template, a composer of one, or the path of a template file.
---@param options { include: string[]?, ignore: string[]? }? Beginnings of rule ids to show too, or to hide.
---@return { id: string, severity: string, message: string, hint: string?, file: string, line: integer }[] findings
---@usage for _, finding in ipairs(kiln.lint.run(t)) do print(finding.line, finding.id, finding.message) end
function M.run(template, options)
  if type(template) ~= "string" then template = template:build() end
  local report = native.check(template, options)
  local findings = report.findings
  for _, rule in ipairs(rules) do
    if not is_ignored(rule.id, options and options.ignore) then run_rule(rule, report.parts, findings) end
  end
  local places = {}
  for index, finding in ipairs(findings) do places[finding] = index end
  table.sort(findings, function(left, right)
    if left.line ~= right.line then return (left.line or 0) < (right.line or 0) end
    return places[left] < places[right]
  end)
  return findings
end

return M
