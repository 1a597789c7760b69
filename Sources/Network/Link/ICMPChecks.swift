internal import Events

/// Types, codes and quoted packets of ICMP (https://www.iana.org/assignments/icmp-parameters): what is odd about them.
enum ICMPChecks {
    static func look(_ packet: inout PacketView, _ offset: Int) {
        guard let highest = highestCode(of: packet.header.icmpType) else {
            packet.events.note(.icmpv4UnknownType)
            return
        }
        if packet.header.icmpCode > highest { packet.events.note(.icmpv4UnknownCode) }
        switch packet.header.icmpType {
        case 3, 4, 5, 11, 12: quote(&packet, offset + 8)
        default: break
        }
    }

    /// Nil: a type that is not known.
    private static func highestCode(of type: UInt8) -> UInt8? {
        switch type {
        case 0, 4, 8, 10, 13, 14, 15, 16, 17, 18: 0
        case 3: 15
        case 5: 3
        case 9: 16
        case 11: 1
        case 12: 2
        default: nil
        }
    }

    /// An error quotes the packet that it is about: at least its IPv4 header.
    private static func quote(_ packet: inout PacketView, _ at: Int) {
        guard packet.end > at else { return }
        if packet.end < at + 20 {
            packet.events.note(.icmpv4QuoteTruncated)
        } else if packet.start[at] >> 4 != 4 {
            packet.events.note(.icmpv4QuoteVersion)
        }
    }
}

/// The same for IPv6 (https://www.iana.org/assignments/icmpv6-parameters).
enum ICMPv6Checks {
    static func look(_ packet: inout PacketView, _ offset: Int) {
        let type = packet.header.icmpType
        switch type {
        case 1: code(&packet, upTo: 7)
        case 2: code(&packet, upTo: 0)
        case 3: code(&packet, upTo: 1)
        case 4: code(&packet, upTo: 2)
        case 128, 129, 133...136, 141, 142: code(&packet, upTo: 0)
        case 143: break
        case 130...132:
            code(&packet, upTo: 0)
            if packet.header.ttl != 1 { packet.events.note(.icmpv6ListenerHopLimit) }
        case 137, 138, 139, 140, 144...158: break
        case 100, 101, 200, 201: packet.events.note(.icmpv6ExperimentalType)
        case 5...99, 102...126, 159...199, 202...254: packet.events.note(.icmpv6UnassignedType)
        default: packet.events.note(.icmpv6UnknownType)
        }
        if type >= 1 && type <= 4 { quote(&packet, offset + 8) }
    }

    private static func code(_ packet: inout PacketView, upTo highest: UInt8) {
        if packet.header.icmpCode > highest { packet.events.note(.icmpv6UnknownCode) }
    }

    private static func quote(_ packet: inout PacketView, _ at: Int) {
        guard packet.end > at else { return }
        if packet.end < at + 40 {
            packet.events.note(.icmpv6QuoteTruncated)
        } else if packet.start[at] >> 4 != 6 {
            packet.events.note(.icmpv6QuoteVersion)
        }
    }
}
