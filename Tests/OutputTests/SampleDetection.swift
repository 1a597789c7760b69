import Events
import Primitives

/// Made-up findings with documentation addresses.
enum SampleDetection {
    static let start = Timestamp(nanoseconds: 1_773_284_281_000_000_000)

    static func event(_ number: UInt64) -> EventReference {
        EventReference(
            id: ContentID(high: 1, low: number), input: ContentID(high: 9, low: 9), number: number, offset: 0,
            length: 10)
    }

    static func sigma() -> Detection {
        let origin = RuleOrigin(file: "rules/a.yml", line: 1)
        let rule = RuleInfo(
            id: "2f1c", title: "SQL \"injection\"", level: .medium, kind: .sigma, origin: origin)
        return Detection(
            id: ContentID(high: 0, low: 1), rule: rule, first: start, last: start.adding(nanoseconds: 1_500_000),
            count: 3, events: [event(17), event(19)],
            fields: [
                FieldValue(name: "url.query", value: "id=1' or\u{1B}"),
                FieldValue(name: "source.ip", value: "203.0.113.7"),
                FieldValue(name: "url.query", value: "id=2"), FieldValue(name: "source.ip", value: "203.0.113.7"),
            ], form: "url-decoded", entity: Entity(kind: "ip", value: "203.0.113.7"))
    }

    static func signature(application: ApplicationProtocol, fields: [FieldValue], vlan: UInt32 = 0) -> Detection {
        var rule = RuleInfo(
            id: "1:2000001", title: "TEST probe", level: .high, kind: .signature,
            origin: RuleOrigin(file: "a.rules", line: 1))
        var info = SignatureInfo(
            gid: 1, sid: 2_000_001, revision: 4, classType: "web-application-attack",
            category: "Web Application Attack",
            priority: 1, action: "allowed")
        info.metadata = [("policy", "a"), ("created_at", "2026_01_01"), ("policy", "b")]
        rule.signature = info
        let client = IPAddress(v4: 0xC633_6409)
        let server = IPAddress(v4: 0x0A00_0415)
        let key = FlowKey(client: client, server: server, clientPort: 40_000, serverPort: 80, ipProtocol: 6, vlan: vlan)
        var item = InspectionItem(kind: .transaction, packetNumber: 12, time: start, key: key, flowStart: start)
        item.flow = 5
        item.application = application
        item.direction = .toClient
        item.packetsToServer = 4
        item.packetsToClient = 3
        item.bytesToServer = 400
        item.bytesToClient = 3000
        item.transaction = 1
        item.header.has = [.ipv4, .tcp]
        item.header.source = server
        item.header.destination = client
        item.header.sourcePort = 80
        item.header.destinationPort = 40_000
        item.header.ipProtocol = 6
        return Detection(
            id: ContentID(high: 0, low: 2), rule: rule, first: start, last: start, events: [event(12)], fields: [],
            entity: .none, alert: AlertContext(item: item, transactionFields: fields))
    }
}
