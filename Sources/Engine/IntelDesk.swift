internal import Events
package import Matching
package import Primitives
package import Rules

/// The threat intelligence of a run: every list's entries in one table.
package final class IntelDesk: Sendable {
    package let table: IndicatorTable
    package let lists: [IndicatorList]
    /// Over all that was read: another digest means that there may be new entries.
    package let digest: ContentID
    package let counts: [IndicatorKind: Int]
    /// Different entries, and the bytes they take.
    package var count: Int { table.count }
    package var bytes: Int { table.bytes }

    /// Reads files and folders. Throws where one cannot be read, or where none has an entry.
    package init(paths: [String]) throws {
        var files: [String] = []
        for path in paths {
            let (found, problem) = IndicatorList.files(path)
            if let problem { throw EngineError.configuration("\(path): cannot be read: \(problem)") }
            files += found.filter { !files.contains($0) }
        }
        var table = IndicatorTable()
        var hasher = ContentHasher()
        var lists: [IndicatorList] = []
        var counts: [IndicatorKind: Int] = [:]
        for (place, file) in files.enumerated() {
            let list = IndicatorList(path: file) { indicator in
                guard table.count < IndicatorList.maximumEntries else { return }
                IntelDesk.add(indicator, list: place, to: &table)
                counts[indicator.kind, default: 0] += 1
                hasher.add(indicator.value)
            }
            if let problem = list.problem { throw EngineError.configuration("\(file): \(problem)") }
            lists.append(list)
        }
        guard !table.isEmpty else {
            throw EngineError.configuration(
                "no indicator in \(paths.joined(separator: ", ")): lists are text, CSV, STIX 2.1 or MISP JSON")
        }
        self.table = table
        self.lists = lists
        self.counts = counts
        digest = hasher.finish()
    }

    private static func add(_ indicator: Indicator, list: Int, to table: inout IndicatorTable) {
        let note = Array(indicator.note.utf8)
        note.withBytes { note in
            switch indicator.kind {
            case .address:
                guard let address = IPAddress(indicator.value) else { return }
                IndicatorKey.withAddress(address) {
                    table.add(.address, $0, list: list, note: note, expiresSeconds: indicator.expires)
                }
            case .network:
                guard let network = IPNetwork(indicator.value) else { return }
                IndicatorKey.withNetwork(network) {
                    table.add(.network, $0, list: list, note: note, expiresSeconds: indicator.expires)
                }
            default:
                Array(indicator.value.utf8).withBytes {
                    table.add(indicator.kind, $0, list: list, note: note, expiresSeconds: indicator.expires)
                }
            }
        }
    }

    /// What a finding shows of an entry.
    func fields(of entry: Int) -> [FieldValue] {
        let note = table.withNote(of: entry) { $0.text }
        return [
            FieldValue(name: IntelligenceRules.indicator, value: value(of: entry)),
            FieldValue(name: IntelligenceRules.type, value: table.kind(of: entry).word),
            FieldValue(name: IntelligenceRules.feed, value: lists[table.list(of: entry)].name),
        ] + (note.isEmpty ? [] : [FieldValue(name: IntelligenceRules.note, value: note)])
    }

    /// As its list has it, in the form in which it is compared.
    package func value(of entry: Int) -> String {
        table.withKey(of: entry) { key in
            switch table.kind(of: entry) {
            case .address: return IntelDesk.address(key).description
            case .network: return IPNetwork(address: IntelDesk.address(key), prefix: Int(key[16])).description
            default: return key.text
            }
        }
    }

    private static func address(_ key: Bytes) -> IPAddress {
        var halves: (UInt64, UInt64) = (0, 0)
        for index in 0..<8 {
            halves.0 = halves.0 << 8 | UInt64(key[index])
            halves.1 = halves.1 << 8 | UInt64(key[8 + index])
        }
        return IPAddress(high: halves.0, low: halves.1)
    }

    /// The entry that a stored value speaks of; nil where there is none.
    func entry(field: String, value: String, at time: Timestamp) -> Int? {
        var found: Int?
        let kind = Entity(field: field, value: value).kind
        if let address = IPAddress(value) {
            let entry = table.find(address)
            found = entry >= 0 ? entry : nil
        } else if kind == "domain" || field.contains("server_name") {
            found = domain(value.lowercased())
        } else if kind == "hash" {
            found = Array(value.lowercased().utf8).withBytes { table.find(.hash, $0) }
        }
        return found.flatMap { table.holds($0, at: time) ? $0 : nil }
    }

    private func domain(_ name: String) -> Int? {
        Array(name.utf8).withBytes { bytes in
            var rest = bytes
            while let dot = rest.firstIndex(of: ASCII.dot) {
                if let entry = table.find(.domain, rest) { return entry }
                rest = rest.dropping(dot + 1)
            }
            return nil
        }
    }
}
