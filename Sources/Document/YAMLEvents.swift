import CYaml

/// What libyaml met in the text.
struct YAMLEvent {
  enum Kind {
    case scalar, alias, listStart, listEnd, mapStart, mapEnd
    /// The start or end of a stream or document.
    case other
    case end
  }

  let kind: Kind
  let place: Place
  /// The anchor that it defines, or that an alias names.
  var anchor: String?
  var tag: String?
  var text = ""
  /// Whether a scalar stands without quotes and isn't a block.
  var isPlain = false

  func place(until end: YAMLEvent) -> Place {
    Place(source: place.source, start: place.start, end: end.place.end)
  }
}

/// The events of a YAML text, one after the other, or the first error.
struct YAMLEvents: ~Copyable {
  private let source: Source
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private var hasEnded = false
  private var documents = 0

  /// The bytes must outlive this.
  init(_ source: Source, _ bytes: UnsafeBufferPointer<UInt8>) {
    self.source = source
    parser = .allocate(capacity: 1)
    yaml_parser_initialize(parser)
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    // libyaml counts a byte order mark as a column, which would indent the first line.
    let text =
      bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? UnsafeBufferPointer(rebasing: bytes.dropFirst(3)) : bytes
    yaml_parser_set_input_string(parser, text.baseAddress, text.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  mutating func next() throws(Diagnostic) -> YAMLEvent {
    if hasEnded {
      let start = Position(line: 1, column: 1)
      return YAMLEvent(kind: .end, place: Place(source: source, start: start, end: start))
    }
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else {
      hasEnded = true
      throw YAMLProblem(source, parser.pointee).diagnostic
    }
    defer { yaml_event_delete(&event) }
    return translate(event)
  }

  private mutating func translate(_ event: yaml_event_t) -> YAMLEvent {
    let place = Place(source: source, start: event.start_mark.position, end: event.end_mark.position)
    switch event.type {
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      return YAMLEvent(
        kind: .scalar, place: place, anchor: text(scalar.anchor), tag: text(scalar.tag),
        text: String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
    case YAML_ALIAS_EVENT:
      return YAMLEvent(kind: .alias, place: place, anchor: text(event.data.alias.anchor))
    case YAML_SEQUENCE_START_EVENT:
      let list = event.data.sequence_start
      return YAMLEvent(kind: .listStart, place: place, anchor: text(list.anchor), tag: text(list.tag))
    case YAML_MAPPING_START_EVENT:
      let map = event.data.mapping_start
      return YAMLEvent(kind: .mapStart, place: place, anchor: text(map.anchor), tag: text(map.tag))
    case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .listEnd, place: place)
    case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mapEnd, place: place)
    case YAML_STREAM_END_EVENT, YAML_NO_EVENT:
      hasEnded = true
      return YAMLEvent(kind: .end, place: place)
    case YAML_DOCUMENT_START_EVENT:
      documents += 1
      return YAMLEvent(kind: documents > 1 ? .scalar : .other, place: place)
    default: return YAMLEvent(kind: .other, place: place)
    }
  }

  private func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    bytes.map { String(cString: $0) }
  }
}

extension yaml_mark_t {
  /// The position as this project counts, from 1.
  var position: Position { Position(line: Int(line) + 1, column: Int(column) + 1) }
}
