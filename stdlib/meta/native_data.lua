---@meta kiln.native.data
error('Cannot require a meta file')

---Says what tables are as data.
---@class kiln.native.data
local data = {}

---JSON's null, which a table can hold.
data.null = nil

---Marks a table as a list, so that it stays one when it is empty.
---@param items? table
---@return table items
function data.list(items) end

---Marks a table as a map whose fields come in the given order.
---@param fields? table
---@param keys? string[] The order; sorted unless given.
---@return table fields
function data.map(fields, keys) end

---Lists the fields of a table in their order.
---@param fields table
---@return string[] keys
function data.keys(fields) end

---Tells whether a table is a list: marked as one, or with items and nothing else.
---@param value? any
---@return boolean is_list
function data.is_list(value) end

---Writes a value as JSON text; maps without an order are sorted by key.
---@param value? any
---@param indent? integer Spaces for each level; without it, all on one line.
---@return string text
function data.json(value, indent) end

---Copies a value as data.
---@param value any
---@return any copy
function data.copy(value) end

return data
