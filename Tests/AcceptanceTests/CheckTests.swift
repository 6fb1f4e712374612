import Testing

@Suite("checks from scripts")
struct CheckTests {
  @Test("the cloud's own things are checked by their states")
  func cloudThings() async throws {
    let outcome = try await Program().run([
      "--cloud", "embedded-admin", "-e",
      """
      local ha = kiln.ha
      local function policy(name, check)
        return ha.policy { name = name, stack = "none", resource = "None", checks = { check } }
      end
      local supervisor <close> = ha.supervise {
        policy("service", ha.check.compute_service { host = "kiln", every = "20ms", rise = 1 }),
        policy("hypervisor", ha.check.hypervisor { hypervisor = "kiln", every = "20ms", rise = 1 }),
        policy("nowhere", ha.check.compute_service { host = "elsewhere", every = "20ms" }),
        policy("nobody", ha.check.pool_member { pool = "none", member = "none", every = "20ms" }),
      }
      local seen
      repeat
        kiln.task.sleep(0.02)
        seen = {}
        for _, application in ipairs(supervisor:status()) do seen[application.name] = application end
      until seen.service.state == "up" and seen.hypervisor.state == "up" and seen.nowhere.reason ~= ""
        and seen.nobody.reason ~= ""
      print(seen.nowhere.state, seen.nowhere.reason)
      print(seen.nobody.state, seen.nobody.reason)
      """,
    ])
    #expect(
      outcome.output == """
        starting\tthere is no compute service elsewhere
        starting\tthere is no pool member none/none

        """)
    #expect(outcome.status == 0)
  }

  @Test(
    "options that make no sense are refused with what would",
    arguments: [
      ("tcp { address = 'a', port = 99999 }", "asks port 99999", "a port is from 1 to 65535"),
      ("tcp { address = 'a', port = 1, fall = 0 }", "has a fall of 0", "fall is from 1 to 1000"),
      (
        "tcp { address = 'a', port = 1, fall = 4, of = 3 }", "4 failures of 3",
        "the first is from 1 to the second"
      ),
      ("tcp { address = 'a', port = 1, of = 3, within = '1m' }", "not by both", "fall = 3, of = 5"),
      (
        "tcp { address = 'a', port = 1, vantage = { 'here' }, agree = 2 }", "2 of 1 vantage points",
        "as many must agree"
      ),
      ("tcp { address = 'a', port = 1, vantage = { '@' } }", "a vantage point is", "user@host:port"),
      ("tcp { address = 'a', port = 1, flap = { low = 0.9 } }", "flaps from 0.5 to 0.9", "0 < low < high"),
      ("http { url = 'a b' }", "asks a b", "a URL begins with http:// or https://"),
      ("http { url = 'http://a/', valid_for = '1d' }", "wants a certificate", "only https has certificates"),
      ("http { url = 'http://a/', status = { 20 } }", "wants the status 20", "from 100 to 599"),
      ("dns { server = 'a', query = 'b', record = 'X' }", "no kind of record named X", "AAAA"),
      ("dns { server = 'a', query = 'b', address = 'c' }", "wants the address c", "numeric"),
      ("ssh { address = 'a', command = '' }", "runs no command", "systemctl"),
      (
        "metric { name = 'a', metric = 'b', threshold = 1, comparison = '=' }", "comparison is \"=\"",
        ">, >=, <, <="
      ),
      ("metric { name = 'a', metric = 'b', threshold = 1, datapoints = 2 }", "2 of 1 periods", "datapoints"),
    ])
  func refused(_ check: String, _ what: String, _ hint: String) async throws {
    let outcome = try await Program().run(["-e", "kiln.ha.check." + check])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains(what))
    #expect(outcome.errors.contains(hint))
  }

  @Test("measuring tells false alarms and what chance makes of them")
  func measure() async throws {
    let outcome = try await Program().run([
      "measure", "loss", "--count", "2", "--span", "1", "--share", "0.1", "--fall", "2",
    ])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("\"probes\": 17280") || outcome.output.contains("\"probes\":17280"))
  }
}
