package import Primitives
internal import Synchronization

/// A kind of secret, and how it is found.
package struct MaskRule: Sendable {
    /// Letters, digits and hyphens: it stands in what is written in place of the secret.
    package var name: String
    package var help: String
    /// Where secrets stand in a text: ranges of bytes, in any order.
    package var find: @Sendable (Bytes) -> [Range<Int>]

    package init(name: String, help: String, find: @escaping @Sendable (Bytes) -> [Range<Int>]) {
        self.name = name
        self.help = help
        self.find = find
    }

    /// The kinds that are built in, each in a file of its own.
    package static let table: [MaskRule] = [
        MaskRule(name: "password", help: "values of password=, pwd:, ... and in URLs", find: PasswordMask.find),
        MaskRule(name: "token", help: "session ids, API keys, Bearer and JWT", find: TokenMask.find),
        MaskRule(name: "card", help: "payment card numbers that pass Luhn's check", find: CardMask.find),
        MaskRule(name: "citizen-id", help: "Vietnamese citizen ids (CCCD)", find: CitizenIDMask.find),
    ]

    package static func named(_ name: String) -> MaskRule? { table.first { $0.name == name } }

    package static func isName(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in byte == UInt8(ascii: "-") || ASCII.isAlphanumeric(byte) }
    }
}

/// Writes secrets over: `<password:8-15:3fa91c0e>` says of what kind it was, how long (in classes), and, by a digest
/// under the store's own key, whether two were the same. In frames, whose length means something, bytes become `*`.
package final class Masker: Sendable {
    package let rules: [MaskRule]
    private let key: [UInt8]
    private let tally = Mutex<[String: Int64]>([:])

    package init(rules: [MaskRule], key: [UInt8]) {
        self.rules = rules
        self.key = key
    }

    /// How many secrets of each kind were written over so far.
    package var counts: [String: Int64] { tally.withLock { $0 } }

    /// The same, and begins to count anew.
    package func takeCounts() -> [String: Int64] {
        tally.withLock { counts in
            defer { counts.removeAll() }
            return counts
        }
    }

    // MARK: - Texts

    /// The text with its secrets written over; nil where there are none.
    package func masked(_ bytes: [UInt8]) -> [UInt8]? {
        let places = bytes.withBytes { find($0) }
        if places.isEmpty { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + places.count * 16)
        var from = 0
        for place in places {
            result += bytes[from..<place.range.lowerBound]
            result += Array(mark(place.name, bytes[place.range]).utf8)
            from = place.range.upperBound
        }
        return result + bytes[from...]
    }

    package func masked(_ text: String) -> String {
        masked(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) } ?? text
    }

    /// A frame of the same length; nil where it holds no secret.
    package func blanked(_ frame: [UInt8]) -> [UInt8]? {
        let places = frame.withBytes { find($0) }
        if places.isEmpty { return nil }
        var result = frame
        for place in places { for index in place.range { result[index] = UInt8(ascii: "*") } }
        return result
    }

    private func mark(_ name: String, _ secret: ArraySlice<UInt8>) -> String {
        var hasher = ContentHasher()
        hasher.add("nightjar mask")
        key.withBytes { hasher.add($0) }
        hasher.add(name)
        Array(secret).withBytes { hasher.add($0) }
        return "<\(name):\(Masker.lengthClass(secret.count)):\(hasher.finish().description.prefix(8))>"
    }

    static func lengthClass(_ count: Int) -> String {
        let starts = [4, 8, 16, 32, 64]
        return classes[starts.firstIndex { count < $0 } ?? starts.count]
    }

    /// Places in order; what overlaps is one place under the name of what begins first, so that no rest is left over.
    private func find(_ bytes: Bytes) -> [(name: String, range: Range<Int>)] {
        var found: [(name: String, range: Range<Int>)] = []
        let written = Masker.marks(in: bytes)
        for rule in rules {
            for range in rule.find(bytes) where !range.isEmpty && range.lowerBound >= 0 {
                guard range.upperBound <= bytes.count else { continue }
                if !isWithin(range, written) { found.append((rule.name, range)) }
            }
        }
        if found.isEmpty { return [] }
        var places: [(name: String, range: Range<Int>)] = []
        let sorted = found.enumerated().sorted {
            ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset)
        }
        for (_, place) in sorted {
            if let last = places.last, place.range.lowerBound < last.range.upperBound {
                let end = max(last.range.upperBound, place.range.upperBound)
                places[places.count - 1].range = last.range.lowerBound..<end
            } else {
                places.append(place)
            }
        }
        tally.withLock { counts in for place in places { counts[place.name, default: 0] += 1 } }
        return places
    }

    private func isWithin(_ range: Range<Int>, _ marks: [Range<Int>]) -> Bool {
        marks.contains { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound }
    }

    /// What stands in place of secrets already: written over once more it could not be compared.
    private static func marks(in bytes: Bytes) -> [Range<Int>] {
        var marks: [Range<Int>] = []
        var at = 0
        while at < bytes.count, marks.count < 1_000 {
            guard bytes.start[at] == UInt8(ascii: "<") else {
                at += 1
                continue
            }
            let end = SecretText.run(bytes, from: at + 1) { byte in
                ASCII.isAlphanumeric(byte) || [0x2B, 0x2D, 0x3A].contains(byte)
            }
            if end < bytes.count, bytes.start[end] == UInt8(ascii: ">"), end - at < 64,
                isMark(Bytes(start: bytes.start + at + 1, count: end - at - 1).text)
            {
                marks.append(at..<end + 1)
            }
            at = max(at + 1, end)
        }
        return marks
    }

    private static func isMark(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 3 && MaskRule.isName(String(parts[0])) && parts[2].utf8.count == 8
            && classes.contains(String(parts[1])) && parts[2].utf8.allSatisfy { ASCII.hexValue($0) != nil }
    }

    private static let classes = ["1-3", "4-7", "8-15", "16-31", "32-63", "64+"]

    // MARK: - What is stored and exported

    /// Field by field, piece by piece. Evidence is sealed as it is kept.
    package func masked(_ detection: Detection) -> Detection {
        var result = detection
        result.fields = detection.fields.map { masked($0) }
        result.entity = masked(detection.entity, named: detection.fields, result.fields)
        // A signature's hit keeps its transaction's fields besides: the request as it was sent stands there.
        if let fields = detection.alert?.transactionFields {
            result.alert?.transactionFields = fields.map { masked($0) }
        }
        result.evidence = detection.evidence.map { piece in
            let bytes = piece.linkType == nil ? masked(piece.bytes) : blanked(piece.bytes)
            return bytes.map { $0.withBytes { Evidence(event: piece.event, bytes: $0, linkType: piece.linkType) } }
                ?? piece
        }
        return result
    }

    /// An entity is the value of a field: where that was written over, so is this, and both stay equal.
    private func masked(_ entity: Entity, named fields: [FieldValue], _ after: [FieldValue]) -> Entity {
        let changed = zip(fields, after).first { before, after in before.value == entity.value && before != after }
        return Entity(kind: entity.kind, value: changed?.1.value ?? masked(entity.value))
    }

    /// What is told of an incident: title, entity, and what its acts name.
    package func masked(_ incident: Incident) -> Incident {
        var result = incident
        result.title = masked(incident.title)
        result.entity = Entity(kind: incident.entity.kind, value: masked(incident.entity.value))
        result.acts = incident.acts.map { act in
            var act = act
            for names in [\IncidentAct.sources, \.targets, \.users] {
                act[keyPath: names] = act[keyPath: names].map { masked($0) }
            }
            act.object = act.object.map { masked($0) }
            return act
        }
        return result
    }

    /// A name that an address was seen with.
    package func masked(_ sighting: Sighting) -> Sighting {
        var result = sighting
        result.name = masked(sighting.name)
        return result
    }

    package func masked(_ observation: Observation) -> Observation {
        let isFrame = observation.linkType != nil
        let excerpt = isFrame ? blanked(observation.excerpt) : masked(observation.excerpt)
        return Observation(
            time: observation.time, subject: observation.subject, event: observation.event,
            values: observation.values.map { masked($0) }, excerpt: excerpt ?? observation.excerpt,
            linkType: observation.linkType, weight: observation.weight)
    }

    package func masked(_ slice: PacketSlice) -> PacketSlice {
        var result = slice
        result.packets = slice.packets.map { packet in
            var packet = packet
            if let bytes = blanked(packet.bytes) { packet.bytes = bytes }
            return packet
        }
        return result
    }

    /// A field that is called `password` holds one, whatever it looks like.
    package func masked(_ field: FieldValue) -> FieldValue {
        let name = field.name.utf8.lastIndex(of: UInt8(ascii: ".")).map {
            String(field.name[field.name.index(after: $0)...])
        }
        let head = Array("\(name ?? field.name)=".utf8)
        let text = head + Array(field.value.utf8)
        guard let result = masked(text), result.starts(with: head) else { return field }
        return FieldValue(name: field.name, value: String(decoding: result.dropFirst(head.count), as: UTF8.self))
    }
}
