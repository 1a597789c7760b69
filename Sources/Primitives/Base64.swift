/// Base64 (RFC 4648 section 4), as lenient as the reader asks.
public enum Base64 {
    public enum Mode: Sendable {
        /// Nothing but the alphabet, padded.
        case strict
        /// Bytes outside the alphabet are passed over (RFC 2045 section 6.8).
        case skipping
        /// Ends at the first byte outside the alphabet.
        case stopping
    }

    @inline(__always) static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x41...0x5A: byte - 0x41
        case 0x61...0x7A: byte - 0x61 + 26
        case 0x30...0x39: byte - 0x30 + 52
        case 0x2B: 62
        case 0x2F: 63
        default: nil
        }
    }

    /// Decodes into `output`, which has room for `bytes.count / 4 * 3 + 3`; answers how many bytes were written, and
    /// nil where `strict` finds fault.
    public static func decode(_ bytes: Bytes, mode: Mode, into output: UnsafeMutablePointer<UInt8>) -> Int? {
        var written = 0
        var bits: UInt32 = 0
        var held = 0
        var padding = 0
        for index in 0..<bytes.count {
            let byte = bytes.start[index]
            if byte == 0x3D {
                padding += 1
                if mode != .strict { break }
                continue
            }
            guard let digit = value(byte), padding == 0 else {
                if mode == .skipping { continue }
                if mode == .stopping { break }
                return nil
            }
            bits = bits << 6 | UInt32(digit)
            held += 1
            if held == 4 {
                output[written] = UInt8(truncatingIfNeeded: bits >> 16)
                output[written + 1] = UInt8(truncatingIfNeeded: bits >> 8)
                output[written + 2] = UInt8(truncatingIfNeeded: bits)
                written += 3
                bits = 0
                held = 0
            }
        }
        if mode == .strict && (bytes.count % 4 != 0 || padding > 2) { return nil }
        if held >= 2 {
            bits <<= UInt32(6 * (4 - held))
            output[written] = UInt8(truncatingIfNeeded: bits >> 16)
            written += 1
            if held == 3 {
                output[written] = UInt8(truncatingIfNeeded: bits >> 8)
                written += 1
            }
        }
        return written
    }

    /// With padding.
    public static func encode(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let left = min(3, bytes.count - start)
            var group = 0
            for index in 0..<3 { group = group << 8 | (index < left ? Int(bytes[start + index]) : 0) }
            for index in 0..<4 {
                text.append(index <= left ? alphabet[group >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil where `text` is not base64 throughout.
    public static func decode(_ text: [UInt8]) -> [UInt8]? {
        [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3 + 3) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            count = text.withUnsafeBytes { decode(Bytes($0), mode: .strict, into: base) ?? 0 }
        }.nilWhenEmpty(unless: text.isEmpty)
    }
}

extension [UInt8] {
    fileprivate func nilWhenEmpty(unless allowed: Bool) -> [UInt8]? { isEmpty && !allowed ? nil : self }
}
