---@meta kiln.native.template
error('Cannot require a meta file')

---A template, read and checked.
---@class kiln.Template
---@field name string The file it came from, or the like.
---@field description string? What it says of itself.
---@field parameters any[] Its parameters, as records.
---@field resources any[] Its resources, as records.
---@field outputs string[] The names of its outputs.
local Template = {}

---The template as text.
---@param format? string `yaml` (the default), `json`, `hot` or `lua`.
---@return string text
function Template:text(format) end

---Itself, as a composer's `build` gives.
---@return kiln.Template template
function Template:build() end

---What lies between two templates.
---@class kiln.TemplateDifference
---@field is_empty boolean Whether both say the same.
---@field entries any[] The parts that differ: section, name, type, action (added, removed, changed, replaced or moved), changes.
---@field lines string[] The difference as lines for people.
local TemplateDifference = {}

---Loads, checks and composes templates.
---@class kiln.native.template
local template = {}

---Reads a template file; raises all its mistakes at once.
---@param path string
---@return kiln.Template template
function template.load(path) end

---Reads a template's text; raises all its mistakes at once.
---@param text string
---@param name? string What messages call it.
---@return kiln.Template template
function template.parse(text, name) end

---Makes a template of a composer's entries.
---@param head any The sections that have no entries, such as Description.
---@param entries any Records with section, name, body, source and line.
---@return kiln.Template template
function template.compose(head, entries) end

---Tells the properties and attributes of a resource type; nil when it isn't known.
---@param type? any
---@return any facts
function template.facts(type) end

---Lists the names of the resource types.
---@return string[] types
function template.types() end

---Tells what the properties of a resource type must be; nil when it isn't known.
---@param type string
---@param path? string[] The names that lead to a map inside.
---@return any shape
function template.shape(type, path) end

---Finds the name in a list that was probably meant.
---@param wrong string
---@param names string[]
---@return string? name
function template.nearest(wrong, names) end

---Says what lies between two templates.
---@param before kiln.Template
---@param after kiln.Template
---@return kiln.TemplateDifference difference
function template.diff(before, after) end

return template
