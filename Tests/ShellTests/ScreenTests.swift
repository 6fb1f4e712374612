import Glibc
import TestSupport
import Testing

@testable import Shell

@Suite("the screen that all share")
struct ScreenTests {
  /// A screen that writes to a pipe, and what a terminal would show of it.
  private final class Bench {
    let screen: Screen
    private let ends: (read: Int32, write: Int32)
    private var shown = TerminalScreen(rows: 24, columns: 80)

    init(isLive: Bool) {
      var ends: [Int32] = [-1, -1]
      _ = pipe(&ends)
      _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
      self.ends = (ends[0], ends[1])
      screen = Screen(isLive: isLive, color: false, descriptor: ends[1], errors: ends[1])
    }

    deinit {
      close(ends.read)
      close(ends.write)
    }

    var raw: String {
      var bytes = [UInt8](repeating: 0, count: 1 << 16)
      let count = read(ends.read, &bytes, bytes.count)
      return String(decoding: bytes[..<max(0, count)], as: UTF8.self)
    }

    var text: String {
      shown.feed(raw)
      return shown.text
    }

    var cursor: (row: Int, column: Int) { shown.cursor }
  }

  private func input(_ text: String, footer: [String] = []) -> Screen.Input {
    Screen.Input(rows: [text], cursor: Region.Cursor(row: 0, column: text.count), footer: footer)
  }

  @Test("without a terminal texts are written as they are, and the status isn't")
  func plain() {
    let bench = Bench(isLive: false)
    bench.screen.show(status: ["busy"])
    bench.screen.write("a\nb")
    bench.screen.line("c")
    #expect(bench.raw == "a\nb\nc\n")
  }

  @Test("what is written while a line is edited goes above it, and the cursor stays in it")
  func above() {
    let bench = Bench(isLive: true)
    bench.screen.show(input("> typ"))
    bench.screen.write("from behind\n")
    #expect(bench.text == "from behind\n> typ")
    #expect(bench.cursor == (1, 5))
  }

  @Test("the status stands between what is written and the prompt")
  func status() {
    let bench = Bench(isLive: true)
    bench.screen.show(input("> typ", footer: ["  candidate"]))
    bench.screen.show(status: ["web ▸ busy"])
    bench.screen.line("done")
    #expect(bench.text == "done\nweb ▸ busy\n> typ\n  candidate")
    bench.screen.show(status: [])
    #expect(bench.text == "done\n> typ\n  candidate")
  }

  @Test("a line that is entered stays, without what stood below it")
  func entering() {
    let bench = Bench(isLive: true)
    bench.screen.show(input("> x", footer: ["  candidate"]))
    bench.screen.endInput(["> x"])
    bench.screen.write("1\n")
    bench.screen.show(input("> "))
    #expect(bench.text == "> x\n1\n>")
  }

  @Test("an unfinished line is finished before the prompt")
  func unfinished() {
    let bench = Bench(isLive: true)
    bench.screen.write("no end")
    bench.screen.show(input("> "))
    #expect(bench.text == "no end\n>")
  }

  @Test("the status waits until an unfinished line is finished")
  func unfinishedStatus() {
    let bench = Bench(isLive: true)
    bench.screen.show(status: ["busy"])
    bench.screen.write("half")
    #expect(bench.text == "half")
    bench.screen.write(" whole\n")
    #expect(bench.text == "half whole\nbusy")
  }

  @Test("what is written while another program has the terminal comes after it")
  func lending() {
    let bench = Bench(isLive: true)
    bench.screen.show(status: ["busy"])
    bench.screen.lend()
    bench.screen.line("meanwhile")
    #expect(bench.text == "")
    bench.screen.takeBack()
    #expect(bench.text == "meanwhile\nbusy")
  }

  @Test("a closed screen shows texts, and no status any more")
  func closing() {
    let bench = Bench(isLive: true)
    bench.screen.show(status: ["busy"])
    bench.screen.close()
    bench.screen.show(status: ["still busy"])
    bench.screen.line("end")
    #expect(bench.text == "end")
  }
}
