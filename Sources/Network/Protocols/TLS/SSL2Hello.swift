internal import Events
internal import Primitives

/// A client's hello in SSL 2's form (RFC 5246 appendix E.2), which asks for SSL 2 or for something later.
struct SSL2Hello {
    /// Bytes of the whole record, and whether they are there.
    let length: Int
    let isWhole: Bool
    /// As in later hellos: 0x0301 is TLS 1.0; SSL 2's own is 0x0200.
    let version: Int

    /// Whether one may begin here, as far as the bytes go.
    static func recognise(_ bytes: Bytes) -> Recognition {
        if bytes.isEmpty || bytes[0] & 0x80 == 0 || bytes.count > 2 && bytes[2] != 1 { return .no }
        if bytes.count < 11 { return .more }
        return SSL2Hello(bytes).map { $0.isWhole ? .yes : .more } ?? .no
    }

    /// Whether SSL 2's error message stands where a server's hello must.
    static func isError(_ bytes: Bytes) -> Bool {
        bytes.count >= 3 && bytes[0] & 0x80 != 0 && bytes[2] == 0 && bytes.bigEndian16(at: 0) & 0x7FFF == 3
    }

    /// Nil where none begins here. Its lengths must agree with each other.
    init?(_ bytes: Bytes) {
        guard bytes.count >= 11, bytes[0] & 0x80 != 0, bytes[2] == 1 else { return nil }
        let asked = Int(bytes.bigEndian16(at: 3))
        guard asked == 2 || asked >> 8 == 3 && asked & 0xFF <= 4 else { return nil }
        let body = Int(bytes.bigEndian16(at: 0)) & 0x7FFF
        let ciphers = Int(bytes.bigEndian16(at: 5))
        let session = Int(bytes.bigEndian16(at: 7))
        let challenge = Int(bytes.bigEndian16(at: 9))
        guard ciphers > 0, ciphers % 3 == 0, session <= 32, (16...32).contains(challenge),
            body == 9 + ciphers + session + challenge
        else { return nil }
        length = 2 + body
        isWhole = bytes.count >= length
        version = asked == 2 ? 0x0200 : asked
    }
}

extension TLSParser {
    /// A record of SSL 2 behind the client's hello (Hickman, "The SSL Protocol", 1995). Answers its length: nil where
    /// it is not whole, 0 where it is none.
    func older(
        _ bytes: Bytes, _ side: UnsafeMutablePointer<TLSSide>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) -> Int? {
        let length = 2 + Int(bytes.bigEndian16(at: 0)) & 0x7FFF
        // Error to client finished, nine in all; encrypted ones are not told from others.
        if bytes[2] > 8 {
            odd("tls.invalid_sslv2_header", flow, way)
            odd("tls.invalid_ssl_record", flow, way)
            side.pointee.isDone = true
            return 0
        }
        return bytes.count >= length ? length : nil
    }
}
