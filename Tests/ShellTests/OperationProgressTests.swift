import Ambience
import StackEngine
import TestSupport
import Testing

@testable import Shell

@Suite("the progress of an operation")
struct OperationProgressTests {
  private func time(_ seconds: Substring) -> Timestamp {
    Timestamp(milliseconds: Int64((Double(seconds) ?? 0) * 1000))
  }

  private func event(_ words: [Substring]) -> Event {
    let isStack = words[1] == "-"
    return Event(
      sequence: 0, time: time(words[0]), stack: StackIdentity(name: "web", id: "1"),
      logicalID: isStack ? nil : String(words[1]), physicalID: nil,
      type: isStack ? stackType : "AWS::EC2::\(words[1])", status: String(words[2]),
      reason: words.count > 3 ? String(words[3]) : "")
  }

  /// What a plan names: `plan Web Disk` is Web, which needs Disk.
  private func item(_ line: Substring) -> OutlineItem? {
    let words = line.split(separator: " ").map(String.init)
    guard words.first == "plan" else { return nil }
    return OutlineItem(words[1], type: "AWS::EC2::\(words[1])", needs: Array(words.dropFirst(2)))
  }

  @Test("events become lines", arguments: GoldenCase.all("progress.txt"))
  func golden(golden: GoldenCase) {
    let input = golden.input.split(separator: "\n")
    let outline = input.compactMap(item)
    var progress = OperationProgress("web", started: Timestamp(milliseconds: 0), outline: outline)
    var lines: [String] = []
    for line in input where item(line) == nil {
      let words = line.split(separator: " ", maxSplits: 3)
      if words[0] == "draw" {
        let height = words.count > 2 ? Int(words[2]) ?? 8 : 8
        lines += progress.lines(at: time(words[1]), height: height).map { $0.text(color: false) }
      } else {
        let event = event(words)
        progress.note(event)
        lines += progress.lines(of: event).map { "|" + $0.text(color: false) }
      }
    }
    #expect(lines.joined(separator: "\n") == golden.expected)
  }

  @Test("success is green and failure is red")
  func colours() {
    var progress = OperationProgress("web", started: Timestamp(milliseconds: 0))
    func lines(_ words: [Substring]) -> [StyledLine] {
      progress.note(event(words))
      return progress.lines(of: event(words))
    }
    let good = lines(["1", "A", "CREATE_COMPLETE"])
    #expect(good.first?.text(color: true).contains("\u{1B}[1;32m✓") == true)
    let bad = lines(["2", "A", "DELETE_FAILED"])
    #expect(bad.first?.text(color: true).contains("\u{1B}[1;31m✗") == true)
  }

  @Test(
    "spans are said as people say them",
    arguments: [
      (Duration.milliseconds(40), "0.0 s"), (.milliseconds(1250), "1.2 s"), (.seconds(59), "59 s"),
      (.seconds(185), "3 min 5 s"), (.seconds(7440), "2 h 4 min"), (.seconds(-1), "0.0 s"),
    ])
  func spans(span: Duration, words: String) { #expect(span.words == words) }
}
