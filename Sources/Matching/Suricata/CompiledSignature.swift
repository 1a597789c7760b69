internal import Events
internal import Rules

/// When a signature is tried.
enum SignatureScope: UInt8 {
    /// On single packets.
    case packet
    /// On stream data, and on packets that went into no stream.
    case stream
    /// On both: a content with a position.
    case packetAndStream
    /// On transactions' buffers.
    case transaction
    /// Once in each direction of a flow: nothing but addresses is asked.
    case flow
    /// Once in each direction, when the application protocol is known.
    case application
}

/// A signature as the session evaluates it: fixed-size values, ranges into the plan's tables.
struct CompiledSignature {
    /// Place in the list given to the matcher.
    var index: Int32
    var scope: SignatureScope
    var action: SignatureAction
    var arrow: SignatureArrow
    var transport: TransportGate
    var source: Int32
    var destination: Int32
    var sourcePorts: Int32
    var destinationPorts: Int32
    var flow: FlowGate
    var sections: Range<Int32>
    var tests: Range<Int32>
    var applications: Range<Int32>
    var flowbits: Range<Int32>
    var flowints: Range<Int32>
    var hostbits: Range<Int32>
    var threshold: Int32
    var suppressions: Range<Int32>
    var isSilent: Bool
}

/// What the protocol word of a header asks.
struct TransportGate {
    var numbers: (UInt8, UInt8) = (0, 0)
    var anyNumber = true
    var network = SignatureProtocol.Network.any
    var anyApplication = true
    var application = ApplicationProtocol.unknown
    /// Another protocol that carries it: DCERPC goes over SMB's pipes too.
    var carrier = ApplicationProtocol.unknown
    /// The protocols that have the buffers which must not be there, a bit each; 0: any. A flow of another protocol
    /// never has them, and is not meant.
    var owners: UInt64 = 0

    init(_ signature: Signature) {
        let transport = signature.transport
        network = transport.network
        if let first = transport.numbers.first {
            anyNumber = false
            numbers = (first, transport.numbers.count > 1 ? transport.numbers[1] : first)
        }
        if let application = transport.application {
            anyApplication = false
            self.application = application
            carrier = transport.carrier ?? application
        } else {
            owners = TransportGate.owners(signature)
        }
    }

    private static func owners(_ signature: Signature) -> UInt64 {
        var owners: UInt64 = 0
        for section in signature.sections {
            guard section.steps.contains(where: \.isAbsence) else { continue }
            for application in section.view.kind.applications { owners |= bit(application) }
            if owners & (bit(.http2) | bit(.dns)) != 0 { owners |= bit(.doh2) }
        }
        return owners
    }

    @inline(__always) static func bit(_ application: ApplicationProtocol) -> UInt64 {
        1 << UInt64(unsafeBitCast(application, to: UInt8.self))
    }
}

extension InspectionStep {
    fileprivate var isAbsence: Bool {
        if case .absent = self { true } else { false }
    }
}

/// `flow`, flat.
struct FlowGate {
    var anyDirection = true
    var direction = FlowDirection.toServer
    var wantsEstablished = false
    var wantsNotEstablished = false
    var onlyStream = false
    var noStream = false
    var onlyFragments = false
    var noFragments = false

    init(_ signature: Signature) {
        let flow = signature.flow
        // A buffer that must not be there is missed where it could be.
        let missed = signature.sections.filter { $0.steps.contains(where: \.isAbsence) }
        let own = signature.arrow == .transaction ? nil : missed.lazy.compactMap(\.view.kind.direction).first
        if let way = flow.direction ?? own {
            anyDirection = false
            direction = way
        }
        wantsEstablished = flow.established == true
        wantsNotEstablished = flow.established == false
        onlyStream = flow.onlyStream
        noStream = flow.noStream
        onlyFragments = flow.onlyFragments
        noFragments = flow.noFragments
    }
}

/// What a signature asks of one buffer.
struct CompiledSection {
    /// Place in the plan's views.
    var view: Int32
    /// Looks into the packet's headers, addresses or events.
    var isOfPacket: Bool
    var steps: Range<Int32>
    var mayBeAbsent: Bool
    var mustBeAbsent: Bool
    /// Request, response, or either.
    var anyDirection: Bool
    var direction: FlowDirection
}

/// One step, with its bytes and expression in the plan's tables.
enum CompiledStep {
    case content(CompiledContent)
    case expression(CompiledExpression)
    case dataAt(DataAtStep)
    case size(NumberTest)
    case byteTest(ByteTestStep)
    case byteJump(ByteJumpStep)
    case byteExtract(ByteExtractStep)
    case byteMath(ByteMathStep)
    case base64(CompiledBase64)
    case dataset(CompiledDataset)
    case number(NumberTest, at: Int32)
    case entropy(EntropyStep)
    case asn1(ASN1Step)
    case nothing
}

struct CompiledContent {
    /// Place and number of its bytes in the plan's literals; folded to lower case where `caseless`.
    var start: Int32
    var count: Int32
    var negated: Bool
    var caseless: Bool
    var relative: Bool
    var anchorsNext: Bool
    var endsWith: Bool
    var hasHigh: Bool
    /// Offset or distance; depth or within.
    var low: StepValue
    var high: StepValue
}

/// A group whose bytes are kept under a variable's number.
struct CompiledCapture {
    var group: Int32
    var variable: Int32
    var isPacket: Bool
}

struct CompiledExpression {
    var expression: Int32
    /// Into the plan's table of captures.
    var captures: Range<Int32>
    var negated: Bool
    var relative: Bool
    var anchorsNext: Bool
}

/// A flowbit command by number.
struct CompiledFlowbit {
    var verb: FlowbitCommand.Verb
    /// Into the plan's table of bit numbers.
    var bits: Range<Int32>
}

/// `base64_decode`, with what is then asked of the decoded bytes; empty where nothing is.
struct CompiledBase64 {
    var step: Base64Step
    var decoded: Range<Int32>
}

/// `dataset`, `datarep`: a set in the plan's table.
struct CompiledDataset {
    var dataset: Int32
    var verb: DatasetStep.Verb
}

/// A flowint command by number. `operandNumber` is -1 where the operand is a plain value.
struct CompiledFlowint {
    var verb: FlowintCommand.Verb
    var number: Int32
    var operandNumber: Int32
    var operand: UInt32
}

/// A transform, with its expression in the plan's table.
enum CompiledTransform {
    case plain(BufferTransform)
    case expression(Int32)
}

struct CompiledHostbit {
    var verb: FlowbitCommand.Verb
    var bit: Int32
    var track: HostbitCommand.Track
    var expireNanoseconds: Int64
}

struct CompiledSuppression {
    var track: SignatureSuppression.Track
    /// -1: any.
    var addresses: Int32
}
