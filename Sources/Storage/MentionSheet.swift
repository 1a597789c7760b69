internal import Events
internal import Primitives

/// What detections have in their fields, put together for an incident's tables: each value once.
struct MentionSheet: Sendable {
    struct Mention {
        var field: String
        /// Folded (`TextFold`).
        var value: String
        var address: IPAddress?
    }

    /// Of fields that name a party, in the order in which they came.
    private(set) var mentions: [Mention] = []
    /// Of all others, by the fields' names: distinct, folded, sorted.
    private(set) var values: [(field: String, words: [[UInt8]])] = []

    /// A field that was met.
    private struct Met {
        let name: String
        let isParty: Bool
        var last: String
        var seen: Set<String>
        var words: [[UInt8]] = []
    }

    /// - Parameter detections: the fields of each
    init(_ detections: some Sequence<[FieldValue]>) {
        var met: [Met] = []
        var places: [String: Int] = [:]
        // Detections of one rule have the same fields in the same order, most of them with the same values.
        var before: [Int] = []
        for fields in detections {
            for (index, field) in fields.enumerated() {
                let place: Int
                if index < before.count, met[before[index]].name == field.name {
                    place = before[index]
                    if met[place].last == field.value { continue }
                } else if let known = places[field.name] {
                    place = known
                } else {
                    place = met.count
                    places[field.name] = place
                    met.append(Met(name: field.name, isParty: Mentions.isParty(field.name), last: "", seen: []))
                }
                if index < before.count { before[index] = place } else { before.append(place) }
                met[place].last = field.value
                if met[place].seen.insert(field.value).inserted { add(field.value, &met[place]) }
            }
        }
        for field in met where !field.isParty {
            values.append((field.name, MentionSheet.distinct(field.words)))
        }
        values.sort { $0.field < $1.field }
    }

    private mutating func add(_ value: String, _ field: inout Met) {
        let folded = TextFold.fold(value)
        if field.isParty {
            mentions.append(Mention(field: field.name, value: folded, address: IPAddress(folded)))
        } else {
            field.words.append(Array(folded.utf8))
        }
    }

    private static func distinct(_ words: [[UInt8]]) -> [[UInt8]] {
        if words.count < 2 { return words }
        var distinct: [[UInt8]] = []
        for word in words.sorted(by: { $0.lexicographicallyPrecedes($1) }) where distinct.last != word {
            distinct.append(word)
        }
        return distinct
    }
}
