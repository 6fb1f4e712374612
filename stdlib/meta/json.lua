---@meta kiln.json
error('Cannot require a meta file')

---Reads and writes JSON.
---@class kiln.json
local json = {}

---Reads JSON text; maps keep their order, and null is `kiln.null`.
---@param text string
---@param name? string What messages call the text.
---@return any value
function json.decode(text, name) end

---Writes a value as JSON text.
---@param value any
---@param options? { indent?: integer }
---@return string text
function json.encode(value, options) end

return json
