import Templates
import Testing

struct GraphTests {
  @Test("what others need comes first")
  func order() {
    var graph = Graph<String>()
    graph.add("server", needs: "volume")
    graph.add("server", needs: "port")
    graph.add("port", needs: "network")
    #expect(graph.order == ["volume", "network", "port", "server"])
    #expect(graph.cycles.isEmpty)
  }

  @Test("a cycle is spelled out")
  func cycle() {
    var graph = Graph<String>()
    graph.add("a", needs: "b")
    graph.add("b", needs: "c")
    graph.add("c", needs: "a")
    #expect(graph.cycles == [["a", "b", "c", "a"]])
    #expect(graph.order == nil)
  }

  @Test("a chain of 100,000 is no problem")
  func longChain() {
    var graph = Graph<Int>()
    for number in 0..<100_000 { graph.add(number, needs: number + 1) }
    #expect(graph.order?.first == 100_000)
  }
}
