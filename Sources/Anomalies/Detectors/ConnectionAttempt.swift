internal import Events
internal import Primitives

/// What one event (a flow that is over, or a packet that a firewall logged) says of a connection that was tried.
struct ConnectionAttempt {
    private(set) var source = Bytes.empty
    private(set) var destination = Bytes.empty
    private(set) var destinationPort = -1
    private(set) var transport = Bytes.empty
    private var sourcePort = -1
    private var packetsForth = -1
    private var packetsBack = -1
    private var bytesBack = -1
    private var state = Bytes.empty
    private var action = Bytes.empty
    private var leavesByInterface = false
    /// The firewall's rule only takes notes (`[UFW AUDIT]`).
    private var isAudit = false
    /// TCP flags: of the logged packet, or of all packets of the flow.
    private var flags: UInt8 = 0

    private static let finish: UInt8 = 1
    private static let push: UInt8 = 2
    private static let acknowledge: UInt8 = 4

    init(_ batch: EventBatch, _ index: Int) {
        for slot in batch.fields(of: index) { read(slot, batch) }
    }

    private mutating func read(_ slot: FieldSlot, _ batch: EventBatch) {
        switch slot.field {
        case FieldID(.sourceIP): source = batch.bytes(of: slot)
        case FieldID(.destinationIP): destination = batch.bytes(of: slot)
        case FieldID(.sourcePort): sourcePort = batch.bytes(of: slot).decimal ?? -1
        case FieldID(.destinationPort): destinationPort = batch.bytes(of: slot).decimal ?? -1
        case FieldID(.networkTransport): transport = batch.bytes(of: slot)
        case FieldID(.sourcePackets): packetsForth = batch.bytes(of: slot).decimal ?? -1
        case FieldID(.destinationPackets): packetsBack = batch.bytes(of: slot).decimal ?? -1
        case FieldID(.destinationBytes): bytesBack = batch.bytes(of: slot).decimal ?? -1
        case FieldID(.flowState): state = batch.bytes(of: slot)
        case FieldID(.eventAction): action = batch.bytes(of: slot)
        case FieldID(.ruleName): isAudit = ConnectionAttempt.has("audit", in: batch.bytes(of: slot).prefix(64))
        case FieldID(.tcpFlags): readFlags(batch.bytes(of: slot))
        case FieldID(.observerEgressInterface): leavesByInterface = true
        default: break
        }
    }

    /// Letters as in `SA`, or one word for each flag (`ACK`, in several fields): A, F and P occur in no other flag's
    /// word but their own, save the P of `PSH`.
    private mutating func readFlags(_ text: Bytes) {
        for byte in text.prefix(16).raw {
            switch ASCII.upper(byte) {
            case UInt8(ascii: "A"): flags |= ConnectionAttempt.acknowledge
            case UInt8(ascii: "F"): flags |= ConnectionAttempt.finish
            case UInt8(ascii: "P"): flags |= ConnectionAttempt.push
            default: break
            }
        }
    }

    /// Whether it failed, as far as the event tells. `flow`: the event is a flow that is over.
    func isInVain(flow: Bool) -> Bool {
        guard !source.isEmpty, !destination.isEmpty, !isReply, !isOrdinaryService, !isToMany else { return false }
        guard flow else { return wasDenied && flags & ConnectionAttempt.acknowledge == 0 }
        if packetsBack == 0 { return !isTCP || flags & ConnectionAttempt.acknowledge == 0 }
        return isTCP && (state == "new" || wasRefused)
    }

    private var isTCP: Bool { transport.equalsIgnoringCase("tcp") || transport == "6" }

    private var isUDP: Bool { transport.equalsIgnoringCase("udp") || transport == "17" }

    /// A reset for each SYN, and nothing else.
    private var wasRefused: Bool {
        packetsBack > 0 && packetsBack <= 3 && packetsForth == packetsBack && bytesBack <= 240
            && flags & (ConnectionAttempt.finish | ConnectionAttempt.push) == 0
    }

    /// A firewall's word for what it did; what is no permission is a denial. A packet logged without a word counts only
    /// where it was meant for the firewall itself (what it forwards or sends is ordinary traffic as a rule), and not
    /// where its rule only takes notes.
    private var wasDenied: Bool {
        if action.isEmpty { return !leavesByInterface && !isAudit }
        for word in ConnectionAttempt.permissions where ConnectionAttempt.has(word, in: action) { return false }
        return true
    }

    private static let permissions: [StaticString] = ["accept", "allow", "pass", "permit"]

    private static func has(_ word: StaticString, in text: Bytes) -> Bool {
        let length = word.utf8CodeUnitCount
        guard text.count >= length else { return false }
        for start in 0...(text.count - length) where text.slice(start, start + length).equalsIgnoringCase(word) {
            return true
        }
        return false
    }

    /// Late packets of connections that are over for the other side: from a service port to an ephemeral one.
    private var isReply: Bool { sourcePort > 0 && sourcePort < 1024 && destinationPort >= 32_768 }

    /// What machines ask of many hosts every day without an answer: names (53), time (123), and traceroute's ports.
    private var isOrdinaryService: Bool {
        guard isUDP else { return false }
        return destinationPort == 53 || destinationPort == 123 || (33_434...33_534).contains(destinationPort)
    }

    /// Broadcast or multicast.
    private var isToMany: Bool {
        guard let address = IPAddress(destination) else { return true }
        if let v4 = address.v4 { return v4 >> 28 >= 14 || v4 & 0xFF == 0xFF }
        return address.high >> 56 == 0xFF
    }
}
