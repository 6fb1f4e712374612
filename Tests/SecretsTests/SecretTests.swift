import Secrets
import Testing

struct SecretTests {
  @Test("no way of printing shows a secret")
  func unprintable() {
    let secret = Secret("hunter2")
    var dumped = ""
    dump([secret], to: &dumped)
    for text in ["\(secret)", String(describing: secret), String(reflecting: [secret]), dumped] {
      #expect(!text.contains("hunter2"))
    }
    #expect(secret.reveal() == "hunter2")
  }

  @Test("a sealed secret opens with its key only")
  func seal() throws {
    let seal = try Seal(hexadecimal: Secret(String(repeating: "a1", count: 32)))
    let other = try Seal(hexadecimal: Secret(String(repeating: "b2", count: 32)))
    let sealed = try seal.close(Secret("hunter2"))
    #expect(try seal.open(sealed) == Secret("hunter2"))
    #expect(throws: Seal.Broken.self) { try other.open(sealed) }
    #expect(throws: Seal.Broken.self) { try seal.open("nonsense") }
  }

  @Test("the key of a passphrase is that of PBKDF2 with HMAC-SHA-256, as Python's hashlib computes it")
  func passphrase() throws {
    let seal = Seal(passphrase: Secret("open sesame"), salt: "s", rounds: 1000)
    let known = try Seal(
      hexadecimal: Secret("24aea3667ad36d32916aaea769a8ce9da404411e64813dcafd91b4fd4b7e7609"))
    #expect(try known.open(seal.close(Secret("hunter2"))) == Secret("hunter2"))
  }

  @Test("an HMAC equals the published one (RFC 2202 case 2, RFC 4231 case 2)")
  func signatures() {
    let text = "what do ya want for nothing?"
    let key = Secret("Jefe")
    #expect(Signature.hmacSHA1(text, key: key) == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
    #expect(
      Signature.hmacSHA256(text, key: key)
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }
}
