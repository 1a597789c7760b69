internal import Events
internal import Primitives
internal import Rules

/// `generated_domain`: one address asks for many domains that do not exist and look like no words, as malware does that
/// tries the names of the day (Antonakakis et al., "From Throw-Away Traffic to Bots: Detecting the Rise of DGA-Based
/// Malware", 2012: runs of NXDOMAIN; Yadav et al., 2010: pairs of letters, see `LetterPairs`).
///
/// The value is the number of different domains without an answer in the window, the score the mean strangeness of
/// their labels over `strangeness`.
struct GeneratedDomain: SlotModel {
    let spec: WatchSpec
    var gapSlots: Int64 { GeneratedDomain.slots }
    var leastEvents: Int { domains }
    var sieveNanoseconds: Int64 { GeneratedDomain.slots * spec.slotNanoseconds }
    private let domains: Int
    private let leastStrangeness: Double
    private static let slots: Int64 = 6

    typealias State = DNSTunnel.State

    init(_ rule: AnomalyRule) throws {
        var settings = AnomalySettings(rule)
        domains = try settings.number("domains", default: 20, in: 3...100_000)
        leastStrangeness = try settings.fraction("strangeness", default: 4.8, in: 0...10)
        let window = try settings.seconds("window", default: 1800, in: 60...86_400)
        spec = WatchSpec(
            sources: [.networkDNS, .dnsServer],
            key: try settings.key(default: [.field(["source.ip", "client.ip"])]),
            conditions: try settings.conditions()
                + [
                    WatchCondition(.dnsResponseCode, .equals(["nxdomain", "3"])),
                    WatchCondition(
                        .registeredDomain, .hasExtension(["arpa", "local", "lan", "home"]), isNegated: true),
                    WatchCondition(.registeredDomain, .isPresent),
                ],
            slotNanoseconds: Int64(window) * 1_000_000_000 / GeneratedDomain.slots, words: .registeredDomain,
            sketch: .registeredDomain)
        try settings.finish(known: ["domains", "strangeness", "window", "key", "where"])
    }

    func emptyState() -> State { State() }

    mutating func judge(_ state: inout State, _ cell: SlotCell, key: String, slot: Int64) -> AnomalyFinding? {
        state.slots.append((slot, cell))
        state.slots.removeAll { $0.slot <= slot - GeneratedDomain.slots }
        var sketch = HyperLogLog()
        for slot in state.slots { sketch.formUnion(slot.cell.sketch) }
        guard sketch.estimate >= domains else { return nil }
        let (names, _) = TargetSketch.sample(of: state.slots.map(\.cell.words))
        let labels = names.map { $0.prefix { $0 != "." } }
        let strangeness = labels.map { label in
            String(label).withBytes { Double(LetterPairs.standard.strangeness($0)) / 1000 }
        }
        let mean = strangeness.reduce(0, +) / Double(max(1, strangeness.count))
        guard mean >= leastStrangeness else { return nil }
        let spread = RobustBaseline(strangeness.map { Int($0 * 1000) }).spread / 1000
        var finding = AnomalyFinding(
            value: Double(sketch.estimate), expectation: Double(domains), spread: spread,
            score: mean / leastStrangeness,
            details: [
                ("domains.different", String(sketch.estimate)), ("domains.strangeness", Decimals.text(mean)),
            ] + names.sorted().prefix(5).map { (WatchText.registeredDomain.name, $0) })
        finding.records = state.slots.map(\.cell.record)
        return finding
    }

    func bytes(_ state: State) -> Int { state.slots.reduce(100) { $0 + $1.cell.bytes } }
}
