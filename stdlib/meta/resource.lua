---@meta kiln.resource
error('Cannot require a meta file')

---What a resource type of a script's is asked to do, and for which resource.
---@usage kiln.resource.define("Custom::Plain", {
---@usage   create = function(call, properties)
---@usage     print(call.stack, call.logical_id, call.name, call.metadata)
---@usage     return call.name
---@usage   end,
---@usage })
---@class kiln.ResourceCall
---@field stack string The stack's name.
---@field logical_id string The resource's name in the template.
---@field name string A name for what is made, which no other has and which is the same after a crash.
---@field metadata any The resource's metadata.
local ResourceCall = {}

---Makes one change exactly once, whatever crashes in between, and gives what it gave, now or before the crash.
---@async
---@param key string What the change is called, once in this request.
---@param change function Makes the change and gives what to remember of it.
---@param find? function Looks for what a lost call made; without it, the change may be made twice.
---@return any result
---@usage kiln.resource.define("Custom::Twin", {
---@usage   create = function(call)
---@usage     local first = call:step("first", function() return call.name .. "-1" end)
---@usage     local second = call:step("second", function() return call.name .. "-2" end)
---@usage     return first, { Second = second }
---@usage   end,
---@usage })
function ResourceCall:step(key, change, find) end

---Resource types that are written in Lua.
---@class kiln.resource
local resource = {}

---Defines a resource type; templates use it under its name as any other.
---@param name string Such as `Custom::DnsRecord`.
---@param definition { properties?: table<string, any>, attributes?: any, delete_first?: boolean, create: function, update?: function, delete?: function, find?: function, read?: function }
---@usage local shelf = {} -- what a service of yours would keep
---@usage kiln.resource.define("Custom::Note", {
---@usage   properties = { Text = { type = "string", required = true, update = "in_place" } },
---@usage   attributes = { "Length" },
---@usage   create = function(call, properties)
---@usage     shelf[call.name] = properties.Text
---@usage     return call.name, { Length = #properties.Text }
---@usage   end,
---@usage   update = function(_, id, properties)
---@usage     shelf[id] = properties.Text
---@usage     return { Length = #properties.Text }
---@usage   end,
---@usage   delete = function(_, id) shelf[id] = nil end,
---@usage   find = function(call) return shelf[call.name] and call.name end,
---@usage })
---@usage local note = kiln.template.parse [[{"Resources": {"Hello": {"Type": "Custom::Note", "Properties": {"Text": "hello"}}},
---@usage   "Outputs": {"Length": {"Value": {"Fn::GetAtt": ["Hello", "Length"]}}}}]]
---@usage assert(kiln.stacks.create("notes", note):wait().outputs.Length == 5)
function resource.define(name, definition) end

---The names of the types that scripts have defined.
---@return string[] names
---@usage for _, name in ipairs(kiln.resource.types()) do print(name) end
function resource.types() end

return resource
