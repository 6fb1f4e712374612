---@meta kiln.log
error('Cannot require a meta file')

---Tells people what a script does, apart from its output.
---@class kiln.log
local log = {}

---Writes a message of the level debug.
---@param format string As in `string.format`.
---@param ... any
---@usage kiln.log.debug("%d servers to look at", 3)
function log.debug(format, ...) end

---Writes a message of the level info.
---@param format string As in `string.format`.
---@param ... any
---@usage kiln.log.info("launched %s", "shop")
function log.info(format, ...) end

---Writes a message of the level warning.
---@param format string As in `string.format`.
---@param ... any
---@usage kiln.log.warning("%s has no key", "Web")
function log.warning(format, ...) end

---Writes a message of the level error.
---@param format string As in `string.format`.
---@param ... any
---@usage kiln.log.error("%s can't be reached", "10.0.0.5")
function log.error(format, ...) end

return log
