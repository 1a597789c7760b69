package import Events
package import Primitives

/// What addresses were called, and when: sightings put together, to be asked for a moment.
///
/// A lease or a log-in holds until the address is seen with another name, at most for its kind's `holdSeconds`; names
/// of servers hold beside each other. A name counts a little before it was first seen: a connection's record bears the
/// time of its beginning, the name in it comes later.
package struct BindingTable: Sendable {
    private struct Key: Hashable {
        var kind: SightingKind
        var address: IPAddress
    }

    private var sightings: [Key: [Sighting]] = [:]
    /// Names answered for one address at one moment.
    static let maximumNames = 4
    static let leadNanoseconds: Int64 = 300 * 1_000_000_000

    package init() {}

    package init(_ all: [Sighting]) {
        for sighting in all { add(sighting) }
    }

    package mutating func add(_ sighting: Sighting) {
        sightings[Key(kind: sighting.kind, address: sighting.address), default: []].append(sighting)
    }

    /// Names of an address, as text, at a moment: the latest seen first, then by name.
    package func names(of text: String, kinds: [SightingKind], at time: Timestamp) -> [String] {
        guard let address = IPAddress(text) else { return [] }
        var names: [String] = []
        for kind in kinds {
            let held = holding(kind, address, at: time)
            for sighting in kind.isExclusive ? Array(held.prefix(1)) : held where !names.contains(sighting.name) {
                names.append(sighting.name)
            }
        }
        return Array(names.prefix(BindingTable.maximumNames))
    }

    private func holding(_ kind: SightingKind, _ address: IPAddress, at time: Timestamp) -> [Sighting] {
        let all = sightings[Key(kind: kind, address: address)] ?? []
        let hold = kind.holdSeconds * 1_000_000_000
        let held = all.filter {
            $0.first.adding(nanoseconds: -BindingTable.leadNanoseconds) <= time
                && time <= $0.last.adding(nanoseconds: hold)
        }
        return held.sorted { a, b in
            // What was seen before the moment comes first, the latest of it first.
            let (left, right) = (min(a.last, time), min(b.last, time))
            if (a.first <= time) != (b.first <= time) { return a.first <= time }
            return left != right ? left > right : a.first != b.first ? a.first > b.first : a.name < b.name
        }
    }
}
