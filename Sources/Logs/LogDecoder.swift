package import Events
internal import Glibc
package import Primitives

/// Turns the lines of one input into events.
///
/// What a line becomes depends on its bytes, the options, the format guessed from the input's head, and what
/// `RecordState` has of the content before it: so batches of one input may be decoded in any order, each by `begin` and
/// `decode`. One decoder serves one thread.
package final class LogDecoder {
    /// Name of the input's format: the guess, or the one that was asked for.
    package let formatName: String

    let options: LogOptions
    let registry: FieldRegistry
    let formats: [LogFormat]
    /// Place in `formats` that is tried first; -1 where the head told nothing.
    let guess: Int
    /// Only `guess` is tried.
    let forced: Bool
    /// The guess may be tried before the formats that stand before it in the table.
    let hasShortcut: Bool
    private(set) var messages = MessageDecoder()
    private let proxies: TrustedProxies
    private let headColumns: ColumnSchema?
    /// Place in the content behind the last line decoded: where decoding goes on without looking back.
    private var nextOffset: Int64 = 0

    /// - Parameter head: the first bytes of the input, for the guess; may be empty.
    /// - Throws: `UnknownLogFormat`.
    package init(options: LogOptions, registry: FieldRegistry, head: Bytes) throws {
        self.options = options
        self.registry = registry
        proxies = TrustedProxies(options.trustedProxies)
        var formats = LogFormats.entries
        if let custom = options.customFormat { formats.insert(LogFormats.entry(of: custom), at: 0) }
        self.formats = formats
        messages.use(options.messageForms)
        headColumns = ColumnSchema.find(head)
        messages.columns = headColumns
        messages.headColumns = headColumns
        forced = options.format != "auto" && options.format != "" && options.customFormat == nil
        if forced {
            guard let index = formats.firstIndex(where: { $0.name == options.format }) else {
                messages.free()
                throw UnknownLogFormat(name: options.format)
            }
            guess = index
        } else if options.customFormat != nil {
            guess = 0
        } else {
            guess = Detection.guess(
                formats, head: head, messages: &messages,
                clock: StampClock(zone: options.zone, yearReference: options.yearReference), registry: registry)
        }
        messages.forgetLines()
        // Ready-made events (`--as json`): the keys are the fields, nothing is read into them.
        messages.takesKeysAsFields = forced && formats[guess].name == "json"
        hasShortcut = forced || guess >= 0 && formats[guess].isExclusive
        formatName = guess >= 0 ? formats[guess].name : "unknown"
    }

    deinit {
        messages.free()
    }

    /// Gets ready for the lines at `state.offset`: looks back, unless those before them were the last ones decoded.
    /// `scratch` is emptied.
    package func begin(behind state: RecordState, using scratch: EventBatch) {
        if state.offset == nextOffset { return }
        messages.forgetLines()
        nextOffset = state.offset
        state.before.withBytes {
            if LogDecoder.mayLeaveSomething($0) {
                decodeLines($0, at: state.offset - Int64($0.count), isLastCut: false, into: scratch)
            }
        }
        // Of the directives among those lines the first may be missing.
        messages.columns = state.directives.withBytes { ColumnSchema.find($0) } ?? headColumns
    }

    /// Whether any of these lines is of a kind that those behind it may be joined with.
    private static func mayLeaveSomething(_ lines: Bytes) -> Bool {
        lines.contains("sshd") || lines.contains("dropbear") || lines.contains("postfix") || lines.contains("audit(")
            || lines.contains("charon") || lines.contains("slapd")
    }

    /// Decodes every line of `raw`. Empties `events` first; the raw batch has to outlive what is read from it.
    package func decode(_ raw: RawBatch, into events: EventBatch) {
        nextOffset = raw.streamOffset + Int64(raw.count) + raw.discardedBytes
        decodeLines(raw.bytes, at: raw.streamOffset, isLastCut: raw.lastLineCut, into: events)
    }

    private func decodeLines(_ input: Bytes, at place: Int64, isLastCut: Bool, into events: EventBatch) {
        events.reset(input: input)
        messages.keys.beginBatch()
        messages.joined = JoinedLines()
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
            sink.lineOffset = place + Int64(from)
            decodeLine(
                input.slice(from, end), number: line, at: from, cut: isLastCut && next == input.count, into: &sink,
                &messages)
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
        messages.see(line)
        messages.joined.see(line, at: offset)
        guard line.count > 0 else {
            sink.batch.unread.append(UnreadRecord(line: number, reason: .empty, offset: 0))
            return
        }
        sink.reason = .unknownFormat
        sink.reasonOffset = 0
        guard decodeFields(line, into: &sink, &messages) else {
            if messages.joined.join(line, number: number, at: offset, &sink) {
                sink.batch.unread.append(UnreadRecord(line: number, reason: .continuation, offset: 0))
                return
            }
            let reason = sink.reason == .unknownFormat ? Detection.reason(for: line) : sink.reason
            sink.batch.unread.append(UnreadRecord(line: number, reason: reason, offset: sink.reasonOffset))
            return
        }
        if !proxies.isEmpty { proxies.apply(to: &sink) }
        QuestionDomain.apply(to: &sink)
        messages.sessions.join(&sink)
        if sink.time.isNone { sink.flags.insert(.timeBorrowed) }
        if cut { sink.flags.insert(.lineCut) }
        let record = EventRecord(
            time: sink.time, line: number, offset: offset, length: line.count,
            logSource: options.logSource ?? sink.source, flags: sink.flags)
        sink.commit(record)
        messages.joined.event(number)
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
