internal import Events
internal import Primitives

/// Why a flow ended.
enum FlowEnd {
    case timeout
    case endOfCapture
    case reused
    case evicted
}

extension FlowEnd {
    /// Suricata's word for it.
    fileprivate var word: StaticString {
        switch self {
        case .timeout: "timeout"
        case .endOfCapture: "shutdown"
        case .reused: "tcp_reuse"
        case .evicted: "forced"
        }
    }
}

extension FlowPhase {
    fileprivate var word: StaticString {
        switch self {
        case .new: "new"
        case .established: "established"
        case .closed: "closed"
        }
    }
}

/// Reports flows that are over: an event, and the `.flowEnd` item that frees what is kept for them.
final class FlowEvents {
    private let output: InspectionOutput
    private let tellsFlows: Bool
    @exclusivity(unchecked) private var writer = EventWriter()

    init(output: InspectionOutput, options: NetworkOptions) {
        self.output = output
        tellsFlows = options.tellsFlows
    }

    deinit { writer.release() }

    func append(_ flow: UnsafeMutablePointer<FlowRecord>, _ reason: FlowEnd) {
        let place = tellsFlows ? event(flow.pointee, reason) : mute(flow)
        var item = output.item(.flowEnd, flow, .toServer)
        item.event = place
        item.complete = true
        output.append(item)
        if output.wants(.flow) { record(flow, item, reason) }
    }

    /// What an EVE flow record says beside the item.
    private func record(_ flow: UnsafeMutablePointer<FlowRecord>, _ item: consuming InspectionItem, _ reason: FlowEnd) {
        let facts = FlowFacts(
            state: flow.pointee.phase.word, reason: reason.word,
            tcpState: flow.pointee.ipProtocol == Transport.tcp ? flow.pointee.tcpState?.word : nil,
            end: Timestamp(nanoseconds: flow.pointee.last), transactions: flow.pointee.transactions,
            tcpFlags: (flow.pointee.tcpFlagsToServer, flow.pointee.tcpFlagsToClient),
            icmp: (flow.pointee.icmpType, flow.pointee.icmpCode))
        if item.application == .unknown && !flow.pointee.recognition.isDisjoint(with: .failed) {
            item.application = .failed
        }
        output.record(facts, item)
    }

    /// An event without fields: nobody reads any.
    private func mute(_ flow: UnsafeMutablePointer<FlowRecord>) -> Int32 {
        writer.begin()
        return writer.end(output, .networkFlow, Timestamp(nanoseconds: flow.pointee.start))
    }

    private func event(_ flow: FlowRecord, _ reason: FlowEnd) -> Int32 {
        let events = output.events
        writer.begin()
        writer.constant(.eventCategory, NetworkWords.network)
        writer.constant(.eventType, NetworkWords.connection)
        writer.parties(flow, events)
        writer.number(.sourceBytes, Int(truncatingIfNeeded: flow.bytesToServer), events)
        writer.number(.destinationBytes, Int(truncatingIfNeeded: flow.bytesToClient), events)
        writer.number(.networkBytes, Int(truncatingIfNeeded: flow.bytesToServer &+ flow.bytesToClient), events)
        writer.number(.sourcePackets, Int(flow.packetsToServer), events)
        writer.number(.destinationPackets, Int(flow.packetsToClient), events)
        writer.number(.networkPackets, Int(flow.packetsToServer) + Int(flow.packetsToClient), events)
        writer.number(.eventDuration, Int(max(flow.last &- flow.start, 0)), events)
        switch flow.phase {
        case .new: writer.constant(.flowState, NetworkWords.new)
        case .established: writer.constant(.flowState, NetworkWords.established)
        case .closed: writer.constant(.flowState, NetworkWords.closed)
        }
        switch reason {
        case .timeout: writer.constant(.flowReason, NetworkWords.timeout)
        case .endOfCapture: writer.constant(.flowReason, NetworkWords.endOfCapture)
        case .reused: writer.constant(.flowReason, NetworkWords.reused)
        case .evicted: writer.constant(.flowReason, NetworkWords.evicted)
        }
        details(flow, events)
        return writer.end(output, .networkFlow, Timestamp(nanoseconds: flow.start))
    }

    private func details(_ flow: FlowRecord, _ events: EventBatch) {
        if flow.ipProtocol == Transport.tcp {
            let offset = events.scratch.count
            TCPFlagText.append(flow.tcpFlagsToServer | flow.tcpFlagsToClient, to: &events.scratch)
            writer.scratch(.tcpFlags, events, from: offset)
        }
        if flow.ipProtocol == Transport.icmp || flow.ipProtocol == Transport.icmpv6 {
            writer.number(.icmpType, Int(flow.icmpType), events)
            writer.number(.icmpCode, Int(flow.icmpCode), events)
        }
        if flow.application != .unknown && flow.application != .failed {
            writer.constant(.networkProtocol, ApplicationWords.word(flow.application))
        }
    }
}

/// TCP flags as letters, in the order of Suricata's `tcp.flags` keyword: F S R P A U E C.
enum TCPFlagText {
    private static let letters: StaticString = "FSRPAUEC"

    static func append(_ flags: UInt8, to scratch: inout ScratchBuffer) {
        guard scratch.reserve(8) else { return }
        for bit in 0..<8 where flags >> UInt8(bit) & 1 == 1 { scratch.push(letters.utf8Start[bit]) }
    }
}

/// Names of application protocols, kept once.
enum ApplicationWords {
    private static let words = ApplicationProtocol.allCases.map { ConstantText($0.rawValue) }

    static func word(_ application: ApplicationProtocol) -> ConstantText {
        words[Int(unsafeBitCast(application, to: UInt8.self))]
    }
}
