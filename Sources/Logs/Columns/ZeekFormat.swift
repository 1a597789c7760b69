internal import Events
internal import Primitives

/// Zeek's tab-separated logs: the columns that `#fields` names, `-` for none and `(empty)` for empty. Every column is a
/// field under Zeek's own name; addresses, ports and requests are ECS fields as well.
enum ZeekFormat {
    static func decode(_ line: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        guard let schema = messages.columns, schema.kind == .zeek else { return false }
        let keys = messages.keys
        let board = messages.board
        keys.beginRecord()
        board.begin()
        let isWhole = Columns.with(line, separator: schema.separator) { columns -> Bool in
            guard columns.count == schema.names.count else { return false }
            for index in 0..<columns.count where !(columns[index] == "-" || columns[index] == "(empty)") {
                let value = sink.view(columns[index], type: .text)
                schema.names[index].withBytes { keys.add(value, name: keys.join(0, $0), &sink, board) }
            }
            return true
        }
        guard isWhole == true, keys.timeRank < .max else { return false }
        JSONTimes.set(keys.timeSlot, &sink)
        RecordMeaning.finish(&sink, &messages)
        if schema.source != .unknown { sink.source = schema.source }
        return !sink.time.isNone
    }
}
