import Document
import LuaRuntime
import StackEngine
import Templates

/// A timeline as scripts hold it.
final class TimelineObject: LuaObject {
  private let timeline: Timeline

  /// The columns that it takes where nothing says how many there are.
  private static let width = 100

  init(_ timeline: Timeline) { self.timeline = timeline }

  static let luaClass = LuaClass(
    "kiln.Timeline", "When an operation worked on which resource, and what decided how long it took."
  ) {
    Property("seconds", .number, "How long the operation took.") { (object: TimelineObject) in
      .number(object.timeline.span.seconds)
    }
    Property("critical_seconds", .number, "The time worked along its critical path.") {
      (object: TimelineObject) in .number(object.timeline.criticalSpan.seconds)
    }
    Property("data", .any, "The timeline as data.") { (object: TimelineObject) in
      .data(object.timeline.value)
    }
    Method(
      "lines", "Draws the timeline with characters, line by line.",
      [LuaParameter("width", .optional(.integer), "The columns that there are (default 100).")],
      returns: [LuaParameter("lines", .list(.string))]
    ) { (object: TimelineObject, arguments) in
      let width: Int = try arguments.optional("width") ?? TimelineObject.width
      return [.list(object.timeline.lines(width: max(40, min(width, 1000))).map { .string($0.text) })]
    }
    Method("svg", "Draws the timeline as SVG.", returns: [LuaParameter("svg", .string)]) {
      (object: TimelineObject, _) in [.string(object.timeline.svgText)]
    }
    Operation(.text) { (object: TimelineObject, _) in
      [.string(object.timeline.lines(width: width).map(\.text).joined(separator: "\n"))]
    }
  }
}

extension Duration {
  fileprivate var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}

/// A stack's graph as scripts hold it.
final class StackGraphObject: LuaObject {
  private let drawing: ResourceGraph

  init(_ drawing: ResourceGraph) { self.drawing = drawing }

  static let luaClass = LuaClass(
    "kiln.StackGraph", "Which resources of a stack need which others, and how each is."
  ) {
    Method("dot", "Draws the graph for Graphviz.", returns: [LuaParameter("dot", .string)]) {
      (object: StackGraphObject, _) in [.string(object.drawing.dotText)]
    }
    Method("svg", "Draws the graph as SVG.", returns: [LuaParameter("svg", .string)]) {
      (object: StackGraphObject, _) in [.string(object.drawing.svgText)]
    }
    Operation(.text) { (object: StackGraphObject, _) in [.string(object.drawing.treeText)] }
  }
}
