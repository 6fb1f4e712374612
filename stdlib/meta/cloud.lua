---@meta kiln.cloud
error('Cannot require a meta file')

---An OpenStack cloud as one user of one project sees it.
---@usage local cloud = kiln.cloud.connect "embedded"
---@usage print(cloud.name, cloud.is_embedded)
---@class kiln.Cloud
---@field name string The cloud's name.
---@field is_embedded boolean Whether it is the cloud in memory.
local Cloud = {}

---Asks the cloud anything: the answer's JSON.
---@async
---@param service string The service's type, such as `compute`.
---@param method string
---@param path string What follows the service's endpoint, with its leading slash.
---@param body? any
---@return any answer
---@usage local cloud = kiln.cloud.connect "embedded"
---@usage print(cloud:request("network", "GET", "/networks").networks[1].name)
function Cloud:request(service, method, path, body) end

---Draws how its networks hang together.
---@async
---@return kiln.Topology topology
---@usage local topology = kiln.cloud.connect("embedded"):topology()
---@usage print(topology.nodes[1].kind, topology.nodes[1].name, #topology.edges)
function Cloud:topology() end

---What runs in a server of the embedded cloud.
---@async
---@param server_id string
---@return kiln.Guest guest
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage local cloud = kiln.cloud.connect "embedded"
---@usage assert(cloud:guest(stack:resource("Web").physical_id).is_up)
function Cloud:guest(server_id) end

---Makes something go wrong on the embedded cloud, to try out what a script, a stack or a policy does then.
---@async
---@param fault { effect: string, service?: string, method?: string, path?: string, server?: string, status?: integer, message?: string, retry_after?: integer, delay?: number|string, tail?: number|string, times?: integer, skips?: integer, chance?: number, span?: number|string }
---@usage local cloud = kiln.cloud.connect "embedded"
---@usage cloud:fault { effect = "fail_build", server = "web*", message = "No valid host was found." }
---@usage cloud:clear_faults()
function Cloud:fault(fault) end

---Forgets the faults that are still to come.
---@async
---@usage kiln.cloud.connect("embedded"):clear_faults()
function Cloud:clear_faults() end

---Makes it forget all tokens that it has given out.
---@async
---@usage kiln.cloud.connect("embedded"):expire_tokens()
function Cloud:expire_tokens() end

---A service of a cloud.
---@usage local volume = kiln.cloud.volume:create_volume { name = "scratch", size = 1 }
---@usage for _, known in ipairs(kiln.cloud.volume:volumes { name = "scratch" }) do print(known.id) end
---@usage kiln.cloud.volume:delete_volume "scratch"
---@usage assert(volume.size == 1)
---@class kiln.Service
local Service = {}

---Something that a cloud has, with the fields of its API.
---@usage local flavor = kiln.cloud.compute:flavor "m1.small"
---@usage print(flavor.name, flavor.ram)
---@class kiln.Thing
local Thing = {}

---Asks the cloud for the thing as it is now.
---@async
---@return kiln.Thing thing
---@usage local volume = kiln.cloud.volume:create_volume { size = 1 }
---@usage print(volume:refresh().status)
function Thing:refresh() end

---Begins to delete the thing.
---@async
---@usage kiln.cloud.volume:create_volume({ size = 1 }):delete()
function Thing:delete() end

---Changes fields of the thing.
---@async
---@param fields table<string, any>
---@return kiln.Thing thing
---@usage local network = kiln.cloud.network:create_network { name = "inner" }
---@usage print(network:update({ name = "outer" }).name)
function Thing:update(fields) end

---Waits until the thing is in a state, or in any in which nothing more is to come.
---@async
---@param status? string Such as `ACTIVE`; `gone` waits until there is no such thing.
---@param timeout? number In seconds; 600 if not given.
---@return kiln.Thing? thing
---@usage local server = kiln.cloud.compute:create_server { name = "web", flavor = "m1.nano", image = "cirros", network = "private" }
---@usage server:wait "ACTIVE"
---@usage server:reboot "HARD"
---@usage server:wait()
---@usage server:delete()
---@usage server:wait "gone"
function Thing:wait(status, timeout) end

---What runs in a server of the embedded cloud.
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage print(kiln.cloud.guest(stack:resource("Web").physical_id).is_up)
---@class kiln.Guest
---@field is_up boolean Whether its application answers.
local Guest = {}

---Stops the application from answering until something as strong as `until` is done.
---@async
---@param until_done? string `restart` (the default), `soft_reboot`, `hard_reboot`, `rebuild` or `replace`.
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage local guest = kiln.cloud.guest(stack:resource("Web").physical_id)
---@usage guest:break_application "restart"
---@usage assert(not guest.is_up)
function Guest:break_application(until_done) end

---Restarts a service in the guest, as an operator would.
---@async
---@param service string
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage local guest = kiln.cloud.guest(stack:resource("Web").physical_id)
---@usage guest:break_application "restart"
---@usage guest:restart_service "httpd"
---@usage assert(guest.is_up)
function Guest:restart_service(service) end

---How a project's networks hang together; as a text it is a tree.
---@usage local known = kiln.cloud.topology()
---@usage for _, edge in ipairs(known.edges) do print(edge.from, edge.to, edge.addresses[1]) end
---@usage assert(known.nodes[1].kind == "outside")
---@class kiln.Topology
---@field nodes table<string, any>[] Networks, routers, servers and free ports.
---@field edges table<string, any>[] What is joined with what, and at which addresses.
local Topology = {}

---The topology for Graphviz.
---@return string text
---@usage assert(kiln.cloud.topology():dot():find "graph topology")
function Topology:dot() end

---The topology as a picture.
---@return string text
---@usage assert(kiln.cloud.topology():svg():find "^<svg")
function Topology:svg() end

---Lists and changes what the cloud has, service by service.
---@usage print(kiln.cloud.name, kiln.cloud.is_embedded)
---@usage print(#kiln.cloud.compute:flavors(), #kiln.cloud.network:networks(), #kiln.cloud.volume:volumes(), #kiln.cloud.image:images())
---@usage print(#kiln.cloud.object:containers(), #kiln.cloud.identity:regions(), #kiln.cloud.key_manager:secrets())
---@usage -- Where a cloud has them: kiln.cloud.orchestration:stacks(), kiln.cloud.load_balancer:pools(), kiln.cloud.dns:zones()
---@class kiln.cloud
local cloud = {}

---The chosen cloud's name.
cloud.name = nil

---Whether the chosen cloud is the one in memory.
cloud.is_embedded = nil

---Nova: servers and what they are made of.
cloud.compute = nil

---Neutron: networks and what joins them.
cloud.network = nil

---Cinder: volumes and their copies.
cloud.volume = nil

---Glance: images.
cloud.image = nil

---Swift: containers and the objects in them.
cloud.object = nil

---Keystone: who may do what.
cloud.identity = nil

---Heat: the stacks of an existing one.
cloud.orchestration = nil

---Octavia: load balancers.
cloud.load_balancer = nil

---Designate: zones and records.
cloud.dns = nil

---Barbican: secrets.
cloud.key_manager = nil

---Opens a cloud by its name in `clouds.yaml`, `envvars` or `embedded`.
---@async
---@param name string
---@return kiln.Cloud cloud
---@usage local cloud = kiln.cloud.connect "embedded"
---@usage assert(cloud.is_embedded)
function cloud.connect(name) end

---Asks the chosen cloud anything: the answer's JSON.
---@async
---@param service string The service's type, such as `compute`.
---@param method string
---@param path string What follows the service's endpoint, with its leading slash.
---@param body? any
---@return any answer
---@usage local answer = kiln.cloud.request("compute", "GET", "/servers")
---@usage print(#answer.servers)
function cloud.request(service, method, path, body) end

---Draws how the chosen cloud's networks hang together.
---@async
---@return kiln.Topology topology
---@usage print(kiln.cloud.topology())
function cloud.topology() end

---The latest requests that went to clouds, the newest last, and how many there were altogether; secrets are masked.
---@param last? integer How many; all that are kept if not given, which are 1,000 or more.
---@return table<string, any>[] requests
---@return integer count
---@usage kiln.cloud.network:networks()
---@usage local last, count = kiln.cloud.requests(1)
---@usage assert(last[1].method == "GET" and last[1].status == 200 and count > 1)
function cloud.requests(last) end

---What runs in a server of the embedded cloud.
---@async
---@param server_id string
---@return kiln.Guest guest
---@usage local stack = kiln.stacks.create("shop", t):wait()
---@usage local guest = kiln.cloud.guest(stack:resource("Web").physical_id)
---@usage assert(guest.is_up)
function cloud.guest(server_id) end

---Makes something go wrong on the embedded cloud, to try out what a script, a stack or a policy does then.
---@async
---@param fault { effect: string, service?: string, method?: string, path?: string, server?: string, status?: integer, message?: string, retry_after?: integer, delay?: number|string, tail?: number|string, times?: integer, skips?: integer, chance?: number, span?: number|string }
---@usage kiln.cloud.fault { effect = "refuse", status = 500, service = "volume", method = "POST", path = "/volumes" }
---@usage local ok, problem = pcall(kiln.cloud.volume.create_volume, kiln.cloud.volume, { name = "scratch", size = 1 })
---@usage assert(not ok and tostring(problem):find "a fault on request")
function cloud.fault(fault) end

---Forgets the faults that are still to come.
---@async
---@usage kiln.cloud.fault { effect = "partition", service = "compute", span = "5m" }
---@usage kiln.cloud.clear_faults()
---@usage assert(#kiln.cloud.compute:flavors() > 0)
function cloud.clear_faults() end

---Makes the embedded cloud forget all tokens that it has given out.
---@async
---@usage kiln.cloud.expire_tokens()
---@usage assert(#kiln.cloud.compute:flavors() > 0) -- logged in again by itself
function cloud.expire_tokens() end

return cloud
