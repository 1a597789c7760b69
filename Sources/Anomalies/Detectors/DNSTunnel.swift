internal import Events
internal import Primitives
internal import Rules

/// `dns_tunnel`: names below one domain that carry data: many different ones, long, of even letters, in record types
/// with room (Born and Gustafson, "Detecting DNS Tunnels Using Character Frequency Analysis", 2010; Farnham, "Detecting
/// DNS Tunneling", SANS 2013; RITA's count of subdomains).
///
/// Five parts from 0 to 1, and their mean: names (different ones, up to `names` in the window), freshness (share of
/// questions that are for a new name), length (of what stands before the domain, 12 to 52), entropy (2.8 to 4.0 bits
/// for each letter), and types (share of TXT, NULL, CNAME, MX, KEY, SRV and private ones). Less than half of
/// `names` different names are never a tunnel.
struct DNSTunnel: SlotModel {
    let spec: WatchSpec
    var gapSlots: Int64 { DNSTunnel.slots }
    var leastEvents: Int { names / 2 }
    var sieveNanoseconds: Int64 { DNSTunnel.slots * spec.slotNanoseconds }
    private let names: Int
    private let leastScore: Double
    private static let slots: Int64 = 6

    private static let bulky = [
        "txt", "null", "cname", "mx", "key", "srv", "private", "65399", "naptr", "a6", "dnskey", "spf", "10", "25",
    ]

    struct State {
        var slots: [(slot: Int64, cell: SlotCell)] = []
    }

    init(_ rule: AnomalyRule) throws {
        var settings = AnomalySettings(rule)
        names = try settings.number("names", default: 100, in: 4...100_000)
        leastScore = try settings.fraction("score", default: 0.6, in: 0...1)
        let window = try settings.seconds("window", default: 3600, in: 60...86_400)
        spec = WatchSpec(
            sources: [.networkDNS, .dnsServer],
            key: try settings.key(default: [.field(["source.ip", "client.ip"]), .registeredDomain]),
            conditions: try settings.conditions()
                + [
                    WatchCondition(.subdomain, .isPresent),
                    WatchCondition(.registeredDomain, .hasExtension(["arpa", "local"]), isNegated: true),
                ],
            slotNanoseconds: Int64(window) * 1_000_000_000 / DNSTunnel.slots,
            counters: [
                WatchCounter(value: .length(.subdomain)), WatchCounter(value: .entropy(.subdomain)),
                WatchCounter(
                    value: .one, conditions: [WatchCondition(.dnsQuestionType, .equals(DNSTunnel.bulky))]),
                WatchCounter(
                    value: .one, conditions: [WatchCondition(.dnsResponseCode, .equals(["nxdomain", "3"]))]),
            ], words: .subdomain, sketch: .subdomain)
        try settings.finish(known: ["names", "score", "window", "key", "where"])
    }

    func emptyState() -> State { State() }

    mutating func judge(_ state: inout State, _ cell: SlotCell, key: String, slot: Int64) -> AnomalyFinding? {
        state.slots.append((slot, cell))
        state.slots.removeAll { $0.slot <= slot - DNSTunnel.slots }
        var sketch = HyperLogLog()
        for slot in state.slots { sketch.formUnion(slot.cell.sketch) }
        let different = sketch.estimate
        guard different >= names / 2 else { return nil }
        let total = Double(max(1, state.slots.reduce(0) { $0 + $1.cell.count }))
        func mean(_ index: Int) -> Double { state.slots.reduce(0) { $0 + Double($1.cell[index]) } / total }
        let length = mean(0)
        let entropy = mean(1) / 1000
        let bulky = mean(2)
        let parts = [
            ("names", min(1, Double(different) / Double(names))), ("freshness", min(1, Double(different) / total)),
            ("length", DNSTunnel.share(length, 12, 52)), ("entropy", DNSTunnel.share(entropy, 2.8, 4.0)),
            ("types", bulky),
        ]
        let score = parts.reduce(0) { $0 + $1.1 } / Double(parts.count)
        guard score >= leastScore else { return nil }
        var finding = AnomalyFinding(
            value: Double(different), expectation: Double(names) / 2, spread: 0, score: score,
            details: parts.map { ("tunnel.\($0.0)_score", Decimals.text($0.1)) } + [
                ("tunnel.names", String(different)), ("tunnel.questions", String(Int(total))),
                ("tunnel.mean_length", Decimals.text(length)), ("tunnel.mean_entropy", Decimals.text(entropy)),
                ("tunnel.no_such_name", Decimals.text(mean(3))),
            ] + cell.words.words.prefix(3).map { (WatchText.subdomain.name, $0) })
        finding.records = state.slots.map(\.cell.record)
        return finding
    }

    private static func share(_ value: Double, _ low: Double, _ high: Double) -> Double {
        min(1, max(0, (value - low) / (high - low)))
    }

    func bytes(_ state: State) -> Int { state.slots.reduce(100) { $0 + $1.cell.bytes } }
}
