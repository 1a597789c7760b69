internal import Events
internal import Primitives

/// A STIX 2.1 bundle (OASIS, June 2021): for each incident an indicator of its entity, what was observed, and a
/// sighting that joins them; attack patterns for techniques. Ids are made of content (UUID version 5), so that the same
/// export is the same bundle.
enum STIXExport {
    static func encode(_ cases: [ExportCase]) -> [UInt8] {
        var objects = STIXObjects()
        for item in cases { objects.add(item) }
        return objects.bundle()
    }
}

/// UUID version 5 (RFC 9562, section 5.5).
enum NamedUUID {
    /// The namespace of STIX's cyber-observable objects (STIX 2.1, section 2.9).
    static let observables: [UInt8] = [
        0x00, 0xAB, 0xED, 0xB4, 0xAA, 0x42, 0x46, 0x6C, 0x9C, 0x01, 0xFE, 0xD2, 0x33, 0x15, 0xA9, 0xB7,
    ]
    /// Our own, for everything else.
    static let own: [UInt8] = [
        0x6E, 0x69, 0x67, 0x68, 0x74, 0x6A, 0x41, 0x72, 0x8A, 0x4A, 0x57, 0x49, 0x58, 0x32, 0x2E, 0x31,
    ]

    static func make(_ name: String, in space: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: 20)
        _ = (space + Array(name.utf8)).withBytes { Digest.sha1.write($0, into: &digest) }
        digest[6] = digest[6] & 0x0F | 0x50
        digest[8] = digest[8] & 0x3F | 0x80
        let digits = Array("0123456789abcdef")
        var text = ""
        for (index, byte) in digest.prefix(16).enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }
}

private struct STIXObjects: ~Copyable {
    private var writer = JSONWriter()
    private var seen: Set<String> = []
    private static let identity = "identity--" + NamedUUID.make("nightjar", in: NamedUUID.own)
    private static let maximumCount = 999_999_999

    init() {
        writer.beginObject()
        writer.member("type", "bundle")
        // A bundle is a container and nothing more: its id says nothing.
        writer.member("id", "bundle--" + NamedUUID.make("bundle", in: NamedUUID.own))
        writer.key("objects")
        writer.beginArray()
        object("identity", STIXObjects.identity, Timestamp(nanoseconds: 0), Timestamp(nanoseconds: 0)) { identity in
            identity.member("name", "nightjar")
            identity.member("identity_class", "system")
        }
    }

    mutating func bundle() -> [UInt8] {
        writer.endArray()
        writer.endObject()
        writer.newline()
        return writer.bytes.array
    }

    /// Milliseconds, as STIX wants them.
    private static func time(_ time: Timestamp) -> String {
        let text = time.iso8601
        let seconds = text.prefix(19)
        let millis = String((time.nanoseconds % 1_000_000_000 + 1_000_000_000) % 1_000_000_000 / 1_000_000)
        return seconds + "." + String(repeating: "0", count: 3 - millis.count) + millis + "Z"
    }

    private mutating func object(
        _ type: String, _ id: String, _ created: Timestamp, _ modified: Timestamp, _ body: (inout JSONWriter) -> Void
    ) {
        writer.element { object in
            object.member("type", type)
            object.member("spec_version", "2.1")
            object.member("id", id)
            if type != "identity" { object.member("created_by_ref", STIXObjects.identity) }
            object.member("created", STIXObjects.time(created))
            object.member("modified", STIXObjects.time(max(created, modified)))
            body(&object)
        }
    }

    private static func id(_ type: String, _ name: String) -> String {
        "\(type)--" + NamedUUID.make("\(type) \(name)", in: NamedUUID.own)
    }

    mutating func add(_ item: ExportCase) {
        let incident = item.incident
        let count = min(max(1, incident.count), STIXObjects.maximumCount)
        guard let observable = observable(incident.entity) else { return }
        let name = incident.id.description
        let indicator = STIXObjects.id("indicator", name)
        let observed = STIXObjects.id("observed-data", name)
        object("indicator", indicator, incident.first, incident.last) { object in
            object.member("name", incident.title)
            object.member(
                "description",
                "\(item.ruleTitle ?? incident.rule): \(incident.count) records, severity \(incident.severity.name)")
            object.key("indicator_types")
            object.strings([incident.resolution == "benign" ? "benign" : "malicious-activity"])
            object.member("pattern", observable.pattern)
            object.member("pattern_type", "stix")
            object.member("valid_from", STIXObjects.time(incident.first))
            if !incident.tags.isEmpty {
                object.key("labels")
                object.strings(incident.tags)
            }
        }
        object("observed-data", observed, incident.first, incident.last) { object in
            object.member("first_observed", STIXObjects.time(incident.first))
            object.member("last_observed", STIXObjects.time(max(incident.first, incident.last)))
            object.key("number_observed")
            object.integer(count)
            object.key("object_refs")
            object.strings([observable.id])
        }
        object("sighting", STIXObjects.id("sighting", name), incident.first, incident.last) { object in
            object.member("first_seen", STIXObjects.time(incident.first))
            object.member("last_seen", STIXObjects.time(max(incident.first, incident.last)))
            object.key("count")
            object.integer(count)
            object.member("sighting_of_ref", indicator)
            object.key("observed_data_refs")
            object.strings([observed])
        }
        for technique in incident.techniques { add(technique, of: indicator, incident) }
    }

    private mutating func add(_ technique: String, of indicator: String, _ incident: Incident) {
        let pattern = STIXObjects.id("attack-pattern", technique)
        let zero = Timestamp(nanoseconds: 0)
        if seen.insert(pattern).inserted {
            object("attack-pattern", pattern, zero, zero) { object in
                object.member("name", AttackNames.name(technique) ?? technique)
                object.key("external_references")
                object.beginArray()
                object.element { reference in
                    reference.member("source_name", "mitre-attack")
                    reference.member("external_id", technique)
                }
                object.endArray()
            }
        }
        let id = STIXObjects.id("relationship", "\(indicator) \(technique)")
        object("relationship", id, incident.first, incident.last) { object in
            object.member("relationship_type", "indicates")
            object.member("source_ref", indicator)
            object.member("target_ref", pattern)
        }
    }

    /// The entity as a cyber-observable, written once; nil for what STIX has no object for.
    private mutating func observable(_ entity: Entity) -> (id: String, pattern: String)? {
        let type: String
        var property = "value"
        switch entity.kind {
        case "ip":
            guard let address = IPAddress(entity.value) else { return nil }
            type = address.isV4 ? "ipv4-addr" : "ipv6-addr"
        case "user": (type, property) = ("user-account", "account_login")
        case "host", "domain": type = "domain-name"
        case "hash": return file(entity.value)
        default: return nil
        }
        guard !entity.value.isEmpty else { return nil }
        return observable(
            type, "{\"\(property)\":\(STIXObjects.canonical(entity.value))}",
            pattern: "[\(type):\(property) = '\(STIXObjects.quoted(entity.value))']"
        ) { $0.member(property, entity.value) }
    }

    private mutating func file(_ hash: String) -> (id: String, pattern: String)? {
        let names = [32: "MD5", 40: "SHA-1", 64: "SHA-256"]
        guard let name = names[hash.utf8.count], hash.utf8.allSatisfy({ ASCII.hexValue($0) != nil }) else { return nil }
        return observable(
            "file", "{\"hashes\":{\"\(name)\":\"\(hash)\"}}", pattern: "[file:hashes.'\(name)' = '\(hash)']"
        ) {
            $0.object("hashes") { $0.member(name, hash) }
        }
    }

    private mutating func observable(
        _ type: String, _ contributing: String, pattern: String, _ body: (inout JSONWriter) -> Void
    ) -> (id: String, pattern: String) {
        let id = "\(type)--" + NamedUUID.make(contributing, in: NamedUUID.observables)
        if seen.insert(id).inserted {
            writer.element { object in
                object.member("type", type)
                object.member("spec_version", "2.1")
                object.member("id", id)
                body(&object)
            }
        }
        return (id, pattern)
    }

    /// A JSON string as RFC 8785 has it, for the id.
    private static func canonical(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case "\u{8}": result += "\\b"
            case "\t": result += "\\t"
            case "\n": result += "\\n"
            case "\u{C}": result += "\\f"
            case "\r": result += "\\r"
            case _ where scalar.value < 0x20:
                result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// Inside the quotes of a pattern (STIX 2.1, section 9.5).
    private static func quoted(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
    }
}
