internal import Primitives

/// A message of ONC RPC (RFC 5531 section 9), as views into its record.
struct RemoteCallMessage {
    /// A request names what it calls; nil for a response.
    struct Call {
        var program: UInt32
        var version: UInt32
        var procedure: UInt32
    }

    static let leastBytes = 24

    var identifier: UInt32
    var call: Call?
    /// A response was accepted, and what it calls for was done.
    var isAccepted = false
    /// Kind, length and bytes of the caller's proof, without its verifier.
    var credentials = Bytes.empty
    var header: Bytes
    /// Arguments or results.
    var content: Bytes

    /// - Parameter bytes: one record without its mark; nil where none stands there whole
    init?(_ bytes: Bytes) {
        guard bytes.count >= RemoteCallMessage.leastBytes, bytes.bigEndian32(at: 4) <= 1 else { return nil }
        identifier = bytes.bigEndian32(at: 0)
        var reader = XDRReader(bytes.dropping(8))
        if bytes.bigEndian32(at: 4) == 0 {
            guard reader.u32() == 2 else { return nil }
            call = Call(program: reader.u32(), version: reader.u32(), procedure: reader.u32())
            let at = bytes.count - reader.rest.count
            _ = reader.u32()
            _ = reader.opaque()
            credentials = bytes.slice(at, bytes.count - reader.rest.count)
        } else {
            isAccepted = reader.u32() == 0
        }
        if call != nil || isAccepted {
            _ = reader.u32()
            _ = reader.opaque()
        }
        if call == nil { isAccepted = reader.u32() == 0 && isAccepted }
        if reader.failed { return nil }
        content = reader.rest
        header = bytes.slice(0, bytes.count - content.count)
    }
}

/// Reads values of XDR (RFC 4506): whole numbers of four bytes, bytes that are filled up to them. What reads past the
/// end yields nothing, and says so.
struct XDRReader {
    private(set) var rest: Bytes
    private(set) var failed = false

    init(_ bytes: Bytes) { rest = bytes }

    mutating func u32() -> UInt32 {
        guard rest.count >= 4 else {
            fail()
            return 0
        }
        let value = rest.bigEndian32(at: 0)
        rest = rest.dropping(4)
        return value
    }

    mutating func u64() -> UInt64 { UInt64(u32()) << 32 | UInt64(u32()) }

    /// Bytes of a fixed length.
    mutating func fixed(_ count: Int) -> Bytes {
        let filled = (count + 3) & ~3
        guard count >= 0, rest.count >= count else {
            fail()
            return .empty
        }
        let value = rest.slice(0, count)
        rest = rest.dropping(min(filled, rest.count))
        return value
    }

    /// Bytes behind their length.
    mutating func opaque() -> Bytes { fixed(Int(u32())) }

    private mutating func fail() {
        failed = true
        rest = .empty
    }
}
