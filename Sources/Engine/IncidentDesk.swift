internal import Correlation
internal import Events
internal import Primitives
internal import Rules
internal import Storage

/// Brings the incidents in line with the stored detections, by the rules and the inventory of this run.
struct IncidentDesk {
    let store: Store
    let desk: RuleDesk
    /// Whether incidents are put together by another thread while they are stored.
    var beside = false

    /// Two threads and more, and room for what another one's heap holds on to: 8 MiB were measured.
    static func goesBeside(_ options: EngineOptions) -> Bool { options.jobs > 1 && hasRoom(options) }

    /// Bytes of detections that are held for `rebuild` while they are stored.
    static func keptBytes(_ options: EngineOptions) -> Int { hasRoom(options) ? options.memory.resultBytes : 0 }

    private static func hasRoom(_ options: EngineOptions) -> Bool { options.memory.resultBytes >= 16 << 20 }

    func rebuild(run: Int64) throws -> IncidentChanges {
        let (estate, text) = try estate()
        let labels = try store.assetLabels()
        let builder = IncidentBuilder(correlations: desk.rules.correlations, estate: estate, labels: labels)
        let grouping = grouping(builder, estate: text, labels)
        return try IncidentRegrouping(store: store, builder: builder, grouping: grouping, beside: beside).run(run)
    }

    /// Over all but detections that decides on incidents.
    private func grouping(_ builder: IncidentBuilder, estate: String, _ labels: [ContentID: String]) -> ContentID {
        var hasher = ContentHasher()
        hasher.add(builder.grouping)
        hasher.add(estate)
        for (input, label) in labels.sorted(by: { $0.key < $1.key }) {
            hasher.add(input)
            hasher.add(label)
        }
        return hasher.finish()
    }

    /// The inventory of this run, else that of the last one which had one; and its text.
    private func estate() throws -> (Estate, String) {
        if desk.estate.isGiven { return (desk.estate, desk.estateText) }
        guard let text = try store.estateText() else { return (.standard, "") }
        return (EstateReader.read(text: text, file: "estate").estate ?? .standard, text)
    }
}
