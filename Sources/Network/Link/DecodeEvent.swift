/// What is odd about a packet's headers, layer by layer; `DecodeEventNames` has the name of each.
enum DecodeEvent: UInt8, CaseIterable {
    case ethernetTooSmall
    case ethernetUnknownType
    case tooManyLayers
    case sllTooSmall
    case nullTooSmall
    case nullUnsupportedType
    case rawInvalidVersion
    case chdlcTooSmall
    case dceTooSmall
    case vntagTooSmall
    case vntagUnknownType
    case ieee8021ahTooSmall
    case vlanTooSmall
    case vlanUnknownType
    case vlanTooManyLayers
    case mplsHeaderTooSmall
    case mplsPacketTooSmall
    case mplsRouterAlert
    case mplsImplicitNull
    case mplsReservedLabel
    case mplsUnknownPayload
    case pppTooSmall
    case pppVJTooSmall
    case pppIPv4TooSmall
    case pppIPv6TooSmall
    case pppWrongType
    case pppUnsupportedProtocol
    case pppoeTooSmall
    case pppoeWrongCode
    case pppoeMalformedTags
    case greTooSmall
    case greWrongVersion
    case gre0Recursion
    case gre0Flags
    case gre0HeaderTooBig
    case gre0MalformedRoute
    case gre1Checksum
    case gre1Route
    case gre1StrictRoute
    case gre1Recursion
    case gre1Flags
    case gre1NoKey
    case gre1WrongProtocol
    case gre1HeaderTooBig
    case erspanHeaderTooSmall
    case erspanUnsupportedVersion
    case erspanTooManyVLANLayers
    case vxlanUnknownPayload
    case geneveUnknownPayload
    case ipv4TooSmall
    case ipv4HeaderTooSmall
    case ipv4LengthBelowHeader
    case ipv4Truncated
    case ipv4WrongVersion
    case ipv4OptionInvalid
    case ipv4OptionLength
    case ipv4OptionMalformed
    case ipv4OptionPadding
    case ipv4OptionEnd
    case ipv4OptionDuplicate
    case ipv4ICMPv6
    case ipv4FragmentTooLarge
    case ipv4FragmentOverlap
    case ipv6TooSmall
    case ipv6Truncated
    case ipv6WrongVersion
    case ipv6TruncatedExtension
    case ipv6UselessFragmentHeader
    case ipv6DuplicateFragmentHeader
    case ipv6DuplicateRoutingHeader
    case ipv6DuplicateHopHeader
    case ipv6DuplicateDestinationHeader
    case ipv6DuplicateAuthentication
    case ipv6DuplicateEncapsulation
    case ipv6OptionLength
    case ipv6AuthenticationReserved
    case ipv6UnknownHopOption
    case ipv6OnlyHopPadding
    case ipv6UnknownDestinationOption
    case ipv6OnlyDestinationPadding
    case ipv6RoutingType0
    case ipv6EmptyPadding
    case ipv6FragmentReserved
    case ipv6DataAfterNone
    case ipv6UnknownNextHeader
    case ipv6ICMPv4
    case ipv6FragmentTooLarge
    case ipv6FragmentLength
    case ipv6FragmentOverlap
    case ipv4InIPv6TooSmall
    case ipv4InIPv6WrongVersion
    case ipv6InIPv6TooSmall
    case ipv6InIPv6WrongVersion
    case icmpv4TooSmall
    case icmpv4UnknownType
    case icmpv4UnknownCode
    case icmpv4QuoteTruncated
    case icmpv4QuoteVersion
    case icmpv6TooSmall
    case icmpv6UnknownType
    case icmpv6UnknownCode
    case icmpv6QuoteTruncated
    case icmpv6QuoteVersion
    case icmpv6ListenerHopLimit
    case icmpv6UnassignedType
    case icmpv6ExperimentalType
    case tcpTooSmall
    case tcpHeaderLength
    case tcpOptionLength
    case tcpOptionDuplicate
    case tcpWindowScaleTooLarge
    case udpTooSmall
    case udpHeaderTooSmall
    case udpLength
    case sctpTooSmall
}

/// Events of one packet, one bit each.
struct DecodeEvents {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    var isEmpty: Bool { low | high == 0 }

    mutating func note(_ event: DecodeEvent) {
        let place = UInt64(event.rawValue)
        if place < 64 { low |= 1 << place } else { high |= 1 << (place - 64) }
    }

    func visit(_ body: (DecodeEvent) -> Void) {
        for event in DecodeEvent.allCases {
            let place = UInt64(event.rawValue)
            if (place < 64 ? low >> place : high >> (place - 64)) & 1 == 1 { body(event) }
        }
    }
}

extension UnreadPacketReason {
    /// The event of a packet that could not be read; nil where that is nothing odd, or was noted where it was found.
    var event: DecodeEvent? {
        switch self {
        case .tooManyLayers: .tooManyLayers
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
