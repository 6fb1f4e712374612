---@meta kiln.yaml
error('Cannot require a meta file')

---Reads and writes YAML.
---@class kiln.yaml
local yaml = {}

---Reads YAML text of one document; tags other than YAML's own are refused.
---@param text string
---@param name? string What messages call the text.
---@return any value
---@usage assert(kiln.yaml.decode("ports: [80, 443]\n").ports[1] == 80)
function yaml.decode(text, name) end

---Writes a value as YAML text.
---@param value any
---@return string text
---@usage print(kiln.yaml.encode { ports = { 80, 443 } })
function yaml.encode(value) end

return yaml
