import HighAvailability
import LuaRuntime

/// A text in which `${Web}`, `${Web.PublicIp}` and `${outputs.URL}` stand for what the stack has at the time.
func late(_ text: String) throws -> LateText {
  if let text = LateText(interpolated: text) { return text }
  throw LuaError(
    .badArgument, "in \"\(text)\" a `${` isn't closed, or names nothing",
    hint: "write ${Web}, ${Web.PublicIp} or ${outputs.URL}")
}

func late(_ options: LuaArguments, _ name: String) throws -> LateText { try late(options(name)) }
