internal import Events
internal import Primitives

/// IKE 1 and 2 (RFC 2409, RFC 7296): identifiers of the association and the payloads that are not encrypted. Each
/// message is a transaction.
final class IKEParser: FlowStateParser<Bool> {
    private static let headerBytes = 28
    private var text = ScratchBuffer(capacity: 1024, limit: 1 << 17)

    init(output: InspectionOutput) { super.init(.ike, output, initial: false) }

    /// The message behind the marker of port 4500 (RFC 3948 section 2.2), if it has one.
    private static func unwrapped(_ bytes: Bytes) -> Bytes {
        bytes.count >= 4 && bytes.bigEndian32(at: 0) == 0 ? bytes.dropping(4) : bytes
    }

    private static func isMessage(_ bytes: Bytes) -> Bool {
        guard bytes.count >= headerBytes, bytes[17] >> 4 == 1 || bytes[17] >> 4 == 2, bytes[17] & 15 == 0 else {
            return false
        }
        return Int(bytes.bigEndian32(at: 24)) == bytes.count && bytes[18] > 0
    }

    override func recogniseDatagram(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Bool {
        let ports: [UInt16] = [500, 4500]
        guard ports.contains(flow.pointee.serverPort) || ports.contains(flow.pointee.clientPort) else { return false }
        return IKEParser.isMessage(IKEParser.unwrapped(bytes))
    }

    override func datagram(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        let message = IKEParser.unwrapped(bytes)
        guard IKEParser.isMessage(message) else {
            return raise("ike.malformed_data", flow, way, flow.pointee.transactions)
        }
        var made = item(flow, way, flow.pointee.transactions)
        flow.pointee.transactions += 1
        beginEvent(flow)
        hexadecimal(message.slice(0, 8), way == .toServer ? .ikeInitiatorSPI : nil)
        writer.text(.ikeInitiatorSPI, text.everything, output.events)
        if way == .toClient { hexadecimal(message.slice(8, 16), .ikeResponderSPI) }
        output.number(.ikeExchangeType, Int(message[18]))
        // Of version 1 what is encrypted is flagged; version 2 has a payload for it.
        if message[17] >> 4 == 2 || message[19] & 1 == 0 { payloads(message, way) }
        made.event = writer.end(output, .networkIKE, output.dataTime)
        append(made, way)
    }

    private func hexadecimal(_ bytes: Bytes, _ kind: BufferKind?) {
        text.removeAll()
        text.appendHex(bytes)
        if let kind { output.buffer(kind, text.everything) }
    }

    private func payloads(_ message: Bytes, _ way: FlowDirection) {
        var type = message[16]
        var rest = message.dropping(IKEParser.headerBytes)
        for _ in 0..<64 {
            guard type != 0, type != 46, rest.count >= 4 else { return }
            let length = Int(rest.bigEndian16(at: 2))
            guard length >= 4, length <= rest.count else { return }
            payload(type, rest.slice(4, length), way)
            type = rest[0]
            rest = rest.dropping(length)
        }
    }

    private func payload(_ type: UInt8, _ body: Bytes, _ way: FlowDirection) {
        switch type {
        case 1 where way == .toClient: IKEProposals(output: output).chosen(body, &text)
        case 33: IKEProposals(output: output).judge(body, isChoice: way == .toClient)
        case 4, 34:
            let key = type == 34 && body.count >= 4 ? body.dropping(4) : body
            output.buffer(.ikeKeyExchange, key)
            output.number(.ikeKeyExchangeLength, key.count)
        case 10, 40:
            output.buffer(.ikeNonce, body)
            output.number(.ikeNonceLength, body.count)
        case 13, 43: if way == .toServer { hexadecimal(body, .ikeVendor) }
        default: break
        }
    }
}
