/// How a cell of the screen looks (ECMA-48, section 8.3.117, SGR). Colours are the terminal's own eight, so that they
/// fit light and dark; nothing is said by colour alone.
package struct CellStyle: Equatable, Sendable {
    package var isBold = false
    package var isDim = false
    package var isUnderlined = false
    package var isReversed = false
    /// 1 red, 2 green, 3 yellow, 4 blue, 5 magenta, 6 cyan; nil: the terminal's own.
    package var colour: UInt8?

    package init() {}

    package static var plain: CellStyle { CellStyle() }
    package static var bold: CellStyle { with { $0.isBold = true } }
    package static var dim: CellStyle { with { $0.isDim = true } }
    package static var reversed: CellStyle { with { $0.isReversed = true } }
    package static var alarming: CellStyle { with { $0.colour = 1 } }

    private static func with(_ change: (inout CellStyle) -> Void) -> CellStyle {
        var style = CellStyle()
        change(&style)
        return style
    }

    /// The sequence that sets this look, whatever was set before.
    var sequence: String {
        var codes = ["0"]
        if isBold { codes.append("1") }
        if isDim { codes.append("2") }
        if isUnderlined { codes.append("4") }
        if isReversed { codes.append("7") }
        if let colour { codes.append("\(30 + min(7, colour))") }
        return "\u{1b}[\(codes.joined(separator: ";"))m"
    }

    /// This look after one more SGR code; codes that are not known change nothing.
    func applying(_ code: Int) -> CellStyle {
        var style = self
        switch code {
        case 0: style = CellStyle()
        case 1: style.isBold = true
        case 2: style.isDim = true
        case 4: style.isUnderlined = true
        case 7: style.isReversed = true
        case 30...37: style.colour = UInt8(code - 30)
        default: break
        }
        return style
    }
}

/// A line of text in pieces of one look each. The text is safe for a terminal.
package struct StyledLine: Equatable, Sendable {
    package struct Piece: Equatable, Sendable {
        package var text: String
        package var style: CellStyle
    }

    package var pieces: [Piece] = []

    package init() {}

    /// - Parameter text: from anywhere; what could steer a terminal is written out
    package init(_ text: String, _ style: CellStyle = .plain) { add(text, style) }

    package mutating func add(_ text: String, _ style: CellStyle = .plain) {
        if !text.isEmpty { pieces.append(Piece(text: TerminalText.escaped(text), style: style)) }
    }

    package func adding(_ text: String, _ style: CellStyle = .plain) -> StyledLine {
        var line = self
        line.add(text, style)
        return line
    }

    package var text: String { pieces.map(\.text).joined() }
    package var width: Int { pieces.reduce(0) { $0 + TerminalText.width(of: $1.text) } }

    /// Reads what a `Palette` painted: SGR sequences set the look, everything else is text and written out where it is
    /// not safe.
    package init(painted text: String) {
        var style = CellStyle.plain
        var rest = Substring(text)
        while let escape = rest.firstIndex(of: "\u{1b}") {
            add(String(rest[..<escape]), style)
            guard let (codes, after) = StyledLine.sequence(rest[escape...]) else {
                add("\u{1b}", style)
                rest = rest[rest.index(after: escape)...]
                continue
            }
            style = codes.reduce(style) { $0.applying($1) }
            rest = rest[after...]
        }
        add(String(rest), style)
    }

    /// `ESC [ n ; n m` at the beginning of `text`: its numbers, and where it ends.
    private static func sequence(_ text: Substring) -> (codes: [Int], end: Substring.Index)? {
        let body = text.dropFirst()
        guard body.first == "[", let end = body.prefix(32).firstIndex(of: "m") else { return nil }
        let digits = body[body.index(after: body.startIndex)..<end]
        guard digits.allSatisfy({ $0 == ";" || $0.isASCII && $0.isNumber }) else { return nil }
        let codes = digits.isEmpty ? [0] : digits.split(separator: ";").map { Int($0) ?? 0 }
        return (codes, text.index(after: end))
    }
}
