/// Paths and URLs as templates name each other by.
package enum FileAddress {
  /// A name resolved relative to the file that has it in its text.
  ///
  /// URLs and absolute paths stay; `..` goes up as far as there is something to leave.
  package static func resolve(_ name: String, relativeTo base: String) -> String {
    if name.hasPrefix("file://") { return normalized(String(name.dropFirst(7))) }
    if scheme(name) != nil { return name }
    if name.hasPrefix("/") {
      guard let root = root(base) else { return normalized(name) }
      return root + normalized(name)
    }
    if let root = root(base) {
      let path = base.dropFirst(root.count).prefix { $0 != "?" && $0 != "#" }
      return root + normalized(folder(String(path)) + name)
    }
    return normalized(folder(base) + name)
  }

  /// Whether a resource type is the name of a template.
  package static func isTemplate(_ type: String) -> Bool {
    type.hasSuffix(".yaml") || type.hasSuffix(".template")
  }

  private static func folder(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return String(path[...slash])
  }

  private static func scheme(_ name: String) -> Substring? {
    guard let end = name.firstRange(of: "://") else { return nil }
    let scheme = name[..<end.lowerBound]
    return scheme.allSatisfy { $0.isLetter || $0.isNumber || $0 == "+" } && !scheme.isEmpty ? scheme : nil
  }

  /// The scheme and host of a URL.
  private static func root(_ url: String) -> String? {
    guard let scheme = scheme(url) else { return nil }
    let rest = url.dropFirst(scheme.count + 3)
    return "\(scheme)://" + rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
  }

  private static func normalized(_ path: String) -> String {
    let isAbsolute = path.hasPrefix("/")
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else if part != ".." || !isAbsolute {
        parts.append(part)
      }
    }
    return (isAbsolute ? "/" : "") + parts.joined(separator: "/")
  }
}
