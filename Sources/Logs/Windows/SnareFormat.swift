internal import Events
internal import Primitives

/// Snare's records as they come without a syslog header: `HOST MSWinEventLog CRITICALITY LOG COUNTER TIME ID ...`,
/// parted by tabs ("Snare for Windows: Event output format").
enum SnareFormat {
    /// Longest name of a computer that is looked for (RFC 1035 section 2.3.4).
    private static let longestHost = 255

    static func mayBe(_ line: Bytes) -> Bool { hostEnd(line) != nil }

    static func decode(_ line: Bytes, _ sink: inout EventSink) -> Bool {
        guard let tab = hostEnd(line) else { return false }
        let text = line.dropping(tab + 1)
        sink.add(.hostHostname, line.prefix(tab))
        guard WindowsText.decode(program: .empty, text, &sink) else { return false }
        sink.add(.message, text)
        return true
    }

    private static func hostEnd(_ line: Bytes) -> Int? {
        guard let tab = line.prefix(longestHost + 1).firstIndex(of: ASCII.tab), tab > 0,
            line.starts(with: WindowsText.mark, at: tab + 1), line.prefix(tab).firstIndex(of: ASCII.space) == nil
        else { return nil }
        return tab
    }
}

/// The columns of a record of Snare's behind its mark. They are parted by tabs, or by `#011` where rsyslog has spelt
/// control characters out (`parser.escapeControlCharactersOnReceive`, on unless it is switched off).
struct SnareColumns {
    /// What no column was taken of yet.
    private(set) var rest: Bytes
    private let isSpelt: Bool

    /// - Parameter text: a record, with the mark or from the criticality on
    init(_ text: Bytes) {
        var columns = text
        let mark = WindowsText.mark.utf8CodeUnitCount
        let isMarked = text.starts(with: WindowsText.mark)
        if isMarked { columns = columns.dropping(mark) }
        let tab = columns.firstIndex(of: ASCII.tab) ?? columns.count
        isSpelt = columns.firstIndex(of: SnareColumns.spelt).map { $0 < tab } ?? false
        let width = isSpelt ? SnareColumns.spelt.utf8CodeUnitCount : 1
        // What stands between the mark and the first column: a tab, a blank where the mark was taken for a program.
        rest =
            isMarked && (isSpelt ? columns.starts(with: SnareColumns.spelt) : columns.count > 0)
            ? columns.dropping(width) : columns
    }

    private static let spelt: StaticString = "#011"

    /// The next column that another one follows; nil where there is none.
    mutating func next() -> Bytes? {
        let end = isSpelt ? rest.firstIndex(of: SnareColumns.spelt) : rest.firstIndex(of: ASCII.tab)
        guard let end else { return nil }
        defer { rest = rest.dropping(end + (isSpelt ? SnareColumns.spelt.utf8CodeUnitCount : 1)) }
        return rest.prefix(end)
    }
}
