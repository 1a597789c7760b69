package import Events
package import Primitives
internal import Rules

/// An entry that an event speaks of.
package struct IndicatorHit: Sendable {
    package let event: Int
    package let entry: Int
    /// The field that has it.
    package let field: FieldID
}

/// Looks the fields of events up in a table of indicators. For one thread; allocates nothing per event but hits.
package final class IndicatorWorker {
    private let table: IndicatorTable
    /// How the fields of the catalogue are looked up, by number.
    private var ways = [Way](repeating: .none, count: 256)
    private var lowered = [UInt8](repeating: 0, count: 4096)
    private var last = (address: IPAddress(high: 0, low: 0), entry: -1)

    private enum Way: UInt8 {
        case none
        case address
        case name
        case url
        case path
        case hash
        case ja3
        case ja4
    }

    /// One line a field. ECS names; what a log calls them is the decoders' matter.
    private static let fields: [(Field, Way)] = [
        (.sourceIP, .address), (.destinationIP, .address), (.clientIP, .address), (.serverIP, .address),
        (.dnsResolvedIP, .address), (.dnsQuestionName, .name), (.dnsAnswersData, .name), (.urlDomain, .name),
        (.destinationDomain, .name), (.sourceDomain, .name), (.tlsServerName, .name), (.tlsAlternativeNames, .name),
        (.urlFull, .url), (.urlOriginal, .path), (.fileHashMD5, .hash), (.fileHashSHA1, .hash),
        (.fileHashSHA256, .hash), (.relatedHash, .hash), (.tlsJA3, .ja3), (.tlsJA4, .ja4),
    ]

    package init(_ table: IndicatorTable) {
        self.table = table
        for (field, way) in IndicatorWorker.fields { ways[Int(FieldID(field).rawValue)] = way }
    }

    /// Adds the hits of a batch, in the order of the events; an entry counts once for an event.
    package func match(_ batch: EventBatch, into hits: inout [IndicatorHit]) {
        for index in 0..<batch.count {
            let first = hits.count
            for slot in batch.fields(of: index) where slot.field.rawValue < 256 && slot.length > 0 {
                let way = ways[Int(slot.field.rawValue)]
                guard way != .none else { continue }
                let entry = find(way, batch.bytes(of: slot), batch, index)
                guard entry >= 0, table.holds(entry, at: batch.events[index].time),
                    !hits[first...].contains(where: { $0.entry == entry })
                else { continue }
                hits.append(IndicatorHit(event: index, entry: entry, field: slot.field))
            }
        }
    }

    private func find(_ way: Way, _ value: Bytes, _ batch: EventBatch, _ index: Int) -> Int {
        switch way {
        case .none: return -1
        case .address: return address(value)
        case .name: return name(value)
        case .url: return url(value)
        case .path: return path(value, batch, index)
        case .hash: return text(.hash, value)
        case .ja3: return text(.ja3, value)
        case .ja4: return text(.ja4, value)
        }
    }

    private func address(_ text: Bytes) -> Int {
        guard let address = IPAddress(text) else { return -1 }
        if address == last.address { return last.entry }
        let entry = table.find(address)
        last = (address, entry)
        return entry
    }

    private func text(_ kind: IndicatorKind, _ value: Bytes) -> Int {
        withLowered(value, 0) { table.find(kind, $0) ?? -1 }
    }

    /// The name itself, then each name above it down to two labels.
    private func name(_ value: Bytes) -> Int {
        guard value.count <= 253 else { return -1 }
        return withLowered(value, 0) { name in
            var rest = name
            if rest.count > 0, rest.start[rest.count - 1] == ASCII.dot { rest = rest.prefix(rest.count - 1) }
            while let dot = rest.firstIndex(of: ASCII.dot) {
                if let entry = table.find(.domain, rest) { return entry }
                rest = rest.dropping(dot + 1)
            }
            return -1
        }
    }

    /// A whole URL; then its host as a name.
    private func url(_ value: Bytes) -> Int {
        var rest = value
        if let colon = rest.firstIndex(of: ASCII.colon), colon + 2 < rest.count, rest.start[colon + 1] == ASCII.slash,
            rest.start[colon + 2] == ASCII.slash
        {
            rest = rest.dropping(colon + 3)
        }
        let host = rest.firstIndex(of: ASCII.slash) ?? rest.count
        let found = withLowered(rest, host) { lookUp($0) }
        if found >= 0 { return found }
        return name(rest.prefix(host))
    }

    /// A request's target, behind the host that the event has.
    private func path(_ value: Bytes, _ batch: EventBatch, _ index: Int) -> Int {
        guard let first = value.start.first(value.count) else { return -1 }
        if first != ASCII.slash { return url(value) }
        guard let host = batch.slot(FieldID(.urlDomain), of: index) else { return -1 }
        let name = batch.bytes(of: host)
        guard name.count + value.count <= lowered.count else { return -1 }
        return lowered.withUnsafeMutableBufferPointer { room in
            for at in 0..<name.count { room[at] = IndicatorWorker.lower(name.start[at]) }
            for at in 0..<value.count { room[name.count + at] = value.start[at] }
            guard let start = UnsafePointer(room.baseAddress) else { return -1 }
            return lookUp(Bytes(start: start, count: name.count + value.count))
        }
    }

    /// As it stands, then without its query.
    private func lookUp(_ url: Bytes) -> Int {
        if let entry = table.find(.url, url) { return entry }
        guard let mark = url.firstIndex(of: UInt8(ascii: "?")) else { return -1 }
        return table.find(.url, url.prefix(mark)) ?? -1
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

    /// `value` with its first `count` bytes (0: all) in lower case; what is longer than the room is not looked up.
    private func withLowered(_ value: Bytes, _ count: Int, _ body: (Bytes) -> Int) -> Int {
        guard value.count <= lowered.count else { return -1 }
        let limit = count == 0 ? value.count : count
        return lowered.withUnsafeMutableBufferPointer { room in
            for at in 0..<value.count {
                room[at] = at < limit ? IndicatorWorker.lower(value.start[at]) : value.start[at]
            }
            guard let start = UnsafePointer(room.baseAddress) else { return -1 }
            return body(Bytes(start: start, count: value.count))
        }
    }
}

extension IndicatorTable {
    /// The entry of an address, or of the longest network that has it; -1 where there is none.
    package func find(_ address: IPAddress) -> Int {
        if let entry = IndicatorKey.withAddress(address, { find(.address, $0) }) { return entry }
        for prefix in prefixes {
            let network = IPNetwork(address: address, prefix: prefix)
            if let entry = IndicatorKey.withNetwork(network, { find(.network, $0) }) { return entry }
        }
        return -1
    }
}

extension UnsafePointer where Pointee == UInt8 {
    fileprivate func first(_ count: Int) -> UInt8? { count > 0 ? pointee : nil }
}
