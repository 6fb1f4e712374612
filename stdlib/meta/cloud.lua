---@meta kiln.cloud
error('Cannot require a meta file')

---An OpenStack cloud as one user of one project sees it.
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
function Cloud:request(service, method, path, body) end

---What runs in a server of the embedded cloud.
---@async
---@param server_id string
---@return kiln.Guest guest
function Cloud:guest(server_id) end

---A service of a cloud.
---@class kiln.Service
local Service = {}

---Something that a cloud has, with the fields of its API.
---@class kiln.Thing
local Thing = {}

---Asks the cloud for the thing as it is now.
---@async
---@return kiln.Thing thing
function Thing:refresh() end

---Deletes the thing.
---@async
function Thing:delete() end

---What runs in a server of the embedded cloud.
---@class kiln.Guest
---@field is_up boolean Whether its application answers.
local Guest = {}

---Stops the application from answering until something as strong as `until` is done.
---@async
---@param until_done? string `restart` (the default), `soft_reboot`, `hard_reboot`, `rebuild` or `replace`.
function Guest:break_application(until_done) end

---Restarts a service in the guest, as an operator would.
---@async
---@param service string
function Guest:restart_service(service) end

---Lists and changes what the cloud has, service by service.
---@class kiln.cloud
local cloud = {}

---The chosen cloud's name.
cloud.name = nil

---Whether the chosen cloud is the one in memory.
cloud.is_embedded = nil

---The compute service of the chosen cloud.
cloud.compute = nil

---The network service of the chosen cloud.
cloud.network = nil

---The volume service of the chosen cloud.
cloud.volume = nil

---The image service of the chosen cloud.
cloud.image = nil

---Opens a cloud by its name in `clouds.yaml`, `envvars` or `embedded`.
---@async
---@param name string
---@return kiln.Cloud cloud
function cloud.connect(name) end

---Asks the chosen cloud anything: the answer's JSON.
---@async
---@param service string The service's type, such as `compute`.
---@param method string
---@param path string What follows the service's endpoint, with its leading slash.
---@param body? any
---@return any answer
function cloud.request(service, method, path, body) end

---What runs in a server of the embedded cloud.
---@async
---@param server_id string
---@return kiln.Guest guest
function cloud.guest(server_id) end

return cloud
