internal import Events
internal import Primitives

/// Draws a `DeskModel`. The same model gives the same picture.
package struct DeskPicture {
    private let model: DeskModel
    private let layout: DeskLayout

    package init(_ model: DeskModel) {
        self.model = model
        layout = model.layout
    }

    package var grid: CellGrid {
        var grid = CellGrid(rows: model.rows, columns: model.columns)
        if model.mode == .help {
            drawHelp(&grid)
            return grid
        }
        if model.isDetailOpen {
            drawTitle(&grid)
        } else {
            drawFilter(&grid)
            drawState(&grid)
            drawList(&grid)
        }
        drawDetail(&grid)
        drawBottom(&grid)
        return grid
    }

    // MARK: - Above

    private static let prompt = " / "

    private func drawFilter(_ grid: inout CellGrid) {
        let time = " \(model.time) "
        let timeWidth = TerminalText.width(of: time)
        let room = max(4, grid.columns - DeskPicture.prompt.utf8.count - timeWidth)
        let start = grid.put(DeskPicture.prompt, .bold, row: 0)
        if model.filter.text.isEmpty && model.mode != .filter {
            grid.put("all that is not closed or suppressed", .dim, row: 0, column: start, width: room)
        } else {
            let (text, cursor, hidden) = model.filter.window(width: room)
            grid.put(marked(text, hidden: hidden), row: 0, column: start, width: room)
            if model.mode == .filter { grid.cursor = (0, min(grid.columns - 1, start + cursor)) }
        }
        grid.put(time, .dim, row: 0, column: max(0, grid.columns - timeWidth))
    }

    /// The filter with what is wrong in it underlined.
    private func marked(_ text: String, hidden: Int) -> StyledLine {
        guard let error = model.filterError else { return StyledLine(text) }
        let start = max(0, error.offset - hidden)
        let letters = Array(text)
        let end = min(letters.count, start + max(1, error.length))
        guard start < end else { return StyledLine(text) }
        var wrong = CellStyle.alarming
        wrong.isUnderlined = true
        return StyledLine(String(letters[..<start])).adding(String(letters[start..<end]), wrong)
            .adding(String(letters[end...]))
    }

    private func drawState(_ grid: inout CellGrid) {
        if let error = model.filterError {
            drawError(error, &grid)
            return
        }
        let name = ListOrder.names[model.sort]
        let count = model.total == 1 ? "1 incident" : "\(grouped(Int64(model.total))) incidents"
        var text = " \(count), by \(name)\(model.isReversed ? " reversed" : "")"
        if !model.incidents.isEmpty { text += ", at \(grouped(Int64(model.selected + 1)))" }
        if !model.marked.isEmpty { text += " · \(grouped(Int64(model.marked.count))) marked" }
        grid.put(text, .dim, row: 1)
    }

    /// A caret under the place, and what is wrong there; where that has no room behind the caret, it stands alone.
    private func drawError(_ error: FilterError, _ grid: inout CellGrid) {
        let (_, _, hidden) = model.filter.window(width: grid.columns)
        let before = Array(model.filter.text).prefix(max(0, error.offset)).dropFirst(hidden)
        let width = before.reduce(0) { $0 + TerminalText.width(of: TerminalText.escaped(String($1))) }
        let column = DeskPicture.prompt.utf8.count + width
        let text = error.message + (error.advice.isEmpty ? "" : ": \(error.advice)")
        let needed = TerminalText.width(of: TerminalText.escaped(text)) + 2
        if column + needed <= grid.columns {
            grid.put(StyledLine("^ ", .alarming).adding(text, .alarming), row: 1, column: column)
        } else {
            grid.put(text, .alarming, row: 1, column: 1)
        }
    }

    private func drawTitle(_ grid: inout CellGrid) {
        let title = model.current.map { " \($0.id.description.prefix(8))  \($0.title)" } ?? ""
        grid.put(title, .reversed, row: 0)
        grid.restyle(row: 0) { $0.isReversed = true }
    }

    private func drawList(_ grid: inout CellGrid) {
        grid.put(model.heading, row: 2)
        grid.restyle(row: 2) { $0.isBold = true }
        if model.incidents.isEmpty {
            let text = model.filter.text.isEmpty ? "nothing is waiting for you" : "no incident fits"
            grid.put(text, .dim, row: layout.listTop, column: 1)
        }
        for line in 0..<layout.listRows {
            let index = model.top + line
            guard index < model.lines.count, index < model.incidents.count else { break }
            let row = layout.listTop + line
            grid.put(model.lines[index], row: row)
            if model.marked.contains(model.incidents[index].id) { grid.put("*", .bold, row: row) }
            if index == model.selected {
                grid.restyle(row: row) { style in
                    style.isReversed = true
                    style.isDim = false
                }
            }
        }
    }

    // MARK: - Below

    private func drawDetail(_ grid: inout CellGrid) {
        if let row = layout.ruleRow {
            grid.put(String(repeating: "─", count: grid.columns), .dim, row: row)
            let place = position
            if !place.isEmpty {
                grid.put(" \(place) ", .dim, row: row, column: max(0, grid.columns - place.utf8.count - 4))
            }
        }
        guard model.detailOf == model.current?.id else { return }
        for line in 0..<layout.detailRows where model.detailTop + line < model.detail.count {
            grid.put(model.detail[model.detailTop + line], row: layout.detailTop + line)
        }
    }

    private var position: String {
        guard model.detail.count > layout.detailRows, layout.detailRows > 0, model.detailOf == model.current?.id
        else { return "" }
        let last = min(model.detail.count, model.detailTop + layout.detailRows)
        return "\(model.detailTop + 1)-\(last) of \(model.detail.count)"
    }

    private func drawBottom(_ grid: inout CellGrid) {
        let row = layout.bottom
        if case .question(let question) = model.mode {
            let text = question.text(count: model.chosen.count)
            let end = grid.put(" " + text, .bold, row: row)
            if question.isOneLetter {
                grid.cursor = (row, min(grid.columns - 1, end))
                return
            }
            let room = max(1, grid.columns - end)
            let (typed, cursor, _) = model.answer.window(width: room)
            grid.put(typed, row: row, column: end, width: room)
            grid.cursor = (row, min(grid.columns - 1, end + cursor))
            if !model.message.pieces.isEmpty { grid.put(model.message, row: max(0, row - 1), column: 1) }
            return
        }
        if !model.message.pieces.isEmpty {
            grid.put(model.message, row: row, column: 1)
            return
        }
        grid.put(hints, row: row)
        if model.isDetailOpen, !position.isEmpty {
            grid.put(" \(position) ", .dim, row: row, column: max(0, grid.columns - position.utf8.count - 3))
        }
    }

    private var hints: StyledLine {
        let words =
            switch model.mode {
            case .filter: [("Enter", "keep"), ("Esc", "take back")]
            case .detail:
                [
                    ("Esc", "back"), ("a", "ack"), ("c", "comment"), ("x", "close"), ("p", "packets"), ("h", "hex"),
                    ("?", "keys"),
                ]
            default:
                [
                    ("?", "keys"), ("/", "filter"), ("Enter", "open"), ("a", "ack"), ("A", "assign"), ("c", "comment"),
                    ("x", "close"), ("z", "suppress"), ("y", "copy"), ("q", "leave"),
                ]
            }
        var line = StyledLine()
        for (key, help) in words {
            line.add(" \(key)", .bold)
            line.add(" \(help) ", .dim)
        }
        return line
    }

    private func drawHelp(_ grid: inout CellGrid) {
        let widest = DeskModel.keys.map { TerminalText.width(of: $0.key) }.max() ?? 0
        grid.put("nightjar desk: keys", .bold, row: 0, column: 1)
        var row = 1
        for (key, help) in DeskModel.keys {
            let lines = TerminalText.wrapped(help, to: max(20, grid.columns - widest - 5))
            for (index, text) in lines.enumerated() where row < grid.rows - 1 {
                if index == 0 { grid.put(key, .bold, row: row, column: 2) }
                grid.put(text, row: row, column: widest + 4)
                row += 1
            }
        }
        grid.put(
            "any key leads back; the filter language: nightjar incidents --help", .dim, row: grid.rows - 1, column: 1)
    }
}
