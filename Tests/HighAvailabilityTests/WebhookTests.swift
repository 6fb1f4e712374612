import Ambience
import HighAvailability
import Secrets
import Testing

struct WebhookTests {
  private let key = WebhookKey(Secret("0123456789abcdef"))
  private let now = Timestamp(milliseconds: 1_790_000_000_000)

  private func refusal(_ address: String, _ key: WebhookKey? = nil, at now: Timestamp? = nil) -> WebhookKey
    .Refusal?
  {
    do throws(WebhookKey.Refusal) { _ = try (key ?? self.key).grant(by: address, at: now ?? self.now) } catch
    {
      return error
    }
    return nil
  }

  @Test("who holds an address may report on its check, whatever its names hold")
  func grants() throws {
    for (application, check) in [("wiki", "web"), ("a/b c?d", "ä%&=#"), ("..", "."), ("x", "y")] {
      let address = key.address(application: application, check: check, base: "https://kiln.example:8443/")
      let grant = try key.grant(by: address, at: now)
      #expect(grant.application == application && grant.check == check && grant.expiry == nil)
      let path = try #require(address.firstRange(of: "/v1/").map { String(address[$0.lowerBound...]) })
      #expect(try key.grant(by: path, at: now) == grant)
    }
  }

  @Test("an address expires when it says so")
  func expires() throws {
    let expiry = now + .seconds(60)
    let address = key.address(application: "wiki", check: "web", expiry: expiry, base: "http://h")
    #expect(try key.grant(by: address, at: now).expiry == expiry)
    #expect(refusal(address, at: now + .seconds(59)) == nil)
    #expect(refusal(address, at: now + .seconds(60)) == .expired)
  }

  @Test("an address that was tampered with, or that another key signed, is refused")
  func forged() {
    let address = key.address(application: "wiki", check: "web", expiry: now + .seconds(60), base: "http://h")
    #expect(refusal(address) == nil)
    #expect(refusal(address.replacing("wiki", with: "shop")) == .forged)
    #expect(refusal(address.replacing("/web", with: "/db")) == .forged)
    #expect(refusal(address.replacing("expires=1", with: "expires=2")) == .forged)
    #expect(refusal(address + "0") == .forged)
    #expect(refusal(address + "&expires=0") == .forged)
    #expect(refusal(address, WebhookKey(Secret("another"))) == .forged)
    for text in [
      "", "http://h/", "http://h/v1/checks/wiki/web", "http://h/v1/checks/wiki?expires=0&signature=0",
    ] {
      #expect(refusal(text) == .forged)
    }
  }
}
