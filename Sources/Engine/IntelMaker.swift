internal import Events
internal import Matching
internal import Primitives
internal import Rules

/// Turns events that speak of entries of threat intelligence into observations. Runs only on hits.
final class IntelMaker {
    private let desk: IntelDesk
    private let worker: IndicatorWorker
    private let maker: DetectionMaker
    private var hits: [IndicatorHit] = []

    private static let parties: [Field] = [
        .sourceIP, .destinationIP, .hostHostname, .userName, .urlDomain, .dnsQuestionName, .fileHashSHA256,
    ]
    private static let partyOrder: [Field] = [.sourceIP, .clientIP, .hostHostname, .userName, .destinationIP]

    /// Nil where the run has no intelligence: then nothing is looked up.
    init?(desk: RuleDesk, maker: DetectionMaker) {
        guard let intel = desk.intel else { return nil }
        self.desk = intel
        self.maker = maker
        worker = IndicatorWorker(intel.table)
    }

    func match(
        _ batch: EventBatch, input: ContentID, streamOffset: Int64, firstLine: UInt64 = 0,
        time: (Int) -> Timestamp, into result: inout BatchResult
    ) {
        hits.removeAll(keepingCapacity: true)
        worker.match(batch, into: &hits)
        for hit in hits {
            let raw = batch.raw(of: hit.event)
            let moment = time(hit.event)
            let event = maker.reference(
                batch.events[hit.event], raw: raw, input: input, streamOffset: streamOffset, firstLine: firstLine,
                time: moment)
            let isFrame = batch.events[hit.event].flags.contains(.fromNetwork)
            result.observations.append(
                Observation(
                    time: moment, subject: IntelligenceRules.subject(finding(hit)), event: event,
                    values: values(hit, batch),
                    excerpt: isFrame ? [] : raw.prefix(Observation.maximumExcerptBytes).array))
        }
    }

    private func finding(_ hit: IndicatorHit) -> IntelligenceRules.Finding {
        switch desk.table.kind(of: hit.entry) {
        case .address, .network:
            let comes = hit.field == FieldID(.sourceIP) || hit.field == FieldID(.clientIP)
            return comes ? .visitor : .address
        case .domain: return .domain
        case .url: return .url
        case .hash: return .file
        case .ja3, .ja4: return .client
        }
    }

    private func values(_ hit: IndicatorHit, _ batch: EventBatch) -> [FieldValue] {
        let party = IntelMaker.partyOrder.lazy.compactMap { batch.text($0, of: hit.event) }.first
        var values = desk.fields(of: hit.entry)
        values.append(FieldValue(name: IntelligenceRules.partyField, value: party ?? "-"))
        for field in IntelMaker.parties {
            if let text = batch.text(field, of: hit.event) {
                values.append(FieldValue(name: field.rawValue, value: text))
            }
        }
        return values
    }
}
