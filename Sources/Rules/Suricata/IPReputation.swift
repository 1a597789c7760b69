internal import Primitives

/// What reputation files say of addresses: scores from 1 to 127 in named categories. Source: Suricata User Guide, "IP
/// Reputation Format".
package struct IPReputation: Sendable {
    private struct Entry: Sendable {
        var addresses: AddressSet
        /// Prefix length, in bits of IPv6.
        var prefix: Int
        var score: Int
    }

    private var categories: [String: Int] = [:]
    private var entries: [Int: [Entry]] = [:]

    package init() {}

    package var isEmpty: Bool { categories.isEmpty }
    package func knows(_ category: String) -> Bool { categories[category] != nil }

    /// Reads `1,CnC,Command and control` lines.
    package mutating func readCategories(_ text: String) {
        for parts in IPReputation.lines(text) where parts.count >= 2 {
            if let number = Int(parts[0]), (1...255).contains(number) { categories[parts[1]] = number }
        }
    }

    /// Reads `198.51.100.7,1,100` and `2001:db8::/32,2,40` lines.
    package mutating func readScores(_ text: String) {
        for parts in IPReputation.lines(text) where parts.count >= 3 {
            guard let addresses = AddressSet.parse(parts[0]), let category = Int(parts[1]), let score = Int(parts[2]),
                (1...127).contains(score)
            else { continue }
            let bits = parts[0].split(separator: "/").dropFirst().first.flatMap { Int($0) }
            let isV4 = !parts[0].contains(":")
            let prefix = bits.map { isV4 ? $0 + 96 : $0 } ?? 128
            entries[category, default: []].append(Entry(addresses: addresses, prefix: prefix, score: score))
        }
    }

    private static func lines(_ text: String) -> [[String]] {
        text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }.map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmed }
        }
    }

    /// Addresses whose score in a category passes the test. The narrowest network that holds an address speaks for it.
    package func addresses(in category: String, where test: (Int) -> Bool) -> AddressSet {
        let all = (categories[category].flatMap { entries[$0] } ?? []).sorted { $0.prefix < $1.prefix }
        var result = IntervalSet<UInt128>()
        var rest = all[...]
        while let first = rest.first {
            let same = rest.prefix { $0.prefix == first.prefix }
            rest = rest.dropFirst(same.count)
            let others = IPReputation.joined(same.filter { !test($0.score) })
            if !result.isEmpty && !others.isEmpty { result = result.subtracting(others) }
            result.formUnion(IPReputation.joined(same.filter { test($0.score) }))
        }
        return AddressSet(result)
    }

    private static func joined(_ entries: [Entry]) -> IntervalSet<UInt128> {
        IntervalSet(joining: entries.flatMap(\.addresses.numbers.ranges))
    }

    func add(to hasher: inout ContentHasher) {
        for (name, number) in categories.sorted(by: { $0.key < $1.key }) {
            hasher.add(name)
            hasher.add(UInt64(number))
        }
        for (category, list) in entries.sorted(by: { $0.key < $1.key }) {
            for entry in list {
                hasher.add("\(category) \(entry.addresses.numbers.ranges) \(entry.prefix) \(entry.score)")
            }
        }
    }
}
