/// Turns pictures into what a terminal is sent: the first whole, then only what differs (ECMA-48: CUP, ED, SGR; DEC
/// private modes 25 and 1049).
package struct ScreenPainter: Sendable {
    private var shown: CellGrid?

    package init() {}

    /// Enters the alternate screen, clears it, and asks for pasted text in brackets.
    package static var beginning: String { "\u{1b}[?1049h\u{1b}[2J\u{1b}[H\u{1b}[?2004h\u{1b}[?25l" }
    /// Gives the terminal back as it was.
    package static var ending: String { "\u{1b}[0m\u{1b}[?2004l\u{1b}[?25h\u{1b}[?1049l" }

    /// The next picture is drawn whole: somebody else has written to the screen.
    package mutating func forget() { shown = nil }

    /// What brings the terminal from the last picture to this one; empty where they are equal.
    package mutating func paint(_ grid: CellGrid) -> String {
        if let shown, shown == grid { return "" }
        var text = "\u{1b}[?25l"
        let old = shown.flatMap { $0.rows == grid.rows && $0.columns == grid.columns ? $0 : nil }
        if old == nil { text += "\u{1b}[0m\u{1b}[2J" }
        for row in 0..<grid.rows {
            guard let range = ScreenPainter.changes(grid, old, row) else { continue }
            text += ScreenPainter.run(grid, row, range)
        }
        text += "\u{1b}[0m"
        if let cursor = grid.cursor { text += place(cursor.row, cursor.column) + "\u{1b}[?25h" }
        shown = grid
        return text
    }

    /// The columns of a row that differ, widened to whole letters.
    private static func changes(_ grid: CellGrid, _ old: CellGrid?, _ row: Int) -> ClosedRange<Int>? {
        let differs = { (column: Int) in grid[row, column] != (old?[row, column] ?? Cell.blank) }
        guard var first = (0..<grid.columns).first(where: differs),
            var last = (0..<grid.columns).last(where: differs)
        else { return nil }
        while first > 0, grid[row, first].width == 0 || old?[row, first].width == 0 { first -= 1 }
        while last + 1 < grid.columns, grid[row, last + 1].width == 0 || old?[row, last + 1].width == 0 { last += 1 }
        return first...last
    }

    private static func run(_ grid: CellGrid, _ row: Int, _ range: ClosedRange<Int>) -> String {
        var text = move(row, range.lowerBound)
        var style: CellStyle?
        for column in range {
            let cell = grid[row, column]
            if cell.width == 0 { continue }
            if style != cell.style { text += cell.style.sequence }
            style = cell.style
            text += cell.text
            // Terminals do not agree on how wide these are: the next letter is put where it belongs.
            let isDoubtful = cell.width == 2 || cell.text.unicodeScalars.count > 1
            if isDoubtful, column + Int(cell.width) <= range.upperBound {
                text += move(row, column + Int(cell.width))
            }
        }
        return text
    }

    private func place(_ row: Int, _ column: Int) -> String { ScreenPainter.move(row, column) }

    private static func move(_ row: Int, _ column: Int) -> String { "\u{1b}[\(row + 1);\(column + 1)H" }
}
