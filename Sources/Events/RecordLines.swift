public import Primitives

/// Which lines belong to the record before them: stack traces and what else programs write over several lines.
///
/// Whoever cuts an input into batches and whoever decodes them go by the same words, so that where a batch ends changes
/// nothing: a batch ends before a line that may still go on, unless what would have to be kept back is longer than
/// `longestBytes`, and no record is taken for longer than that.
public enum RecordLines {
    /// From the start of a record's first line to the end of the last that is kept with it.
    public static let longestBytes = 64 << 10

    /// Whether `line` is not to be parted from the one before it: it looks like no beginning (blanks in front, or the
    /// words with which Java, Python, Go, PHP, Ruby and .NET go on in a trace), or it is a directive or comment.
    @inline(__always) public static func mayContinue(_ line: Bytes) -> Bool {
        guard line.count > 0 else { return false }
        let first = line.start[0]
        if first == ASCII.space || first == ASCII.tab { return true }
        if first == 0x23 { return true }
        // `C`aused, `T`raceback, `S`tack, `g`oroutine, `.`.., `-`--, `}`
        if ASCII.isLetter(first), isThrown(line) { return true }
        guard
            first == 0x43 || first == 0x54 || first == 0x53 || first == 0x67 || first == 0x2E || first == 0x2D
                || first == 0x7D
        else { return false }
        return isTraceWord(line)
    }

    @inline(never) private static func isTraceWord(_ line: Bytes) -> Bool {
        line.starts(with: "Caused by: ") || line.starts(with: "Traceback (most recent call last)")
            || line.starts(with: "Stack trace:") || line.starts(with: "... ")
            || line.starts(with: "goroutine ") && line.start[line.count - 1] == ASCII.colon
            || line.starts(with: "--- End of ") || line == "}"
    }

    /// `java.lang.IllegalStateException: text`, `ValueError: text`: what was thrown.
    @inline(__always) private static func isThrown(_ line: Bytes) -> Bool {
        var end = 0
        let limit = min(line.count, 128)
        while end < limit, ASCII.isAlphanumeric(line.start[end]) || line.start[end] == ASCII.dot { end += 1 }
        guard end > 5, end == line.count || line.start[end] == ASCII.colon else { return false }
        let name = line.prefix(end)
        return name.dropping(end - 5) == "Error" || end > 9 && name.dropping(end - 9) == "Exception"
    }

    /// Whether a line that may continue the record before it does so: a comment does not.
    public static func continues(_ line: Bytes) -> Bool {
        mayContinue(line) && (line.start[0] != 0x23 || isFrame(line))
    }

    /// `#0 /var/www/a.php(12): f()`, as PHP numbers its frames.
    private static func isFrame(_ line: Bytes) -> Bool {
        guard line.count > 3, ASCII.isDigit(line.start[1]) else { return false }
        var at = 2
        while at < line.count, ASCII.isDigit(line.start[at]) { at += 1 }
        return at < line.count && line.start[at] == ASCII.space
    }

    /// Length of `text` (whole lines, each with its newline) without the last record, which may go on behind it; all of
    /// `text` where no record begins in its last `longestBytes`, or the only one is the first.
    public static func lengthWithoutLast(_ text: Bytes) -> Int {
        let lowest = max(0, text.count - longestBytes)
        var end = text.count
        while end > lowest {
            let start = text.lastIndex(of: ASCII.newline, before: end - 1).map { $0 + 1 } ?? 0
            if start < lowest { break }
            var last = end - 1
            if last > start, text.start[last - 1] == ASCII.carriageReturn { last -= 1 }
            if !mayContinue(text.slice(start, last)) { return start > 0 ? start : text.count }
            end = start
        }
        return text.count
    }
}
