import LuaRuntime

/// A span of time as scripts write it: seconds, or a text such as `"500ms"`, `"10s"`, `"5m"`, `"2h"`, `"1d"`.
struct Span: LuaReadable {
  let duration: Duration

  static let luaPhrase = "a span such as \"10s\" or a number of seconds"
  static let type = LuaType.union([.number, .string])

  init?(lua: LuaValue) {
    if let duration = Duration(lua: lua) {
      self.duration = duration
    } else if let text = lua.string, let duration = Self.read(text) {
      self.duration = duration
    } else {
      return nil
    }
  }

  private static let units: [(suffix: String, seconds: Double)] = [
    ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400),
  ]

  private static func read(_ text: String) -> Duration? {
    for (suffix, seconds) in units where text.hasSuffix(suffix) {
      guard let number = Double(text.dropLast(suffix.count)) else { continue }
      return Duration(lua: .number(number * seconds))
    }
    return nil
  }
}
