---@meta kiln.json
error('Cannot require a meta file')

---Reads and writes JSON.
---@class kiln.json
local json = {}

---Reads JSON text; maps keep their order, and null is `kiln.null`.
---@param text string
---@param name? string What messages call the text.
---@return any value
---@usage assert(kiln.json.decode('{"ports": [80, 443]}').ports[2] == 443)
function json.decode(text, name) end

---Writes a value as JSON text.
---@param value any
---@param options? { indent?: integer }
---@return string text
---@usage print(kiln.json.encode({ ports = { 80, 443 } }, { indent = 2 }))
function json.encode(value, options) end

return json
