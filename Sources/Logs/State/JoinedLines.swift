internal import Events
internal import Primitives

/// Keeps the lines of a stack trace with the event that they belong to: they become its `error.stack_trace`, and are no
/// events of their own. `RecordLines` says which lines may be such.
struct JoinedLines {
    /// Place in the batch of the last line that is no continuation by its looks.
    private var groupStart = 0
    /// Number of the line behind the last event and what was joined to it; -1: nothing can be joined.
    private var nextLine = -1
    private var hasTrace = false

    /// Looks at every line before it is decoded.
    @inline(__always) mutating func see(_ line: Bytes, at offset: Int) {
        if !RecordLines.mayContinue(line) { groupStart = offset }
    }

    /// The line before `number` became an event.
    @inline(__always) mutating func event(_ number: Int) {
        nextLine = number + 1
        hasTrace = false
    }

    /// Joins a line that no format reads to the event before it; false where it belongs to none.
    mutating func join(_ line: Bytes, number: Int, at offset: Int, _ sink: inout EventSink) -> Bool {
        guard number == nextLine, sink.batch.count > 0, RecordLines.continues(line),
            offset + line.count - groupStart <= RecordLines.longestBytes
        else { return false }
        if hasTrace {
            sink.batch.lengthenLast(to: offset + line.count)
        } else {
            var slot = sink.view(line, type: .text)
            slot.field = FieldID(.errorStackTrace)
            sink.extendLast(slot)
            hasTrace = true
        }
        nextLine = number + 1
        return true
    }
}
