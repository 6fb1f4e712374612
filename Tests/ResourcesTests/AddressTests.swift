import Document
import OrderedCollections
import Simulation
import StackEngine
import Testing

@Suite("Addresses outside")
struct AddressTests {
  @Test("a floating IP's address is the cloud's to choose")
  func choice() throws {
    let pad = try Launchpad()
    let text = """
      heat_template_version: 2018-08-31
      resources:
        address: {type: OS::Neutron::FloatingIP, properties: {floating_network: public}}
        old: {type: OS::Nova::FloatingIP, properties: {pool: public}}
      outputs:
        address: {value: {get_attr: [address, floating_ip_address]}}
        old: {value: {get_attr: [old, ip]}}
      """
    try pad.time.run {
      let stack = try await pad.engine.create("web", pad.template(text)).result()
      for output in stack.outputs.values {
        #expect(output.shown?.string?.hasPrefix("203.0.113.") == true)
      }
    }
  }
}
