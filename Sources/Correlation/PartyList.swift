internal import Events

/// Whom the records behind a detection name: addresses, users, hosts, domains and hashes, so that whoever asks for one
/// of them finds it. Bounded for each field; in the order in which they appeared.
struct PartyList {
    /// Fields that observations carry for this, whatever the correlation groups by.
    static let fields = [
        "source.ip", "destination.ip", "host.hostname", "user.name", "user.target.name", "url.domain",
        "dns.question.name", "file.hash.sha256",
    ]
    /// What threat intelligence says of an entry: kept like parties, carried by its observations alone.
    static let spokenOf = [
        "threat.indicator.name", "threat.indicator.type", "threat.feed.name", "threat.indicator.description",
    ]
    private static let kept = fields + spokenOf
    private static let lengths = kept.map(\.utf8.count)
    static let maximumValues = 50

    private(set) var values: [FieldValue] = []
    private var known: Set<FieldValue> = []
    private var counts = [Int](repeating: 0, count: PartyList.kept.count)
    private(set) var cost = 0
    /// The values of the record before: those of one group are alike, and what was just noted need not be looked up.
    private var previous: [FieldValue] = []

    mutating func note(_ fresh: [FieldValue]) {
        if fresh.isStored(with: previous) { return }
        for (place, value) in fresh.enumerated() where place >= previous.count || previous[place] != value {
            note(value)
        }
        previous = fresh
    }

    mutating func merge(_ other: PartyList, after known: Int) {
        for value in other.values.dropFirst(known) { note(value) }
    }

    /// Nil for a field that is not kept. Most are not, and few names are as long as one that is.
    private static func place(of name: String) -> Int? {
        let length = name.utf8.count
        for place in kept.indices where lengths[place] == length && kept[place] == name { return place }
        return nil
    }

    private mutating func note(_ value: FieldValue) {
        guard !value.value.isEmpty, let place = PartyList.place(of: value.name),
            counts[place] < PartyList.maximumValues, known.insert(value).inserted
        else { return }
        counts[place] += 1
        values.append(value)
        cost += 100 + value.value.utf8.count
    }
}
