---@meta kiln.native.template
error('Cannot require a meta file')

---A template, read and checked.
---@usage local read = template.parse('{"Description": "One", "Resources": {"A": {"Type": "AWS::EC2::EIP"}}}', "one.json")
---@usage assert(read.name == "one.json" and read.description == "One")
---@usage print(#read.parameters, read.resources[1].logical_id, #read.outputs)
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
---@usage print(t:build():text "yaml")
function Template:text(format) end

---The template as tables, in a template's own form; one of HOT as CloudFormation has it.
---@return any tree
---@usage assert(t:build():tree().Resources.Web.Type == "AWS::EC2::Instance")
function Template:tree() end

---The template as a composer is made of: its head, and its entries with their places.
---@return any parts
---@usage for _, part in ipairs(t:build():parts().entries) do print(part.section, part.name, part.line) end
function Template:parts() end

---Itself, as a composer's `build` gives.
---@return kiln.Template template
---@usage local built = t:build()
---@usage assert(built:build() == built)
function Template:build() end

---What lies between two templates.
---@usage local more = template.extend(t)
---@usage more:find "Web".ImageId = "F17-x86_64-cfntools"
---@usage local difference = template.diff(t, more)
---@usage assert(not difference.is_empty)
---@usage assert(difference.entries[1].action == "replaced")
---@usage for _, line in ipairs(difference.lines) do print(line) end
---@class kiln.TemplateDifference
---@field is_empty boolean Whether both say the same.
---@field entries any[] The parts that differ: section, name, type, action (added, removed, changed, replaced or moved), changes.
---@field lines string[] The difference as lines for people.
local TemplateDifference = {}

---Loads, checks and composes templates.
---@class kiln.native.template
local template = {}

---Reads a template with the files that it names; raises all its mistakes at once.
---@async
---@param path string
---@param options? { environment?: string|string[] }
---@return kiln.Template template
function template.load(path, options) end

---Reads a template's text; raises all its mistakes at once.
---@async
---@param text string
---@param name? string What messages call it.
---@param options? { environment?: string|string[] }
---@return kiln.Template template
function template.parse(text, name, options) end

---Makes a template of a composer's entries.
---@param head any The sections that have no entries, such as Description.
---@param entries any Records with section, name, body, source and line.
---@param chunk? string Where the composer was made, for what is wrong as a whole.
---@param line? integer
---@return kiln.Template template
function template.compose(head, entries, chunk, line) end

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

---Tells whether a resource of a type gives an attribute, besides those that its facts name.
---@param type string
---@param attribute string
---@return boolean gives
function template.gives(type, attribute) end

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
