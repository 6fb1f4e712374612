import Document
import Glibc
import OrderedCollections

/// The custom constraints of Heat's that need no cloud.
enum CommonConstraint: String, CaseIterable {
  case cronExpression = "cron_expression"
  case dnsDomain = "dns_domain"
  case dnsName = "dns_name"
  case expiration
  case relativeDNSName = "rel_dns_name"
  case ipAddress = "ip_addr"
  case iso8601 = "iso_8601"
  case macAddress = "mac_addr"
  case netCIDR = "net_cidr"
  case ipOrCIDR = "ip_or_cidr"
  case timezone
  case jsonString = "json_string"
  case test = "test_constr"

  /// What is wrong with a text, as a sentence's end; nil when nothing is.
  func fault(of text: String) -> String? {
    let isFine: Bool
    switch self {
    case .cronExpression: isFine = Self.isCron(text)
    case .dnsDomain:
      isFine = text.hasSuffix(".") && text != "." && Self.isName(String(text.dropLast()), parts: 2)
    case .dnsName: isFine = Self.isName(text.hasSuffix(".") ? String(text.dropLast()) : text, parts: 1)
    case .relativeDNSName: isFine = !text.hasSuffix(".") && Self.isName(text, parts: 1)
    case .expiration, .iso8601: isFine = Self.isDate(text)
    case .ipAddress: isFine = Self.isAddress(text)
    case .macAddress: isFine = Self.isMAC(text)
    case .netCIDR: isFine = CIDRBlock(text) != nil
    case .ipOrCIDR: isFine = Self.isAddress(text) || CIDRBlock(text) != nil
    case .timezone: isFine = Self.isZone(text)
    case .jsonString: isFine = (try? Value.json(text)) != nil
    case .test: isFine = true
    }
    return isFine ? nil : "must be \(words)"
  }

  var words: String {
    switch self {
    case .cronExpression: "a cron expression such as `0 3 * * *`"
    case .dnsDomain: "a domain such as `example.org.`"
    case .dnsName: "a DNS name"
    case .relativeDNSName: "a DNS name without a dot at its end"
    case .expiration, .iso8601: "a time such as `2026-01-31T12:00:00Z`"
    case .ipAddress: "an IP address"
    case .macAddress: "a MAC address such as `fa:16:3e:00:00:01`"
    case .netCIDR: "a network such as `10.0.0.0/24`"
    case .ipOrCIDR: "an IP address or a network"
    case .timezone: "a time zone such as `Europe/Berlin`"
    case .jsonString: "JSON"
    case .test: "anything"
    }
  }

  private static func isAddress(_ text: String) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 16)
    return inet_pton(text.contains(":") ? AF_INET6 : AF_INET, text, &bytes) == 1
  }

  private static func isMAC(_ text: String) -> Bool {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "-" }
    return parts.count == 6 && parts.allSatisfy { $0.utf8.count == 2 && UInt8($0, radix: 16) != nil }
  }

  /// RFC 1123: labels of 1 to 63 letters, digits and inner hyphens, 255 in all.
  private static func isName(_ text: String, parts: Int) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count >= parts, text.utf8.count <= 255 else { return false }
    return labels.allSatisfy { label in
      (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
        && label.utf8.allSatisfy { byte in
          (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) && byte < 0x80 || byte == 0x2D
        }
    }
  }

  private static func isCron(_ text: String) -> Bool {
    let fields = text.split(separator: " ")
    let marks = Set("*,-/#LW?".utf8)
    return (5...6).contains(fields.count)
      && fields.allSatisfy { field in
        field.utf8.allSatisfy {
          marks.contains($0) || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF)
        }
      }
  }

  /// A date, or date and time, of ISO 8601's extended form.
  private static func isDate(_ text: String) -> Bool {
    let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
    let day = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
    guard day.count == 3, parts[0].utf8.count == 10, (1...12).contains(day[1]), (1...31).contains(day[2])
    else {
      return false
    }
    guard parts.count == 2 else { return true }
    let clock = parts[1].prefix { !"Z+-.".contains($0) }
    let numbers = clock.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
    return (2...3).contains(numbers.count) && (0...24).contains(numbers[0]) && (0...59).contains(numbers[1])
      && (numbers.count < 3 || (0...60).contains(numbers[2]))
  }

  /// The form of a zone's name; whether there is one of that name only the zone database knows.
  private static func isZone(_ text: String) -> Bool {
    let isPlain = text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) && byte < 0x80
        || "_/+-".utf8.contains(byte)
    }
    return isPlain && !text.isEmpty && !text.hasPrefix("/") && !text.hasSuffix("/")
  }
}

extension ParameterConstraint {
  /// The longest value that is matched against a pattern, in bytes: AWS's limit of a parameter's value.
  private static let patternLimit = 4096

  /// What is wrong with a value, as a sentence's end; nil when nothing is, or only a cloud can tell.
  func fault(of value: Value) -> String? {
    problem(of: value).map { description ?? $0 }
  }

  private func problem(of value: Value) -> String? {
    switch kind {
    case .length(let range):
      let count = value.list?.count ?? value.map?.count ?? value.scalarText?.unicodeScalars.count ?? 0
      let high = range.upperBound == .max ? .infinity : Double(range.upperBound)
      let words = Self.words(Double(range.lowerBound), high)
      return range.contains(count) ? nil : "must have a length \(words)"
    case .range(let range):
      guard let number = value.scalarText.flatMap(Double.init) else { return nil }
      return range.contains(number) ? nil : "must be \(Self.words(range.lowerBound, range.upperBound))"
    case .modulo(let step, let offset):
      guard let number = value.scalarText.flatMap(Double.init), number.isFinite else { return nil }
      let rest = (number - offset).truncatingRemainder(dividingBy: step)
      return rest == 0 ? nil : "must be \(Self.text(offset)) more than a multiple of \(Self.text(step))"
    case .allowedValues(let allowed):
      let texts = allowed.compactMap(\.scalarText)
      let wrong = (value.list ?? [value]).first { item in !texts.contains(item.scalarText ?? item.jsonText())
      }
      return wrong == nil ? nil : "must be one of \(texts.joined(separator: ", "))"
    case .allowedPattern(let pattern):
      let isFine = (value.list ?? [value]).allSatisfy { matches($0.scalarText ?? $0.jsonText(), pattern) }
      return isFine ? nil : "must match \(pattern)"
    case .custom(let name):
      guard let common = CommonConstraint(rawValue: name) else { return nil }
      for item in value.list ?? [value] {
        if let text = item.scalarText, !text.isEmpty, let fault = common.fault(of: text) { return fault }
      }
      return nil
    }
  }

  private static func text(_ number: Double) -> String { Value.number(number).scalarText ?? "" }

  private static func words(_ low: Double, _ high: Double) -> String {
    if high == .infinity { return "at least \(text(low))" }
    return low == -.infinity ? "at most \(text(high))" : "from \(text(low)) to \(text(high))"
  }

  /// As Heat does, a pattern matches the whole text.
  private func matches(_ text: String, _ pattern: String) -> Bool {
    guard text.utf8.count <= Self.patternLimit else { return false }
    guard let regex = try? Regex(pattern) else { return true }
    return (try? regex.wholeMatch(in: text)) != nil
  }
}
