internal import Events
internal import Matching
internal import Primitives
internal import Rules

/// Turns hits into detections and observations: copies out of the batch what must outlive it. Runs only on hits.
struct DetectionMaker {
    let desk: RuleDesk
    /// Of a stream without offsets (stdin that is watched): counts equal records. Nil: records are named by offset.
    var ordinals: RecordOrdinals?
    private let names = RecordNames()

    init(desk: RuleDesk, ordinals: RecordOrdinals? = nil) {
        self.desk = desk
        self.ordinals = ordinals
    }

    /// Fields that say who and where, shown with every detection whose event has them.
    static let partyFields: [Field] = [
        .sourceIP, .sourceAddress, .destinationIP, .userName, .userTargetName, .hostHostname, .processName, .urlDomain,
        .urlOriginal, .httpResponseStatusCode, .dnsQuestionName,
    ]

    /// - Parameters:
    ///   - streamOffset: offset of the raw batch in the decompressed stream
    ///   - firstLine: number of the batch's first line (packets bear their own)
    ///   - time: the event's time, or that of the event before it where it has none
    func make(
        _ hit: EventHit, worker: EventMatchWorker, batch: EventBatch, input: ContentID, streamOffset: Int64,
        firstLine: UInt64 = 0, time: Timestamp, into result: inout BatchResult
    ) {
        let rule = desk.rules.sigma[Int(hit.rule)].info
        let index = Int(hit.event)
        let record = batch.events[index]
        let raw = batch.raw(of: index)
        let event = reference(
            record, raw: raw, input: input, streamOffset: streamOffset, firstLine: firstLine, time: time)
        if let needed = desk.neededFields[rule.id] {
            result.observations.append(
                Observation(
                    time: time, subject: rule.id, event: event, values: worker.values(needed, of: hit, in: batch),
                    excerpt: raw.prefix(Observation.maximumExcerptBytes).array))
        }
        guard rule.generates else { return }
        var fields = worker.matchedFields(hit, in: batch)
        for field in DetectionMaker.partyFields where !fields.contains(where: { $0.name == field.rawValue }) {
            if let value = batch.text(field, of: index) {
                fields.append(FieldValue(name: field.rawValue, value: value))
            }
        }
        result.detections.append(
            Detection(
                id: detectionID(rule: rule.id, events: [event.id]), rule: rule, first: time, last: time,
                events: [event], fields: fields, form: hit.form.name, entity: worker.entity(of: hit, in: batch),
                evidence: [Evidence(event: event, bytes: batch.wholeRecord(of: index))]))
    }

    /// A log record is named by its offset, one of a stream by its time and how many like it came before, a packet by
    /// its time.
    func reference(
        _ record: EventRecord, raw: Bytes, input: ContentID, streamOffset: Int64, firstLine: UInt64, time: Timestamp
    ) -> EventReference {
        if record.flags.contains(.fromNetwork) {
            let id = names.id(input: input, place: time.nanoseconds, number: UInt64(record.line), bytes: raw)
            return EventReference(id: id, input: input, number: UInt64(record.line), offset: 0, length: raw.count)
        }
        let offset = streamOffset + Int64(record.offset)
        var place = offset
        if let ordinals { place = time.nanoseconds &+ ordinals.ordinal(of: raw, time: time, offset: offset) }
        let number = UInt64(record.line) + firstLine
        return EventReference(
            id: names.id(input: input, place: place, number: number, bytes: raw), input: input, number: number,
            offset: offset, length: raw.count)
    }

    /// A signature's hit: the packet it was decided on, its flow, and the transaction's fields where there is one.
    func make(
        _ hit: SignatureHit, inspection: InspectionBatch, packets: PacketBatch, events: EventBatch, input: ContentID,
        into result: inout BatchResult
    ) {
        let rule = desk.rules.signatures[Int(hit.signature)].info
        var item = inspection.items[Int(hit.item)]
        if let way = hit.way { item.direction = way }
        let packet = HitPacket(item, packets, input: input)
        let event = packet.event
        let parties = SignatureParties(item)
        let fields = parties.fields
        if let needed = desk.neededFields[rule.id] {
            result.observations.append(
                Observation(
                    time: item.time, subject: rule.id, event: event,
                    values: signatureValues(needed, fields, item, inspection, events),
                    excerpt: packet.bytes.prefix(Observation.maximumExcerptBytes).array, linkType: packet.linkType))
        }
        guard rule.generates else { return }
        var located = item
        located.header = parties.header
        let shown = DetectionMaker.transactionFields(item, inspection, events)
        let context = AlertContext(item: located, transactionFields: shown)
        result.detections.append(
            Detection(
                id: detectionID(rule: rule.id, events: [event.id]), rule: rule, first: item.time, last: item.time,
                events: [event], fields: fields, entity: Entity(kind: "ip", value: parties.source.description),
                evidence: packet.evidence, alert: context))
    }

    /// What windows are to know of a signature's hit: the parties, and where asked for what its transaction says and
    /// the flow's community id.
    private func signatureValues(
        _ needed: [String], _ parties: [FieldValue], _ item: InspectionItem, _ inspection: InspectionBatch,
        _ events: EventBatch
    ) -> [FieldValue] {
        var values = parties.filter { needed.contains($0.name) }
        if needed.contains(Field.networkCommunityID.rawValue) {
            values.append(FieldValue(name: Field.networkCommunityID.rawValue, value: CommunityID.text(item.key)))
        }
        for field in DetectionMaker.transactionFields(item, inspection, events)
        where needed.contains(field.name) && !values.contains(where: { $0.name == field.name }) {
            values.append(field)
        }
        return values
    }

    /// The transaction's fields: those of its event where it is over, else what the item itself shows.
    static func transactionFields(
        _ item: InspectionItem, _ inspection: InspectionBatch, _ events: EventBatch
    ) -> [FieldValue] {
        if item.kind == .flowEnd { return [] }
        let fields = DetectionMaker.fields(of: item.event, events)
        guard fields.isEmpty, item.kind == .transaction else { return fields }
        var shown: [FieldValue] = []
        for place in Int(item.firstBuffer)..<Int(item.firstBuffer) + Int(item.bufferCount) {
            let buffer = inspection.buffers[place]
            guard let field = DetectionMaker.bufferFields[buffer.kind] else { continue }
            shown.append(FieldValue(name: field.rawValue, value: inspection.bytes(of: buffer).text))
        }
        return shown
    }

    /// Those with a name in `wanted`; nil: all of them.
    static func fields(of event: Int32, _ events: EventBatch, among wanted: Set<String>? = nil) -> [FieldValue] {
        guard event >= 0, Int(event) < events.count else { return [] }
        return events.fields(of: Int(event)).compactMap {
            let name = events.name(of: $0.field)
            if let wanted, !wanted.contains(name) { return nil }
            return FieldValue(name: name, value: events.bytes(of: $0).text)
        }
    }

    /// Buffers that say what an event's field says.
    private static let bufferFields: [BufferKind: Field] = [
        .httpMethod: .httpRequestMethod, .httpURIRaw: .urlOriginal, .httpHost: .urlDomain,
        .httpUserAgent: .userAgentOriginal, .httpReferer: .httpRequestReferrer, .httpProtocol: .httpVersion,
        .httpStatusCode: .httpResponseStatusCode, .dnsQuery: .dnsQuestionName, .tlsServerName: .tlsServerName,
        .tlsCertSubject: .tlsSubject, .tlsCertIssuer: .tlsIssuer, .tlsCertSerial: .tlsSerialNumber,
        .tlsCertFingerprint: .tlsCertificateSHA1, .ja3Hash: .tlsJA3, .ja4Hash: .tlsJA4, .smtpHelo: .smtpHelo,
        .smtpMailFrom: .smtpMailFrom, .smtpRecipient: .smtpRecipient, .ftpCommand: .ftpCommand,
        .ftpCommandData: .ftpArguments,
    ]
}
