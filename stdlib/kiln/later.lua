--- Later values: what is known only once a stack runs, and what can be done with it meanwhile.
---
--- A later value keeps its CloudFormation form, its tree, and what it will be: text, a number, a list. What would need
--- its value now (comparing it, computing with it, formatting it) fails on the line that tries, and says what to do.
local native = require "kiln.native.template"
local complaint = require "kiln.native.complaint"

local M = {}

local getmetatable, setmetatable, rawget = getmetatable, setmetatable, rawget
local type, next, math_type = type, next, math.type
local getinfo = debug and debug.getinfo

--- The field of kiln's objects that holds their CloudFormation form; its presence makes a table such an object.
local TREE = {}
--- The field that says what a later value will be: "string", "number", "boolean", "list", "map" or "any".
local KIND = {}
M.TREE, M.KIND = TREE, KIND

-- Errors

local own = {} -- the sources of the modules that compose
local sources = setmetatable({}, { __mode = "k" }) -- a function's source; asking Lua for it each time is slow

--- Tells that the chunk that calls is part of the composer: errors point at who calls it.
function M.is_own()
  if getinfo then own[getinfo(2, "S").source] = true end
end

local function source_of(running)
  local source = sources[running]
  if not source then
    source = getinfo(running, "S").source
    sources[running] = source
  end
  return source
end

--- The level, counted from the function that asks, and the info of the innermost call outside the composer.
---
--- `level` is one below which there are only the composer's own calls; each that needn't be looked at saves time.
local function caller(level)
  if not getinfo then return 2 end
  while true do
    local info = getinfo(level, "fl")
    if not info then return 2 end
    if info.currentline > 0 and not own[source_of(info.func)] then return level - 1, info end
    level = level + 1
  end
end

--- Raises an error with a code at the line of the program that called the composer.
---
--- What follows the first "; " of the message is its hint. `words` lead to the mistake in the program's statement:
--- names of properties, indices of lists.
local function complain(code, words, message, ...)
  if select("#", ...) > 0 then message = message:format(...) end
  local text, hint = message:match "^(.-); (.*)$"
  local _, info = caller(3)
  if not info then error(message, 2) end
  complaint.raise(code, text or message, hint, source_of(info.func), info.currentline, words)
end
M.complain = complain

--- Raises that something can't be done as it is asked for; `message` as in `complain`.
local function fail(message, ...) complain("bad_argument", {}, message, ...) end
M.fail = fail

--- The line of the program that runs, as source and number; `level` calls of the composer are known to be between.
function M.here(level)
  local _, info = caller(2 + (level or 1))
  if info then return source_of(info.func), info.currentline end
  return "=composer", 1
end

--- "; did you mean 'x'?" for a wrong name, or an empty text.
local function nearest(wrong, names)
  local name = type(wrong) == "string" and native.nearest(wrong, names)
  return name and ("; did you mean `" .. name .. "`?") or ""
end
M.nearest = nearest

M.is_own()

-- Trees

local Later, Condition = {}, {}
M.Later, M.Condition = Later, Condition

--- The tree of one of kiln's objects; nil for other values.
local function tree_of(value)
  if type(value) == "table" and getmetatable(value) then return rawget(value, TREE) end
end
M.tree_of = tree_of

--- An empty table with room for what another has: growing one step by step costs more than filling it.
local function room(value)
  local count = #value
  if count > 0 and count < 100 then return { table.unpack(value, 1, count) } end
  return { a = nil, b = nil, c = nil, d = nil }
end
M.room = room

--- A value's fields are copied: what a program does with its tables afterwards doesn't change the template.
local function to_tree(value, depth)
  local kind = type(value)
  if kind == "table" then
    local meta = getmetatable(value)
    local tree = meta and rawget(value, TREE)
    if tree then
      if meta == Condition then fail("%s decides, it is no value; use :choose(yes, no)", M.describe(value)) end
      return tree
    end
    depth = (depth or 0) + 1
    if depth > 100 then fail "a value nests more than 100 levels deep; does a table contain itself?" end
    local copy = room(value)
    for key, item in next, value do copy[key] = to_tree(item, depth) end
    return meta and setmetatable(copy, meta) or copy
  elseif kind == "function" or kind == "thread" then
    fail("a template can't hold a %s", kind)
  end
  return value
end
M.to_tree = to_tree

local function later(tree, kind) return setmetatable({ [TREE] = tree, [KIND] = kind or "any" }, Later) end
M.later = later

--- Whether a table is a function call or a reference in a template's own form.
function M.is_call(value)
  local name = next(value)
  if name == nil then return false end
  return type(name) == "string" and next(value, name) == nil
    and (name == "Ref" or name:sub(1, 4) == "Fn::" or name == "Condition")
end

--- What a value will be: the kind of a later one, the type of one that is known.
local function kind_of(value)
  local kind = type(value)
  if kind ~= "table" then return kind end
  if tree_of(value) then return rawget(value, KIND) end
  if value[1] ~= nil then return "list" end
  return M.is_call(value) and "any" or "map"
end
M.kind_of = kind_of

--- A later value in words: `Web.PublicIp`, `the parameter Flavor`, `the result of Fn::Join`.
function M.describe(value)
  local tree = tree_of(value)
  if not tree then return tostring(value) end
  local name, argument = next(tree)
  if name == "Ref" or name == "Condition" then return (name == "Condition" and "the condition " or "") .. argument end
  if name == "Fn::GetAtt" then return argument[1] .. "." .. tostring(argument[2]) end
  return "the result of " .. tostring(name)
end
local describe = M.describe

-- Misuse

local advice = "it is known only once the stack runs"

local function refuse(what, hint)
  return function(left, right)
    local value = tree_of(left) and left or right
    complain("later_value", {}, "%s can't be %s here: %s; %s", describe(value), what, advice, hint)
  end
end

local compared = refuse("compared", "use a condition: t:condition(name, a:equals(b)) and :choose(yes, no)")
local counted = refuse("computed with", "make it a parameter of its own, or compute it where it is used")

local function concatenate(left, right)
  local items = {}
  for index = 1, 2 do
    local part = index == 1 and left or right
    local kind = kind_of(part)
    if kind == "list" or kind == "map" then
      fail("%s is a %s, which can't be joined to a text; use :join(separator) first", describe(part), kind)
    elseif kind == "nil" or kind == "boolean" or kind == "function" then
      fail("a text can't be joined with %s", kind == "nil" and "nil" or "a " .. kind)
    end
    local tree = to_tree(part)
    local inner = type(tree) == "table" and tree["Fn::Join"]
    if inner and inner[1] == "" and tree_of(part) and type(inner[2]) == "table" and inner[2][1] ~= nil then
      table.move(inner[2], 1, #inner[2], #items + 1, items)
    else
      items[#items + 1] = tree
    end
  end
  return later({ ["Fn::Join"] = { "", items } }, "string")
end

--- Refuses `tostring` and `string.format`, whose text would go into the template as if it were the value.
local function refuse_text(self, level)
  if getinfo then
    local asking, above = getinfo(level + 1, "f"), getinfo(level + 2, "S")
    local is_shown = not (above and above.what ~= "C") -- by the REPL
    if asking and (asking.func == string.format or asking.func == tostring and not is_shown) then
      complain("later_value", {}, "%s can't be made a text here: %s; use .. or template.format", describe(self), advice)
    end
  end
end
M.refuse_text = refuse_text

local function to_text(self)
  refuse_text(self, 2)
  return "later value (" .. describe(self) .. ")"
end

--- Gives a class of later values the operators: `..` joins, the others explain what to do instead.
function M.behave(class)
  class.__concat, class.__tostring = concatenate, to_text
  class.__eq, class.__lt, class.__le = compared, compared, compared
  for _, name in ipairs { "add", "sub", "mul", "div", "mod", "pow", "unm", "idiv", "shl", "shr" } do
    class["__" .. name] = counted
  end
  for _, name in ipairs { "band", "bor", "bxor", "bnot" } do
    class["__" .. name] = refuse("a condition", "only conditions combine with &, | and ~; use a:equals(b)")
  end
  class.__len = refuse("measured", "use template.length, which the stack computes")
  class.__call = refuse("called", "is a colon missing, or a name wrong?")
  class.__pairs = refuse("walked through", "use :select(index), or give the list to a property whole")
  class.__newindex = function(self, key) fail("%s can't be given a `%s`", describe(self), tostring(key)) end
end

-- What later values can do

--- A value that is known only once a stack runs: a parameter, an attribute, what a function makes of them.
---@class kiln.LaterValue
local Value = {}
M.Value = Value
--- The functions of templates, which `kiln.template.functions` fills in.
M.functions = {}

--- The tree of a value that must be a text.
function M.text_argument(value, what)
  local kind = kind_of(value)
  if kind == "list" or kind == "map" then fail("%s must be a text, not a %s", what, kind) end
  return to_tree(value)
end

--- The tree of a value that must be a list.
function M.list_argument(value, what)
  local kind = kind_of(value)
  if kind ~= "list" and kind ~= "any" and not (kind == "map" and next(value) == nil) then
    fail("%s must be a list, not a %s", what, kind)
  end
  return to_tree(value)
end

--- Joins the items of this list with a separator.
---@usage t:output("Zones", template.get_azs():join ", ")
function Value:join(separator) return M.functions.join(separator, self) end

--- The pieces of this text between separators, a later list.
---@usage t:output("Host", web.PublicDnsName:split("."):select(0))
function Value:split(separator) return M.functions.split(separator, self) end

--- The item of this list at an index that counts from 0, as in templates.
---@usage t:output("First", template.get_azs():select(0))
function Value:select(index) return M.functions.select(index, self) end

--- This text in base64.
---@usage web.UserData = ("#!/bin/sh\necho " .. flavor .. "\n"):base64()
function Value:base64() return M.functions.base64(self) end

--- How many items this list has; AWS::LanguageExtensions has it.
---@usage t:output("Count", template.get_azs():length())
function Value:length() return M.functions.length(self) end

--- The condition that this value equals another.
---@usage t:condition("IsLarge", flavor:equals "m1.large")
function Value:equals(other) return M.functions.equals(self, other) end

--- Explains that Lua can't run inside a stack.
---@usage assert(not pcall(function() return web.PublicIp:map(string.upper) end))
function Value:map()
  complain("later_value", { "map" }, "a function of Lua can't run on %s: %s; use :split, :select, :join, .. or %s",
    describe(self), advice, "template.sub")
end

Later.__name, Later.__class = "later value", "kiln.LaterValue"
M.behave(Later)
Later.__index = function(self, key)
  local method = Value[key]
  if method then return method end
  if math_type(key) then
    complain("later_value", {}, "%s has no items yet: %s; use :select(%d), which counts from 0", describe(self), advice,
      key - 1)
  end
  local tree = rawget(self, TREE)
  local attribute = tree["Fn::GetAtt"]
  if attribute and rawget(self, KIND) == "map" and type(attribute[2]) == "string" then
    return later({ ["Fn::GetAtt"] = { attribute[1], attribute[2] .. "." .. key } })
  end
  local names = {}
  for name in next, Value do names[#names + 1] = name end
  complain("unknown_field", { key }, "%s has no field `%s`%s", describe(self), tostring(key), nearest(key, names))
end
--- What may follow a later value, for completion.
Later.__names = function()
  local names = {}
  for name in next, Value do names[name] = "method" end
  return names
end

-- Conditions

local function condition(tree) return setmetatable({ [TREE] = tree, [KIND] = "condition" }, Condition) end
M.condition = condition

--- The tree of what decides: a condition, its name, or a condition function written as a table.
local function condition_tree(value)
  if type(value) == "string" then return { Condition = value } end
  local tree = tree_of(value)
  if tree and getmetatable(value) ~= Condition then
    fail("%s is a value, not a condition; use :equals(other)", describe(value))
  end
  if not tree and type(value) ~= "table" then
    fail("a condition is wanted, not a %s; compare with template.equals(a, b)", type(value))
  end
  return tree or to_tree(value)
end
M.condition_tree = condition_tree

--- The name of a condition of the template, which is what resources, outputs and Fn::If take.
function M.condition_name(value)
  if type(value) == "string" then return value end
  local name = condition_tree(value).Condition
  if type(name) ~= "string" then
    fail "this condition has no name yet; give it one with t:condition(name, condition)"
  end
  return name
end

--- Several operands under one function; operands of the same function join it while there is room for 10.
local function combined(name, left, right)
  local operands = {}
  for index = 1, 2 do
    local tree = condition_tree(index == 1 and left or right)
    local inner = tree[name]
    if inner and #inner + #operands < 10 then
      table.move(inner, 1, #inner, #operands + 1, operands)
    else
      operands[#operands + 1] = tree
    end
  end
  return condition { [name] = operands }
end

Condition.__name, Condition.__class = "condition", "kiln.Condition"
M.behave(Condition)
Condition.__band = function(left, right) return combined("Fn::And", left, right) end
Condition.__bor = function(left, right) return combined("Fn::Or", left, right) end
Condition.__bnot = function(self) return condition { ["Fn::Not"] = { condition_tree(self) } } end
Condition.__concat = function(left, right)
  local value = tree_of(left) and getmetatable(left) == Condition and left or right
  fail("%s decides, it is no text; use :choose(yes, no)", describe(value))
end
Condition.__tostring = function(self) return describe(self) end

--- A condition of a template; conditions combine with `&`, `|` and `~`.
---@class kiln.Condition
local Choice = {}
M.Choice = Choice
Condition.__index = Choice

--- One value or the other, as this condition decides; without the other, nothing.
---@param yes any The value when the condition holds.
---@param no any? The value when it doesn't; without it, the property is left out.
---@usage web.InstanceType = is_small:choose("m1.small", "m1.large")
function Choice:choose(yes, no) return M.functions.if_(self, yes, no) end

setmetatable(Choice, { __index = function(_, key)
  complain("unknown_field", { key }, "a condition has no field `%s`%s", tostring(key), nearest(key, { "choose" }))
end })

return M
