import Foundation
import Testing

/// Simulated lives of applications from the command line.
@Suite("kiln ha simulate")
struct HASimulateTests {
  @Test("lives lives, says what they came to, and tells one life in full, the same each time")
  func lives() async throws {
    let program = try Program()
    let lived = try await program.run(["ha", "simulate", "--seeds", "2", "--jobs", "1"])
    #expect(lived.status == 0)
    #expect(lived.output.hasPrefix("2 lives of "))
    #expect(lived.output.hasSuffix("0 lives broke a rule\n"))
    let told = try await program.run(["ha", "simulate", "--trace", "2"])
    let again = try await program.run(["ha", "simulate", "--trace", "2"])
    #expect(told.status == 0)
    #expect(told.output.hasPrefix("0.000 a life of "))
    #expect(told.output.contains("== calm"))
    #expect(told.output == again.output)
  }

  @Test("has only those things go wrong that it is asked for, and speaks JSON")
  func faults() async throws {
    let program = try Program()
    let lived = try await program.run(
      ["ha", "simulate", "--seeds", "2", "--faults", "clock,suspend", "-o", "json"])
    #expect(lived.status == 0)
    let value = try JSONSerialization.jsonObject(with: Data(lived.output.utf8)) as? [String: Any]
    #expect(value?["lives"] as? Int == 2)
    #expect(value?["actions"] as? Int == 0)
    let wrong = try await program.run(["ha", "simulate", "--faults", "earthquake"])
    #expect(wrong.status == 2)
    #expect(wrong.errors.contains("earthquake"))
    #expect(wrong.errors.contains("partition"))
  }

  @Test("tries the ladder and the counts of a policy of one's own")
  func policy() async throws {
    let program = try Program()
    let file = try program.write(
      """
      local ha = require("kiln").ha
      return ha.policy {
        name = "web", stack = "web", resource = "Web",
        checks = { ha.check.tcp { name = "web", address = "192.0.2.1", port = 80, every = "20s", fall = 2 } },
        ladder = ha.ladder { ha.rung.soft_reboot { settle = "30s" }, ha.rung.hard_reboot { settle = "30s" } },
      }
      """, to: "mine.lua")
    let lived = try await program.run(
      ["ha", "simulate", "--seeds", "2", "--policy", file, "--faults", "crash", "--trace", "3"])
    #expect(lived.status == 0)
    #expect(!lived.output.contains("HA_RESTART"))
    let odd = try program.write(
      """
      local ha = require("kiln").ha
      return ha.policy {
        name = "web", stack = "web", resource = "Web",
        checks = { ha.check.tcp { name = "web", address = "192.0.2.1", port = 80 } },
        ladder = ha.ladder { ha.rung.custom { name = "mend", run = function() return ha.recovered end } },
      }
      """, to: "odd.lua")
    let refused = try await program.run(["ha", "simulate", "--policy", odd])
    #expect(refused.status == 1)
    #expect(refused.errors.contains("the rung mend of web can't be simulated"))
  }
}
