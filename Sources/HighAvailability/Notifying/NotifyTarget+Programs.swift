import Document

extension NotifyTarget {
  /// A program that gets the event as JSON on its standard input; the exit status 0 means that it took it.
  package static func command(_ words: [String], by programs: LocalPrograms) -> NotifyTarget {
    NotifyTarget(words.joined(separator: " ")) { event in
      try await programs.run(words, input: Array((event.value.jsonText() + "\n").utf8))
    }
  }

  /// An e-mail, which the program `sendmail` takes, or another that does as it does.
  package static func mail(
    to: [String], from: String? = nil, program: String = "sendmail", by programs: LocalPrograms
  ) -> NotifyTarget {
    NotifyTarget("mail to \(to.joined(separator: ", "))") { event in
      let message = message(event, to: to, from: from)
      try await programs.run([program, "-t", "-oi"], input: Array(message.utf8))
    }
  }

  /// What an e-mail says of an event (RFC 5322).
  package static func message(_ event: HAEvent, to: [String], from: String?) -> String {
    var fields = from.map { ["From: \(oneLine($0))"] } ?? []
    fields += [
      "To: \(to.map(oneLine).joined(separator: ", "))",
      "Subject: \(oneLine(word("[kiln] \(event.application): \(event.status)")))",
      "Auto-Submitted: auto-generated", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: 8bit",
    ]
    let body = """
      \(event.reason)

      application  \(event.application)
      target       \(event.target)
      event        \(event.status)
      time         \(event.time)

      `kiln ha incidents` lists what happened, `kiln ha explain ID` says why.

      """
    return fields.joined(separator: "\n") + "\n\n" + body
  }

  /// A text for a field; another line would be a field of its own.
  private static func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline || $0.asciiValue.map { $0 < 0x20 } ?? false ? " " : $0 })
  }

  /// A text as fields may have it: encoded where it isn't ASCII (RFC 2047).
  private static func word(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 > 0x7E }) else { return text }
    let digits = Array("0123456789ABCDEF".utf8)
    let encoded = text.utf8.reduce(into: "") { text, byte in
      let isPlain =
        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
      if isPlain { return text.unicodeScalars.append(Unicode.Scalar(byte)) }
      text += "="
      text.unicodeScalars.append(Unicode.Scalar(digits[Int(byte >> 4)]))
      text.unicodeScalars.append(Unicode.Scalar(digits[Int(byte & 15)]))
    }
    return "=?utf-8?Q?\(encoded)?="
  }
}
