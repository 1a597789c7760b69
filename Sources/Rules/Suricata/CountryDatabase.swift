internal import Primitives

/// Countries of addresses, from a MaxMind DB file (https://maxmind.github.io/MaxMind-DB/, version 2.0) that has
/// `country.iso_code`, as GeoLite2-Country and its like have. Read once, into the addresses of each country, since a
/// rule asks of countries: nothing is looked up while packets are judged.
package struct CountryDatabase: Sendable {
    private var countries: [String: IntervalSet<UInt128>] = [:]

    package init() {}

    package var isEmpty: Bool { countries.isEmpty }

    /// Nil where the bytes are no such file.
    package init?(_ file: [UInt8]) {
        guard let reader = MaxMindFile(file), let found = reader.countries() else { return nil }
        countries = found.mapValues { IntervalSet(joining: $0) }
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

/// The format itself: a binary tree over the bits of an address, whose leaves point into a section of data.
private struct MaxMindFile {
    private static let marker = [0xAB, 0xCD, 0xEF] + Array("MaxMind.com".utf8)
    /// Nesting of maps and pointers in what is read; records have three or four levels.
    private static let maximumDepth = 16
    private static let maximumNodes = 1 << 26

    private let file: [UInt8]
    private var nodes = 0
    private var recordBits = 0
    private var isV6 = false
    private var nodeBytes: Int { recordBits / 4 }
    private var data: Int { nodes * nodeBytes + 16 }

    init?(_ bytes: [UInt8]) {
        file = bytes
        // The metadata stand behind the last marker, within the last 128 KiB.
        let first = max(0, bytes.count - (128 << 10))
        guard let place = stride(from: bytes.count - MaxMindFile.marker.count, through: first, by: -1).first(where: {
            bytes[$0...].starts(with: MaxMindFile.marker)
        }) else { return nil }
        let start = place + MaxMindFile.marker.count
        guard let count = number(["node_count"], at: start, base: start),
            let bits = number(["record_size"], at: start, base: start),
            let version = number(["ip_version"], at: start, base: start)
        else { return nil }
        guard [24, 28, 32].contains(bits), (1...MaxMindFile.maximumNodes).contains(count),
            version == 4 || version == 6
        else { return nil }
        (nodes, recordBits, isV6) = (count, bits, version == 6)
        if data > bytes.count { return nil }
    }

    /// Ranges of each country; nil where the tree is damaged.
    func countries() -> [String: [ClosedRange<UInt128>]]? {
        var found: [String: [ClosedRange<UInt128>]] = [:]
        var names: [Int: String?] = [:]
        var open: [(node: Int, address: UInt128, depth: Int)] = [(0, 0, 0)]
        let depth = isV6 ? 128 : 32
        while let (node, address, bits) = open.popLast() {
            for side in 0...1 {
                let below = bits + 1
                let value = record(node, side)
                let from = address | UInt128(side) << UInt128(depth - below)
                if value == nodes { continue }
                if value < nodes {
                    guard below < depth else { return nil }
                    open.append((value, from, below))
                    continue
                }
                let place = value - nodes - 16
                let name = names[place] ?? text(["country", "iso_code"], at: data + place, base: data)
                names[place] = .some(name)
                guard let name, let network = range(from, prefix: below) else { continue }
                found[name, default: []].append(network)
            }
        }
        return found
    }

    /// Addresses with a prefix, where this engine has them: IPv4 lies at its mapped place, in the file at zero. Nil for
    /// the file's other names for IPv4 (6to4, Teredo, mapped), which are the same networks once more.
    private func range(_ from: UInt128, prefix: Int) -> ClosedRange<UInt128>? {
        let mapped: UInt128 = 0xFFFF << 32
        if !isV6 {
            let hosts = prefix >= 32 ? UInt128(0) : (UInt128(1) << UInt128(32 - prefix)) - 1
            return (mapped | from)...(mapped | from | hosts)
        }
        let hosts = (prefix == 0 ? UInt128.max : (UInt128(1) << UInt128(128 - prefix)) - 1)
        if from >> 32 == 0 && prefix >= 96 { return (mapped | from)...(mapped | from | hosts) }
        if from >> 32 == 0xFFFF || from >> 112 == 0x2002 || from >> 96 == 0x2001_0000 { return nil }
        return from...(from | hosts)
    }

    private func record(_ node: Int, _ side: Int) -> Int {
        let at = node * nodeBytes
        switch recordBits {
        case 24: return bytes(at + 3 * side, 3)
        case 32: return bytes(at + 4 * side, 4)
        default:
            let middle = Int(file[at + 3])
            return side == 0 ? (middle >> 4) << 24 | bytes(at, 3) : (middle & 15) << 24 | bytes(at + 4, 3)
        }
    }

    private func bytes(_ at: Int, _ count: Int) -> Int {
        var value = 0
        for index in at..<at + count { value = value << 8 | Int(index < file.count ? file[index] : 0) }
        return value
    }

    // MARK: Data

    private enum Kind {
        static let pointer = 1
        static let text = 2
        static let map = 7
        static let array = 11
        static let boolean = 14
    }

    /// What a value begins with: its kind, its length, and where it goes on.
    private func head(_ at: Int, base: Int, depth: Int = 0) -> (kind: Int, size: Int, next: Int)? {
        guard at >= 0, at < file.count, depth < MaxMindFile.maximumDepth else { return nil }
        let control = Int(file[at])
        var kind = control >> 5
        var next = at + 1
        if kind == Kind.pointer {
            let width = (control >> 3) & 3
            let high = width == 3 ? 0 : control & 7
            let offsets = [0, 2048, 526_336, 0]
            let target = base + ((high << (8 * (width + 1)) | bytes(next, width + 1))) + offsets[width]
            // The value stands elsewhere; what follows it stands here.
            guard let inner = head(target, base: base, depth: depth + 1) else { return nil }
            return inner
        }
        if kind == 0 {
            guard next < file.count else { return nil }
            kind = 7 + Int(file[next])
            next += 1
        }
        var size = control & 31
        if size >= 29 {
            let width = size - 28
            size = [29, 285, 65_821][width - 1] + bytes(next, width)
            next += width
        }
        return (kind, size, next)
    }

    /// Where the value at `at` ends.
    private func end(_ at: Int, base: Int, depth: Int = 0) -> Int? {
        guard at < file.count, depth < MaxMindFile.maximumDepth else { return nil }
        if Int(file[at]) >> 5 == Kind.pointer { return at + 2 + ((Int(file[at]) >> 3) & 3) }
        guard let (kind, size, next) = head(at, base: base) else { return nil }
        guard kind == Kind.map || kind == Kind.array else { return kind == Kind.boolean ? next : next + size }
        var place = next
        for _ in 0..<(kind == Kind.map ? 2 * size : size) {
            guard let after = end(place, base: base, depth: depth + 1) else { return nil }
            place = after
        }
        return place
    }

    /// The value under these keys of the map at `at`.
    private func value(_ path: [String], at: Int, base: Int) -> (kind: Int, size: Int, next: Int)? {
        guard let first = path.first else { return head(at, base: base) }
        guard let (kind, size, next) = head(at, base: base), kind == Kind.map else { return nil }
        var place = next
        for _ in 0..<size {
            guard let key = head(place, base: base), key.kind == Kind.text, key.next + key.size <= file.count,
                let inner = end(place, base: base)
            else { return nil }
            if file[key.next..<key.next + key.size].elementsEqual(first.utf8) {
                return value(Array(path.dropFirst()), at: inner, base: base)
            }
            guard let after = end(inner, base: base) else { return nil }
            place = after
        }
        return nil
    }

    private func text(_ path: [String], at: Int, base: Int) -> String? {
        guard let (kind, size, next) = value(path, at: at, base: base), kind == Kind.text, next + size <= file.count
        else { return nil }
        return String(decoding: file[next..<next + size], as: UTF8.self)
    }

    private func number(_ path: [String], at: Int, base: Int) -> Int? {
        guard let (kind, size, next) = value(path, at: at, base: base), [5, 6, 9].contains(kind), size <= 8 else {
            return nil
        }
        return bytes(next, size)
    }
}
