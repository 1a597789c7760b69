/// What is odd about a packet's headers. The names are those of Suricata's `decode-event` keyword.
enum DecodeEvent: UInt8, CaseIterable {
    case ethernetTooSmall
    case ipv4TooSmall
    case ipv4HeaderTooSmall
    case ipv4LengthBelowHeader
    case ipv4Truncated
    case ipv4WrongVersion
    case ipv4FragmentTooLarge
    case ipv4FragmentOverlap
    case ipv6TooSmall
    case ipv6Truncated
    case ipv6WrongVersion
    case ipv6TruncatedExtension
    case ipv6UselessFragmentHeader
    case ipv6DuplicateFragmentHeader
    case ipv6UnknownDestinationOption
    case ipv6UnknownHopOption
    case ipv6FragmentTooLarge
    case ipv6FragmentLength
    case ipv6FragmentOverlap
    case tcpTooSmall
    case tcpHeaderLength
    case udpTooSmall
    case udpHeaderTooSmall
    case udpLength
    case icmpv4TooSmall
    case icmpv6TooSmall
    case greTooSmall
    case sctpTooSmall

    var name: StaticString {
        switch self {
        case .ethernetTooSmall: "ethernet.pkt_too_small"
        case .ipv4TooSmall: "ipv4.pkt_too_small"
        case .ipv4HeaderTooSmall: "ipv4.hlen_too_small"
        case .ipv4LengthBelowHeader: "ipv4.iplen_smaller_than_hlen"
        case .ipv4Truncated: "ipv4.trunc_pkt"
        case .ipv4WrongVersion: "ipv4.wrong_ip_version"
        case .ipv4FragmentTooLarge: "ipv4.frag_pkt_too_large"
        case .ipv4FragmentOverlap: "ipv4.frag_overlap"
        case .ipv6TooSmall: "ipv6.pkt_too_small"
        case .ipv6Truncated: "ipv6.trunc_pkt"
        case .ipv6WrongVersion: "ipv6.wrong_ip_version"
        case .ipv6TruncatedExtension: "ipv6.trunc_exthdr"
        case .ipv6UselessFragmentHeader: "ipv6.exthdr_useless_fh"
        case .ipv6DuplicateFragmentHeader: "ipv6.exthdr_dupl_fh"
        case .ipv6UnknownDestinationOption: "ipv6.dstopts_unknown_opt"
        case .ipv6UnknownHopOption: "ipv6.hopopts_unknown_opt"
        case .ipv6FragmentTooLarge: "ipv6.frag_pkt_too_large"
        case .ipv6FragmentLength: "ipv6.frag_invalid_length"
        case .ipv6FragmentOverlap: "ipv6.frag_overlap"
        case .tcpTooSmall: "tcp.pkt_too_small"
        case .tcpHeaderLength: "tcp.hlen_too_small"
        case .udpTooSmall: "udp.pkt_too_small"
        case .udpHeaderTooSmall: "udp.hlen_too_small"
        case .udpLength: "udp.len_invalid"
        case .icmpv4TooSmall: "icmpv4.pkt_too_small"
        case .icmpv6TooSmall: "icmpv6.pkt_too_small"
        case .greTooSmall: "gre.pkt_too_small"
        case .sctpTooSmall: "sctp.pkt_too_small"
        }
    }
}

/// Events of one packet, one bit each.
struct DecodeEvents {
    private var bits: UInt64 = 0

    var isEmpty: Bool { bits == 0 }

    mutating func note(_ event: DecodeEvent) { bits |= 1 << UInt64(event.rawValue) }

    func forEach(_ body: (DecodeEvent) -> Void) {
        for event in DecodeEvent.allCases where bits >> UInt64(event.rawValue) & 1 == 1 { body(event) }
    }
}

extension UnreadPacketReason {
    /// The event of a packet that could not be read; nil where that is nothing odd, or was noted where it was found.
    var event: DecodeEvent? {
        switch self {
        case .truncatedLink: .ethernetTooSmall
        case .truncatedIPv4: .ipv4TooSmall
        case .badIPv4Version: .ipv4WrongVersion
        case .badIPv4HeaderLength: .ipv4HeaderTooSmall
        case .badIPv4TotalLength: .ipv4LengthBelowHeader
        case .cutIPv4: .ipv4Truncated
        case .truncatedIPv6: .ipv6TooSmall
        case .badIPv6Version: .ipv6WrongVersion
        case .cutIPv6: .ipv6Truncated
        case .badIPv6Extension: .ipv6TruncatedExtension
        case .truncatedTCP: .tcpTooSmall
        case .badTCPHeaderLength: .tcpHeaderLength
        case .truncatedUDP: .udpHeaderTooSmall
        case .truncatedICMP: .icmpv4TooSmall
        case .truncatedICMPv6: .icmpv6TooSmall
        case .truncatedSCTP: .sctpTooSmall
        default: nil
        }
    }
}
