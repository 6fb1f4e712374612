/// The pieces that pictures in SVG are made of.
package enum SVG {
  package static func label(
    _ text: String, x: Double, y: Double, size: Double, weight: String = "normal", color: String
  ) -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" font-size=\"\(number(size))\" font-weight=\"\(weight)\" "
      + "fill=\"\(color)\">\(escaped(text))</text>"
  }

  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case _ where scalar.value < 0x20: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A measure with one digit after the point, which is all that a picture shows.
  package static func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
  }

  /// The start of a picture on white.
  package static func head(width: Double, height: Double) -> String {
    let size = "width=\"\(number(width))\" height=\"\(number(height))\""
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(number(width)) \(number(height))\" "
      + "\(size) font-family=\"Helvetica, Arial, sans-serif\">\n<rect \(size) fill=\"#ffffff\"/>"
  }

  /// What a picture shows, and in smaller letters how much of it.
  package static func title(_ text: String, _ rest: String, x: Double) -> String {
    "<text x=\"\(number(x))\" y=\"32\" font-size=\"17\" font-weight=\"bold\" fill=\"#1f2733\">\(escaped(text))"
      + "<tspan dx=\"14\" font-size=\"12\" font-weight=\"normal\" fill=\"#6b7685\">\(escaped(rest))</tspan></text>"
  }

  /// A box with a coloured mark at its left, a bold line and a smaller one, cut where they don't fit.
  package static func box(
    x: Double, y: Double, width: Double, height: Double, colors: (mark: String, fill: String), title: String,
    _ first: String, _ second: String, isDashed: Bool = false
  ) -> String {
    let room = width - 24
    return """
      <g><title>\(escaped(title))</title>\
      <rect x="\(number(x))" y="\(number(y))" width="\(number(width))" \
      height="\(number(height))" rx="6" fill="\(colors.fill)" stroke="\(colors.mark)"\
      \(isDashed ? " stroke-dasharray=\"5 3\"" : "")/>\
      <rect x="\(number(x))" y="\(number(y + 8))" width="4" height="\(number(height - 16))" \
      rx="2" fill="\(colors.mark)"/>\
      \(label(TextWidth.cut(first, size: 12.5, isBold: true, to: room), x: x + 14, y: y + 19, size: 12.5,
        weight: "bold", color: "#1f2733"))\
      \(label(TextWidth.cut(second, size: 10.5, to: room), x: x + 14, y: y + 34, size: 10.5,
        color: "#4d5866"))</g>
      """
  }

  /// A curve from one point to another, level at both ends.
  package static func curve(from: (x: Double, y: Double), to: (x: Double, y: Double)) -> String {
    let middle = number((from.x + to.x) / 2)
    return "C\(middle) \(number(from.y)) \(middle) \(number(to.y)) \(number(to.x)) \(number(to.y))"
  }
}

/// How wide texts are in Helvetica, roughly: enough to know where to cut.
package enum TextWidth {
  package static func of(_ text: String, size: Double, isBold: Bool = false) -> Double {
    text.unicodeScalars.reduce(0) { $0 + share($1) } * size * (isBold ? 1.2 : 1.1)
  }

  package static func cut(_ text: String, size: Double, isBold: Bool = false, to room: Double) -> String {
    guard of(text, size: size, isBold: isBold) > room else { return text }
    var shown = Substring(text)
    while !shown.isEmpty, of(shown + "…", size: size, isBold: isBold) > room { shown.removeLast() }
    return shown + "…"
  }

  private static func share(_ scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", "I", ".", ",", ":", "'", "|", "!": 0.28
    case "f", "t", "r", " ", "-", "/", "(", ")", "·": 0.34
    case "m", "w", "M", "W", "…": 0.88
    case "A"..."Z": 0.7
    case _ where scalar.value > 0x2E80: 1
    default: 0.56
    }
  }
}
