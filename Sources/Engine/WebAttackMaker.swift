internal import Events
internal import Matching
internal import Primitives
internal import Rules

/// One worker's scoring of web requests: what it finds becomes detections and observations.
final class WebAttackMaker {
    let desk: RuleDesk
    private let worker: WebAttackWorker
    private let maker: DetectionMaker
    private var hits: [WebAttackHit] = []
    /// Numbers of the fields that may hold what a rule calls by a name.
    private var fields: [String: [FieldID]] = [:]

    init(desk: RuleDesk, maker: DetectionMaker) {
        self.desk = desk
        self.maker = maker
        worker = desk.webAttacks.makeWorker()
    }

    /// - Parameter time: of an event by its index, or that of the one before it where it has none
    func match(
        _ batch: EventBatch, input: ContentID, streamOffset: Int64, firstLine: UInt64 = 0, time: (Int) -> Timestamp,
        into result: inout BatchResult
    ) {
        if !hits.isEmpty { hits.removeAll(keepingCapacity: true) }
        worker.match(batch, into: &hits)
        for hit in hits {
            let event = maker.reference(
                batch.events[hit.event], raw: batch.raw(of: hit.event), input: input, streamOffset: streamOffset,
                firstLine: firstLine, time: time(hit.event))
            make(hit, event, batch, time(hit.event), into: &result)
        }
    }

    /// What a body is worth, of a captured request.
    func scored(_ body: Bytes) -> [WebAttackHit] {
        hits.removeAll(keepingCapacity: true)
        worker.match(body: body, of: .networkHTTP, into: &hits)
        return hits
    }

    private func make(
        _ hit: WebAttackHit, _ event: EventReference, _ batch: EventBatch, _ time: Timestamp,
        into result: inout BatchResult
    ) {
        let rule = desk.webAttacks.rules[hit.rule]
        let raw = batch.raw(of: hit.event)
        if let needed = desk.neededFields[rule.info.id] {
            let values = needed.compactMap { name in
                value(name, rule, hit.event, batch).map { FieldValue(name: name, value: $0) }
            }
            result.observations.append(
                Observation(
                    time: time, subject: rule.info.id, event: event, values: values,
                    excerpt: raw.prefix(Observation.maximumExcerptBytes).array))
        }
        guard rule.info.generates else { return }
        var shown = WebAttackMaker.shown(hit, outcome: WebAttackOutcome.judge(rule, hit, batch))
        for field in DetectionMaker.partyFields {
            if let text = batch.text(field, of: hit.event) {
                shown.append(FieldValue(name: field.rawValue, value: text))
            }
        }
        result.detections.append(
            Detection(
                id: detectionID(rule: rule.info.id, events: [event.id]), rule: rule.info, first: time, last: time,
                events: [event], fields: shown, form: "\(hit.form.name)", entity: entity(rule, hit.event, batch),
                evidence: [Evidence(event: event, bytes: raw)]))
    }

    static func shown(_ hit: WebAttackHit, outcome: String) -> [FieldValue] {
        var place = "\(hit.place.name)"
        if !hit.name.isEmpty { place += " " + String(decoding: hit.name, as: UTF8.self) }
        var seen: Set<String> = []
        let parts = hit.parts.map { "\($0.what) (\($0.score))" }.filter { seen.insert($0).inserted }
        return [
            FieldValue(name: WebAttackFields.score, value: "\(hit.score)"),
            FieldValue(name: WebAttackFields.place, value: place),
            FieldValue(name: WebAttackFields.value, value: String(decoding: hit.value, as: UTF8.self)),
            FieldValue(name: WebAttackFields.parts, value: parts.joined(separator: ", ")),
            FieldValue(name: WebAttackFields.outcome, value: outcome),
        ]
    }

    private func value(_ name: String, _ rule: WebAttackRule, _ event: Int, _ batch: EventBatch) -> String? {
        let numbers: [FieldID]
        if let known = fields[name] {
            numbers = known
        } else {
            numbers = Taxonomy.sources(name, for: rule.logSource).compactMap { desk.registry.id(of: $0) }
            fields[name] = numbers
        }
        for number in numbers {
            if let slot = batch.slot(number, of: event), slot.type != .null { return batch.bytes(of: slot).text }
        }
        return nil
    }

    private func entity(_ rule: WebAttackRule, _ event: Int, _ batch: EventBatch) -> Entity {
        for name in rule.info.entityFields + Entity.fieldOrder {
            if let found = value(name, rule, event, batch), !found.isEmpty {
                return Entity(field: Taxonomy.canonical(name, for: rule.logSource), value: found)
            }
        }
        return .none
    }
}

/// What the answer says of an attack: refused, an attempt, or that it likely worked.
enum WebAttackOutcome {
    /// An answer smaller than this holds no file.
    static let leastBytes = 16

    static func judge(_ rule: WebAttackRule, _ hit: WebAttackHit, _ batch: EventBatch) -> String {
        guard let text = batch.text(.httpResponseStatusCode, of: hit.event), let status = Int(text) else {
            return WebAttackFields.attempt
        }
        if (400..<500).contains(status) || status == 501 || status == 505 { return WebAttackFields.refused }
        // A file that was asked for by its path and came.
        let asksForFile = hit.place == .path && rule.judges.contains { $0 == .hidden || $0 == .file }
        let size =
            [Field.httpResponseBodyBytes, .httpResponseBytes]
            .lazy.compactMap { batch.text($0, of: hit.event).flatMap { Int($0) } }.first ?? 0
        if asksForFile && (status == 200 || status == 206) && size >= leastBytes { return WebAttackFields.success }
        return WebAttackFields.attempt
    }
}
