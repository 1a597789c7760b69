internal import Events
internal import Primitives

/// Under which names signatures see the names of a message's sections.
struct DNSBuffers {
    let queries: BufferKind
    let answers: BufferKind
    let authorities: BufferKind
    let additionals: BufferKind
    let response: BufferKind

    static let unicast = DNSBuffers(
        queries: .dnsQueriesName, answers: .dnsAnswersName, authorities: .dnsAuthoritiesName,
        additionals: .dnsAdditionalsName, response: .dnsResponseName)
    static let multicast = DNSBuffers(
        queries: .mdnsQueriesName, answers: .mdnsAnswersName, authorities: .mdnsAuthoritiesName,
        additionals: .mdnsAdditionalsName, response: .mdnsResponseName)
}

/// Lays out what signatures see of a message, wherever it came from, in the item that is appended next.
struct DNSSections {
    private let output: InspectionOutput
    private let kinds: DNSBuffers
    private var name = DNSName()

    init(output: InspectionOutput, _ kinds: DNSBuffers) {
        self.output = output
        self.kinds = kinds
    }

    /// What is odd about a message, in the item that is appended next (Suricata: `dns-events.rules`).
    mutating func anomalies(_ message: DNSMessage) {
        if message.flags & 0x0040 != 0 { output.anomaly("dns.z_flag_set") }
        if message.opcode >= 7 { output.anomaly("dns.invalid_opcode") }
        var at = DNSMessage.headerBytes
        for _ in 0..<message.questions {
            guard let question = message.readQuestion(at, &name) else { return output.anomaly("dns.malformed_data") }
            at = question.next
        }
        let sections: [(count: Int, event: StaticString)] = [
            (message.answers, "dns.malformed_data"), (message.authorities, "dns.invalid_authorities"),
            (message.additionals, "dns.invalid_additionals"),
        ]
        for section in sections {
            for _ in 0..<section.count {
                guard let record = message.readRecord(at, &name) else { return output.anomaly(section.event) }
                at = record.end
            }
        }
    }

    /// Numbers of the message, and the names of its sections.
    mutating func write(_ message: DNSMessage) {
        output.number(.dnsOpcode, message.opcode)
        var at = DNSMessage.headerBytes
        for _ in 0..<min(message.questions, 64) {
            guard let question = message.readQuestion(at, &name) else { return }
            add(kinds.queries, message)
            output.number(.dnsRecordType, Int(question.type))
            at = question.next
        }
        records(message, message.answers, kinds.answers, &at)
        records(message, message.authorities, kinds.authorities, &at)
        records(message, message.additionals, kinds.additionals, &at)
    }

    /// The name at hand as one of its section, and as one of the response.
    private func add(_ kind: BufferKind, _ message: DNSMessage) {
        name.withBytes { output.buffer(kind, $0) }
        if message.isResponse { output.sameBuffer(kinds.response) }
    }

    /// The name that a record's data hold: NS, CNAME, SOA, PTR, MX.
    private mutating func addTarget(_ record: DNSRecord, _ message: DNSMessage) {
        guard message.isResponse else { return }
        let offset: Int
        switch record.type {
        case 2, 5, 6, 12: offset = record.dataOffset
        case 15 where record.dataLength > 2: offset = record.dataOffset + 2
        default: return
        }
        guard message.readName(offset, &name) != nil else { return }
        name.withBytes { output.buffer(kinds.response, $0) }
    }

    private mutating func records(_ message: DNSMessage, _ count: Int, _ kind: BufferKind, _ at: inout Int) {
        for _ in 0..<min(count, 64) {
            guard let record = message.readRecord(at, &name) else {
                at = message.bytes.count
                return
            }
            add(kind, message)
            addTarget(record, message)
            output.number(.dnsRecordType, Int(record.type))
            at = record.end
        }
    }

    mutating func addAnswerNames(_ message: DNSMessage) {
        var at = DNSMessage.headerBytes
        for _ in 0..<message.questions {
            guard let question = message.readQuestion(at, &name) else { return }
            at = question.next
        }
        for _ in 0..<min(message.answers, 256) {
            guard let record = message.readRecord(at, &name) else { return }
            name.withBytes { output.buffer(.dnsAnswerName, $0) }
            at = record.end
        }
    }
}
