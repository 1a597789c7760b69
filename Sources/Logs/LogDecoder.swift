package import Events
internal import Glibc
package import Primitives

/// Turns the lines of one input into events.
///
/// Stateless from line to line and batch to batch: what a line becomes depends on its bytes, the options, and the
/// format guessed from the input's head. One decoder serves one thread.
package final class LogDecoder {
    /// Name of the input's format: the guess, or the one that was asked for.
    package let formatName: String

    private let options: LogOptions
    private let registry: FieldRegistry
    private let formats: [LogFormat]
    /// Place in `formats` that is tried first; -1 where the head told nothing.
    private let guess: Int
    /// Only `guess` is tried.
    private let forced: Bool
    /// The guess may be tried before the formats that stand before it in the table.
    private let hasShortcut: Bool
    private var messages = MessageDecoder()

    /// - Parameter head: the first bytes of the input, for the guess; may be empty.
    /// - Throws: `UnknownLogFormat`.
    package init(options: LogOptions, registry: FieldRegistry, head: Bytes) throws {
        self.options = options
        self.registry = registry
        formats = LogFormats.entries
        forced = options.format != "auto" && options.format != ""
        if forced {
            guard let index = formats.firstIndex(where: { $0.name == options.format }) else {
                messages.free()
                throw UnknownLogFormat(name: options.format)
            }
            guess = index
        } else {
            guess = Detection.guess(
                formats, head: head, messages: &messages,
                clock: StampClock(zone: options.zone, yearReference: options.yearReference), registry: registry)
        }
        // Ready-made events (`--as json`): the keys are the fields, nothing is read into them.
        messages.takesKeysAsFields = forced && formats[guess].name == "json"
        hasShortcut = forced || guess >= 0 && formats[guess].isExclusive
        formatName = guess >= 0 ? formats[guess].name : "unknown"
    }

    deinit {
        messages.free()
    }

    /// Decodes every line of `raw`. Empties `events` first; the raw batch has to outlive what is read from it.
    package func decode(_ raw: RawBatch, into events: EventBatch) {
        let input = raw.bytes
        events.reset(input: input)
        messages.keys.beginBatch()
        var sink = EventSink(
            batch: events, input: input,
            clock: StampClock(zone: options.zone, yearReference: options.yearReference))
        // A local copy: a property of a class handed on `inout` is checked for exclusive access each time.
        var messages = self.messages
        defer { self.messages = messages }
        var from = 0
        var line = 0
        while from < input.count {
            let newline = LogDecoder.lineEnd(input, from)
            let next = min(newline + 1, input.count)
            var end = newline
            if end > from, input.start[end - 1] == ASCII.carriageReturn { end -= 1 }
            let cut = raw.lastLineCut && next == input.count
            decodeLine(input.slice(from, end), number: line, at: from, cut: cut, into: &sink, &messages)
            line += 1
            from = next
        }
        events.recordCount = line
    }

    /// Index of the next newline, or the end. `Bytes.firstIndex`, inlined: the call costs more than the search.
    @inline(__always) private static func lineEnd(_ input: Bytes, _ from: Int) -> Int {
        guard let hit = memchr(input.start + from, Int32(ASCII.newline), input.count - from) else { return input.count }
        return UnsafeRawPointer(hit) - UnsafeRawPointer(input.start)
    }

    private func decodeLine(
        _ line: Bytes, number: Int, at offset: Int, cut: Bool, into sink: inout EventSink,
        _ messages: inout MessageDecoder
    ) {
        sink.begin()
        guard line.count > 0 else {
            sink.batch.unread.append(UnreadRecord(line: number, reason: .empty, offset: 0))
            return
        }
        sink.reason = .unknownFormat
        sink.reasonOffset = 0
        guard decodeFields(line, into: &sink, &messages) else {
            let reason = sink.reason == .unknownFormat ? Detection.reason(for: line) : sink.reason
            sink.batch.unread.append(UnreadRecord(line: number, reason: reason, offset: sink.reasonOffset))
            return
        }
        if sink.time.isNone { sink.flags.insert(.timeBorrowed) }
        if cut { sink.flags.insert(.lineCut) }
        let record = EventRecord(
            time: sink.time, line: number, offset: offset, length: line.count,
            logSource: options.logSource ?? sink.source, flags: sink.flags)
        sink.commit(record)
    }

    /// Tries the guess, then the other formats in their fixed order.
    private func decodeFields(
        _ line: Bytes, into sink: inout EventSink, _ messages: inout MessageDecoder
    ) -> Bool {
        if hasShortcut, forced || formats[guess].mayBe(line), formats[guess].decode(line, &sink, &messages) {
            return true
        }
        if forced { return false }
        for index in formats.indices where index != guess || !hasShortcut {
            guard formats[index].mayBe(line) else { continue }
            sink.begin()
            if formats[index].decode(line, &sink, &messages) { return true }
        }
        return false
    }
}
