internal import Primitives

/// A client's hello in Google's QUIC ("QUIC Crypto", Langley and Chang): tags with their values, in the clear.
struct GoogleHello {
    private static let maximumTags = 128
    private static let hashBytes = 12

    private let entries: Bytes
    private let values: Bytes

    /// - Parameter payload: behind the packet number
    init?(_ payload: Bytes) {
        guard payload.count > GoogleHello.hashBytes,
            let data = GoogleHello.streamData(payload.dropping(GoogleHello.hashBytes)),
            data.count >= 8, data.starts(with: "CHLO")
        else { return nil }
        let count = Int(data.littleEndian16(at: 4))
        guard count <= GoogleHello.maximumTags, data.count >= 8 + 8 * count else { return nil }
        entries = data.slice(8, 8 + 8 * count)
        values = data.dropping(8 + 8 * count)
    }

    /// What the first frame of a stream carries.
    private static func streamData(_ bytes: Bytes) -> Bytes? {
        var rest = bytes
        while !rest.isEmpty, rest[0] == 0 || rest[0] == 7 { rest = rest.dropping(1) }
        guard !rest.isEmpty, rest[0] & 0x80 != 0 else { return nil }
        let type = Int(rest[0])
        var reader = MessageReader(rest.dropping(1))
        _ = reader.bytes((type & 3) + 1)
        let offset = type >> 2 & 7
        _ = reader.bytes(offset == 0 ? 0 : offset + 1)
        if type & 0x20 == 0 { return reader.failed ? nil : reader.rest }
        let data = reader.bytes(reader.u16())
        return reader.failed ? nil : data
    }

    /// Each tag, without the zeros behind it, and its value.
    func each(_ body: (_ tag: Bytes, _ value: Bytes) -> Void) {
        var from = 0
        for at in stride(from: 0, to: entries.count, by: 8) {
            let end = Int(entries.littleEndian32(at: at + 4))
            guard end >= from, end <= values.count else { return }
            var tag = entries.slice(at, at + 4)
            while !tag.isEmpty, tag[tag.count - 1] == 0 { tag = tag.prefix(tag.count - 1) }
            body(tag, values.slice(from, end))
            from = end
        }
    }
}
