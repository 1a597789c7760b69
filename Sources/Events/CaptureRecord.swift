public import Primitives

/// Kinds of records that tell what a capture shows; the raw value is EVE's name for them.
public enum RecordKind: String, CaseIterable, Sendable {
    case http
    case dns
    case tls
    case ssh
    case smtp
    case ftp
    case fileinfo
    case flow
    /// Oddities of protocols; those of streams and of packets, of which there may be more than packets, are kinds of
    /// their own (Suricata's `anomaly.types`: of the three `applayer` alone is on unless asked).
    case anomaly
    case streamAnomaly = "anomaly.stream"
    case decodeAnomaly = "anomaly.decode"
}

/// Kinds that somebody wants; records of others are not made.
public struct RecordKinds: OptionSet, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public init(_ kind: RecordKind) { self.init(rawValue: 1 << UInt16(unsafeBitCast(kind, to: UInt8.self))) }

    public func wants(_ kind: RecordKind) -> Bool { contains(RecordKinds(kind)) }
}

/// Values of a record that are in no event. Numbers are decimal text.
public enum RecordField: UInt8, Sendable {
    case dnsID
    /// The header's flags as they are on the wire.
    case dnsFlags
    case dnsOpcode
    case dnsResponseCode
    case dnsQuestionName
    case dnsQuestionType
    /// A resource record begins: its section, 0 answers, 1 authorities, 2 additionals.
    case dnsSection
    case dnsRecordName
    case dnsRecordType
    case dnsRecordTTL
    case dnsRecordData
    /// Members of structured data, in the order of the wire: of SOA two names and five numbers, of SRV three numbers
    /// and a name.
    case dnsRecordPart
    case fileName
    /// CLOSED, TRUNCATED or UNKNOWN.
    case fileState
    case fileSize
    case fileMD5
    case fileSHA1
    case fileSHA256
    case anomalyType
    case anomalyEvent
}

/// What a flow's record says beside its item. There are as many of them as flows: plain values, none written as text
/// before the record is.
public struct FlowFacts: Sendable {
    /// Suricata's words.
    public var state: StaticString
    public var reason: StaticString
    /// Nil where there was no TCP session.
    public var tcpState: StaticString?
    public var end: Timestamp
    public var transactions: UInt32
    public var tcpFlagsToServer: UInt8
    public var tcpFlagsToClient: UInt8
    public var icmpType: UInt8
    public var icmpCode: UInt8

    public init(
        state: StaticString, reason: StaticString, tcpState: StaticString?, end: Timestamp, transactions: UInt32,
        tcpFlags: (toServer: UInt8, toClient: UInt8), icmp: (type: UInt8, code: UInt8)
    ) {
        (self.state, self.reason, self.tcpState, self.end) = (state, reason, tcpState, end)
        self.transactions = transactions
        (tcpFlagsToServer, tcpFlagsToClient) = (tcpFlags.toServer, tcpFlags.toClient)
        (icmpType, icmpCode) = (icmp.type, icmp.code)
    }
}

/// One value of a record, in the scratch memory of its batch.
public struct RecordValue: Sendable {
    public var field: RecordField
    public var offset: UInt32
    public var length: UInt32

    public init(_ field: RecordField, offset: Int, length: Int) {
        self.field = field
        self.offset = UInt32(truncatingIfNeeded: offset)
        self.length = UInt32(truncatingIfNeeded: length)
    }
}

/// A record of what the capture shows: a transaction, a file, a flow that is over, an oddity.
public struct CaptureRecord: Sendable {
    public var kind: RecordKind
    /// Flow, packet and time; its buffers are none.
    public var item: InspectionItem
    /// The event that has its fields, -1 where there is none.
    public var event: Int32
    /// Range of its values in `InspectionBatch.recordValues`; of a flow's its place in `flowFacts`.
    public var firstValue: UInt32
    public var valueCount: UInt32

    public init(kind: RecordKind, item: InspectionItem, event: Int32, firstValue: Int, valueCount: Int) {
        self.kind = kind
        self.item = item
        self.event = event
        self.firstValue = UInt32(truncatingIfNeeded: firstValue)
        self.valueCount = UInt32(truncatingIfNeeded: valueCount)
    }
}
