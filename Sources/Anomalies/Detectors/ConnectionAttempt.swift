internal import Events
internal import Primitives

/// What one event says of a connection that was tried, read from its fields.
struct ConnectionAttempt {
    var source = Bytes.empty
    var destination = Bytes.empty
    var sourcePort = -1
    var destinationPort = -1
    var transport = Bytes.empty
    private var packetsForth = -1
    private var packetsBack = -1
    private var bytesBack = -1
    private var state = Bytes.empty
    private var action = Bytes.empty
    private var flags = Bytes.empty

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
        case FieldID(.tcpFlags): flags = batch.bytes(of: slot)
        default: break
        }
    }

    /// Whether it failed, as far as the event tells.
    func isInVain(flow: Bool) -> Bool {
        guard !source.isEmpty, !destination.isEmpty, !isLatePacket, !isToMany else { return false }
        guard flow else { return action.isEmpty ? true : deniedOrSilent }
        if packetsBack == 0 || state == "new" { return true }
        return isTCP && packetsBack > 0 && packetsBack <= 3 && packetsForth == packetsBack && bytesBack <= 240
    }

    private var isTCP: Bool { transport.equalsIgnoringCase("tcp") || transport == "6" }

    /// A firewall's word for what it did; anything that is not a permission counts as a denial.
    private var deniedOrSilent: Bool {
        for word in [StaticString("accept"), "allow", "pass", "permit"] where has(word, in: action) { return false }
        return true
    }

    private func has(_ word: StaticString, in text: Bytes) -> Bool {
        let length = word.utf8CodeUnitCount
        guard text.count >= length else { return false }
        for start in 0...(text.count - length) where text.slice(start, start + length).equalsIgnoringCase(word) {
            return true
        }
        return false
    }

    /// Packets of a connection that the other side has closed already, or answers to forged sources (backscatter): they
    /// go from a service port to an ephemeral one, or carry ACK.
    private var isLatePacket: Bool {
        if sourcePort > 0, sourcePort < 1024, destinationPort >= 32_768 { return true }
        if flags.starts(with: "0x") {
            guard flags.count > 2, let low = ASCII.hexValue(flags[flags.count - 1]) else { return false }
            let high = flags.count > 3 ? ASCII.hexValue(flags[flags.count - 2]) ?? 0 : 0
            return (high << 4 | low) & 0x10 != 0 && state.isEmpty
        }
        return state.isEmpty && (flags.firstIndex(of: 0x41) != nil || flags.firstIndex(of: 0x61) != nil)
    }

    /// Broadcast or multicast.
    private var isToMany: Bool {
        guard let address = IPAddress(destination) else { return true }
        if let v4 = address.v4 { return v4 >> 28 >= 14 || v4 & 0xFF == 0xFF }
        return address.high >> 56 == 0xFF
    }
}
