/// Where, in bytes, what a rule looked for stands.
struct ByteMarks {
    private(set) var ranges: [Range<Int>] = []

    /// Marks every place of every needle of two bytes or more; ASCII letters of either case are equal.
    init(_ needles: [[UInt8]], in bytes: [UInt8]) {
        let folded = bytes.map(ByteMarks.fold)
        for needle in Set(needles) where needle.count > 1 && needle.count <= bytes.count {
            let wanted = needle.map(ByteMarks.fold)
            var place = 0
            while place + wanted.count <= folded.count, ranges.count < 1000 {
                if folded[place] == wanted[0], folded[place..<place + wanted.count] == wanted[...] {
                    ranges.append(place..<place + wanted.count)
                    place += wanted.count
                } else {
                    place += 1
                }
            }
        }
        ranges = ByteMarks.joined(ranges)
    }

    private static func fold(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

    private static func joined(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = result.last, range.lowerBound <= last.upperBound {
                result[result.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        return result
    }

    func contains(_ offset: Int) -> Bool { ranges.contains { $0.contains(offset) } }

    /// The bytes as text for a terminal, broken into lines of at most `width`, and under each line that holds a mark
    /// another that underlines it.
    func lines(_ bytes: [UInt8], width: Int, maximum: Int) -> [String] {
        var cells: [(text: String, wide: Int, marked: Bool)] = []
        var offset = 0
        for character in String(decoding: bytes, as: UTF8.self) {
            let shown = TerminalText.escaped(String(character))
            let marked = contains(offset)
            offset += character.utf8.count
            for piece in shown.count > 1 && shown.utf8.count == shown.count ? shown.map(String.init) : [shown] {
                cells.append((piece, TerminalText.width(of: piece), marked))
            }
        }
        var lines: [String] = []
        var start = 0
        while start < cells.count, lines.count < maximum * 2 {
            var end = start
            var used = 0
            while end < cells.count, used + cells[end].wide <= width || end == start {
                used += cells[end].wide
                end += 1
            }
            // Behind a blank, where one is near: words stay whole.
            if end < cells.count, let blank = cells[start..<end].lastIndex(where: { $0.text == " " }),
                blank - start > (end - start) * 2 / 3
            {
                end = blank + 1
            }
            lines.append(cells[start..<end].map(\.text).joined())
            if cells[start..<end].contains(where: \.marked) {
                let under = cells[start..<end].map { cell in
                    String(repeating: cell.marked ? "~" : " ", count: cell.wide)
                }.joined()
                lines.append(String(under.reversed().drop { $0 == " " }.reversed()))
            }
            start = end
        }
        return start < cells.count ? lines + ["…"] : lines
    }

    /// As `HexDump`, with marked bytes in brackets.
    func hex(_ bytes: [UInt8], rows: Int) -> [String] {
        var lines = HexDump.lines(bytes, rows: rows)
        for row in lines.indices where row < min(rows, (bytes.count + 15) / 16) {
            let slice = row * 16..<min(bytes.count, row * 16 + 16)
            guard slice.contains(where: contains) else { continue }
            var under = Array(repeating: Character(" "), count: 6 + 47 + 2 + 16)
            for offset in slice where contains(offset) {
                let column = offset - slice.lowerBound
                for place in [6 + column * 3, 7 + column * 3, 55 + column] { under[place] = "~" }
            }
            lines[row] += "\n" + String(String(under).reversed().drop { $0 == " " }.reversed())
        }
        return lines.flatMap { $0.split(separator: "\n").map(String.init) }
    }
}
