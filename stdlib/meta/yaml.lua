---@meta kiln.yaml
error('Cannot require a meta file')

---Reads and writes YAML.
---@class kiln.yaml
local yaml = {}

---Reads YAML text of one document; tags other than YAML's own are refused.
---@param text string
---@param name? string What messages call the text.
---@return any value
function yaml.decode(text, name) end

---Writes a value as YAML text.
---@param value any
---@return string text
function yaml.encode(value) end

return yaml
