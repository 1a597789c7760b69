package import Events

/// What a signature's hit means. Pass goes before drop, drop before reject, reject before alert.
package enum SignatureAction: Int, Comparable, Sendable {
    case pass
    case drop
    case reject
    case alert

    package static func < (left: SignatureAction, right: SignatureAction) -> Bool { left.rawValue < right.rawValue }

    /// EVE's `alert.action`. A capture is not held up, so drop is "allowed", as in Suricata outside IPS mode.
    package var verdict: String { self == .reject ? "blocked" : "allowed" }
}

/// The arrow of a signature's header.
package enum SignatureArrow: Sendable {
    /// `->`
    case forward
    /// `<>`: either way.
    case either
    /// `=>`: one transaction, its request and its response together.
    case transaction
}

/// A place where a signature looks: a buffer, and what is done to it before it is looked at.
package struct BufferView: Hashable, Sendable {
    package var kind: BufferKind
    package var transforms: [BufferTransform]

    package init(_ kind: BufferKind, transforms: [BufferTransform] = []) {
        self.kind = kind
        self.transforms = transforms
    }
}

/// Everything a signature asks of one buffer, in the order written.
package struct BufferSection: Sendable {
    package var view: BufferView
    package var steps: [InspectionStep] = []

    package init(_ view: BufferView) { self.view = view }
}

/// The content that is searched for first, for all signatures at once.
package struct FastPattern: Sendable {
    package var section: Int
    package var step: Int
    /// Part of the content: `fast_pattern:offset,length`.
    package var chop: Range<Int>?
    /// `fast_pattern:only`: finding it is enough.
    package var only = false

    package init(section: Int, step: Int, chop: Range<Int>? = nil, only: Bool = false) {
        self.section = section
        self.step = step
        self.chop = chop
        self.only = only
    }
}

/// Which side of a hit is the attacked one (`target`).
package enum SignatureTarget: Sendable {
    case source
    case destination
}

/// A signature in Suricata's language, checked. Source: Suricata User Guide, "Suricata Rules".
public struct Signature: Sendable {
    /// `info.signature` is never nil here.
    package var info: RuleInfo
    package var action: SignatureAction
    package var transport: SignatureProtocol
    package var source = AddressSet.any
    package var sourcePorts = PortSet.any
    package var destination = AddressSet.any
    package var destinationPorts = PortSet.any
    package var arrow = SignatureArrow.forward
    package var flow = FlowCondition()
    package var sections: [BufferSection] = []
    package var tests: [PacketTest] = []
    package var addressTests: [AddressTest] = []
    package var flowbits: [FlowbitCommand] = []
    package var flowints: [FlowintCommand] = []
    package var hostbits: [HostbitCommand] = []
    package var variableTests: [VariableTest] = []
    /// `app-layer-protocol`: all must hold.
    package var applications: [ApplicationTest] = []
    package var threshold: SignatureThreshold?
    package var detectionFilter: SignatureThreshold?
    package var suppressions: [SignatureSuppression] = []
    /// `noalert`: sets bits, says nothing.
    package var isSilent = false
    package var target: SignatureTarget?
    package var fastPattern: FastPattern?
    /// Number of `byte_extract` and `byte_math` results.
    package var variableCount = 0

    package init(info: RuleInfo, action: SignatureAction, transport: SignatureProtocol) {
        self.info = info
        self.action = action
        self.transport = transport
    }

    package var sid: Int { info.signature?.sid ?? 0 }
    package var gid: Int { info.signature?.gid ?? 1 }
    package var priority: Int { info.signature?.priority ?? 3 }
}
