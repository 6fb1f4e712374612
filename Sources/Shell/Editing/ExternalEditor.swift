import Glibc

/// The editor that the user's environment names, run on a text.
enum ExternalEditor {
  /// The text as the editor left it, without line ends at its end; nil when it failed.
  static func edit(_ text: String) -> String? {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(folder)/kiln-XXXXXX.lua".utf8CString)
    let file = mkstemps(&template, 4)
    guard file >= 0 else { return nil }
    let path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    defer { unlink(path) }
    let isWritten = TextFile.write(text + "\n", to: file)
    close(file)
    guard isWritten, system("\(command) \(shellQuoted(path))") == 0, var edited = TextFile.read(path) else {
      return nil
    }
    while edited.last?.isNewline ?? false { edited.removeLast() }
    return edited
  }

  private static var command: String {
    for name in ["VISUAL", "EDITOR"] {
      if let value = getenv(name), value[0] != 0 { return String(cString: value) }
    }
    return "vi"
  }
}

/// A text as one word of the shell's.
func shellQuoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
