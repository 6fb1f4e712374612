internal import CLua
internal import Document

#if canImport(Glibc)
internal import Glibc
#endif

// MARK: - To Lua

extension Core {
  /// Pushes an error so that scripts catch it as a `kiln.Error`, or as what another script raised.
  func pushError(_ error: any Error, _ stack: State) {
    do {
      if let error = error as? LuaError, error.cause == nil, !error.value.isNil {
        return try push(error.value, stack)
      }
      let inner = (error as? LuaError)?.cause ?? error
      try push(LuaErrorObject(inner, origin: origin(stack)), stack)
    } catch {
      push("\(error)", stack)
    }
  }

  /// The innermost line of Lua that runs: `file.lua:3`.
  private func origin(_ stack: State) -> String? {
    var frame = kl_frame()
    var level: Int32 = 0
    while level < 20, kl_frame_at(stack, level, &frame) {
      if frame.line > 0, let source = frame.short_source { return "\(String(cString: source)):\(frame.line)" }
      level += 1
    }
    return nil
  }
}

// MARK: - From Lua

extension Core {
  /// Keeps what the stack looks like from a level on, with the locals of each call, before it is unwound.
  func capture(_ stack: State, from level: Int32) {
    captured = frames(stack, from: level)
  }

  func frames(_ stack: State, from first: Int32) -> [LuaFrame] {
    var frames: [LuaFrame] = []
    var frame = kl_frame()
    var level = first
    while frames.count < 40, kl_room(stack, 8), kl_frame_at(stack, level, &frame) {
      frames.append(describe(frame, locals: locals(stack, level)))
      level += 1
    }
    // The body of the strand itself.
    if let last = frames.last, last.line == nil, last.function == nil { frames.removeLast() }
    return frames
  }

  private func describe(_ frame: kl_frame, locals: [LuaField]) -> LuaFrame {
    let what = frame.what.map { String(cString: $0) } ?? ""
    return LuaFrame(
      source: frame.short_source.map { String(cString: $0) } ?? "?",
      line: frame.line > 0 ? Int(frame.line) : nil,
      function: frame.name.map { String(cString: $0) }, isMain: what == "main", locals: locals)
  }

  private func locals(_ stack: State, _ level: Int32) -> [LuaField] {
    var locals: [LuaField] = []
    while locals.count < 60, kl_room(stack, 8), let name = kl_local(stack, level, Int32(locals.count + 1)) {
      locals.append(LuaField(String(cString: name), read(stack, kl_top(stack))))
      kl_pop(stack, 1)
    }
    return locals.filter { !$0.name.hasPrefix("(") }
  }

  /// The error on top of a stack, with where it was raised.
  func error(_ stack: State, frames: [LuaFrame] = []) -> LuaError {
    var error = raised(stack)
    error.frames = frames
    guard error.place == nil else { return error }
    // A line of the program tells more than one of the library that the program called.
    let lines = frames.filter { $0.line != nil }
    if let frame = lines.first(where: { library[$0.source] == nil }) ?? lines.first, let line = frame.line {
      error.place = place(frame.source, line)
    }
    return error
  }

  private func raised(_ stack: State) -> LuaError {
    let value = read(stack, kl_top(stack))
    if case .object(let object) = value, let object = object as? LuaErrorObject {
      if var error = object.error as? LuaError {
        error.value = value
        return error
      }
      var error = LuaError(
        LuaError.Code(object.code), object.message, hint: object.hint, cause: object.error)
      error.value = value
      return error
    }
    if case .string(let text) = value { return located(text, value) }
    kl_push_registry(stack, KL_DESCRIPTION)
    defer { kl_pop(stack, 1) }
    var error = LuaError(.raised, string(stack, -1) ?? "an error without a text")
    error.value = value
    return error
  }

  /// Takes the `file:line:` off a message.
  private func located(_ text: String, _ value: LuaValue) -> LuaError {
    var error = LuaError(text.hasSuffix("not enough memory") ? .memory : .raised, text)
    if let (name, line, rest) = split(text), isChunk(name) {
      error = LuaError(error.code, rest)
      error.place = place(name, line)
    }
    error.value = value
    return error
  }
}

/// The parts of `file:line: message`.
private func split(_ text: String) -> (name: String, line: Int, rest: String)? {
  var start = text.startIndex
  while let colon = text[start...].firstIndex(of: ":") {
    let after = text[text.index(after: colon)...]
    let digits = after.prefix(while: \.isWholeNumber)
    if let line = Int(digits), after.dropFirst(digits.count).hasPrefix(": ") {
      return (String(text[..<colon]), line, String(after.dropFirst(digits.count + 2)))
    }
    start = after.startIndex
  }
  return nil
}

// MARK: - Sources

extension Core {
  /// Remembers a chunk's text for excerpts; the oldest of very many are forgotten.
  func remember(_ source: Source, as shortName: String) {
    if sources.updateValue(source, forKey: shortName) == nil { sourceNames.append(shortName) }
    if sourceNames.count > 500 { sources[sourceNames.removeFirst()] = nil }
  }

  private func isChunk(_ name: String) -> Bool {
    sources[name] != nil || name.hasSuffix(".lua") || name.hasPrefix("[string ")
  }

  /// The place of a line in a chunk, whose text is read when a `require` loaded it.
  func place(_ name: String, _ line: Int) -> Place {
    let source = source(name)
    let text = source.line(line)
    let indent = text.prefix { $0 == " " || $0 == "\t" }.count
    let start = Position(line: line, column: indent + 1)
    let end = Position(line: line, column: max(indent + 1, text.unicodeScalars.count) + 1)
    return Place(source: source, start: start, end: end)
  }

  func source(_ name: String) -> Source {
    if let source = sources[name] { return source }
    let text = level == .trusted && name.hasSuffix(".lua") ? contents(ofFile: name) : nil
    let source = Source(name: name, text: text ?? "")
    remember(source, as: name)
    return source
  }
}

/// The text of a file of at most a megabyte, or nil.
private func contents(ofFile path: String) -> String? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  var bytes = [UInt8](repeating: 0, count: 1 << 20)
  let count = fread(&bytes, 1, bytes.count, file)
  return String(validating: bytes[..<count], as: UTF8.self)
}
