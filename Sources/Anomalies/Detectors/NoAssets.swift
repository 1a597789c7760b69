internal import Events
internal import Primitives
internal import Rules

/// `no_assets`: a client asks for pages of a site, many of them, and never for the pictures, styles and scripts that
/// every browser loads with them: a scraper or a tool (Stassopoulou and Dikaiakos, "Web robot detection: A
/// probabilistic reasoning approach", 2009: the share of image requests tells robots best).
///
/// Judged are a client's minutes with a quarter of `pages` requests or more, those of an hour together: `pages`
/// requests and no asset. The other such clients of that hour, `clients` of them, must have loaded `usual` assets a
/// page on average, so that an API makes nobody suspect. The score is the number of assets a browser would have loaded,
/// by that average, over `pages`.
///
/// It reads what `request_rate` watches: requests by client and minute, and how many of them were for assets.
struct NoAssets: SlotModel {
    let spec: WatchSpec
    var gapSlots: Int64 { NoAssets.slots }
    private let pages: Int
    private let usual: Double
    private let clients: Int
    private var company: [(slot: Int64, assets: Int64, pages: Int64, clients: Set<UInt64>)] = []
    /// All slots of `company` together, added up once a slot.
    private var others = (assets: Int64(0), pages: Int64(0), clients: Set<UInt64>())

    private static let slots: Int64 = 60
    private static let clientLimit = 1000

    struct State {
        var slots: [(slot: Int64, record: SlotRecord, requests: Int64, assets: Int64)] = []
    }

    init(_ rule: AnomalyRule) throws {
        var settings = AnomalySettings(rule)
        pages = try settings.number("pages", default: 200, in: 8...4000)
        usual = try settings.fraction("usual", default: 0.5, in: 0...100)
        clients = try settings.number("clients", default: 3, in: 1...1000)
        spec = WatchSpec(
            sources: Web.sources, key: [.field([Field.sourceIP.rawValue])],
            slotNanoseconds: RequestRateSettings.slotNanoseconds,
            counters: [WatchCounter(value: .one), WatchCounter(value: .one)], least: [Int64(pages / 4)])
        try settings.finish(known: ["pages", "usual", "clients"])
    }

    /// Watched by whatever counts requests for `request_rate`.
    static func watch(_ rule: AnomalyRule) throws -> WatchPlan {
        .requests(least: Int(try NoAssets(rule).spec.least[0]))
    }

    /// Minutes with too few requests come without it.
    static var neededValue: String? { AggregateField.assets }

    func emptyState() -> State { State() }

    static var prepares: Bool { true }

    mutating func prepare(_ cells: [(key: String, cell: SlotCell)], slot: Int64) {
        company.removeAll { $0.slot <= slot - NoAssets.slots }
        var now = (slot: slot, assets: Int64(0), pages: Int64(0), clients: Set<UInt64>())
        for (key, cell) in cells where !cell.isOrdinary(spec) && cell[1] > 0 {
            now.assets += cell[1]
            now.pages += cell[0] - cell[1]
            if now.clients.count < NoAssets.clientLimit { now.clients.insert(key.keyHash) }
        }
        if !now.clients.isEmpty { company.append(now) }
        others = (0, 0, [])
        for slot in company {
            others.assets += slot.assets
            others.pages += slot.pages
            others.clients.formUnion(slot.clients)
        }
    }

    var sharedBytes: Int { (company.reduce(0) { $0 + $1.clients.count } + others.clients.count) * 20 }

    mutating func judge(_ state: inout State, _ cell: SlotCell, key: String, slot: Int64) -> AnomalyFinding? {
        state.slots.removeAll { $0.slot <= slot - NoAssets.slots }
        state.slots.append((slot, cell.record, cell[0], cell[1]))
        let requests = state.slots.reduce(0) { $0 + $1.requests }
        guard requests >= Int64(pages), state.slots.allSatisfy({ $0.assets == 0 }) else { return nil }
        let company = others.clients.count - (others.clients.contains(key.keyHash) ? 1 : 0)
        guard company >= clients else { return nil }
        let average = Double(others.assets) / Double(max(1, others.pages))
        guard average >= usual else { return nil }
        let expected = average * Double(requests)
        var finding = AnomalyFinding(
            value: 0, expectation: expected, spread: 0, score: expected / Double(pages),
            details: [
                ("pages.count", String(requests)), ("assets.per_page_of_others", Decimals.text(average)),
                ("clients.others", String(company)),
            ])
        finding.records = state.slots.map(\.record)
        return finding
    }

    func bytes(_ state: State) -> Int { state.slots.count * 320 }
}

/// Tells requests for what belongs to a page.
enum WebAssets {
    private static let words: [StaticString] = [
        "css", "js", "png", "jpg", "jpeg", "gif", "svg", "ico", "woff", "woff2", "webp", "ttf", "mjs", "avif", "map",
    ]
    private static let endings: [UInt64] = words.map { word in
        packed(Bytes(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    static func isAsset(_ path: Bytes) -> Bool {
        var at = path.count
        let end = max(0, path.count - 6)
        while at > end {
            at -= 1
            if path.start[at] == ASCII.slash { return false }
            if path.start[at] == ASCII.dot { return endings.contains(packed(path.dropping(at + 1))) }
        }
        return false
    }

    /// Up to eight letters in one number, in lower case.
    private static func packed(_ text: Bytes) -> UInt64 {
        var number: UInt64 = 0
        for index in 0..<min(8, text.count) { number = number << 8 | UInt64(ASCII.lower(text.start[index])) }
        return number
    }
}
