import Document
import OrderedCollections
import Simulation
import StackEngine
import Testing

@Suite("Large stacks")
struct ScaleTests {
  @Test("ten thousand resources are planned and made in one go")
  func many() throws {
    let world = World()
    let resources = (0..<10_000).map { #""R\#($0)": {"Type": "Test::Nothing"}"# }.joined(separator: ",")
    let clock = ContinuousClock()
    let span = try clock.measure {
      try world.time.run {
        let template = try TestTemplate.make("{\"Resources\": {\(resources)}}")
        let stack = try await world.engine.create("web", template).record(in: world.engine)
        #expect(stack.resources.count == 10_000)
        #expect(try await world.engine.planUpdate("web", template).isEmpty)
      }
    }
    #expect(span < .seconds(60))
  }
}
