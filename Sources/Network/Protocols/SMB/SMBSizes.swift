internal import Events
internal import Primitives

/// How much is read and written at once, against what the server said it would (MS-SMB2 sections 2.2.4, 2.2.19 to
/// 2.2.21). Source of the events: Suricata's `smb-events.rules`.
struct SMBSizes {
    /// Most bytes that any server may offer (Suricata: `smb.max-read-size`, `smb.max-write-size`).
    private static let maximumOffer: UInt32 = 16 << 20
    private static let headerBytes = 64

    let parser: SMBParser
    let connection: UnsafeMutablePointer<SMBConnection>
    let flow: UnsafeMutablePointer<FlowRecord>
    let way: FlowDirection

    /// The server's answer to the negotiation.
    func offered(_ message: Bytes) {
        let body = SMBSizes.headerBytes
        guard message.count >= body + 40 else { return }
        connection.pointee.mostRead = message.littleEndian32(at: body + 32)
        connection.pointee.mostWritten = message.littleEndian32(at: body + 36)
        if connection.pointee.mostRead > SMBSizes.maximumOffer { raise("smb.negotiate_max_read_size_too_large") }
        if connection.pointee.mostWritten > SMBSizes.maximumOffer { raise("smb.negotiate_max_write_size_too_large") }
    }

    /// A request to read, or the answer to one: both have a length at the same place.
    func read(_ message: Bytes, _ event: StaticString) {
        if exceeds(message, connection.pointee.mostRead) { raise(event) }
    }

    func write(_ message: Bytes) {
        if exceeds(message, connection.pointee.mostWritten) { raise("smb.write_request_too_large") }
    }

    private func exceeds(_ message: Bytes, _ most: UInt32) -> Bool {
        guard message.count >= SMBSizes.headerBytes + 16 else { return false }
        let length = message.littleEndian32(at: SMBSizes.headerBytes + 4)
        return length > SMBSizes.maximumOffer || most != 0 && length > most
    }

    private func raise(_ event: StaticString) {
        parser.raise(event, flow, way, max(flow.pointee.transactions, 1) - 1)
    }
}
