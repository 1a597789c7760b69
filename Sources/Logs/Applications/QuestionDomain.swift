internal import Events
internal import Primitives

/// The domain and what stands below it, of a name that was asked for: what the records of captures have too.
enum QuestionDomain {
    /// RFC 1035 section 2.3.4, escapes of raw bytes (`\225`) taken into account.
    private static let maximumName = 4 * 255

    static func apply(to sink: inout EventSink) {
        guard sink.has(.dnsQuestionName), !sink.has(.dnsQuestionRegisteredDomain),
            sink.batch.scratch.reserve(2 * maximumName)  // The name itself may lie there: it moves now or never.
        else { return }
        guard let name = sink.value(of: .dnsQuestionName), name.count <= maximumName else { return }
        let host = name.ends(with: ".") ? name.prefix(name.count - 1) : name
        guard let start = RegisteredDomain.start(in: host) else { return }
        sink.addLowered(.dnsQuestionRegisteredDomain, host.dropping(start))
        if start > 1 { sink.addLowered(.dnsQuestionSubdomain, host.slice(0, start - 1)) }
    }
}

extension EventSink {
    fileprivate mutating func addLowered(_ field: Field, _ text: Bytes) {
        guard let offset = batch.scratch.append(text) else { return }
        let start = batch.scratch.base + offset
        for index in 0..<text.count { start[index] = ASCII.lower(start[index]) }
        add(slot: FieldSlot(FieldID(field), .scratch, .text, offset: offset, length: text.count))
    }
}
