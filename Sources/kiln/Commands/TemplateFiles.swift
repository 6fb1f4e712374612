import ArgumentParser
import Document
import Glibc
import Loading

/// The template files that a command is told: by path, folder, pattern, or `-`.
struct TemplateFiles: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Templates, folders to search for templates, patterns such as 'stacks/*.yaml', or - for standard input.",
      valueName: "file"))
  var files: [String]

  /// The files, each once, in the order of the arguments and then of their names.
  func found() throws(Diagnostics) -> [TemplateFile] {
    var result: [TemplateFile] = []
    var seen: Set<String> = []
    for argument in files {
      for file in try Self.expand(argument) where seen.insert(file.path).inserted { result.append(file) }
    }
    return result
  }

  private static func expand(_ argument: String) throws(Diagnostics) -> [TemplateFile] {
    if argument == "-" { return [TemplateFile(path: "-")] }
    if isFolder(argument) {
      let files = search(argument, depth: 0).filter(\.looksLikeTemplate)
      guard files.isEmpty else { return files }
      throw Diagnostics(
        Diagnostic("no_templates", "there is no template in \(argument)", hint: "name the files themselves"))
    }
    guard access(argument, F_OK) != 0, argument.contains(where: { "*?[".contains($0) }) else {
      return [TemplateFile(path: argument)]
    }
    let paths = matches(argument)
    guard paths.isEmpty else {
      return try paths.flatMapThrowing { path throws(Diagnostics) in try expand(path) }
    }
    throw Diagnostics(Diagnostic("no_templates", "nothing matches \(argument)"))
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func matches(_ pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
  }

  /// The files below a folder that could be templates by their names; hidden ones are left out.
  private static func search(_ folder: String, depth: Int) -> [TemplateFile] {
    guard depth < 32, let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted().flatMap { name -> [TemplateFile] in
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      if isFolder(path) { return search(path, depth: depth + 1) }
      let ending = name.split(separator: ".").last ?? ""
      return ["yaml", "yml", "json", "template"].contains(ending) ? [TemplateFile(path: path)] : []
    }
  }
}

/// A template file, or standard input.
struct TemplateFile: Sendable {
  /// The path as it was given; `-` is standard input.
  let path: String

  var name: String { path == "-" ? "stdin" : path }

  func source() throws(Diagnostics) -> Source { try LocalFile.source(path) }

  /// Whether its text has the marks of a template, as against other files in a folder.
  fileprivate var looksLikeTemplate: Bool {
    guard let bytes = LocalFile.bytes(of: path, limit: DocumentReader.sizeLimit + 1) else { return true }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.contains("Resources") || text.contains("heat_template_version")
  }
}

extension Array {
  fileprivate func flatMapThrowing<Result, Failure: Error>(
    _ body: (Element) throws(Failure) -> [Result]
  ) throws(Failure) -> [Result] {
    var result: [Result] = []
    for element in self { result += try body(element) }
    return result
  }
}

extension [TemplateFile] {
  /// Works on all files, as many at once as there are processors, and shows the results in the files' order.
  func each<Result: Sendable>(
    _ work: @escaping @Sendable (TemplateFile) async -> Result, show: (TemplateFile, Result) throws -> Void
  ) async throws {
    let width = Swift.max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
      var next = 0
      var shown = 0
      var waiting: [Int: Result] = [:]
      func start() {
        guard next < count else { return }
        let index = next
        let file = self[index]
        group.addTask { (index, await work(file)) }
        next += 1
      }
      for _ in 0..<width { start() }
      while let (index, result) = try await group.next() {
        start()
        waiting[index] = result
        while let ready = waiting.removeValue(forKey: shown) {
          try show(self[shown], ready)
          shown += 1
        }
      }
    }
  }
}
