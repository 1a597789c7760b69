internal import Events
internal import Primitives

/// Directives within a log: a run of lines with `#` in front, of which the one with the columns' names ends what it and
/// those before it say. What it names holds for the lines behind it.
struct DirectiveLines {
    /// Longest run that is kept; lines beyond are passed over.
    private static let longestRun = 64 << 10
    private var run: [UInt8] = []
    /// The line before was one.
    var isOpen = false

    /// What the columns are from here on, where `line` names them; a nil within where they are of no use.
    mutating func take(_ line: Bytes) -> ColumnSchema?? {
        if !isOpen { run.removeAll(keepingCapacity: true) }
        isOpen = true
        guard run.count + line.count < DirectiveLines.longestRun else { return nil }
        run += UnsafeBufferPointer(start: line.start, count: line.count)
        run.append(ASCII.newline)
        guard line.starts(with: "#Fields:") || line.starts(with: "#fields\t") else { return nil }
        let columns = run.withBytes { ColumnSchema.find($0) }
        run.removeAll(keepingCapacity: true)
        return .some(columns)
    }
}
