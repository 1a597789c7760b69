internal import Events
internal import Primitives

/// One direction of an SSH connection.
struct SSHSide {
    var pending = ByteStore()
    var hasBanner = false
    /// The key exchange began: what follows says nothing more.
    var isDone = false
    var watch = SSHPacketWatch()
}

/// One SSH connection: what its event will say.
struct SSHConnection {
    var client = SSHSide()
    var server = SSHSide()
    var facts = FactStore()
    var started = Timestamp.none
    var isReported = false
    /// When both sides had said who they are: Suricata writes its record then.
    var introduced: PacketStamp?
}

/// SSH up to the offers of algorithms (RFC 4253 sections 4.2 and 7.1), and their fingerprint, HASSH
/// (https://github.com/salesforce/hassh). One transaction a flow.
final class SSHParser: FlowStateParser<SSHConnection> {
    private static let maximumBanner = 255
    private static let maximumPacket = 35_000
    private static let pendingLimit = maximumPacket + (64 << 10)
    /// Lines that a server may send before its banner.
    private static let keyExchangeInit: UInt8 = 20

    private let md5 = Digest(.md5)
    private var text = ScratchBuffer(capacity: 4096, limit: 1 << 20)

    /// Payloads are looked at even where they are encrypted.
    private let looksIntoEncrypted: Bool

    init(output: InspectionOutput, options: NetworkOptions) {
        looksIntoEncrypted = options.looksIntoEncrypted.contains(.ssh)
        super.init(.ssh, output, initial: SSHConnection())
    }

    override func recogniseStream(_ bytes: Bytes, _ way: FlowDirection) -> Recognition {
        bytes.match("SSH-")
    }

    override var tellsBothWays: Bool { true }

    override func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let connection = state(of: flow) else { return }
        let side = side(connection, way)
        if side.pointee.isDone { return watch(bytes, connection, side, flow) }
        if connection.pointee.started == .none { connection.pointee.started = output.dataTime }
        var pending = side.pointee.pending
        let kept = pending.take(bytes, limit: SSHParser.pendingLimit, meter) { held in
            var at = 0
            if !side.pointee.hasBanner { at = banner(held, connection, side, flow, way) }
            guard side.pointee.hasBanner, !side.pointee.isDone else { return at }
            return at + packet(held.dropping(at), connection, side, flow, way)
        }
        side.pointee.pending = pending
        if !kept { side.pointee.isDone = true }
        if side.pointee.isDone { side.pointee.pending.free(meter) }
    }

    override func gap(_ count: Int, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let connection = known(flow) else { return }
        side(connection, way).pointee.isDone = true
        side(connection, way).pointee.watch.lose()
        side(connection, way).pointee.pending.free(meter)
    }

    override func close(_ flow: UnsafeMutablePointer<FlowRecord>) {
        guard let connection = known(flow) else { return }
        if !connection.pointee.isReported { _ = report(connection, flow) }
        connection.pointee.client.pending.free(meter)
        connection.pointee.server.pending.free(meter)
        connection.pointee.facts.free(meter)
        release(flow)
    }

    private func side(
        _ connection: UnsafeMutablePointer<SSHConnection>, _ way: FlowDirection
    ) -> UnsafeMutablePointer<SSHSide> {
        let raw = UnsafeMutableRawPointer(connection)
        let offset = way == .toServer ? 0 : MemoryLayout<SSHSide>.stride
        return (raw + offset).assumingMemoryBound(to: SSHSide.self)
    }

    // MARK: Banner

    /// `SSH-protoversion-softwareversion SP comments`. Answers how many bytes are done with.
    private func banner(
        _ held: Bytes, _ connection: UnsafeMutablePointer<SSHConnection>, _ side: UnsafeMutablePointer<SSHSide>,
        _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Int {
        guard let end = held.firstIndex(of: ASCII.newline) else {
            if held.count > SSHParser.maximumBanner {
                raise("ssh.long_banner", flow, way, 0)
                side.pointee.isDone = true
                return held.count
            }
            return 0
        }
        var line = held.slice(0, end)
        if line.count > SSHParser.maximumBanner { raise("ssh.long_banner", flow, way, 0) }
        if !line.isEmpty, line[line.count - 1] == ASCII.carriageReturn { line = line.slice(0, line.count - 1) }
        guard line.starts(with: "SSH-"), let dash = line.firstIndex(of: ASCII.minus, from: 4) else {
            // A server may say something first (RFC 4253 section 4.2).
            if way == .toServer {
                raise("ssh.invalid_banner", flow, way, 0)
                side.pointee.isDone = true
            }
            return end + 1
        }
        let version = line.slice(4, dash)
        let software = line.slice(dash + 1, line.firstIndex(of: ASCII.space, from: dash + 1) ?? line.count)
        let item = item(flow, way, 0, complete: false)
        output.buffer(.sshProtocol, version)
        output.buffer(.sshSoftware, software)
        append(item, way)
        connection.pointee.facts.add(way == .toServer ? .sshVersion : .sshServerVersion, version, meter)
        connection.pointee.facts.add(way == .toServer ? .sshClient : .sshServer, software, meter)
        side.pointee.hasBanner = true
        if connection.pointee.client.hasBanner && connection.pointee.server.hasBanner {
            connection.pointee.introduced = output.stamp
        }
        return end + 1
    }

    // MARK: Key exchange

    /// The first packet, which offers algorithms. Answers how many bytes are done with.
    private func packet(
        _ held: Bytes, _ connection: UnsafeMutablePointer<SSHConnection>, _ side: UnsafeMutablePointer<SSHSide>,
        _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Int {
        guard held.count >= 6 else { return 0 }
        let length = Int(held.bigEndian32(at: 0))
        guard length >= 2, length <= SSHParser.maximumPacket else {
            raise("ssh.invalid_record", flow, way, 0)
            side.pointee.isDone = true
            side.pointee.watch.lose()
            return held.count
        }
        guard held.count >= 4 + length else { return 0 }
        var item = item(flow, way, 0)
        if held[5] == SSHParser.keyExchangeInit { offers(held.slice(6, 4 + length), connection, way) }
        side.pointee.isDone = true
        let isLast = connection.pointee.client.isDone && connection.pointee.server.isDone
        if isLast && !connection.pointee.isReported { item.event = report(connection, flow) }
        append(item, way)
        watch(held.dropping(4 + length), connection, side, flow)
        return held.count
    }

    /// Once both sides use their new keys, nobody but the two understands what is said. Source: Suricata User Guide,
    /// "suricata.yaml", SSH: `encryption-handling`.
    private func watch(
        _ bytes: Bytes, _ connection: UnsafeMutablePointer<SSHConnection>, _ side: UnsafeMutablePointer<SSHSide>,
        _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        if flow.pointee.encrypted { return }
        side.pointee.watch.pass(bytes)
        let both = connection.pointee.client.watch.isFound && connection.pointee.server.watch.isFound
        if both && !looksIntoEncrypted { flow.pointee.encrypted = true }
    }

    private func offers(_ body: Bytes, _ connection: UnsafeMutablePointer<SSHConnection>, _ way: FlowDirection) {
        var reader = MessageReader(body)
        _ = reader.bytes(16)
        text.removeAll()
        // Key exchange; host keys; then ciphers, codes and compression, each to the server and to the client.
        let wanted = way == .toServer ? [0, 2, 4, 6] : [0, 3, 5, 7]
        for place in 0..<8 {
            let names = reader.bytes(reader.u32())
            if reader.failed { return }
            guard wanted.contains(place) else { continue }
            if place > 0 { text.appendText(";") }
            _ = text.append(names)
        }
        let toServer = way == .toServer
        let whole = text.everything
        output.buffer(toServer ? .sshHASSHString : .sshHASSHServerString, whole)
        let hash = md5.hex(whole)
        output.buffer(toServer ? .sshHASSH : .sshHASSHServer, hash)
        connection.pointee.facts.add(toServer ? .sshHASSH : .sshHASSHServer, hash, meter)
    }

    private func report(
        _ connection: UnsafeMutablePointer<SSHConnection>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) -> Int32 {
        connection.pointee.isReported = true
        let place = event(flow, .networkSSH, connection.pointee.facts, at: connection.pointee.started)
        if let introduced = connection.pointee.introduced { output.redate(.ssh, introduced) }
        return place
    }
}
