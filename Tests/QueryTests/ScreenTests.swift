import Query
import Testing

@Suite struct ScreenTests {
    @Test(arguments: [
        ("plain", "plain"), ("Đường vào", "Đường vào"), ("e\u{302}\u{301}m", "e\u{302}\u{301}m"),
        ("\u{301}lone mark", "lone mark"), ("漢字", "漢字"), ("a\u{1b}[2Jb", "a\\x1b[2Jb"),
        ("\u{202e}evil", "\\u{202e}evil"), ("tab\there", "tab\\x09here"),
    ])
    func aRowHoldsWhatIsPut(_ given: (text: String, shown: String)) {
        var grid = CellGrid(rows: 1, columns: 40)
        grid.put(given.text, row: 0)
        #expect(grid.text(row: 0) == given.shown)
    }

    @Test func whatDoesNotFitIsCutWholeLettersOnly() {
        var grid = CellGrid(rows: 1, columns: 6)
        #expect(grid.put("漢字漢字", row: 0) == 5)
        #expect(grid.text(row: 0) == "漢字…")
        grid.put("abcdefgh", row: 0, column: 2)
        #expect(grid.text(row: 0) == "漢abc…")
    }

    @Test func halfAWideLetterIsNone() {
        var grid = CellGrid(rows: 1, columns: 6)
        grid.put("漢字", row: 0)
        grid.put("x", row: 0, column: 1)
        #expect(grid.text(row: 0) == " x字")
        grid.put("y", row: 0, column: 2)
        #expect(grid.text(row: 0) == " xy")
    }

    @Test func marksWithoutEndAreNotDrawn() {
        var grid = CellGrid(rows: 1, columns: 4)
        grid.put("a" + String(repeating: "\u{301}", count: 500), row: 0)
        #expect(grid[0, 0].text.unicodeScalars.count <= 1 + Cell.maximumMarks)
    }

    @Test func paintedTextKeepsItsLook() {
        let line = StyledLine(painted: "\u{1b}[1;31mhot\u{1b}[0m cold \u{1b}[2J\u{1b}]52;c;x\u{7}")
        #expect(line.pieces.first?.style.colour == 1)
        #expect(line.pieces.first?.style.isBold == true)
        #expect(line.text == "hot cold \\x1b[2J\\x1b]52;c;x\\x07")
    }

    /// Whatever was shown before, the terminal shows the picture after it.
    @Test func differencesLeadToThePicture() {
        var random = SystemRandomNumberGenerator()
        var painter = ScreenPainter()
        var terminal = TerminalModel(rows: 6, columns: 24)
        let words = ["nightjar", "Đăng nhập", "漢字", "e\u{302}\u{323}", "  ", "▇▇▇", "x", "\u{1b}[2J"]
        for round in 0..<400 {
            var grid = CellGrid(rows: 6, columns: 24)
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                let style: CellStyle = [.plain, .bold, .reversed, .alarming].randomElement(using: &random) ?? .plain
                grid.put(
                    words.randomElement(using: &random) ?? "", style, row: Int.random(in: 0..<6, using: &random),
                    column: Int.random(in: 0..<24, using: &random))
            }
            terminal.feed(painter.paint(grid))
            #expect(terminal.text == grid.text, "round \(round)")
            let again = painter.paint(grid)
            #expect(again.isEmpty)
        }
    }

    static let keys: [(bytes: String, keys: [DeskKey])] = [
        ("a", [.text("a")]), ("\r", [.enter]), ("\u{1b}[A\u{1b}[B", [.up, .down]), ("\u{1b}OA", [.up]),
        ("\u{1b}[5~\u{1b}[6~", [.pageUp, .pageDown]), ("\u{1b}[1~\u{1b}[4~\u{1b}[H", [.home, .end, .home]),
        ("\u{7f}\u{8}", [.backspace, .backspace]), ("\u{3}\u{c}", [.control("c"), .control("l")]),
        ("ế", [.text("ế")]), ("\u{1b}[200~q x\u{1b}[Aa\u{1b}[201~b", [.paste("q x\u{1b}[Aa"), .text("b")]),
        ("\u{1b}x", []), ("\u{1b}[1;5C", [.right]), ("\u{1b}[99;99z", []), ("\u{0}", []),
    ]

    @Test(arguments: keys)
    func keysAreRead(_ given: (bytes: String, keys: [DeskKey])) {
        var whole = KeyReader()
        let read = whole.keys(Array(given.bytes.utf8))
        #expect(read == given.keys)
        var pieces = KeyReader()
        let readApart = given.bytes.utf8.flatMap { pieces.keys([$0]) }
        #expect(readApart == given.keys, "byte by byte")
    }

    @Test func aLoneEscapeIsAKeyAfterAPause() {
        var reader = KeyReader()
        let early = reader.keys([0x1B])
        #expect(early.isEmpty)
        #expect(reader.isWaiting)
        let late = reader.flush()
        #expect(late == [.escape])
        #expect(!reader.isWaiting)
    }

    @Test func brokenBytesDoNoHarm() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            var reader = KeyReader()
            let bytes = (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = reader.keys(bytes)
            _ = reader.flush()
            let after = reader.keys(Array("q".utf8))
            #expect(after == [.text("q")])
        }
    }

    static let edits: [(start: String, keys: [DeskKey], text: String, cursor: Int)] = [
        ("", [.text("a"), .text("b"), .left, .text("c")], "acb", 2),
        ("abc", [.home, .delete, .end, .backspace], "b", 1),
        ("one two", [.control("w")], "one ", 4), ("one two", [.control("u")], "", 0),
        ("one two", [.home, .control("k")], "", 0), ("", [.text("e"), .text("\u{302}"), .text("\u{301}")], "ế", 1),
        ("", [.paste("a\nb\tc")], "a b c", 5), ("é", [.backspace], "", 0),
    ]

    @Test(arguments: edits)
    func linesAreEdited(_ given: (start: String, keys: [DeskKey], text: String, cursor: Int)) {
        var editor = LineEditor(given.start)
        for key in given.keys {
            let isTaken = editor.press(key)
            #expect(isTaken)
        }
        #expect(editor.text.unicodeScalars.elementsEqual(given.text.decomposedOrSame(editor.text).unicodeScalars))
        #expect(editor.cursor == given.cursor)
    }
}

extension String {
    /// Itself, in the form (composed or not) of an equal text.
    fileprivate func decomposedOrSame(_ other: String) -> String { self == other ? other : self }
}

/// A terminal that knows what `ScreenPainter` sends, and nothing else.
struct TerminalModel {
    private var grid: [[String]]
    private var row = 0
    private var column = 0

    init(rows: Int, columns: Int) {
        grid = [[String]](repeating: [String](repeating: " ", count: columns), count: rows)
    }

    var text: String {
        grid.map { String($0.joined().reversed().drop { $0 == " " }.reversed()) + "\n" }.joined()
    }

    mutating func feed(_ text: String) {
        var rest = Array(text.unicodeScalars)[...]
        while let scalar = rest.first {
            rest = rest.dropFirst()
            if scalar == "\u{1b}" { rest = sequence(rest) } else { draw(scalar) }
        }
    }

    private mutating func sequence(_ text: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar> {
        let body = text.dropFirst()
        guard let end = body.firstIndex(where: { $0.properties.isAlphabetic }) else { return [] }
        let numbers = String(String.UnicodeScalarView(body[body.startIndex..<end])).split(separator: ";")
        switch body[end] {
        case "H":
            (row, column) = (Int(numbers[0]).map { $0 - 1 } ?? 0, Int(numbers[1]).map { $0 - 1 } ?? 0)
        case "J":
            for line in grid.indices { for cell in grid[line].indices { grid[line][cell] = " " } }
        default: break
        }
        return body[(end + 1)...]
    }

    private mutating func draw(_ scalar: Unicode.Scalar) {
        let wide = TerminalText.width(of: scalar)
        if wide == 0 {
            let before = grid[row][column - 1].isEmpty ? column - 2 : column - 1
            grid[row][before].unicodeScalars.append(scalar)
            return
        }
        if column > 0, grid[row][column].isEmpty { grid[row][column - 1] = " " }
        // What is left of a wide letter whose first half is written over.
        let next = column + wide
        if next < grid[row].count, grid[row][next].isEmpty { grid[row][next] = " " }
        grid[row][column] = String(scalar)
        if wide == 2 { grid[row][column + 1] = "" }
        column += wide
    }
}
