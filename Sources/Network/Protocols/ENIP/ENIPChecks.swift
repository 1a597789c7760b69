internal import Events
internal import Primitives

/// Whether a message of EtherNet/IP holds what its command asks for, whole (CIP Networks Library, volume 2, chapter 2).
enum ENIPChecks {
    private static let headBytes = 24

    static func isSound(_ message: Bytes, _ way: FlowDirection) -> Bool {
        guard message.count >= headBytes else { return false }
        let body = message.dropping(headBytes)
        switch message.littleEndian16(at: 0) {
        case 0x65: return body.count >= 4
        case 0x6F, 0x70: return body.count >= 8 && itemsFit(body.dropping(6))
        default: return true
        }
    }

    /// The items lie within the message, and the CIP in them as well.
    private static func itemsFit(_ bytes: Bytes) -> Bool {
        var rest = bytes.dropping(2)
        for _ in 0..<Int(bytes.littleEndian16(at: 0)) {
            guard rest.count >= 4 else { return false }
            let type = rest.littleEndian16(at: 0)
            let length = Int(rest.littleEndian16(at: 2))
            guard rest.count >= 4 + length else { return false }
            let data = rest.slice(4, 4 + length)
            // Unconnected data, and connected data behind a sequence number.
            if type == 0xB2 && !serviceFits(data) { return false }
            if type == 0xB1 && (length < 2 || !serviceFits(data.dropping(2))) { return false }
            rest = rest.dropping(4 + length)
        }
        return true
    }

    /// A request has its whole path, an answer its status.
    private static func serviceFits(_ data: Bytes) -> Bool {
        guard data.count >= 2 else { return false }
        return data[0] & 0x80 != 0 ? data.count >= 4 : data.count >= 2 + 2 * Int(data[1])
    }
}
