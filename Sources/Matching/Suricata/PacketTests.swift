internal import Events
internal import Primitives
internal import Rules

/// Header keywords against a packet. What the packet does not have never holds.
enum PacketTests {
    static func holds(_ test: PacketTest, _ item: InspectionItem, _ context: ItemContext) -> Bool {
        let header = context.header
        switch test {
        case .tcpFlags(let test): return header.has.contains(.tcp) && flags(test, header.tcpFlags)
        case .number(.packetsEither, let test):
            return item.flow != 0 && (test.holds(Int(item.packetsToServer)) || test.holds(Int(item.packetsToClient)))
        case .number(.bytesEither, let test):
            return item.flow != 0
                && (test.holds(Int(truncatingIfNeeded: item.bytesToServer))
                    || test.holds(Int(truncatingIfNeeded: item.bytesToClient)))
        case .number(.vlanAny, let test): return vlans(item).contains { test.holds($0) }
        case .number(let number, let test):
            return (value(number, item, header) ?? optionValue(number, item, context)).map { test.holds($0) } ?? false
        case .ipProtocol(let test): return hasIP(header) && test.holds(Int(header.ipProtocol))
        case .fragmentBits(let test): return header.has.contains(.ipv4) && fragments(test, header.fragmentField)
        case .sameAddress: return hasIP(header) && header.source == header.destination
        case .payloadSize(let test): return hasIP(header) && test.holds(Int(header.payloadLength))
        case .streamSize(let test):
            return item.flow != 0 && header.has.contains(.tcp) && stream(test, context.items[context.packet])
        case .ipOption(let number):
            return context.headerBytes(.ipv4Header).map { HeaderOptions.hasIPOption(number, $0) } ?? false
        case .call(let call): return calls(call, context)
        case .checksum(let layer, let isValid):
            return item.kind == .packet && HeaderChecksums.holds(layer, context) == isValid
        case .address, .variable: return false
        }
    }

    private static func stream(_ test: StreamSizeTest, _ item: InspectionItem) -> Bool {
        let client = test.test.holds(Int(item.streamToServer))
        let server = test.test.holds(Int(item.streamToClient))
        switch test.side {
        case .client: return client
        case .server: return server
        case .both: return client && server
        case .either: return client || server
        }
    }

    /// The call's header stands first in the payload, over TCP behind the length of its record (RFC 5531 section 11).
    private static func calls(_ call: RemoteCall, _ context: ItemContext) -> Bool {
        let has = context.header.has
        let payload = context.payload(context.items[context.packet]).bytes
        let from = has.contains(.tcp) ? 4 : 0
        guard has.contains(.tcp) || has.contains(.udp), payload.count >= from + 24,
            payload.bigEndian32(at: from + 4) == 0, payload.bigEndian32(at: from + 12) == call.program
        else { return false }
        return call.version.map { payload.bigEndian32(at: from + 16) == $0 } ?? true
            && call.procedure.map { payload.bigEndian32(at: from + 20) == $0 } ?? true
    }

    private static func vlans(_ item: InspectionItem) -> [Int] {
        [item.key.vlan & 0xFFFF, item.key.vlan >> 16].filter { $0 != 0 }.map { Int($0) }
    }

    /// Numbers that lie in options, and tags below the network layer.
    private static func optionValue(_ number: HeaderNumber, _ item: InspectionItem, _ context: ItemContext) -> Int? {
        switch number {
        case .segmentSize: return context.headerBytes(.tcpHeader).flatMap { HeaderOptions.segmentSize($0) }
        case .windowScale: return context.headerBytes(.tcpHeader).flatMap { HeaderOptions.windowScale($0) }
        case .icmpv6MTU:
            guard context.header.icmpType == 2 else { return nil }
            return context.headerBytes(.icmpv6Header).flatMap { HeaderOptions.icmpv6MTU($0) }
        case .vlanLayers: return vlans(item).count
        case .vlanOuter: return vlans(item).first
        case .vlanInner: return vlans(item).last
        default: return nil
        }
    }

    private static func hasIP(_ header: PacketHeader) -> Bool {
        header.has.contains(.ipv4) || header.has.contains(.ipv6)
    }

    private static func flags(_ test: TCPFlagsTest, _ flags: UInt8) -> Bool {
        if test.flags == 0 && flags != 0 { return test.mode == .none }
        let kept = flags & ~test.ignored
        switch test.mode {
        case .exact: return kept == test.flags
        case .all: return kept & test.flags == test.flags
        case .any: return kept & test.flags != 0
        case .none: return kept & test.flags != test.flags
        }
    }

    private static func fragments(_ test: FragmentBitsTest, _ field: UInt16) -> Bool {
        let bits = field & 0xE000
        switch test.mode {
        case .exact: return bits == test.bits
        case .all: return bits & test.bits == test.bits
        case .any: return bits & test.bits != 0
        case .none: return bits & test.bits != test.bits
        }
    }

    private static func value(_ number: HeaderNumber, _ item: InspectionItem, _ header: PacketHeader) -> Int? {
        switch number {
        case .ttl: return hasIP(header) ? Int(header.ttl) : nil
        case .tos: return header.has.contains(.ipv4) ? Int(header.tos) : nil
        case .ipID: return header.has.contains(.ipv4) ? Int(header.ipID) : nil
        case .fragmentOffset: return header.has.contains(.ipv4) ? Int(header.fragmentField & 0x1FFF) : nil
        case .sequence: return header.has.contains(.tcp) ? Int(header.sequence) : nil
        case .acknowledgement: return header.has.contains(.tcp) ? Int(header.acknowledgement) : nil
        case .window: return header.has.contains(.tcp) ? Int(header.window) : nil
        case .icmpType: return header.has.contains(.icmp) ? Int(header.icmpType) : nil
        case .icmpCode: return header.has.contains(.icmp) ? Int(header.icmpCode) : nil
        case .icmpID: return header.has.contains(.icmp) ? Int(header.icmpID) : nil
        case .icmpSequence: return header.has.contains(.icmp) ? Int(header.icmpSequence) : nil
        default: return item.flow == 0 ? nil : flowValue(number, item)
        }
    }

    /// Suricata counts a flow's age between the seconds of two stamps, whatever their fractions.
    private static func seconds(_ time: Timestamp) -> Int {
        Int(truncatingIfNeeded: time.nanoseconds / 1_000_000_000)
    }

    private static func flowValue(_ number: HeaderNumber, _ item: InspectionItem) -> Int? {
        let bytesToServer = Int(truncatingIfNeeded: item.bytesToServer)
        let bytesToClient = Int(truncatingIfNeeded: item.bytesToClient)
        switch number {
        case .packetsToServer: return Int(item.packetsToServer)
        case .packetsToClient: return Int(item.packetsToClient)
        case .bytesToServer: return bytesToServer
        case .bytesToClient: return bytesToClient
        case .ageSeconds:
            return seconds(item.time) - seconds(item.flowStart)
        default: return nil
        }
    }
}
