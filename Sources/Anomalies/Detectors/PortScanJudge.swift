internal import Events
internal import Primitives
internal import Rules

/// Ordered side of `port_scan`: a window of slots for each source, and the scan that goes on.
///
/// A scan is found in the slot with which a window first reaches a threshold, and goes on as long as windows reach one
/// again before a whole window has passed without.
final class PortScanJudge: AnomalyJudging {
    private(set) var evictions: Int64 = 0
    private(set) var lateObservations: Int64 = 0
    private let rule: RuleInfo
    private let settings: PortScanSettings
    private var sources: [String: Source] = [:]
    /// Sources with attempts in the slot under way.
    private var touched = Set<String>()
    private var current = Int64.min
    private var judgedThrough = Int64.min
    private var held = 0
    private var ended: [Detection] = []

    /// Targets kept over all sources, about 100 bytes each.
    private static let heldLimit = 300_000

    private struct Source {
        var slots: [(slot: Int64, record: SlotRecord, targets: TargetSketch)] = []
        var scan: Scan?
    }

    private struct Scan {
        var tally = AnomalyTally()
        var targets = TargetSketch()
        var lastSlot: Int64
        var isDirty = true
    }

    init(_ rule: AnomalyRule) throws {
        self.rule = rule.info
        settings = try PortScanSettings(rule)
    }

    func feed(_ observation: Observation) {
        guard let address = observation.value(Field.sourceIP.rawValue) else { return }
        let slot = TimeSlots.slot(of: observation.time, settings.slotNanoseconds)
        guard slot > judgedThrough else {
            lateObservations += 1
            return
        }
        if slot > current {
            judge()
            current = slot
        }
        var targets = TargetSketch()
        observation.value(AggregateField.targets)?.withBytes { text in
            TextList.forEach(text, TextList.blank) { if !$0.isEmpty { targets.insert($0.text) } }
        }
        add(SlotRecord(observation), targets, to: address, slot)
        touched.insert(address)
        if held > PortScanJudge.heldLimit { evict() }
    }

    private func add(_ record: SlotRecord, _ targets: TargetSketch, to address: String, _ slot: Int64) {
        var source = sources[address] ?? Source()
        sources[address] = nil
        while let oldest = source.slots.first, oldest.slot <= slot - PortScanSettings.slots {
            held -= oldest.targets.words.count
            source.slots.removeFirst()
        }
        if var last = source.slots.last, last.slot == slot {
            source.slots.removeLast()
            held -= last.targets.words.count
            last.record.merge(record)
            last.targets.formUnion(targets)
            source.slots.append(last)
        } else {
            source.slots.append((slot, record, targets))
        }
        held += source.slots.last?.targets.words.count ?? 0
        sources[address] = source
    }

    func advance(to time: Timestamp) {
        guard !time.isNone, current != .min, TimeSlots.end(of: current, settings.slotNanoseconds) <= time else {
            return
        }
        judge()
    }

    func finish() { judge() }

    /// Judges the slot under way, which is over.
    private func judge() {
        guard current > judgedThrough else { return }
        for address in touched.sorted() { judge(address) }
        touched.removeAll()
        judgedThrough = current
    }

    private func judge(_ address: String) {
        guard var source = sources[address] else { return }
        if let scan = source.scan, current - scan.lastSlot > PortScanSettings.slots {
            if scan.isDirty { ended.append(detection(scan, address)) }
            source.scan = nil
        }
        let reach = ScanReach(of: source.slots.map(\.targets))
        if reach.ports >= settings.ports || reach.hosts >= settings.hosts {
            var scan = source.scan ?? Scan(lastSlot: .min)
            for slot in source.slots where slot.slot > scan.lastSlot {
                scan.tally.add(slot.record)
                scan.targets.formUnion(slot.targets)
            }
            scan.lastSlot = current
            scan.isDirty = true
            source.scan = scan
        }
        sources[address] = source
    }

    /// Drops what no window can hold any more, then, if need be, the sources that were seen longest ago.
    private func evict() {
        let horizon = current - PortScanSettings.slots
        let order = sources.keys.sorted { (lastSlot($0), $0) < (lastSlot($1), $1) }
        for address in order {
            let expired = lastSlot(address) <= horizon
            guard expired || held > PortScanJudge.heldLimit * 3 / 4 else { break }
            guard let source = sources.removeValue(forKey: address) else { continue }
            if let scan = source.scan, scan.isDirty { ended.append(detection(scan, address)) }
            held -= source.slots.reduce(0) { $0 + $1.targets.words.count }
            touched.remove(address)
            if !expired { evictions += 1 }
        }
    }

    private func lastSlot(_ address: String) -> Int64 { sources[address]?.slots.last?.slot ?? .min }

    func takeDetections() -> [Detection] {
        var taken = ended
        ended = []
        for (address, source) in sources {
            guard var scan = source.scan, scan.isDirty else { continue }
            taken.append(detection(scan, address))
            scan.isDirty = false
            sources[address]?.scan = scan
        }
        return taken
    }

    private func detection(_ scan: Scan, _ address: String) -> Detection {
        let reach = ScanReach(of: [scan.targets])
        var fields = [FieldValue(name: Field.sourceIP.rawValue, value: address)]
        fields += [
            FieldValue(name: "scan.kind", value: reach.kind(settings)),
            FieldValue(name: "scan.ports", value: String(reach.ports)),
            FieldValue(name: "scan.hosts", value: String(reach.hosts)),
        ]
        fields += reach.sampleHosts.map { FieldValue(name: Field.destinationIP.rawValue, value: $0) }
        fields += reach.samplePorts.map { FieldValue(name: Field.destinationPort.rawValue, value: String($0)) }
        return scan.tally.detection(of: rule, entity: Entity(kind: "ip", value: address), fields: fields)
    }
}

/// How far a set of targets reaches: the most ports of one host, and the most hosts with one port. Estimates where the
/// set is larger than its sample.
struct ScanReach {
    private(set) var ports = 0
    private(set) var hosts = 0
    /// Up to 20 ports of the host with the most, or the one port of the most hosts, ascending.
    private(set) var samplePorts: [Int] = []
    /// That host, or up to 20 of those hosts.
    private(set) var sampleHosts: [String] = []

    static let sampleLimit = 20
    /// A count made of fewer sampled targets than this is no estimate.
    private static let fewest = 8

    init(of sketches: [TargetSketch]) {
        let (words, share) = TargetSketch.sample(of: sketches)
        var byHost: [String: Set<Int>] = [:]
        var byPort: [String: Set<String>] = [:]
        for word in words {
            let parts = word.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, let port = Int(parts[2]) else { continue }
            byHost["\(parts[0])/\(parts[1])", default: []].insert(port)
            byPort["\(parts[0])/\(port)", default: []].insert(String(parts[1]))
        }
        let host = byHost.min { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        let port = byPort.min { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        ports = ScanReach.estimate(host?.value.count ?? 0, share)
        hosts = ScanReach.estimate(port?.value.count ?? 0, share)
        if ports >= hosts, let host {
            samplePorts = Array(host.value.sorted().prefix(ScanReach.sampleLimit))
            sampleHosts = [ScanReach.second(host.key)]
        } else if let port {
            samplePorts = [Int(ScanReach.second(port.key)) ?? 0]
            sampleHosts = Array(port.value.sorted().prefix(ScanReach.sampleLimit))
        }
    }

    private static func estimate(_ sampled: Int, _ share: Double) -> Int {
        if share >= 1 { return sampled }
        return sampled < fewest ? sampled : Int(min(Double(sampled) / share, 1e9).rounded())
    }

    private static func second(_ key: String) -> String {
        key.split(separator: "/", maxSplits: 1).last.map(String.init) ?? ""
    }

    func kind(_ settings: PortScanSettings) -> String {
        if ports >= settings.ports, hosts >= settings.hosts { return "ports and hosts" }
        return ports >= settings.ports ? "ports of one host" : "hosts with one port"
    }
}
