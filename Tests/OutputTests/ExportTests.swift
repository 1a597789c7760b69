import Events
import Foundation
import Output
import Primitives
import Testing

/// What attackers write into what others will read: terminal escapes, HTML, formulas, turned writing.
let hostileTexts = [
    "\u{1b}[2J\u{9b}31m", "<script>alert(1)</script><img src=x onerror=alert(2)>", "=cmd|' /C calc'!A0",
    "\u{202e}gpj.exe\u{2066}\u{200f}", "a\r\nb\nCEF:0|x|\tc", "'; DROP TABLE x; --", "\"quoted\\\" | pipe",
    "\u{0}\u{7f}",
    "@SUM(1+1)*cmd|' /C calc'!A0", "-2+3", "+1", " =1+1", "</style></pre>", "&amp;&#x3c;", "](javascript:alert(1))",
]

@Suite struct ExportTests {
    static func item(_ text: String, kind: String = "user", number: UInt64 = 1) -> ExportCase {
        var incident = Incident(
            id: ContentID(high: number, low: 2), rule: "rule \(text)", title: "title \(text)", severity: .high,
            entity: Entity(kind: kind, value: text), first: SampleDetection.start,
            last: SampleDetection.start.adding(nanoseconds: 61_250_000_000), count: 7,
            stages: ["credential-access", "odd \(text)"], techniques: ["T1110.001", "T9999 \(text)"],
            rules: ["rule \(text)"], inputs: [ContentID(high: 3, low: 4)], assignee: text)
        incident.tags = [text]
        incident.resolution = "benign"
        return ExportCase(
            incident: incident, ruleTitle: text,
            parties: [
                FieldValue(name: "source.ip", value: "203.0.113.7"), FieldValue(name: "source.ip", value: text),
                FieldValue(name: "host.name", value: text), FieldValue(name: "url.domain", value: "x.example"),
            ])
    }

    static func text(_ format: String, _ cases: [ExportCase]) throws -> String {
        String(decoding: try #require(ExportFormat.named(format)).encode(cases), as: UTF8.self)
    }

    @Test(arguments: ExportFormat.table.map(\.name), hostileTexts)
    func hostileContentIsInert(format: String, hostile: String) throws {
        let text = try Self.text(format, [Self.item(hostile), Self.item(hostile, kind: "ip", number: 2)])
        for scalar in text.unicodeScalars {
            #expect(scalar == "\n" || scalar == "\r" && format == "csv" || scalar.value >= 0x20 && scalar.value != 0x7F)
            #expect(!(0x80..<0xA0).contains(scalar.value))
            #expect(![0x202E, 0x2066, 0x200F].contains(scalar.value))
        }
        switch format {
        case "csv": #expect(text.split(separator: "\r\n").count == 3)
        case "cef":
            let lines = text.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines.allSatisfy { $0.hasPrefix("CEF:0|nightjar|nightjar|") })
        case "stix", "navigator", "misp":
            #expect(try JSONSerialization.jsonObject(with: Data(text.utf8)) is [String: Any])
        default:
            let lines = text.split(separator: "\n")
            #expect(lines.count == 2)
            for line in lines { #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any]) }
        }
    }

    @Test(arguments: [
        ("=1+1", "\"'=1+1\""), ("+1", "\"'+1\""), ("-1", "\"'-1\""), ("@x", "\"'@x\""), (" =1", "\"' =1\""),
        ("\t=1", "\"'\\u{9}=1\""), ("＝1", "\"'＝1\""), ("a\"b", "\"a\"\"b\""), ("a,b", "\"a,b\""), ("a=b", "\"a=b\""),
        ("\r\n@x", "\"'\\u{d}\\u{a}@x\""), ("", "\"\""), ("203.0.113.7", "\"203.0.113.7\""),
    ])
    func spreadsheetsRunNothing(value: String, cell: String) { #expect(CSVExport.cell(value) == cell) }

    private func object(_ format: String, _ item: ExportCase) throws -> [String: Any] {
        let text = try Self.text(format, [item])
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func elasticsSchema() throws {
        let alert = try object("ecs", Self.item("203.0.113.9", kind: "ip"))
        #expect(alert["@timestamp"] as? String == "2026-03-12T02:59:02.250Z")
        let event = try #require(alert["event"] as? [String: Any])
        #expect(event["kind"] as? String == "alert")
        #expect(event["category"] as? [String] == ["intrusion_detection"])
        #expect(event["severity"] as? Int == 73)
        #expect((alert["source"] as? [String: Any])?["ip"] as? String == "203.0.113.9")
        let related = try #require(alert["related"] as? [String: Any])
        #expect(related["ip"] as? [String] == ["203.0.113.9", "203.0.113.7"])
        #expect((alert["threat"] as? [String: Any]) != nil)
        // The field is of type ip in every index: text would make the whole document fail.
        let odd = try object("ecs", Self.item("not an address", kind: "ip"))
        #expect((odd["related"] as? [String: Any])?["ip"] as? [String] == ["203.0.113.7"])
        #expect((odd["source"] as? [String: Any])?["ip"] as? String == "203.0.113.7")
    }

    /// The attributes that class 2004 of OCSF 1.3 requires, with the types its schema gives them.
    @Test func detectionFinding() throws {
        let finding = try object("ocsf", Self.item("203.0.113.9", kind: "ip"))
        #expect(finding["class_uid"] as? Int == 2004)
        #expect(finding["category_uid"] as? Int == 2)
        #expect(finding["type_uid"] as? Int == 200_401)
        #expect(finding["severity_id"] as? Int == 4)
        #expect(finding["severity"] as? String == "High")
        #expect(finding["time"] as? Int == 1_773_284_342_250)
        #expect(finding["status_id"] as? Int == 1)
        let metadata = try #require(finding["metadata"] as? [String: Any])
        #expect(metadata["version"] as? String == "1.3.0")
        #expect((metadata["product"] as? [String: Any])?["vendor_name"] as? String == "nightjar")
        let info = try #require(finding["finding_info"] as? [String: Any])
        #expect(info["uid"] as? String == "00000000000000010000000000000002")
        #expect((info["attacks"] as? [[String: Any]])?.count == 2)
        // What the class has (no other attribute may stand there), and what it and its objects require.
        let known: Set = [
            "activity_id", "activity_name", "category_name", "category_uid", "class_name", "class_uid", "count",
            "end_time", "finding_info", "message", "metadata", "observables", "severity", "severity_id", "start_time",
            "status", "status_id", "time", "type_uid", "unmapped",
        ]
        #expect(Set(finding.keys).isSubset(of: known))
        for name in [
            "activity_id", "category_uid", "class_uid", "finding_info", "metadata", "severity_id", "time", "type_uid",
        ] { #expect(finding[name] != nil, "\(name)") }
        #expect(info["title"] is String && metadata["product"] is [String: Any])
        #expect((info["analytic"] as? [String: Any])?["type_id"] as? Int == 1)
        let observables = try #require(finding["observables"] as? [[String: Any]])
        #expect(observables.allSatisfy { ($0["type_id"] as? Int) != nil && ($0["name"] as? String) != nil })
    }

    /// STIX 2.1: what each kind of object requires beside its type and id, and what indicators should have.
    private static let required: [String: [String]] = [
        "identity": ["created", "modified", "name"],
        "indicator": [
            "created", "modified", "pattern", "pattern_type", "valid_from", "name", "description", "indicator_types",
        ],
        "observed-data": [
            "created", "modified", "first_observed", "last_observed", "number_observed", "object_refs",
        ],
        "sighting": ["created", "modified", "sighting_of_ref"],
        "relationship": ["created", "modified", "relationship_type", "source_ref", "target_ref"],
        "attack-pattern": ["created", "modified", "name"], "ipv4-addr": ["value"], "ipv6-addr": ["value"],
        "domain-name": ["value"], "user-account": ["account_login"], "file": ["hashes"],
    ]

    @Test func stixBundle() throws {
        var hash = Self.item(String(repeating: "a", count: 64), kind: "hash", number: 5)
        hash.incident.count = 0
        let cases = [
            Self.item("203.0.113.9", kind: "ip"), Self.item("2001:db8::9", kind: "ip", number: 2),
            Self.item("root", number: 3), Self.item("x'\\y.example", kind: "domain", number: 4), hash,
            Self.item("", kind: "none", number: 6),
        ]
        let text = try Self.text("stix", cases)
        #expect(text == (try Self.text("stix", cases)), "the same export is the same bundle")
        let bundle = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let objects = try #require(bundle["objects"] as? [[String: Any]])
        let ids = objects.compactMap { $0["id"] as? String }
        #expect(Set(ids).count == objects.count)
        for object in objects {
            let (type, id) = (object["type"] as? String ?? "", object["id"] as? String ?? "")
            for name in Self.required[type] ?? [] { #expect(object[name] != nil, "\(type): \(name)") }
            #expect(id.hasPrefix(type + "--"))
            let uuid = Array(id.dropFirst(type.count + 2))
            #expect(UUID(uuidString: String(uuid)) != nil)
            #expect(uuid[14] == "5")
            #expect(object["spec_version"] as? String == "2.1")
            for (key, value) in object where key.hasSuffix("_ref") {
                #expect(ids.contains(value as? String ?? ""), "\(key) points outside the bundle")
            }
            for (key, value) in object where key.hasSuffix("_refs") {
                for reference in value as? [String] ?? [] { #expect(ids.contains(reference)) }
            }
            if let modified = object["modified"] as? String, let created = object["created"] as? String {
                #expect(created <= modified && modified.hasSuffix("Z") && modified.count == 24)
            }
        }
        #expect(objects.allSatisfy { Self.required.keys.contains($0["type"] as? String ?? "") })
        let types = Dictionary(grouping: objects) { $0["type"] as? String ?? "" }.mapValues(\.count)
        #expect(types["indicator"] == 5)
        #expect(types["sighting"] == 5)
        #expect(types["attack-pattern"] == 6)
        #expect(text.contains(#"[domain-name:value = 'x\\'\\\\y.example']"#))
        #expect(objects.allSatisfy { ($0["number_observed"] as? Int ?? 1) >= 1 })
        // The id that STIX prescribes for this address (UUID version 5 over {"value":"198.51.100.3"}).
        let known = try Self.text("stix", [Self.item("198.51.100.3", kind: "ip")])
        #expect(known.contains("ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"))
    }

    @Test func navigatorLayer() throws {
        let text = try Self.text("navigator", [Self.item("a"), Self.item("a", number: 2)])
        let layer = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(layer["domain"] as? String == "enterprise-attack")
        #expect((layer["versions"] as? [String: Any])?["layer"] as? String == "4.5")
        let techniques = try #require(layer["techniques"] as? [[String: Any]])
        // Layer format 4.5: ids are T#### or T####.###; showSubtechniques is for techniques that have some.
        #expect(techniques.compactMap { $0["techniqueID"] as? String } == ["T1110", "T1110.001"])
        #expect(techniques.first?["score"] == nil && techniques.first?["showSubtechniques"] as? Bool == true)
        #expect(techniques.last?["score"] as? Int == 2 && techniques.last?["showSubtechniques"] == nil)
        let gradient = try #require(layer["gradient"] as? [String: Any])
        let (low, high) = (gradient["minValue"] as? Int ?? 0, gradient["maxValue"] as? Int ?? 0)
        #expect(low < high && (gradient["colors"] as? [String])?.count == 2)
        #expect([0, 1, 2, 3].contains(layer["sorting"] as? Int) && layer["name"] as? String == "nightjar")
    }

    @Test func commonEventFormat() throws {
        let text = try Self.text("cef", [Self.item("a|b=c\\d", kind: "host")])
        #expect(text.hasPrefix(#"CEF:0|nightjar|nightjar|0.1.0|rule a\|b=c\\d|title a\|b=c\\d|8|externalId="#))
        #expect(text.contains(#" shost=a|b\=c\\d "#))
        #expect(text.contains(" cnt=7 "))
    }

    @Test(arguments: hostileTexts) func htmlStaysText(hostile: String) {
        let text = HTMLText.escaped(hostile)
        for character in text { #expect(!"<>\"'".contains(character)) }
        for scalar in text.unicodeScalars { #expect(scalar.value >= 0x20 && scalar.value != 0x202E) }
    }
}
