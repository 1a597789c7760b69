internal import Events
internal import Rules

extension SignatureScope {
    /// Suricata's rule types (User Guide, "Rule Types and Categorization").
    init(_ signature: Signature) {
        if signature.usesTransactions {
            self = .transaction
        } else if signature.sections.isEmpty {
            self = signature.scopeWithoutContent
        } else if signature.transport.packetsOnly || signature.flow.noStream || signature.asksOfPackets
            || !signature.transport.mayBeTCP
        {
            self = .packet
        } else if signature.transport.streamsOnly || signature.flow.onlyStream {
            self = .stream
        } else {
            self = signature.hasPositions ? .packetAndStream : .stream
        }
    }
}

extension SignatureProtocol {
    var mayBeTCP: Bool { allows(6) }
}

extension Signature {
    /// Header keywords need a packet; what is counted of a flow does not.
    fileprivate var asksOfPackets: Bool {
        sections.contains { $0.view.kind.isOfPacket }
            || tests.contains { test in
                guard case .number(let number, _) = test else { return true }
                switch number {
                case .packetsToServer, .packetsToClient, .bytesToServer, .bytesToClient, .packetsEither, .bytesEither,
                    .ageSeconds:
                    return false
                default: return true
                }
            }
    }

    /// A content that counts from the payload's start means the packet's start as well.
    fileprivate var hasPositions: Bool {
        for case .content(let content) in sections.filter({ $0.view.kind == .payload }).flatMap(\.steps) {
            if content.depth != nil || content.offset != nil || content.startsWith { return true }
        }
        return false
    }

    fileprivate var scopeWithoutContent: SignatureScope {
        let readsBits = (flowbits.map(\.verb) + hostbits.map(\.verb)).contains { $0 == .isSet || $0 == .isNotSet }
        guard tests.allSatisfy(\.isOfAddresses), !readsBits, flowints.isEmpty, variableTests.isEmpty,
            flow.established == nil,
            !flow.noStream, !flow.onlyStream, !transport.packetsOnly, !transport.streamsOnly
        else { return .packet }
        if !applications.isEmpty && transport.application == nil { return .application }
        let plain = flow.direction == nil && !flow.stateless && transport.application == nil && applications.isEmpty
        return plain && sourcePorts.isAny && destinationPorts.isAny && !source.isNegated && !destination.isNegated
            ? .flow : .packet
    }
}

extension PacketTest {
    /// Says no more than a signature's header: `ip_proto` is another way to write its protocol.
    fileprivate var isOfAddresses: Bool {
        if case .ipProtocol = self { return true }
        return false
    }
}

extension AddressSet {
    /// Reaches to the top of the address space without being all of it: written with a `!`.
    fileprivate var isNegated: Bool { !isAny && numbers.ranges.last?.upperBound == .max }
}

extension PayloadSlot {
    /// Whether patterns of such a signature are searched here.
    func serves(_ signature: Signature, _ scope: SignatureScope) -> Bool {
        let transport = signature.transport
        switch self {
        case .tcp:
            return transport.mayBeTCP && scope != .stream
        case .tcpUnstreamed:
            return transport.mayBeTCP && scope == .stream && !transport.streamsOnly
        case .stream:
            return transport.mayBeTCP && (scope == .stream || scope == .packetAndStream)
        case .udp: return transport.allows(17)
        case .other:
            return transport.numbers.isEmpty || transport.numbers.contains { $0 != 6 && $0 != 17 }
        }
    }
}
