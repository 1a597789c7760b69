internal import Events
internal import Primitives

/// Writes each DNS message as a record, section by section (Suricata: EVE's `dns`, version 3).
struct DNSRecords {
    private static let maximumRecords = 256

    let output: InspectionOutput
    private var name = DNSName()

    init(output: InspectionOutput) { self.output = output }

    mutating func record(_ message: DNSMessage, _ number: UInt32, _ flow: UnsafeMutablePointer<FlowRecord>) {
        output.recordNumber(.dnsID, Int(message.id))
        output.recordNumber(.dnsFlags, Int(message.flags))
        output.recordNumber(.dnsOpcode, message.opcode)
        if let code = DNSTypes.name(ofCode: message.responseCode) {
            output.recordValue(.dnsResponseCode, code.bytes)
        } else {
            output.recordNumber(.dnsResponseCode, message.responseCode)
        }
        var at = DNSMessage.headerBytes
        for _ in 0..<min(message.questions, DNSRecords.maximumRecords) {
            guard let question = message.readQuestion(at, &name) else { break }
            name.withBytes { output.recordValue(.dnsQuestionName, $0) }
            type(question.type, .dnsQuestionType)
            at = question.next
        }
        for (section, count) in [message.answers, message.authorities, message.additionals].enumerated() {
            for _ in 0..<min(count, DNSRecords.maximumRecords) {
                guard let one = message.readRecord(at, &name) else { break }
                at = one.end
                // Options that say nothing are not written (Suricata does neither).
                if one.type == 41, one.dataLength == 0 { continue }
                output.recordNumber(.dnsSection, section)
                resource(one, message)
            }
        }
        output.record(.dns, flow, message.isResponse ? .toClient : .toServer, number)
    }

    private func type(_ number: UInt16, _ field: RecordField) {
        if let known = DNSTypes.name(ofType: number) {
            output.recordValue(field, known.bytes)
        } else {
            output.recordNumber(field, Int(number))
        }
    }

    private func resource(_ one: DNSRecord, _ message: DNSMessage) {
        name.withBytes { output.recordValue(.dnsRecordName, $0) }
        type(one.type, .dnsRecordType)
        output.recordNumber(.dnsRecordTTL, Int(one.ttl))
        let bytes = message.bytes
        let from = one.dataOffset
        switch one.type {
        case 1 where one.dataLength == 4: address(IPAddress(v4: bytes.bigEndian32(at: from)))
        case 28 where one.dataLength == 16:
            address(IPAddress(high: word(bytes, from), low: word(bytes, from + 8)))
        case 2, 5, 12: target(from, message, .dnsRecordData)
        case 15 where one.dataLength > 2: target(from + 2, message, .dnsRecordData)
        case 16, 10: strings(one, bytes)
        case 6: authority(one, message)
        case 41: options(one, message.bytes)
        case 33 where one.dataLength > 6:
            for part in 0..<3 { output.recordNumber(.dnsRecordPart, Int(bytes.bigEndian16(at: from + part * 2))) }
            target(from + 6, message, .dnsRecordPart)
        default: break
        }
    }

    private func word(_ bytes: Bytes, _ at: Int) -> UInt64 {
        UInt64(bytes.bigEndian32(at: at)) << 32 | UInt64(bytes.bigEndian32(at: at + 4))
    }

    private func address(_ address: IPAddress) {
        let from = output.inspection.scratch.count
        guard AddressText.appendWhole(address, to: &output.inspection.scratch) else { return }
        output.inspection.recordValues.append(
            RecordValue(.dnsRecordData, offset: from, length: output.inspection.scratch.count - from))
    }

    @discardableResult private func target(_ offset: Int, _ message: DNSMessage, _ field: RecordField) -> Int? {
        var target = DNSName()
        guard let end = message.readName(offset, &target) else { return nil }
        target.withBytes { output.recordValue(field, $0) }
        return end
    }

    /// Start of authority: two names and five numbers (RFC 1035 section 3.3.13).
    private func authority(_ one: DNSRecord, _ message: DNSMessage) {
        guard let mailbox = target(one.dataOffset, message, .dnsRecordPart),
            let numbers = target(mailbox, message, .dnsRecordPart), numbers + 20 <= message.bytes.count
        else { return }
        for part in 0..<5 {
            output.recordNumber(.dnsRecordPart, Int(message.bytes.bigEndian32(at: numbers + part * 4)))
        }
    }

    /// Options (RFC 6891 section 6.1.2): the number of each and its bytes in hexadecimal.
    private func options(_ one: DNSRecord, _ bytes: Bytes) {
        var at = one.dataOffset
        while at + 4 <= one.end {
            let length = min(Int(bytes.bigEndian16(at: at + 2)), one.end - at - 4)
            output.recordNumber(.dnsRecordPart, Int(bytes.bigEndian16(at: at)))
            let from = output.inspection.scratch.count
            guard output.inspection.scratch.reserve(2 * length) else { return }
            for index in at + 4..<at + 4 + length {
                output.inspection.scratch.push(HexDigits.lower(bytes[index] >> 4))
                output.inspection.scratch.push(HexDigits.lower(bytes[index] & 15))
            }
            output.inspection.recordValues.append(RecordValue(.dnsRecordPart, offset: from, length: 2 * length))
            at += 4 + length
        }
    }

    /// Character strings, each by itself.
    private func strings(_ one: DNSRecord, _ bytes: Bytes) {
        guard one.type == 16 else { return output.recordValue(.dnsRecordData, bytes.slice(one.dataOffset, one.end)) }
        var at = one.dataOffset
        while at < one.end {
            let length = min(Int(bytes[at]), one.end - at - 1)
            output.recordValue(.dnsRecordData, bytes.slice(at + 1, at + 1 + length))
            at += 1 + length
        }
    }
}
