---@meta kiln.template
error('Cannot require a meta file')

---A template in the making; what is added to it is checked on the line that adds it.
---@class kiln.Composer
local Composer = {}

---Adds a parameter and returns a reference to it.
---@param name string
---@param options table? type, default, description, no_echo, allowed_values, allowed_pattern, min_length ...
---@return kiln.LaterValue parameter
---@usage local size = t:parameter("Size", { type = "Number", default = 10, min_value = 1 })
function Composer:parameter(name, options) end

---Adds a mapping, whose values `mapping:find(first, second)` gives.
---@param name string
---@param map table<string, table<string, any>>
---@return kiln.Mapping mapping
---@usage local images = t:mapping("Images", { lab = { Id = "cirros" }, live = { Id = "F17-x86_64-cfntools" } })
---@usage web.ImageId = images:find("lab", "Id")
function Composer:mapping(name, map) end

---Names a condition, and returns it: it chooses values, and decides whether resources and outputs are there.
---@param name string
---@param test table What `a:equals(b)` gives, combined with `&`, `|` and `~`.
---@return kiln.Condition condition
---@usage local live = t:condition("Live", flavor:equals "m1.large" & ~is_small)
---@usage web.KeyName = live:choose "operations"
function Composer:condition(name, test) end

---Adds a rule about parameters, in a template's own form.
---@usage t:rule("Sizes", { Assertions = { { Assert = template.contains({ "m1.small" }, flavor) } } })
function Composer:rule(name, body) end

---Adds a resource and returns it; its attributes are fields, and used as a value it is its `Ref`.
---
---Its properties are checked here; those of a resource without properties once the template is built or written.
---@param name string The logical ID, below the scope's.
---@param type_name string
---@param properties table?
---@param options { check: boolean? }? `check = false` takes types and properties that kiln doesn't know.
---@return kiln.Resource resource
---@usage local box = t:resource("Box", "AWS::EC2::Instance", { ImageId = "cirros", InstanceType = "m1.small" })
---@usage t:output("BoxAddress", box.PublicIp)
function Composer:resource(name, type_name, properties, options) end

---Adds an output; `options` may be a description, or have description, export and condition.
---@param name string
---@param value any
---@param options string|{ description: string?, export: any?, condition: any? }?
---@usage t:output("Address", web.PublicIp, "where it listens")
---@usage t:output("Shared", web.PrivateIp, { export = template.stack_name .. "-address", condition = is_small })
function Composer:output(name, value, options) end

---Adds an entry to a section in the template's own form, such as a loop of AWS::LanguageExtensions.
---@param section string
---@param name string
---@param body table
---@usage t:entry("Resources", "Plain", { Type = "AWS::EC2::EIP" })
function Composer:entry(section, name, body) end

---Adds members to the template's metadata.
---@usage t:metadata { Owner = "operations" }
function Composer:metadata(metadata) end

---Says which transforms the template needs, such as `AWS::LanguageExtensions`.
---@usage t:transform "AWS::LanguageExtensions"
function Composer:transform(...) end

---Says that a resource had another logical ID, so that an update renames and doesn't replace it.
---@param old string The logical ID before.
---@param new any The resource as it is now, or its logical ID.
---@usage t:moved("Server", web)
function Composer:moved(old, new) end

---A part of the template whose names all begin with the scope's: what a component composes its resources in.
---@param name string
---@param body function? Called with the scope; what it returns is returned.
---@return kiln.Composer scope
---@usage local front = t:scope "Front"
---@usage local disk = front:resource("Disk", "AWS::EC2::Volume", { Size = 1, AvailabilityZone = "nova" })
---@usage assert(disk:id() == "FrontDisk")
function Composer:scope(name, body) end

---The part of the template with a name: a resource, a parameter; or a mapping or a condition.
---@usage assert(rawequal(t:find "Web", web))
function Composer:find(name) end

---Takes a part away again, such as a resource of the template that this one extends.
---@param name string
---@usage t:remove "Disk"
function Composer:remove(name) end

---Visits the resources of this scope, all of them or those of a type: for a rule of the house that each must follow.
---@param pattern string? A type, in which `*` stands for anything.
---@return function next
---@usage for server in t:resources "AWS::EC2::Instance" do server.KeyName = "operations" end
---@usage for resource in t:resources "AWS::EC2::*" do resource:metadata { Team = "web" } end
function Composer:resources(pattern) end

---The template as tables, in a template's own form.
---@return table tree
---@usage assert(t:tree().Resources.Web.Type == "AWS::EC2::Instance")
function Composer:tree() end

---The template, checked as a whole; raises all that is wrong, at the lines that composed it.
---@return kiln.Template template
---@usage print(#t:build().resources)
function Composer:build() end

---Writes the template into a file, in the language of its name's ending: yaml, yml, json or lua; `.hot.yaml` for HOT.
---@param path string
---@return kiln.Composer self
---@usage local path = os.tmpname() .. ".json"
---@usage t:save(path)
---@usage assert(kiln.data.load(path).Resources.Web and os.remove(path))
function Composer:save(path) end

---The template as text.
---
---JSON is written as composed, all else once the template is checked as a whole.
---@param format string? "yaml" (the default), "json", "hot" or "lua".
---@return string text
---@usage print(t:text "json")
function Composer:text(format) end

---What is expected of a template; each method raises `expectation_failed` when it isn't so.
---@class kiln.Expectation
local Expectation = {}

---Expects a number of resources, of a type or with a logical ID, and with properties if any are given.
---@param what string A type, in which `*` stands for anything, or a logical ID.
---@param count integer
---@param properties table?
---@return kiln.Expectation self
---@usage template.expect(t):count("AWS::EC2::Instance", 1):count("AWS::EC2::*", 2)
function Expectation:count(what, count, properties) end

---Expects a resource with properties, of which only those that are given are looked at.
---
---A function as a value decides itself, `kiln.null` says that there is none, and `template.including` finds items of lists wherever they are.
---@param what string A type, in which `*` stands for anything, or a logical ID.
---@param properties table?
---@return kiln.Expectation self
---@usage template.expect(t):has("Web", { InstanceType = flavor, KeyName = kiln.null })
function Expectation:has(what, properties) end

---Expects that there is no resource of a type, or with a logical ID, or none with these properties.
---@param what string
---@param properties table?
---@return kiln.Expectation self
---@usage template.expect(t):lacks "AWS::EC2::EIP":lacks("AWS::EC2::Volume", { Size = 100 })
function Expectation:lacks(what, properties) end

---Expects an output, with a value if one is given.
---@param name string
---@param value any?
---@return kiln.Expectation self
---@usage t:output("Address", web.PublicIp)
---@usage template.expect(t):output("Address", web.PublicIp)
function Expectation:output(name, value) end

---Expects a parameter, with what a template says of it if that is given.
---@param name string
---@param members table? In a template's own form, such as `{ Default = 1 }`.
---@return kiln.Expectation self
---@usage template.expect(t):parameter("Flavor", { Default = "m1.small" })
function Expectation:parameter(name, members) end

---Expects that a resource is created before others, and deleted after them.
---@param first string A logical ID.
---@param ... string
---@return kiln.Expectation self
---@usage web.UserData = template.format("mount %s", disk)
---@usage template.expect(t):before("Disk", "Web")
function Expectation:before(first, ...) end

---Expects that another template, or a file of one, says the same, whatever the language and the order.
---@param other any A template, a composer, or the path of a template file.
---@return kiln.Expectation self
---@usage template.expect(t):same(t:build())
function Expectation:same(other) end

---Expects that no rule of `kiln.lint` finds a mistake; warnings may be.
---@param options { include: string[]?, ignore: string[]? }?
---@return kiln.Expectation self
---@usage template.expect(t):valid()
function Expectation:valid(options) end

---A value that is known only once a stack runs: a parameter, an attribute, what a function makes of them.
---@class kiln.LaterValue
local LaterValue = {}

---Joins the items of this list with a separator.
---@usage t:output("Zones", template.get_azs():join ", ")
function LaterValue:join(separator) end

---The pieces of this text between separators, a later list.
---@usage t:output("Host", web.PublicDnsName:split("."):select(0))
function LaterValue:split(separator) end

---The item of this list at an index that counts from 0, as in templates.
---@usage t:output("First", template.get_azs():select(0))
function LaterValue:select(index) end

---This text in base64.
---@usage web.UserData = ("#!/bin/sh\necho " .. flavor .. "\n"):base64()
function LaterValue:base64() end

---How many items this list has; AWS::LanguageExtensions has it.
---@usage t:output("Count", template.get_azs():length())
function LaterValue:length() end

---The condition that this value equals another.
---@usage t:condition("IsLarge", flavor:equals "m1.large")
function LaterValue:equals(other) end

---Explains that Lua can't run inside a stack.
---@usage assert(not pcall(function() return web.PublicIp:map(string.upper) end))
function LaterValue:map() end

---A condition of a template; conditions combine with `&`, `|` and `~`.
---@class kiln.Condition
local Condition = {}

---One value or the other, as this condition decides; without the other, nothing.
---@param yes any The value when the condition holds.
---@param no any? The value when it doesn't; without it, the property is left out.
---@usage web.InstanceType = is_small:choose("m1.small", "m1.large")
function Condition:choose(yes, no) end

---A resource of a template: its attributes are fields, fields that are set are properties, and used as a value it is its `Ref`; so it has the methods of later values too.
---@class kiln.Resource : kiln.LaterValue
local Resource = {}

---Makes the resource wait for others that it doesn't refer to.
---@param ... any Resources or their names, or a list of them.
---@usage web:depends_on(disk)
---@usage web:depends_on("Disk", "Address")
function Resource:depends_on(...) end

---Sets the resource's metadata, such as `AWS::CloudFormation::Init`.
---@usage web:metadata { Owner = "operations" }
function Resource:metadata(metadata) end

---Creates the resource only when a condition of the template holds.
---@usage web:only_if(is_small)
function Resource:only_if(condition) end

---What becomes of the resource when the stack no longer has it: "Delete", "Retain" or "Snapshot".
---@usage disk:deletion_policy "Snapshot"
function Resource:deletion_policy(policy) end

---What becomes of the old resource when an update replaces it: "Delete", "Retain" or "Snapshot".
---@usage disk:update_replace_policy "Retain"
function Resource:update_replace_policy(policy) end

---What must happen before the resource counts as created.
---@usage web:creation_policy { ResourceSignal = { Count = 1, Timeout = "PT5M" } }
function Resource:creation_policy(policy) end

---How updates of the resource go.
---@usage web:update_policy { AutoScalingRollingUpdate = { MinInstancesInService = 1 } }
function Resource:update_policy(policy) end

---Sets a member of the resource that has no method of its own.
---@usage web:set("Description", "the only server")
function Resource:set(name, value) end

---What a property was given: a plain value, or a later one; nil when it wasn't.
---@param name string
---@return any value
---@usage assert(web:property "ImageId" == "cirros")
function Resource:property(name) end

---Changes properties deeply: tables are merged, `kiln.null` takes a property away, all else is replaced.
---@param properties table
---@param rules table? How lists are merged, as in `kiln.data.merge`.
---@usage web:merge({ Tags = { { Key = "Stage", Value = "test" } } }, { Tags = "by Key" })
---@usage assert(web:property "Tags"[1].Value == "test")
function Resource:merge(properties, rules) end

---The resource's type.
---@usage assert(web:type() == "AWS::EC2::Instance")
function Resource:type() end

---The resource's logical ID.
---@usage assert(web:id() == "Web")
function Resource:id() end

---A mapping of a template.
---@class kiln.Mapping
local Mapping = {}

---The mapping's value by its two keys.
---@usage local sizes = t:mapping("Sizes", { small = { Flavor = "m1.small" } })
---@usage web.InstanceType = sizes:find("small", "Flavor")
function Mapping:find(first, second, fallback) end

---Templates: load, check, compose, compare and write them.
---
---A composed template is a program whose references are objects: `web` used as a value is its `Ref`, `web.PublicIp` its attribute, and `"http://" .. web.PublicIp` joins them when the stack runs. A name that the type doesn't have fails on the line that has it.
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
local template = {}

---Reads a template (CloudFormation JSON or YAML, or HOT) with the files that it names; raises all its mistakes.
---@async
---@param path string a file, a URL, or swift://container/object
---@param options {environment: string|string[]}? environment files, of which the later win
---@return kiln.Template template
---@usage assert(not pcall(template.load, "missing.yaml"))
function template.load(path, options) end

---Reads a template's text; `name` is what messages call it.
---@async
---@param text string
---@param name string?
---@param options {environment: string|string[]}? environment files, of which the later win
---@return kiln.Template template
---@usage local one = template.parse('{"Resources": {"A": {"Type": "AWS::EC2::EIP"}}}', "one.json")
function template.parse(text, name, options) end

---The facts of a resource type: its properties, its attributes; nil when kiln doesn't know the type.
---@param type_name string
---@return table? facts
---@usage print(template.facts("AWS::EC2::Volume").properties.Size.type)
function template.facts(type_name) end

---The names of the resource types that kiln knows.
---@return string[] types
---@usage assert(#template.types() > 20)
function template.types() end

---Starts an empty template, to which resources and the like are added.
---@param description string?
---@return kiln.Composer composer
---@usage local lab = template.new "A laboratory"
---@usage lab:resource("Address", "AWS::EC2::EIP")
function template.new(description) end

---Starts from a template that is there, in any of the languages: each part can be found, changed and removed.
---@param source any A template, a composer, or the path of a template file.
---@return kiln.Composer composer
---@usage local more = template.extend(t)
---@usage more:find "Web".InstanceType = "m1.large"
---@usage more:resource("Spare", "AWS::EC2::EIP")
---@usage assert(#template.diff(t, more).lines > 0)
function template.extend(source) end

---Splits a template that is over the limits into a root and nested stacks, cut where the fewest references cross.
---
---What crosses becomes outputs and parameters of the nested stacks. A template within the limits comes back whole.
---@param source any A template, or a composer of one.
---@param options { resources: integer?, parameters: integer?, outputs: integer?, name: string?, url: function? }?
---@return kiln.Template root
---@return { name: string, url: string, template: kiln.Template }[] parts
---@usage t:output("Address", web.PublicIp)
---@usage local root, parts = template.divide(t, { resources = 1 })
---@usage assert(#parts == 2 and parts[1].url == "Part1.yaml")
function template.divide(source, options) end

---Makes the resources of nested stacks those of the template itself, their names after their stack's.
---
---`load` gives the nested templates, by their URLs or as a function of these; without it, they are files beside the template's own. What `divide` has divided gets its own names back.
---@param source any A template, a composer, or the path of a template file.
---@param options { load: table<string, kiln.Template>|function }?
---@return kiln.Template template
---@usage local root, parts = template.divide(t, { resources = 1 })
---@usage local by_url = {}
---@usage for _, part in ipairs(parts) do by_url[part.url] = part.template end
---@usage assert(template.diff(t, template.inline(root, { load = by_url })).is_empty)
function template.inline(source, options) end

---Starts to expect something of a template: what its resources have, how many there are, which comes first.
---@param source any A template, a composer, or the path of a template file.
---@return kiln.Expectation expectation
---@usage template.expect(t):count("AWS::EC2::Instance", 1):has("Web", { ImageId = "cirros" })
function template.expect(source) end

---A pattern of `expect` for lists that have these items, wherever they are.
---@param items table
---@return table pattern
---@usage web.SecurityGroups = { "a", "b" }
---@usage template.expect(t):has("Web", { SecurityGroups = template.including { "b" } })
function template.including(items) end

---Says what lies between two templates: what is added, removed, renamed, changed in place or replaced, and why.
---@param before any A template, or a composer of one.
---@param after any
---@return kiln.TemplateDifference difference
---@usage local difference = template.diff(t, t)
---@usage assert(#difference.lines == 0)
function template.diff(before, after) end

---Calls a function that can't see the clock, chance, the machine, the network or a cloud, unless it is allowed to.
---
---So that the same program composes the same template each time: tables are walked in the order of their keys too.
---@param compose function
---@param allow { clock: boolean?, random: boolean?, machine: boolean?, cloud: boolean? }?
---@return any ... What the function returns.
---@usage local made = template.pure(function() return template.new "always the same" end)
---@usage assert(not pcall(template.pure, function() return os.time() end))
function template.pure(compose, allow) end

---Joins the items of a list with a separator.
---@param separator string
---@param items table
---@return kiln.LaterValue text
---@usage t:output("Pair", template.join(",", { web.PublicIp, web.PrivateIp }))
function template.join(separator, items) end

---Fills `${Name}` and `${Name.Attribute}` in a text, with `values` for names that are no resource or parameter.
---@param text string
---@param values table?
---@return kiln.LaterValue text
---@usage t:output("Url", template.sub("http://${Web.PublicIp}:${Port}/", { Port = 80 }))
function template.sub(text, values) end

---Puts values into a text as `string.format` does; with a later one among them, it is an Fn::Sub.
---@param format string `%s` and `%d` stand for the values, `%%` for a percent sign.
---@return kiln.LaterValue text
---@usage t:output("Url", template.format("http://%s:%d/", web.PublicIp, 80))
function template.format(format, ...) end

---The pieces of a text between separators.
---@param separator string
---@param text any
---@return kiln.LaterValue pieces A later list.
---@usage t:output("Last", template.split(".", web.PublicIp):select(3))
function template.split(separator, text) end

---The item of a list at an index that counts from 0, as in templates.
---@param index integer
---@param list any
---@return kiln.LaterValue item
---@usage t:output("Zone", template.select(0, template.get_azs()))
function template.select(index, list) end

---A text in base64, as user data is.
---@param text any
---@return kiln.LaterValue text
---@usage web.UserData = template.base64 "#!/bin/sh\necho hello\n"
function template.base64(text) end

---A value of a mapping by its two keys; `fallback` needs AWS::LanguageExtensions.
---@param map any The mapping, or its name.
---@param first any
---@param second any
---@param fallback any?
---@return kiln.LaterValue value
---@usage t:mapping("Sizes", { small = { Flavor = "m1.small" } })
---@usage web.InstanceType = template.find_in_map("Sizes", "small", "Flavor")
function template.find_in_map(map, first, second, fallback) end

---The availability zones of a region; of the stack's own without one.
---@param region any?
---@return kiln.LaterValue zones A later list.
---@usage t:output("Zones", template.get_azs():join ",")
function template.get_azs(region) end

---`count` blocks of a network's addresses, each with `bits` host bits.
---@param block any
---@param count any
---@param bits any?
---@return kiln.LaterValue blocks A later list.
---@usage t:output("Net", template.cidr("10.0.0.0/16", 4, 8):select(0))
function template.cidr(block, count, bits) end

---A value that another stack exports.
---@param name any
---@return kiln.LaterValue value
---@usage web.KeyName = template.import_value "shared-key"
function template.import_value(name) end

---An output of another stack, whose stack may change or go away without asking this one.
---@param stack string The other stack's name.
---@param output string
---@param region any?
---@return kiln.LaterValue value
---@usage web.KeyName = template.get_stack_output("network", "KeyName")
function template.get_stack_output(stack, output, region) end

---One value or the other, by a condition of the template.
---@param condition any The condition, or its name.
---@param yes any
---@param no any? Without it, the property is left out.
---@return kiln.LaterValue value
---@usage web.KeyName = template.if_(is_small, "small-key", template.no_value)
function template.if_(decides, yes, no) end

---The condition that two values are equal.
---@usage t:condition("Same", template.equals(flavor, "m1.small"))
function template.equals(left, right) end

---The condition that all conditions hold; `a & b` says the same.
---@usage t:condition("Both", template.and_(is_small, "IsSmall"))
function template.and_(...) end

---The condition that one of the conditions holds; `a | b` says the same.
---@usage t:condition("Any", template.or_(is_small, "IsSmall"))
function template.or_(...) end

---The condition that a condition doesn't hold; `~a` says the same.
---@usage t:condition("Large", template.not_(is_small))
function template.not_(decides) end

---The condition that a list has a value, for rules.
---@usage t:rule("Known", { Assertions = { { Assert = template.contains({ "a", "b" }, flavor) } } })
function template.contains(list, value) end

---The condition that each item of a list is one of others, for rules.
---@usage t:rule("In", { Assertions = { { Assert = template.each_member_in({ "a" }, { "a", "b" }) } } })
function template.each_member_in(list, allowed) end

---The condition that each item of a list is a value, for rules.
---@usage t:rule("Equal", { Assertions = { { Assert = template.each_member_equals({ "a" }, "a") } } })
function template.each_member_equals(list, value) end

---How many items a list has; AWS::LanguageExtensions has it.
---@usage t:output("Count", template.length { "a", "b" })
function template.length(list) end

---A value as JSON text; AWS::LanguageExtensions has it.
---@usage t:output("Text", template.to_json { address = web.PublicIp })
function template.to_json(value) end

---A reference to a resource or parameter by its name, such as one that comes further down.
---@usage t:output("Same", template.ref "Web")
function template.ref(name) end

---An attribute of a resource by name; `attribute` may need the stack to be known.
---@usage t:output("Address", template.get_att("Web", "PublicIp"))
function template.get_att(resource, attribute) end

---A value in a template's own form, such as a function that kiln has no name for.
---@usage t:output("Raw", template.raw { Ref = "AWS::Region" })
function template.raw(tree) end

---Marks a table as a list, so that an empty one is `[]` and not `{}`.
---@usage web.SecurityGroups = template.list {}
function template.list(items) end

return template
