package import Events

/// `flow`: what must be true of the flow.
package struct FlowCondition: Sendable {
    package var direction: FlowDirection?
    /// True for `established`, false for `not_established`.
    package var established: Bool?
    package var onlyStream = false
    package var noStream = false
    package var onlyFragments = false
    package var noFragments = false
    /// `stateless`, or `flow` with nothing but a direction: a flow need not exist.
    package var stateless = false

    package init() {}
}

package struct FlowbitCommand: Sendable {
    package enum Verb: String, Sendable {
        case set
        case unset
        case toggle
        case isSet = "isset"
        case isNotSet = "isnotset"
    }
    package var verb: Verb
    /// Several only for `isset` and `isnotset`: any of them.
    package var names: [String]
}

/// `flowint`: a number of the flow is set, changed or compared.
package struct FlowintCommand: Sendable {
    package enum Verb: String, Sendable {
        case set = "="
        case add = "+"
        case subtract = "-"
        case less = "<"
        case greater = ">"
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case equal = "=="
        case notEqual = "!="
        case isSet = "isset"
        case isNotSet = "isnotset"
        case notSet = "notset"

        /// Changes the number, after everything else matched.
        package var writes: Bool { self == .set || self == .add || self == .subtract }
    }
    package enum Operand: Sendable {
        case number(UInt32)
        case name(String)
    }
    package var verb: Verb
    package var name: String
    package var operand: Operand
}

/// `stream_size`
package struct StreamSizeTest: Sendable {
    package enum Side: String, Sendable {
        case server
        case client
        case both
        case either
    }
    package var side: Side
    package var test: NumberTest
}

/// `hostbits` and `xbits`: bits kept by address.
package struct HostbitCommand: Sendable {
    package enum Track: Sendable {
        case source
        case destination
        case pair
    }
    package var verb: FlowbitCommand.Verb
    package var name: String
    package var track: Track
    package var expireSeconds: Int
}

/// `app-layer-protocol`.
package struct ApplicationTest: Sendable {
    /// Which side's protocol is meant, where the two differ.
    package enum Mode: String, Sendable {
        case direction
        case toServer = "to_server"
        case toClient = "to_client"
        case final
        case original
        case either
    }
    package var application: ApplicationProtocol
    /// Protocols that count as it: what carries it, or is made of it (Suricata: `AppProtoEquals`).
    package var second = ApplicationProtocol.unknown
    package var third = ApplicationProtocol.unknown
    package var negated: Bool
    package var mode = Mode.direction

    package func isMet(by other: ApplicationProtocol) -> Bool {
        other != .unknown && (other == application || other == second || other == third)
    }
}

/// `threshold`, `detection_filter` and threshold.config's `threshold`.
package struct SignatureThreshold: Sendable {
    package enum Kind: String, Sendable {
        case limit
        case threshold
        case both
        /// `detection_filter`: silent until the count is passed.
        case filter
        /// Alerts at count, count * multiplier, ...
        case backoff
    }
    package enum Track: String, Sendable {
        case source = "by_src"
        case destination = "by_dst"
        case both = "by_both"
        case rule = "by_rule"
        case flow = "by_flow"
    }
    package var kind: Kind
    package var track: Track
    package var count: Int
    package var seconds: Int
    package var multiplier = 1

    package init(kind: Kind, track: Track, count: Int, seconds: Int, multiplier: Int = 1) {
        self.kind = kind
        self.track = track
        self.count = count
        self.seconds = seconds
        self.multiplier = multiplier
    }
}

/// threshold.config's `suppress`: hits on these addresses say nothing.
package struct SignatureSuppression: Sendable {
    package enum Track: Sendable {
        case always
        case source
        case destination
        case either
    }
    package var track: Track
    package var addresses: AddressSet
}

/// What is asked of a packet's headers.
package enum PacketTest: Sendable {
    /// `flags`, `tcp.flags`.
    case tcpFlags(TCPFlagsTest)
    case number(HeaderNumber, NumberTest)
    /// `ip_proto`
    case ipProtocol(NumberTest)
    case fragmentBits(FragmentBitsTest)
    case sameAddress
    case payloadSize(NumberTest)
    case streamSize(StreamSizeTest)
    /// `ipopts`; nil: any option.
    case ipOption(UInt8?)
    /// `rpc`
    case call(RemoteCall)
    /// `tcpv4-csum` and its like.
    case checksum(ChecksumLayer, isValid: Bool)
    /// Addresses of a set that has a number: what `AddressTest` becomes.
    case address(AddressSide, set: Int32)
    /// A variable that has a number holds bytes of a table: what `VariableTest` becomes.
    case variable(Int32, isPacket: Bool, start: Int32, count: Int32)
}

/// What a group of a pcre catches, kept under a name: with the flow, or for the packet at hand.
package struct VariableCapture: Hashable, Sendable {
    package var group: Int
    package var name: String
    package var isPacket: Bool
}

/// `flowvar`, `pktvar`: what was kept under the name holds these bytes somewhere.
package struct VariableTest: Hashable, Sendable {
    package var name: String
    package var isPacket: Bool
    package var bytes: [UInt8]
}

/// A call of ONC RPC (RFC 5531 section 9), by its program; nil: any version or procedure.
package struct RemoteCall: Sendable {
    package var program: UInt32
    package var version: UInt32?
    package var procedure: UInt32?
}

/// Whose address is meant.
package enum AddressSide: String, Sendable {
    case any
    case source = "src"
    case destination = "dst"
    case both
}

/// `iprep`: addresses of this side are of the set, which was worked out when the signature was read.
package struct AddressTest: Sendable {
    package var side: AddressSide
    package var addresses: AddressSet
}

/// Headers that have a checksum.
package enum ChecksumLayer: Sendable {
    case ipv4
    case tcpv4
    case tcpv6
    case udpv4
    case udpv6
    case icmpv4
    case icmpv6
}

/// Numbers in a packet's headers that keywords compare.
package enum HeaderNumber: Sendable {
    case ttl
    case tos
    case ipID
    case sequence
    case acknowledgement
    case window
    case icmpType
    case icmpCode
    case icmpID
    case icmpSequence
    case fragmentOffset
    case packetsToServer
    case packetsToClient
    case bytesToServer
    case bytesToClient
    case packetsEither
    case bytesEither
    case ageSeconds
    case segmentSize
    case windowScale
    case icmpv6MTU
    case vlanLayers
    case vlanAny
    case vlanOuter
    case vlanInner
}

package struct TCPFlagsTest: Sendable {
    package enum Mode: Sendable {
        case exact
        /// `+`: these and perhaps others.
        case all
        /// `*`: any of these.
        case any
        /// `!`: not all of these.
        case none
    }
    package var flags: UInt8
    package var ignored: UInt8
    package var mode: Mode
}

package struct FragmentBitsTest: Sendable {
    /// More fragments 0x2000, don't fragment 0x4000, reserved 0x8000: as on the wire.
    package var bits: UInt16
    package var mode: TCPFlagsTest.Mode
}
