public import Primitives

/// One log record or packet, named for good: the input it lies in, where, and the content-derived id.
public struct EventReference: Hashable, Sendable {
    /// Id of the record (design: hash of input, offset in the decompressed stream, bytes).
    public var id: ContentID
    /// Identity of the input.
    public var input: ContentID
    /// Line or packet number, from 1.
    public var number: UInt64
    /// Offset in the decompressed stream, and length, in bytes.
    public var offset: Int64
    public var length: Int

    public init(id: ContentID, input: ContentID, number: UInt64, offset: Int64, length: Int) {
        self.id = id
        self.input = input
        self.number = number
        self.offset = offset
        self.length = length
    }
}

/// A field and its value, copied out of a batch.
public struct FieldValue: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// What an incident is about.
public struct Entity: Hashable, Sendable, Comparable {
    /// "ip", "user", "host", "domain", "hash" or "none".
    public var kind: String
    public var value: String

    public init(kind: String, value: String) {
        self.kind = kind
        self.value = value
    }

    public static var none: Entity { Entity(kind: "none", value: "") }

    public static func < (left: Entity, right: Entity) -> Bool { (left.kind, left.value) < (right.kind, right.value) }

    /// The general order in which an event's fields name its entity.
    public static let fieldOrder = [
        "source.ip", "client.ip", "source.address", "user.target.name", "user.name", "host.hostname", "host.name",
        "dns.question.registered_domain", "url.domain", "destination.ip", "file.hash.sha256",
    ]

    /// The entity a field speaks of.
    public init(field: String, value: String) {
        self.init(kind: Entity.kind(ofField: field), value: value)
    }

    /// What kind of entity a field speaks of; "other" where none. A key stands for the account of a system.
    public static func kind(ofField field: String) -> String {
        if field.hasSuffix(".ip") || field.hasSuffix(".address") { return "ip" }
        if field.hasPrefix("user.") || field.hasSuffix("user.name") || field == "related.user" || field == "api_key" {
            return "user"
        }
        if field.hasPrefix("host.") || field == "observer.name" { return "host" }
        // `String.contains` of a string compares by characters, at a hundred times the cost of bytes.
        return field.withBytes { name in
            if name.contains("domain") || field.hasPrefix("dns.") { return "domain" }
            return name.contains("hash") ? "hash" : "other"
        }
    }
}

/// Raw bytes kept for an incident.
public struct Evidence: Sendable, Hashable {
    public var event: EventReference
    /// The log line, or the captured frame, cut at `maximumBytes`.
    public var bytes: [UInt8]
    /// SHA-256 of `bytes`.
    public var digest: SHA256Digest
    /// Link type where `bytes` are a frame; nil for a log line.
    public var linkType: UInt16?

    public static let maximumBytes = 4096

    public init(event: EventReference, bytes: Bytes, linkType: UInt16? = nil) {
        let kept = bytes.prefix(Evidence.maximumBytes)
        self.event = event
        self.bytes = kept.array
        self.digest = SHA256Digest(of: kept)
        self.linkType = linkType
    }

    public init(event: EventReference, bytes: [UInt8], digest: SHA256Digest, linkType: UInt16?) {
        self.event = event
        self.bytes = bytes
        self.digest = digest
        self.linkType = linkType
    }
}

/// The flow and transaction around a signature's alert, as EVE shows them.
/// Whom an alert of HTTP behind a proxy names: an address of the list that the proxies handed on (Suricata: `xff`).
public struct ForwardedFor: Hashable, Sendable {
    /// In the place of the client's address, else as a member of its own.
    public var overwrites: Bool
    /// The list's last address, which the nearest proxy gave, else its first.
    public var takesLast: Bool

    public init(overwrites: Bool, takesLast: Bool) {
        self.overwrites = overwrites
        self.takesLast = takesLast
    }
}

public struct AlertContext: Sendable {
    public var packetNumber: UInt64
    public var flow: UInt64
    public var key: FlowKey
    public var header: PacketHeader
    public var direction: FlowDirection
    public var application: ApplicationProtocol
    public var transaction: UInt32?
    public var flowStart: Timestamp
    public var packetsToServer: UInt32
    public var packetsToClient: UInt32
    public var bytesToServer: UInt64
    public var bytesToClient: UInt64
    /// The transaction's event fields (ECS), where the alert belongs to one.
    public var transactionFields: [FieldValue]

    public init(item: InspectionItem, transactionFields: [FieldValue] = []) {
        packetNumber = item.packetNumber
        flow = item.flow
        key = item.key
        header = item.header
        direction = item.direction
        application = item.application
        transaction = item.kind == .transaction ? item.transaction : nil
        flowStart = item.flowStart
        packetsToServer = item.packetsToServer
        packetsToClient = item.packetsToClient
        bytesToServer = item.bytesToServer
        bytesToClient = item.bytesToClient
        self.transactionFields = transactionFields
    }
}
