internal import Primitives

/// Countries of addresses, from a MaxMind DB file that has `country.iso_code`, as GeoLite2-Country and its like have.
/// Read once, into the addresses of each country, since a rule asks of countries: nothing is looked up while packets
/// are judged.
package struct CountryDatabase: Sendable {
    private var countries: [String: IntervalSet<UInt128>] = [:]

    package init() {}

    package var isEmpty: Bool { countries.isEmpty }

    /// Throws `PlaceError` where the file is none, or damaged.
    package init(path: String) throws {
        countries = try PlaceDatabase(path: path).countries().mapValues { IntervalSet(joining: $0) }
    }

    /// Addresses of these countries (two letters each, in capitals).
    package func addresses(of codes: [String]) -> AddressSet {
        var all = IntervalSet<UInt128>()
        for code in codes { if let ranges = countries[code] { all.formUnion(ranges) } }
        return AddressSet(all)
    }

    /// Addresses whose country is known and none of these.
    package func addresses(notOf codes: [String]) -> AddressSet {
        addresses(of: countries.keys.filter { !codes.contains($0) })
    }

    func add(to hasher: inout ContentHasher) {
        for (code, set) in countries.sorted(by: { $0.key < $1.key }) {
            hasher.add(code)
            for end in set.ranges.flatMap({ [$0.lowerBound, $0.upperBound] }) {
                hasher.add(UInt64(truncatingIfNeeded: end >> 64))
                hasher.add(UInt64(truncatingIfNeeded: end))
            }
        }
    }
}
