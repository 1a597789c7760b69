internal import Primitives

/// A long header (RFC 9000 section 17.2, RFC 8999), as views into its datagram.
struct QUICPacket {
    var version: UInt32
    var destination: Bytes
    var source: Bytes
    var isInitial: Bool
    /// Bytes from the header's first to the packet's end; the whole rest where its length is not told.
    var whole: Bytes
    /// Where the packet number begins in them.
    var numberAt: Int
}

extension QUICPacket {
    /// Nil where none begins.
    init?(_ bytes: Bytes) {
        guard bytes.count >= 7, bytes[0] & 0x80 != 0 else { return nil }
        let version = bytes.bigEndian32(at: 1)
        let made = QUICVersion.isGoogle(version) ? QUICPacket.google(bytes, version) : QUICPacket.long(bytes, version)
        guard let made else { return nil }
        self = made
    }

    private static func long(_ bytes: Bytes, _ version: UInt32) -> QUICPacket? {
        var reader = MessageReader(bytes.dropping(5))
        let destination = reader.bytes(reader.u8())
        let source = reader.bytes(reader.u8())
        guard !reader.failed, destination.count <= 20, source.count <= 20 else { return nil }
        let type = bytes[0] >> 4 & 3
        let isTwo = version == QUICVersion.two
        var packet = QUICPacket(
            version: version, destination: destination, source: source,
            isInitial: version != 0 && type == (isTwo ? 1 : 0), whole: bytes, numberAt: bytes.count)
        // Negotiation of versions and a Retry take the rest.
        guard version != 0, type != (isTwo ? 0 : 3) else { return packet }
        if packet.isInitial { _ = reader.bytes(reader.varint()) }
        let length = reader.varint()
        guard !reader.failed, length <= reader.rest.count else { return nil }
        packet.numberAt = bytes.count - reader.rest.count
        packet.whole = bytes.prefix(packet.numberAt + length)
        return packet
    }

    /// Lengths of both identifiers share a byte (draft-ietf-quic-transport-17).
    private static func google(_ bytes: Bytes, _ version: UInt32) -> QUICPacket? {
        var reader = MessageReader(bytes.dropping(5))
        let lengths = reader.u8()
        let destination = reader.bytes(lengths >> 4 == 0 ? 0 : (lengths >> 4) + 3)
        let source = reader.bytes(lengths & 15 == 0 ? 0 : (lengths & 15) + 3)
        guard !reader.failed, bytes[0] & 0xC0 == 0xC0 else { return nil }
        return QUICPacket(
            version: version, destination: destination, source: source, isInitial: bytes[0] >> 4 & 3 == 0,
            whole: bytes, numberAt: bytes.count - reader.rest.count)
    }
}

extension MessageReader {
    /// A number of variable length (RFC 9000 section 16).
    mutating func varint() -> Int {
        let first = u8()
        var value = first & 0x3F
        for _ in 1..<max(1 << (first >> 6), 1) { value = value << 8 | u8() }
        return value
    }
}
