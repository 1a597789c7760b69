internal import Events
internal import Primitives

/// Writes one event for each DNS transaction: query and answer together, or whichever of them there is.
struct DNSEvents {
    private static let maximumAnswers = 64
    private var writer = EventWriter()
    private var name = DNSName()

    func release() { writer.release() }

    mutating func unanswered(_ query: UnsafePointer<DNSQuery>, _ flow: FlowRecord, _ output: InspectionOutput) {
        begin(flow, output)
        writer.constant(.dnsType, NetworkWords.query)
        writer.number(.dnsID, Int(query.pointee.id), output.events)
        question(query.pointee.name, query.pointee.type, query.pointee.queryClass, output)
        if let opcode = DNSTypes.name(ofOpcode: Int(query.pointee.opcode)) { writer.constant(.dnsOpCode, opcode) }
        _ = writer.end(output, .networkDNS, query.pointee.time)
    }

    /// The event's place. `query` is nil where only the answer was captured.
    mutating func answered(
        _ message: DNSMessage, _ query: UnsafeMutablePointer<DNSQuery>?, _ flow: FlowRecord, _ output: InspectionOutput
    ) -> Int32 {
        begin(flow, output)
        let events = output.events
        writer.constant(.dnsType, NetworkWords.answer)
        writer.number(.dnsID, Int(message.id), events)
        var at = DNSMessage.headerBytes
        for number in 0..<message.questions {
            guard let asked = message.readQuestion(at, &name) else { break }
            if query == nil && number == 0 { question(name, asked.type, asked.class, output) }
            at = asked.next
        }
        if let query { question(query.pointee.name, query.pointee.type, query.pointee.queryClass, output) }
        if let opcode = DNSTypes.name(ofOpcode: message.opcode) { writer.constant(.dnsOpCode, opcode) }
        if let code = DNSTypes.name(ofCode: message.responseCode) {
            writer.constant(.dnsResponseCode, code)
        } else {
            writer.number(.dnsResponseCode, message.responseCode, events)
        }
        writer.constant(.eventOutcome, message.responseCode == 0 ? NetworkWords.success : NetworkWords.failure)
        for _ in 0..<min(message.answers, DNSEvents.maximumAnswers) {
            guard let record = message.readRecord(at, &name) else { break }
            answer(record, message, output)
            at = record.end
        }
        return writer.end(output, .networkDNS, query?.pointee.time ?? output.dataTime)
    }

    private mutating func begin(_ flow: FlowRecord, _ output: InspectionOutput) {
        writer.begin()
        writer.constant(.eventCategory, NetworkWords.network)
        writer.constant(.networkProtocol, NetworkWords.dns)
        writer.parties(flow, output.events)
    }

    private mutating func question(
        _ name: DNSName, _ type: UInt16, _ recordClass: UInt16, _ output: InspectionOutput
    ) {
        let events = output.events
        name.withBytes { bytes in
            writer.text(.dnsQuestionName, bytes, events)
            guard let start = RegisteredDomain.start(in: bytes) else { return }
            writer.lowered(.dnsQuestionRegisteredDomain, bytes.dropping(start), events)
            if start > 1 { writer.lowered(.dnsQuestionSubdomain, bytes.slice(0, start - 1), events) }
        }
        if let known = DNSTypes.name(ofType: type) {
            writer.constant(.dnsQuestionType, known)
        } else {
            writer.number(.dnsQuestionType, Int(type), events)
        }
        // The top bit asks for a unicast answer in multicast DNS (RFC 6762 section 5.4).
        if let known = DNSTypes.name(ofClass: recordClass & 0x7FFF) { writer.constant(.dnsQuestionClass, known) }
    }

    private mutating func answer(_ record: DNSRecord, _ message: DNSMessage, _ output: InspectionOutput) {
        let events = output.events
        name.withBytes { writer.text(.dnsAnswersName, $0, events) }
        if let known = DNSTypes.name(ofType: record.type) {
            writer.constant(.dnsAnswersType, known)
        } else {
            writer.number(.dnsAnswersType, Int(record.type), events)
        }
        writer.number(.dnsAnswersTTL, Int(record.ttl), events)
        data(record, message, events)
    }

    /// RDATA as text (RFC 1035 section 3.3, RFC 3596): addresses, names, strings; what has no text form is left out.
    private mutating func data(_ record: DNSRecord, _ message: DNSMessage, _ events: EventBatch) {
        let from = record.dataOffset
        let bytes = message.bytes
        switch record.type {
        case 1 where record.dataLength == 4:
            let address = IPAddress(v4: bytes.bigEndian32(at: from))
            writer.address(.dnsAnswersData, address, events)
            writer.address(.dnsResolvedIP, address, events)
        case 28 where record.dataLength == 16:
            let high = UInt64(bytes.bigEndian32(at: from)) << 32 | UInt64(bytes.bigEndian32(at: from + 4))
            let low = UInt64(bytes.bigEndian32(at: from + 8)) << 32 | UInt64(bytes.bigEndian32(at: from + 12))
            writer.address(.dnsAnswersData, IPAddress(high: high, low: low), events)
            writer.address(.dnsResolvedIP, IPAddress(high: high, low: low), events)
        case 2, 5, 6, 12, 39: nameData(from, message, events)
        case 15 where record.dataLength > 2: nameData(from + 2, message, events)
        case 33 where record.dataLength > 6: nameData(from + 6, message, events)
        case 16, 99: strings(record, bytes, events)
        default: break
        }
    }

    private mutating func nameData(_ offset: Int, _ message: DNSMessage, _ events: EventBatch) {
        var target = DNSName()
        guard message.readName(offset, &target) != nil else { return }
        target.withBytes { writer.text(.dnsAnswersData, $0, events) }
    }

    /// The character strings of a TXT record, joined.
    private mutating func strings(_ record: DNSRecord, _ bytes: Bytes, _ events: EventBatch) {
        let from = events.scratch.count
        var at = record.dataOffset
        while at < record.end {
            let length = min(Int(bytes[at]), record.end - at - 1)
            _ = events.scratch.append(bytes.slice(at + 1, at + 1 + length))
            at += 1 + length
        }
        writer.scratch(.dnsAnswersData, events, from: from)
    }
}
