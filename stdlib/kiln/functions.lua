--- The functions of templates, and the values that every stack has: all of them are in `kiln.template`.
local later_values = require "kiln.template.later"
local data = require "kiln.native.data"

later_values.is_own()

local fail, later, to_tree = later_values.fail, later_values.later, later_values.to_tree
local tree_of, kind_of, describe = later_values.tree_of, later_values.kind_of, later_values.describe
local condition, condition_tree = later_values.condition, later_values.condition_tree
local text_argument, list_argument = later_values.text_argument, later_values.list_argument

---@class kiln.template
---@field stack_name kiln.LaterValue The stack's name.
---@field stack_id kiln.LaterValue The stack's unique ID.
---@field region kiln.LaterValue The region that the stack is in.
---@field account_id kiln.LaterValue The project that the stack is in; an account on AWS.
---@field partition kiln.LaterValue The part of AWS that the region is in.
---@field url_suffix kiln.LaterValue The domain of AWS in the region.
---@field notification_arns kiln.LaterValue Where the stack's events are told, a list.
---@field no_value kiln.LaterValue Stands for a property that isn't there.
---@field null any JSON's null.
local F = later_values.functions

--- Joins the items of a list with a separator.
---@param separator string
---@param items table
---@return kiln.LaterValue text
---@usage t:output("Pair", template.join(",", { web.PublicIp, web.PrivateIp }))
function F.join(separator, items)
  local arguments = { text_argument(separator, "a separator"), list_argument(items, "what is joined") }
  return later({ ["Fn::Join"] = arguments }, "string")
end

--- Fills `${Name}` and `${Name.Attribute}` in a text, with `values` for names that are no resource or parameter.
---@param text string
---@param values table?
---@return kiln.LaterValue text
---@usage t:output("Url", template.sub("http://${Web.PublicIp}:${Port}/", { Port = 80 }))
function F.sub(text, values)
  if type(text) ~= "string" then fail("a text to fill must be a string, not a %s", type(text)) end
  return later({ ["Fn::Sub"] = values and { text, to_tree(values) } or text }, "string")
end

--- The piece of an Fn::Sub for a value, and whether it needs a name in its map.
local function piece(value, escape)
  local tree = tree_of(value)
  if not tree then return (escape(tostring(value))) end
  local kind = kind_of(value)
  if kind == "list" or kind == "map" or kind == "condition" then
    fail("%s is a %s, which can't be put into a text", describe(value), kind)
  end
  if tree.Ref then return "${" .. tree.Ref .. "}" end
  local attribute = tree["Fn::GetAtt"]
  if attribute and type(attribute[2]) == "string" then return "${" .. attribute[1] .. "." .. attribute[2] .. "}" end
  return nil, tree
end

--- Puts values into a text as `string.format` does; with a later one among them, it is an Fn::Sub.
---@param format string `%s` and `%d` stand for the values, `%%` for a percent sign.
---@return kiln.LaterValue text
---@usage t:output("Url", template.format("http://%s:%d/", web.PublicIp, 80))
function F.format(format, ...)
  local values, count, position, names, is_later = { ... }, select("#", ...), 0, {}, false
  if type(format) ~= "string" then fail("a format must be a string, not a %s", type(format)) end
  for index = 1, count do is_later = is_later or tree_of(values[index]) ~= nil end
  local function escape(text) return is_later and text:gsub("%${", "${!") or text end
  local text = escape(format):gsub("%%(.)", function(letter)
    if letter == "%" then return "%" end
    if letter ~= "s" and letter ~= "d" then fail("a format has %%s, %%d and %%%%, not %%%s", letter) end
    position = position + 1
    if position > count then fail "the format has more places than there are values" end
    if values[position] == nil then fail("value %d of the format is nil", position) end
    local inline, tree = piece(values[position], escape)
    if inline then return inline end
    local name = "Value" .. position
    names[name] = tree
    return "${" .. name .. "}"
  end)
  if position < count then fail("the format has %d places for %d values", position, count) end
  if not is_later then return text end
  return later({ ["Fn::Sub"] = next(names) and { text, names } or text }, "string")
end

--- The pieces of a text between separators.
---@param separator string
---@param text any
---@return kiln.LaterValue pieces A later list.
---@usage t:output("Last", template.split(".", web.PublicIp):select(3))
function F.split(separator, text)
  local arguments = { text_argument(separator, "a separator"), text_argument(text, "what is split") }
  return later({ ["Fn::Split"] = arguments }, "list")
end

--- The item of a list at an index that counts from 0, as in templates.
---@param index integer
---@param list any
---@return kiln.LaterValue item
---@usage t:output("Zone", template.select(0, template.get_azs()))
function F.select(index, list)
  if math.type(index) and type(list) == "table" and not tree_of(list) and (index < 0 or index >= #list) then
    fail("the list has no item %d; indices count from 0 to %d", index, #list - 1)
  end
  return later { ["Fn::Select"] = { to_tree(index), list_argument(list, "what is selected from") } }
end

--- A text in base64, as user data is.
---@param text any
---@return kiln.LaterValue text
---@usage web.UserData = template.base64 "#!/bin/sh\necho hello\n"
function F.base64(text) return later({ ["Fn::Base64"] = text_argument(text, "what is encoded") }, "string") end

--- A value of a mapping by its two keys; `fallback` needs AWS::LanguageExtensions.
---@param map any The mapping, or its name.
---@param first any
---@param second any
---@param fallback any?
---@return kiln.LaterValue value
---@usage t:mapping("Sizes", { small = { Flavor = "m1.small" } })
---@usage web.InstanceType = template.find_in_map("Sizes", "small", "Flavor")
function F.find_in_map(map, first, second, fallback)
  local name = type(map) == "table" and rawget(map, "name") or to_tree(map)
  local arguments = { name, to_tree(first), to_tree(second) }
  if fallback ~= nil then arguments[4] = { DefaultValue = to_tree(fallback) } end
  return later { ["Fn::FindInMap"] = arguments }
end

--- The availability zones of a region; of the stack's own without one.
---@param region any?
---@return kiln.LaterValue zones A later list.
---@usage t:output("Zones", template.get_azs():join ",")
function F.get_azs(region)
  if region == nil then region = "" end
  return later({ ["Fn::GetAZs"] = to_tree(region) }, "list")
end

--- `count` blocks of a network's addresses, each with `bits` host bits.
---@param block any
---@param count any
---@param bits any?
---@return kiln.LaterValue blocks A later list.
---@usage t:output("Net", template.cidr("10.0.0.0/16", 4, 8):select(0))
function F.cidr(block, count, bits)
  return later({ ["Fn::Cidr"] = { to_tree(block), to_tree(count), to_tree(bits) } }, "list")
end

--- A value that another stack exports.
---@param name any
---@return kiln.LaterValue value
---@usage web.KeyName = template.import_value "shared-key"
function F.import_value(name) return later { ["Fn::ImportValue"] = text_argument(name, "an export's name") } end

--- An output of another stack, whose stack may change or go away without asking this one.
---@param stack string The other stack's name.
---@param output string
---@param region any?
---@return kiln.LaterValue value
---@usage web.KeyName = template.get_stack_output("network", "KeyName")
function F.get_stack_output(stack, output, region)
  local argument = {
    StackName = text_argument(stack, "a stack's name"), OutputName = text_argument(output, "an output"),
  }
  if region ~= nil then argument.Region = to_tree(region) end
  return later { ["Fn::GetStackOutput"] = argument }
end

--- One value or the other, by a condition of the template.
---@param condition any The condition, or its name.
---@param yes any
---@param no any? Without it, the property is left out.
---@return kiln.LaterValue value
---@usage web.KeyName = template.if_(is_small, "small-key", template.no_value)
function F.if_(decides, yes, no)
  if no == nil then no = F.no_value end
  local kind, other = kind_of(yes), kind_of(no)
  if yes == nil then fail "a choice needs a value for when the condition holds" end
  if kind == "any" or rawequal(yes, F.no_value) then kind = other end
  if rawequal(no, F.no_value) then other = kind end
  local tree = { ["Fn::If"] = { later_values.condition_name(decides), to_tree(yes), to_tree(no) } }
  return later(tree, kind == other and kind or "any")
end

--- The condition that two values are equal.
---@usage t:condition("Same", template.equals(flavor, "m1.small"))
function F.equals(left, right)
  if left == nil or right == nil then fail "equals compares two values, and one is nil" end
  return condition { ["Fn::Equals"] = { to_tree(left), to_tree(right) } }
end

local function conditions(name, ...)
  local operands = {}
  for index = 1, select("#", ...) do operands[index] = condition_tree((select(index, ...))) end
  if #operands < 2 or #operands > 10 then fail("%s combines 2 to 10 conditions, not %d", name, #operands) end
  return condition { [name] = operands }
end

--- The condition that all conditions hold; `a & b` says the same.
---@usage t:condition("Both", template.and_(is_small, "IsSmall"))
function F.and_(...) return conditions("Fn::And", ...) end

--- The condition that one of the conditions holds; `a | b` says the same.
---@usage t:condition("Any", template.or_(is_small, "IsSmall"))
function F.or_(...) return conditions("Fn::Or", ...) end

--- The condition that a condition doesn't hold; `~a` says the same.
---@usage t:condition("Large", template.not_(is_small))
function F.not_(decides) return condition { ["Fn::Not"] = { condition_tree(decides) } } end

--- The condition that a list has a value, for rules.
---@usage t:rule("Known", { Assertions = { { Assert = template.contains({ "a", "b" }, flavor) } } })
function F.contains(list, value) return condition { ["Fn::Contains"] = { to_tree(list), to_tree(value) } } end

--- The condition that each item of a list is one of others, for rules.
---@usage t:rule("In", { Assertions = { { Assert = template.each_member_in({ "a" }, { "a", "b" }) } } })
function F.each_member_in(list, allowed)
  return condition { ["Fn::EachMemberIn"] = { to_tree(list), to_tree(allowed) } }
end

--- The condition that each item of a list is a value, for rules.
---@usage t:rule("Equal", { Assertions = { { Assert = template.each_member_equals({ "a" }, "a") } } })
function F.each_member_equals(list, value)
  return condition { ["Fn::EachMemberEquals"] = { to_tree(list), to_tree(value) } }
end

--- How many items a list has; AWS::LanguageExtensions has it.
---@usage t:output("Count", template.length { "a", "b" })
function F.length(list) return later({ ["Fn::Length"] = list_argument(list, "what is counted") }, "number") end

--- A value as JSON text; AWS::LanguageExtensions has it.
---@usage t:output("Text", template.to_json { address = web.PublicIp })
function F.to_json(value) return later({ ["Fn::ToJsonString"] = to_tree(value) }, "string") end

--- A reference to a resource or parameter by its name, such as one that comes further down.
---@usage t:output("Same", template.ref "Web")
function F.ref(name) return later { Ref = name } end

--- An attribute of a resource by name; `attribute` may need the stack to be known.
---@usage t:output("Address", template.get_att("Web", "PublicIp"))
function F.get_att(resource, attribute)
  local tree = tree_of(resource)
  return later { ["Fn::GetAtt"] = { tree and tree.Ref or resource, to_tree(attribute) } }
end

--- A value in a template's own form, such as a function that kiln has no name for.
---@usage t:output("Raw", template.raw { Ref = "AWS::Region" })
function F.raw(tree) return later(to_tree(tree)) end

--- Marks a table as a list, so that an empty one is `[]` and not `{}`.
---@usage web.SecurityGroups = template.list {}
function F.list(items) return data.list(items or {}) end

local function pseudo(name, kind) return later({ Ref = name }, kind or "string") end
F.stack_name, F.stack_id, F.region = pseudo "AWS::StackName", pseudo "AWS::StackId", pseudo "AWS::Region"
F.account_id, F.partition = pseudo "AWS::AccountId", pseudo "AWS::Partition"
F.url_suffix, F.notification_arns = pseudo "AWS::URLSuffix", pseudo("AWS::NotificationARNs", "list")
--- Stands for a property that isn't there.
F.no_value = pseudo("AWS::NoValue", "any")
--- JSON's null.
F.null = data.null

return F
