---@meta kiln.data
error('Cannot require a meta file')

---Data for compositions: files beside the program, and tables merged deeply.
---@class kiln.data
---@field null any JSON's null.
local data = {}

---The text of a file; its path is relative to the program that names it.
---@param path string
---@return string text
---@usage assert(not pcall(kiln.data.text, "missing.txt"))
function data.text(path) end

---The value of a JSON file.
---@param path string
---@return any value
---@usage assert(not pcall(kiln.data.json, "missing.json"))
function data.json(path) end

---The value of a YAML file.
---@param path string
---@return any value
---@usage assert(not pcall(kiln.data.yaml, "missing.yaml"))
function data.yaml(path) end

---The records of CSV text by the names of its first row; without a header, lists of cells.
---@param text string
---@param options { separator: string?, header: boolean?, convert: table<string, function>? }?
---@param name string? What messages call the text.
---@return table records
---@usage local records = kiln.data.parse_csv("name,port\nweb,80\n", { convert = { port = tonumber } })
---@usage assert(records[1].name == "web" and records[1].port == 80)
function data.parse_csv(text, options, name) end

---The records of a CSV file by the names of its first row.
---@param path string
---@param options { separator: string?, header: boolean?, convert: table<string, function>? }?
---@return table records
---@usage assert(not pcall(kiln.data.csv, "missing.csv"))
function data.csv(path, options) end

---The value of a data file, by its name's ending: csv, tsv, json, yaml, yml or txt.
---@param path string
---@return any value
---@usage assert(not pcall(kiln.data.load, "missing.json"))
function data.load(path) end

---Merges tables deeply: what the second says wins, and its nulls remove; neither is changed.
---
---Lists are replaced, unless `rules.lists` or the rule of their path says "append", "prepend" or "by KEY", which merges the items that have the same value under that key. A rule may be a function of both values.
---@param base table
---@param over table
---@param rules table<string, string|function>?
---@return table merged
---@usage local merged = kiln.data.merge({ a = { b = 1 }, c = { 1 } }, { a = { d = 2 }, c = { 2 } })
---@usage assert(merged.a.b == 1 and merged.a.d == 2 and merged.c[1] == 2)
function data.merge(base, over, rules) end

return data
