--- Data for compositions: files beside the program, and tables merged deeply.
local later_values = require "kiln.template.later"
local json, yaml = require "kiln.json", require "kiln.yaml"
local native = require "kiln.native.data"

---@class kiln.data
---@field null any JSON's null.
local M = { null = native.null }

later_values.is_own()
local fail, nearest = later_values.fail, later_values.nearest
local open = io and io.open

-- Files

--- A path as it is meant: relative to the program that names it.
local function resolve(path)
  if type(path) ~= "string" then fail("a path is a string, not a %s", type(path)) end
  if path:sub(1, 1) == "/" then return path end
  local folder = later_values.here():match "^@(.*/)[^/]*$"
  return folder and folder .. path or path
end

--- The text of a file; its path is relative to the program that names it.
---@param path string
---@return string text
---@usage assert(not pcall(kiln.data.text, "missing.txt"))
function M.text(path)
  local file, why = open(resolve(path), "rb")
  if not file then fail("%s can't be read: %s", path, (why or ""):match ": (.*)$" or "no such file") end
  local text = file:read "a"
  file:close()
  if not text then fail("%s can't be read: it is no file", path) end
  return text
end

--- The value of a JSON file.
---@param path string
---@return any value
---@usage assert(not pcall(kiln.data.json, "missing.json"))
function M.json(path) return json.decode(M.text(path), path) end

--- The value of a YAML file.
---@param path string
---@return any value
---@usage assert(not pcall(kiln.data.yaml, "missing.yaml"))
function M.yaml(path) return yaml.decode(M.text(path), path) end

local csv_options = { "separator", "header", "convert" }

--- The cells of CSV text, row by row; `name` is what messages call it.
local function rows_of(text, separator, name)
  local rows, row, position, line = {}, {}, 1, 1
  if text:sub(1, 3) == "\xEF\xBB\xBF" then position = 4 end
  local ends = "[" .. separator .. "\r\n]"
  while position <= #text do
    local first = line
    local cell
    if text:sub(position, position) == '"' then
      local start = position + 1
      local parts = {}
      while true do
        local quote = text:find('"', start, true)
        if not quote then fail("%s:%d: a quoted cell has no end", name, first) end
        parts[#parts + 1] = text:sub(start, quote - 1)
        start = quote + 1
        if text:sub(start, start) ~= '"' then break end
        parts[#parts + 1] = '"'
        start = start + 1
      end
      cell, position = table.concat(parts), start
      local _, breaks = cell:gsub("\n", "")
      line = line + breaks
      if position <= #text and not text:find("^" .. ends, position) then
        fail("%s:%d: a quoted cell must end before the separator", name, line)
      end
    else
      local stop = text:find(ends, position) or #text + 1
      cell, position = text:sub(position, stop - 1), stop
    end
    row[#row + 1] = cell
    local mark = text:sub(position, position)
    if mark == separator then
      position = position + 1
      if position > #text then row[#row + 1] = "" end
    else
      if #row > 1 or row[1] ~= "" then
        row.line = first
        rows[#rows + 1] = row
      end
      row = {}
      position = position + (text:sub(position, position + 1) == "\r\n" and 2 or 1)
      line = line + 1
    end
  end
  if row[1] then
    row.line = line
    rows[#rows + 1] = row
  end
  return rows
end

--- The records of CSV text by the names of its first row; without a header, lists of cells.
---@param text string
---@param options { separator: string?, header: boolean?, convert: table<string, function>? }?
---@param name string? What messages call the text.
---@return table records
---@usage local records = kiln.data.parse_csv("name,port\nweb,80\n", { convert = { port = tonumber } })
---@usage assert(records[1].name == "web" and records[1].port == 80)
function M.parse_csv(text, options, name)
  options, name = options or {}, name or "csv"
  for option in next, options do
    local is_known = false
    for _, known in ipairs(csv_options) do is_known = is_known or known == option end
    if not is_known then fail("csv has no option `%s`%s", tostring(option), nearest(option, csv_options)) end
  end
  local separator = options.separator or ","
  if #separator ~= 1 or separator:find '[%w"\r\n%]%^%%%-]' then fail("`%s` can't separate cells", separator) end
  local rows = rows_of(text, separator, name)
  if options.header == false then
    for _, row in ipairs(rows) do row.line = nil end
    return rows
  end
  local header, records = table.remove(rows, 1) or {}, {}
  for index, row in ipairs(rows) do
    if #row ~= #header then
      fail("%s:%d: the row has %d cell%s, the header %d", name, row.line, #row, #row == 1 and "" or "s", #header)
    end
    local record = {}
    for column, key in ipairs(header) do
      local convert = options.convert and options.convert[key]
      record[key] = row[column]
      if convert then record[key] = convert(row[column]) end
      if record[key] == nil then
        fail("%s:%d: `%s` of `%s` can't be converted", name, row.line, row[column], key)
      end
    end
    records[index] = native.map(record, header)
  end
  return records
end

--- The records of a CSV file by the names of its first row.
---@param path string
---@param options { separator: string?, header: boolean?, convert: table<string, function>? }?
---@return table records
---@usage assert(not pcall(kiln.data.csv, "missing.csv"))
function M.csv(path, options) return M.parse_csv(M.text(path), options, path) end

local readers = { csv = M.csv, tsv = function(path) return M.csv(path, { separator = "\t" }) end, json = M.json,
  yaml = M.yaml, yml = M.yaml, txt = M.text }

--- The value of a data file, by its name's ending: csv, tsv, json, yaml, yml or txt.
---@param path string
---@return any value
---@usage assert(not pcall(kiln.data.load, "missing.json"))
function M.load(path)
  local ending = type(path) == "string" and path:match "%.(%w+)$"
  local reader = readers[ending and ending:lower()]
  if not reader then
    fail("%s is no data file: its name must end in csv, tsv, json, yaml, yml or txt", tostring(path))
  end
  return reader(path)
end

-- Merging

local function is_list(value) return native.is_list(value) end

local function copy(value)
  if type(value) ~= "table" or later_values.tree_of(value) then return value end
  local result = {}
  for key, item in next, value do result[key] = copy(item) end
  return setmetatable(result, getmetatable(value))
end

--- Whether a table is one thing: a later value, or a function of templates.
local function is_whole(value) return later_values.tree_of(value) or value[1] == nil and later_values.is_call(value) end

local merge

local function merge_items(base, over, key, rules, path)
  local result, places = copy(base), {}
  for index, item in ipairs(result) do
    if type(item) == "table" and item[key] ~= nil then places[item[key]] = index end
  end
  for _, item in ipairs(over) do
    local place = type(item) == "table" and item[key] ~= nil and places[item[key]]
    if place then
      result[place] = merge(result[place], item, rules, path)
    else
      result[#result + 1] = copy(item)
    end
  end
  return result
end

local function merge_lists(base, over, rules, path)
  local rule = rules[path] or rules.lists or "replace"
  if rule == "replace" then return copy(over) end
  local key = type(rule) == "string" and rule:match "^by (.+)$"
  if key then return merge_items(base, over, key, rules, path) end
  if rule ~= "append" and rule ~= "prepend" then
    fail("the rule for `%s` is replace, append, prepend, by KEY or a function, not `%s`", path, tostring(rule))
  end
  local first, second = base, over
  if rule == "prepend" then first, second = over, base end
  local result = copy(first)
  for _, item in ipairs(second) do result[#result + 1] = copy(item) end
  return result
end

function merge(base, over, rules, path)
  local rule = rules[path]
  if type(rule) == "function" then return rule(base, over) end
  local is_table = type(base) == "table" and type(over) == "table"
  if not is_table or is_whole(base) or is_whole(over) or rule == "replace" then
    return copy(over)
  end
  if is_list(base) and is_list(over) then return merge_lists(base, over, rules, path) end
  local result = copy(base)
  for key, item in next, over do
    local inner = path == "" and tostring(key) or path .. "." .. tostring(key)
    if item == M.null then
      result[key] = nil
    elseif result[key] == nil then
      result[key] = copy(item)
    else
      result[key] = merge(result[key], item, rules, inner)
    end
  end
  return result
end

--- Merges tables deeply: what the second says wins, and its nulls remove; neither is changed.
---
--- Lists are replaced, unless `rules.lists` or the rule of their path says "append", "prepend" or "by KEY", which
--- merges the items that have the same value under that key. A rule may be a function of both values.
---@param base table
---@param over table
---@param rules table<string, string|function>?
---@return table merged
---@usage local merged = kiln.data.merge({ a = { b = 1 }, c = { 1 } }, { a = { d = 2 }, c = { 2 } })
---@usage assert(merged.a.b == 1 and merged.a.d == 2 and merged.c[1] == 2)
function M.merge(base, over, rules)
  if type(base) ~= "table" or type(over) ~= "table" then fail "two tables are merged" end
  return merge(base, over, rules or {}, "")
end

return M
