internal import Events
internal import Matching
internal import Primitives
internal import Rules

/// Bodies of captured requests: they are inspected when they are whole, before the transaction's event is made.
extension WebAttackMaker {
    func match(
        _ inspection: InspectionBatch, packets: PacketBatch, input: ContentID, into result: inout BatchResult
    ) {
        for item in inspection.items
        where item.kind == .transaction && item.direction == .toServer && item.application == .http {
            let first = Int(item.firstBuffer)
            for buffer in inspection.buffers[first..<first + Int(item.bufferCount)]
            where buffer.kind == .httpRequestBody && buffer.length > 0 {
                for hit in scored(inspection.bytes(of: buffer)) { make(hit, item, packets, input, into: &result) }
            }
        }
    }

    private func make(
        _ hit: WebAttackHit, _ item: InspectionItem, _ packets: PacketBatch, _ input: ContentID,
        into result: inout BatchResult
    ) {
        let rule = desk.webAttacks.rules[hit.rule]
        let frame = item.packetIndex >= 0 ? packets.packets[Int(item.packetIndex)] : nil
        let bytes = frame.map { packets.frame($0) } ?? .empty
        let event = EventReference(
            id: eventID(input: input, offset: item.time.nanoseconds, bytes: bytes), input: input,
            number: item.packetNumber, offset: frame?.streamOffset ?? 0, length: bytes.count)
        let parties = SignatureParties(item)
        let fields = parties.fields
        if let needed = desk.neededFields[rule.info.id] {
            result.observations.append(
                Observation(
                    time: item.time, subject: rule.info.id, event: event,
                    values: fields.filter { needed.contains($0.name) },
                    excerpt: bytes.prefix(Observation.maximumExcerptBytes).array))
        }
        guard rule.info.generates else { return }
        result.detections.append(
            Detection(
                id: detectionID(rule: rule.info.id, events: [event.id]), rule: rule.info, first: item.time,
                last: item.time, events: [event],
                fields: WebAttackMaker.shown(hit, outcome: WebAttackFields.attempt) + fields,
                form: "\(hit.form.name)", entity: Entity(kind: "ip", value: parties.source.description),
                evidence: frame.map { [Evidence(event: event, bytes: bytes, linkType: $0.linkType)] } ?? []))
    }
}
