internal import Events
internal import Primitives

/// The header of Google's glog, klog and Go's glog: `Lmmdd hh:mm:ss.uuuuuu threadid file:line] msg`, L one of I, W, E,
/// F.
/// https://github.com/google/glog/blob/master/docs/logging.md, "Log line prefix format".
enum GlogFormat {
    static func mayBe(_ line: Bytes) -> Bool {
        line.count > 24 && level(line.start[0]) != nil && ASCII.isDigit(line.start[1]) && line.start[5] == ASCII.space
    }

    static func decode(_ line: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        guard mayBe(line), let month = line.digits(at: 1, 2), let day = line.digits(at: 3, 2),
            let level = level(line.start[0])
        else { return false }
        var reader = StampReader(line, at: 6)
        guard reader.clock(), reader.peek == ASCII.space else { return false }
        reader.stamp.month = month
        reader.stamp.day = day
        let thread = SyslogFormat.skipSpaces(line, reader.at)
        let threadEnd = Tag.wordEnd(line, thread)
        guard reader.isPlausible, line.slice(thread, threadEnd).decimal != nil,
            let bracket = line.firstIndex(of: "] ", from: threadEnd), bracket - threadEnd < 256,
            sink.setTime(reader.stamp)
        else { return false }
        sink.add(slot: level)
        sink.add(.processThreadID, line.slice(thread, threadEnd), type: .number)
        let message = line.dropping(bracket + 2)
        sink.add(.message, message)
        sink.source = .application
        if messages.decode(program: .empty, message: message, into: &sink) { return true }
        if MessageRouter.decodeLoosely(message, whole: message, &sink, &messages) { return true }
        sink.flags.insert(.messageNotUnderstood)
        return true
    }

    private static func level(_ letter: UInt8) -> FieldSlot? {
        switch letter {
        case 0x49: info
        case 0x57: warning
        case 0x45: error
        case 0x46: fatal
        default: nil
        }
    }

    private static let info = ConstantText("info").slot(.logLevel)
    private static let warning = ConstantText("warning").slot(.logLevel)
    private static let error = ConstantText("error").slot(.logLevel)
    private static let fatal = ConstantText("fatal").slot(.logLevel)
}
