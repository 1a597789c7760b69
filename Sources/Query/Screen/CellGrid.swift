/// One column of one row: a letter with its marks. A wide letter has the cell after it too, which is empty.
package struct Cell: Equatable, Sendable {
    package var text = " "
    package var style = CellStyle.plain
    /// Columns that the terminal draws it in; 0: the second half of the cell before.
    package var width: UInt8 = 1

    static let blank = Cell()
    /// Marks that one letter may carry: more is a trick ("Zalgo") and is not drawn.
    package static let maximumMarks = 4
}

/// A picture of the screen as cells, before a terminal draws it.
package struct CellGrid: Equatable, Sendable {
    package let rows: Int
    package let columns: Int
    package private(set) var cells: [Cell]
    /// Where the cursor stands; nil: it is hidden.
    package var cursor: (row: Int, column: Int)?

    package init(rows: Int, columns: Int) {
        self.rows = max(1, rows)
        self.columns = max(1, columns)
        cells = [Cell](repeating: .blank, count: self.rows * self.columns)
    }

    package static func == (left: CellGrid, right: CellGrid) -> Bool {
        left.rows == right.rows && left.columns == right.columns && left.cells == right.cells
            && left.cursor?.row == right.cursor?.row && left.cursor?.column == right.cursor?.column
    }

    package subscript(row: Int, column: Int) -> Cell { cells[row * columns + column] }

    /// Writes a line from `column` on, in at most `width` columns; what does not fit ends in `…`. Rows and columns
    /// outside of the picture are left out. Answers the column behind it.
    @discardableResult
    package mutating func put(_ line: StyledLine, row: Int, column: Int = 0, width: Int? = nil) -> Int {
        let end = min(columns, column + max(0, width ?? columns))
        guard (0..<rows).contains(row), column >= 0, column < end else { return column }
        let isCut = line.width > end - column
        var at = column
        for piece in line.pieces {
            for scalar in piece.text.unicodeScalars {
                let wide = TerminalText.width(of: scalar)
                if wide == 0 {
                    mark(scalar, row: row, before: at, from: column)
                    continue
                }
                if at + wide > (isCut ? end - 1 : end) {
                    if isCut, at < end { set("…", piece.style, 1, row, at) }
                    return min(end, at + 1)
                }
                set(String(scalar), piece.style, wide, row, at)
                at += wide
            }
        }
        return at
    }

    @discardableResult
    package mutating func put(
        _ text: String, _ style: CellStyle = .plain, row: Int, column: Int = 0, width: Int? = nil
    ) -> Int {
        put(StyledLine(text, style), row: row, column: column, width: width)
    }

    /// Gives every cell of a row (from `column` on) this look on top of its own.
    package mutating func restyle(row: Int, from column: Int = 0, _ change: (inout CellStyle) -> Void) {
        guard (0..<rows).contains(row) else { return }
        for index in (row * columns + max(0, column))..<(row + 1) * columns { change(&cells[index].style) }
    }

    private mutating func set(_ text: String, _ style: CellStyle, _ wide: Int, _ row: Int, _ column: Int) {
        let index = row * columns + column
        clearHalves(index, column)
        cells[index] = Cell(text: text, style: style, width: UInt8(wide))
        if wide == 2 {
            clearHalves(index + 1, column + 1)
            cells[index] = Cell(text: text, style: style, width: 2)
            cells[index + 1] = Cell(text: "", style: style, width: 0)
        }
    }

    /// A wide letter of which one half is written over is gone.
    private mutating func clearHalves(_ index: Int, _ column: Int) {
        if cells[index].width == 0, column > 0 { cells[index - 1] = .blank }
        if cells[index].width == 2, column + 1 < columns { cells[index + 1] = .blank }
    }

    /// A mark without width goes onto the letter before it; at the beginning it has none and is left out.
    private mutating func mark(_ scalar: Unicode.Scalar, row: Int, before column: Int, from start: Int) {
        guard column > start else { return }
        var index = row * columns + column - 1
        if cells[index].width == 0 { index -= 1 }
        guard cells[index].text.unicodeScalars.count <= Cell.maximumMarks else { return }
        cells[index].text.unicodeScalars.append(scalar)
    }

    /// A row as text, without the blanks at its end.
    package func text(row: Int) -> String {
        let line = cells[(row * columns)..<((row + 1) * columns)].map(\.text).joined()
        return String(line.reversed().drop { $0 == " " }.reversed())
    }

    /// The whole picture, a line a row.
    package var text: String { (0..<rows).map { text(row: $0) + "\n" }.joined() }
}
