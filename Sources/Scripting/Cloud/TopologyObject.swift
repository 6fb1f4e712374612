import LuaRuntime
import OpenStack
import OrderedCollections

/// How a project's networks hang together, as scripts hold it.
final class TopologyObject: LuaObject {
  private let topology: Topology

  init(_ topology: Topology) { self.topology = topology }

  static let luaClass = LuaClass(
    "kiln.Topology", "How a project's networks hang together; as a text it is a tree."
  ) {
    Property("nodes", .list(.map), "Networks, routers, servers and free ports.") { (object: TopologyObject) in
      .list(object.topology.nodes.values.map(\.record))
    }
    Property("edges", .list(.map), "What is joined with what, and at which addresses.") {
      (object: TopologyObject) in .list(object.topology.edges.map(\.record))
    }
    Method("dot", "The topology for Graphviz.", returns: [LuaParameter("text", .string)]) {
      (object: TopologyObject, _) in [.string(object.topology.dotText)]
    }
    Method("svg", "The topology as a picture.", returns: [LuaParameter("text", .string)]) {
      (object: TopologyObject, _) in [.string(object.topology.svgText)]
    }
    Operation(.text) { (object: TopologyObject, _) in [.string(object.topology.treeText)] }
  }
}

extension Topology.Node {
  fileprivate var record: LuaValue {
    .record([
      LuaField("id", .string(id)), LuaField("kind", .string(kind.rawValue)), LuaField("name", .string(name)),
      LuaField("state", .string(state)), LuaField("ranges", .list(ranges.map(LuaValue.string))),
    ])
  }
}

extension Topology.Edge {
  fileprivate var record: LuaValue {
    .record([
      LuaField("from", .string(from)), LuaField("to", .string(to)),
      LuaField("addresses", .list(addresses.map(LuaValue.string))),
    ])
  }
}
