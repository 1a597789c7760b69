internal import Events
internal import Primitives

/// Sightings between two drains: open addressing over 64-bit hashes, names kept in one array of bytes. Its memory is
/// kept from drain to drain.
struct SightingTable {
    private struct Entry {
        var hash: UInt64
        var address: IPAddress
        var slot: Int64
        var first: Timestamp
        var last: Timestamp
        var nameOffset: Int32
        var nameLength: Int32
        var kind: SightingKind
    }

    private var entries: [Entry] = []
    private var places: [Int32]
    private var names: [UInt8] = []
    /// Sightings that found the table full.
    private(set) var dropped: Int64 = 0

    /// Different sightings between two drains: 65,536 take about 9 MiB.
    static let limit = 1 << 16
    private static let nameLimit = 4 << 20

    init() { places = [Int32](repeating: -1, count: SightingTable.limit * 2) }

    /// Adds one. `name` is folded to lower case (ASCII) as it is kept; one that is too long is passed over.
    mutating func add(_ kind: SightingKind, _ address: IPAddress, _ name: Bytes, slot: Int64, at time: Timestamp) {
        guard name.count <= Sighting.maximumNameBytes, !time.isNone else { return }
        var hash = mix64(address.low ^ mix64(address.high &+ UInt64(kind.rawValue)))
        hash = mix64(hash ^ UInt64(bitPattern: slot))
        for index in 0..<name.count {
            hash = (hash ^ UInt64(SightingTable.lower(name.start[index]))) &* 0x100_0000_01B3
        }
        hash = mix64(hash)
        let mask = places.count - 1
        var spot = Int(truncatingIfNeeded: hash) & mask
        while places[spot] >= 0 {
            let known = Int(places[spot])
            if entries[known].hash == hash, entries[known].kind == kind, entries[known].address == address,
                entries[known].slot == slot, holds(known, name)
            {
                if time < entries[known].first { entries[known].first = time }
                if time > entries[known].last { entries[known].last = time }
                return
            }
            spot = (spot + 1) & mask
        }
        guard entries.count < SightingTable.limit, names.count + name.count <= SightingTable.nameLimit else {
            dropped += 1
            return
        }
        places[spot] = Int32(entries.count)
        entries.append(
            Entry(
                hash: hash, address: address, slot: slot, first: time, last: time, nameOffset: Int32(names.count),
                nameLength: Int32(name.count), kind: kind))
        for index in 0..<name.count { names.append(SightingTable.lower(name.start[index])) }
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

    private func holds(_ place: Int, _ name: Bytes) -> Bool {
        guard Int(entries[place].nameLength) == name.count else { return false }
        let from = Int(entries[place].nameOffset)
        for index in 0..<name.count where names[from + index] != SightingTable.lower(name.start[index]) { return false }
        return true
    }

    /// What was added since the last call, in the order of address, kind, name and hour.
    mutating func drain() -> [Sighting] {
        if entries.isEmpty { return [] }
        let found = entries.map { entry in
            let from = Int(entry.nameOffset)
            return Sighting(
                kind: entry.kind, address: entry.address,
                name: String(decoding: names[from..<from + Int(entry.nameLength)], as: UTF8.self), slot: entry.slot,
                first: entry.first, last: entry.last)
        }
        let mask = places.count - 1
        for entry in entries {
            var spot = Int(truncatingIfNeeded: entry.hash) & mask
            while places[spot] >= 0 {
                places[spot] = -1
                spot = (spot + 1) & mask
            }
        }
        entries.removeAll(keepingCapacity: true)
        names.removeAll(keepingCapacity: true)
        return found.sorted {
            ($0.address, $0.kind.rawValue, $0.name, $0.slot) < ($1.address, $1.kind.rawValue, $1.name, $1.slot)
        }
    }
}
