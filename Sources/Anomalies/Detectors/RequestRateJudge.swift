internal import Events
internal import Primitives
internal import Rules

/// Ordered side of `request_rate`: a baseline for each virtual host, and the anomalies that go on.
///
/// A client's anomaly begins with its first anomalous minute and goes on until `gap` minutes pass without one. The
/// score shown is that of its highest minute.
final class RequestRateJudge: AnomalyJudging {
    private(set) var evictions: Int64 = 0
    private(set) var lateObservations: Int64 = 0
    private let rule: RuleInfo
    private let settings: RequestRateSettings
    private var groups: [String: RequestRateGroup] = [:]
    private var touched: [(name: String, group: RequestRateGroup)] = []
    /// That of the observation before: mostly that of the next one too.
    private var latest: (name: String, group: RequestRateGroup)?
    private var current = Int64.min
    private var judgedThrough = Int64.min
    private var open: [Subject: Burst] = [:]
    private var ended: [Detection] = []

    /// Virtual hosts with a baseline.
    private static let groupLimit = 10_000

    private struct Subject: Hashable {
        var group: String
        var client: String
    }

    private struct Burst {
        var tally = AnomalyTally()
        var peak: RateScore
        var lastSlot: Int64
        var isDirty = true
    }

    init(_ rule: AnomalyRule) throws {
        self.rule = rule.info
        settings = try RequestRateSettings(rule)
    }

    func feed(_ observation: Observation) {
        guard let name = observation.value(AggregateField.group) else { return }
        let slot = TimeSlots.slot(of: observation.time, RequestRateSettings.slotNanoseconds)
        guard slot > judgedThrough else {
            lateObservations += 1
            return
        }
        if slot > current {
            judge()
            current = slot
        }
        let group = group(name)
        if !group.isTouched {
            group.isTouched = true
            touched.append((name, group))
        }
        add(observation, to: group)
    }

    private func group(_ name: String) -> RequestRateGroup {
        if let latest, latest.name == name { return latest.group }
        let group = groups[name] ?? RequestRateGroup()
        groups[name] = group
        latest = (name, group)
        return group
    }

    private func add(_ observation: Observation, to group: RequestRateGroup) {
        if let histogram = observation.value(AggregateField.histogram) {
            histogram.withBytes { RequestRateJudge.read($0) { group.quiet[$0, default: 0] += $1 } }
            return
        }
        guard let client = observation.value(Field.sourceIP.rawValue) else { return }
        let agents = observation.value(AggregateField.agents).flatMap { UInt64($0, radix: 36) } ?? 0
        let minute = ClientMinute(record: SlotRecord(observation), agents: agents)
        if var known = group.clients[client] {
            known.record.merge(minute.record)
            known.agents |= minute.agents
            group.clients[client] = known
        } else {
            group.clients[client] = minute
        }
    }

    /// `1:52 2:7` as pairs; what is no pair of positive numbers is left out.
    static func read(_ histogram: Bytes, _ body: (_ requests: Int, _ clients: Int) -> Void) {
        TextList.forEach(histogram, TextList.blank) { word in
            guard let colon = word.firstIndex(of: ASCII.colon),
                let requests = TextList.number(word.prefix(colon), base: 10),
                let clients = TextList.number(word.dropping(colon + 1), base: 10), requests > 0, clients > 0,
                clients < 1 << 40
            else { return }
            body(Int(requests), Int(clients))
        }
    }

    func advance(to time: Timestamp) {
        let nanoseconds = RequestRateSettings.slotNanoseconds
        guard !time.isNone, current != .min, TimeSlots.end(of: current, nanoseconds) <= time else { return }
        judge()
    }

    func finish() { judge() }

    /// Judges the minute under way, which is over.
    private func judge() {
        guard current > judgedThrough else { return }
        closeEnded()
        for (name, group) in touched.sorted(by: { $0.name < $1.name }) {
            for (client, minute, score) in group.close(current, settings) {
                extend(Subject(group: name, client: client), minute, score)
            }
        }
        touched.removeAll()
        judgedThrough = current
        if groups.count > RequestRateJudge.groupLimit { evict() }
    }

    private func extend(_ subject: Subject, _ minute: ClientMinute, _ score: RateScore) {
        var burst = open.removeValue(forKey: subject) ?? Burst(peak: score, lastSlot: current)
        burst.tally.add(minute.record)
        burst.lastSlot = current
        burst.isDirty = true
        if score.score > burst.peak.score { burst.peak = score }
        open[subject] = burst
    }

    private func closeEnded() {
        for (subject, burst) in open where current - burst.lastSlot > Int64(settings.gapMinutes) {
            if burst.isDirty { ended.append(detection(burst, subject)) }
            open[subject] = nil
        }
    }

    /// Drops the baselines that are out of date, then, if need be, those that were used longest ago.
    private func evict() {
        latest = nil
        let horizon = current - Int64(settings.baselineMinutes)
        for (name, group) in groups where group.lastSlot <= horizon { groups[name] = nil }
        guard groups.count > RequestRateJudge.groupLimit else { return }
        let order = groups.sorted { ($0.value.lastSlot, $0.key) < ($1.value.lastSlot, $1.key) }
        for (name, _) in order.prefix(groups.count - RequestRateJudge.groupLimit * 3 / 4) {
            groups[name] = nil
            evictions += 1
        }
    }

    func takeDetections() -> [Detection] {
        var taken = ended
        ended = []
        for (subject, burst) in open where burst.isDirty {
            taken.append(detection(burst, subject))
            open[subject]?.isDirty = false
        }
        return taken
    }

    private func detection(_ burst: Burst, _ subject: Subject) -> Detection {
        var fields = [FieldValue(name: Field.sourceIP.rawValue, value: subject.client)]
        if subject.group.hasPrefix("host/") {
            fields.append(FieldValue(name: Field.urlDomain.rawValue, value: String(subject.group.dropFirst(5))))
        }
        fields += [
            FieldValue(name: "value", value: String(burst.peak.value)),
            FieldValue(name: "expectation", value: RequestRateJudge.tenths(burst.peak.expectation)),
            FieldValue(name: "spread", value: RequestRateJudge.tenths(burst.peak.spread)),
            FieldValue(name: "score", value: RequestRateJudge.tenths(burst.peak.score)),
            FieldValue(name: "agents", value: String(burst.peak.agents)),
        ]
        let entity = Entity(kind: "ip", value: subject.client)
        return burst.tally.detection(of: rule, entity: entity, fields: fields)
    }

    /// With one decimal.
    private static func tenths(_ value: Double) -> String {
        let scaled = Int((min(max(value, -1e12), 1e12) * 10).rounded())
        return "\(scaled / 10).\(abs(scaled % 10))"
    }
}
