---@meta kiln.native.complaint
error('Cannot require a meta file')

---Raises errors at the lines of a program.
---@class kiln.native.complaint
local complaint = {}

---Raises an error with a code, a hint, and its place in a program.
---@param code string A stable name, such as `unknown_property`.
---@param message string
---@param hint? string What to do.
---@param chunk string The program's name as Lua has it, with its mark: `@app.lua`.
---@param line integer
---@param words any[] The names that lead to the mistake in the statement there.
function complaint.raise(code, message, hint, chunk, line, words) end

return complaint
