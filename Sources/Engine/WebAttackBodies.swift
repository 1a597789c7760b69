internal import Events
internal import Matching
internal import Primitives
internal import Rules

/// Bodies of captured requests: they are inspected when they are whole, before the transaction's event is made.
extension WebAttackMaker {
    func match(
        _ inspection: InspectionBatch, packets: PacketBatch, input: ContentID, into result: inout BatchResult
    ) {
        if desk.webAttacks.rules.isEmpty { return }
        for index in inspection.items.indices where inspection.items[index].kind == .transaction {
            let item = inspection.items[index]
            guard item.direction == .toServer, item.application == .http else { continue }
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
        let packet = HitPacket(item, packets, input: input)
        let event = packet.event
        let parties = SignatureParties(item)
        let fields = parties.fields
        if let needed = desk.neededFields[rule.info.id] {
            result.observations.append(
                Observation(
                    time: item.time, subject: rule.info.id, event: event,
                    values: fields.filter { needed.contains($0.name) },
                    excerpt: packet.bytes.prefix(Observation.maximumExcerptBytes).array, linkType: packet.linkType))
        }
        guard rule.info.generates else { return }
        result.detections.append(
            Detection(
                id: detectionID(rule: rule.info.id, events: [event.id]), rule: rule.info, first: item.time,
                last: item.time, events: [event],
                fields: WebAttackMaker.shown(hit, outcome: WebAttackFields.attempt) + fields,
                form: "\(hit.form.name)", entity: Entity(kind: "ip", value: parties.source.description),
                evidence: packet.evidence))
    }
}
