---@meta kiln.lint
error('Cannot require a meta file')

---What a rule's check is called with: a part of the template, and how to say what is wrong with it.
---@class kiln.LintContext
---@field name string The part's name.
---@field tree table The part in a template's own form.
---@field type string? A resource's or parameter's type.
---@field properties table? A resource's properties.
---@field file string The file that it is in.
---@field line integer The line that it is on.
---@field column integer The column that it begins at.
local LintContext = {}

---Says that something is wrong with the part that is checked.
---@param message string A sentence in lower case.
---@param hint string? What to do.
---@usage kiln.lint.rule {
---@usage   id = "W9003", title = "disks are kept", type = "AWS::EC2::Volume",
---@usage   check = function(ctx)
---@usage     if not ctx.tree.DeletionPolicy then ctx:report("it would be deleted", "set a deletion policy") end
---@usage   end,
---@usage }
---@usage kiln.lint.forget "W9003"
function LintContext:report(message, hint) end

---Linting: kiln's own rules, and rules of your own over the tree of a template.
---@class kiln.lint
local lint = {}

---Adds a rule, whose check is called for each part of its subject: with its name, its type, its tree.
---
---A rule about resources has `ctx.type` and `ctx.properties`; with `type` it is called for that type alone. A rule with an id that is there already takes its place.
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
function lint.rule(rule) end

---Takes a rule away.
---@param id string
---@usage kiln.lint.forget "W9002"
function lint.forget(id) end

---Checks a template by kiln's rules and your own; gives what was found, in the order of the places.
---@param template any A template, a composer of one, or the path of a template file.
---@param options { include: string[]?, ignore: string[]? }? Beginnings of rule ids to show too, or to hide.
---@return { id: string, severity: string, message: string, hint: string?, file: string, line: integer }[] findings
---@usage for _, finding in ipairs(kiln.lint.run(t)) do print(finding.line, finding.id, finding.message) end
function lint.run(template, options) end

return lint
