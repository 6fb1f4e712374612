---@meta kiln.native.lint
error('Cannot require a meta file')

---Holds templates to kiln's own rules.
---@class kiln.native.lint
local lint = {}

---Checks a template, or a template file, and gives what was found and the template's parts.
---@param template kiln.Template|string
---@param options? { include?: string[], ignore?: string[] }
---@return any report
function lint.check(template, options) end

return lint
