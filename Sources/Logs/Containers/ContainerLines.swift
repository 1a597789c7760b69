internal import Events
internal import Primitives

/// What container runtimes put around a program's own lines: the line inside is read like any other.
///
/// - CRI: `TIME stdout|stderr F|P LINE`
///   (https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md).
/// - Docker's `json-file`: `{"log":"LINE\n","stream":"stdout","time":"TIME"}`.
enum ContainerLines {
    static func mayBeCRI(_ line: Bytes) -> Bool {
        line.count > 30 && ASCII.isDigit(line.start[0]) && line.start[10] == 0x54
    }

    static func decodeCRI(_ line: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        var reader = StampReader(line)
        guard reader.isoDate(), reader.isPlausible else { return false }
        let at = reader.at
        guard line.starts(with: " stdout ", at: at) || line.starts(with: " stderr ", at: at), at + 10 <= line.count,
            line.start[at + 8] == 0x46 || line.start[at + 8] == 0x50, line.start[at + 9] == ASCII.space,
            sink.setTime(reader.stamp)
        else { return false }
        return decodeInner(line.dropping(at + 10), time: sink.time, &sink, &messages)
    }

    static func mayBeDocker(_ line: Bytes) -> Bool { line.starts(with: "{\"log\":\"") }

    static func decodeDocker(_ line: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        guard mayBeDocker(line), line.contains("\"stream\":\"std"), line.contains("\"time\":\"") else { return false }
        let keys = messages.keys
        keys.beginRecord()
        messages.board.begin()
        var scanner = JSONScanner(line, keys: keys, board: messages.board)
        // What is read out of the line inside lies behind it in the same memory, which must not move meanwhile.
        guard scanner.object(&sink), keys.timeRank < .max, sink.batch.scratch.reserve(line.count * 2 + 8192),
            let log = messages.board.value(AliasBoard.place(.message))
        else { return false }
        JSONTimes.set(keys.timeSlot, &sink)
        let time = sink.time
        sink.begin()
        return decodeInner(withoutTrailingBlanks(sink.bytes(of: log)), time: time, &sink, &messages)
    }

    /// The line inside, by the formats that hold no other line; one that none reads is the message.
    private static func decodeInner(
        _ line: Bytes, time: Timestamp, _ sink: inout EventSink, _ messages: inout MessageDecoder
    ) -> Bool {
        if line.count > 0 {
            for format in LogFormats.entries where !format.isWrapper && format.mayBe(line) {
                sink.begin()
                guard format.decode(line, &sink, &messages) else { continue }
                if sink.time.isNone { sink.time = time }
                return true
            }
        }
        sink.begin()
        sink.time = time
        sink.add(.message, line)
        sink.source = .application
        if !MessageRouter.decode(program: .empty, message: line, &sink, &messages) {
            sink.flags.insert(.messageNotUnderstood)
        }
        return true
    }
}
