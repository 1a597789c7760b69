internal import Events
internal import Primitives

/// Under which names signatures see the names of a message's sections.
struct DNSBuffers {
    let queries: BufferKind
    let answers: BufferKind
    let authorities: BufferKind
    let additionals: BufferKind
    let response: BufferKind
    let anomalies: DNSAnomalies

    static let unicast = DNSBuffers(
        queries: .dnsQueriesName, answers: .dnsAnswersName, authorities: .dnsAuthoritiesName,
        additionals: .dnsAdditionalsName, response: .dnsResponseName,
        anomalies: .unicast)
    static let multicast = DNSBuffers(
        queries: .mdnsQueriesName, answers: .mdnsAnswersName, authorities: .mdnsAuthoritiesName,
        additionals: .mdnsAdditionalsName, response: .mdnsResponseName,
        anomalies: .multicast)
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

    /// What is odd about a message, in the item that is appended next.
    mutating func anomalies(_ message: DNSMessage) {
        let names = kinds.anomalies
        if message.flags & 0x0040 != 0 { output.anomaly(names.reservedFlag) }
        if message.opcode >= 7 { output.anomaly(names.opcode) }
        var faults = DNSNameFaults()
        var at = DNSMessage.headerBytes
        defer { faults.tell(names, output) }
        for _ in 0..<message.questions {
            guard let question = message.readQuestion(at, &name) else { return output.anomaly(names.malformed) }
            faults.add(name.fault)
            at = question.next
        }
        let sections = [
            (message.answers, names.malformed), (message.authorities, names.authorities),
            (message.additionals, names.additionals),
        ]
        for (count, event) in sections {
            for _ in 0..<count {
                guard let record = message.readRecord(at, &name) else { return output.anomaly(event) }
                faults.add(name.fault)
                at = record.end
            }
        }
    }

    /// Numbers of the message, and the names of its sections.
    mutating func write(_ message: DNSMessage) {
        output.number(.dnsOpcode, message.opcode)
        output.number(.dnsResponseCode, message.responseCode)
        var at = DNSMessage.headerBytes
        for _ in 0..<min(message.questions, 64) {
            guard let question = message.readQuestion(at, &name) else { return }
            add(kinds.queries, message)
            if !message.isResponse { output.number(.dnsRecordType, Int(question.type)) }
            at = question.next
        }
        records(message, message.answers, kinds.answers, &at, areAnswers: true)
        records(message, message.authorities, kinds.authorities, &at, areAnswers: false)
        records(message, message.additionals, kinds.additionals, &at, areAnswers: false)
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

    /// Signatures see the types of a query's questions and of a response's answers alone.
    private mutating func records(
        _ message: DNSMessage, _ count: Int, _ kind: BufferKind, _ at: inout Int, areAnswers: Bool
    ) {
        for _ in 0..<min(count, 64) {
            guard let record = message.readRecord(at, &name) else {
                at = message.bytes.count
                return
            }
            add(kind, message)
            addTarget(record, message)
            if areAnswers { output.number(.dnsRecordType, Int(record.type)) }
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
