internal import Primitives

/// Addresses as EVE has them: IPv4 dotted, IPv6 in eight groups of four digits, nothing left out.
enum EVEAddress {
    /// `isV6`: an address of an IPv6 header, which may be an IPv4-mapped one.
    static func text(_ address: IPAddress, isV6: Bool = false) -> String {
        if address.isV4 && !isV6 { return address.description }
        let groups = [address.high, address.low].flatMap { half in
            [UInt64(48), 32, 16, 0].map { shift in
                let digits = String(half >> shift & 0xFFFF, radix: 16)
                return String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return groups.joined(separator: ":")
    }
}

extension JSONWriter {
    /// The same as a value, without text in between.
    mutating func address(_ address: IPAddress, isV6: Bool) {
        guard let v4 = address.v4, !isV6 else { return string(EVEAddress.text(address, isV6: isV6)) }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16) { text in
            var at = 0
            func push(_ byte: UInt8) {
                text[at] = byte
                at += 1
            }
            for shift in [UInt32(24), 16, 8, 0] {
                let part = UInt8(truncatingIfNeeded: v4 >> shift)
                if part >= 100 { push(0x30 + part / 100) }
                if part >= 10 { push(0x30 + part / 10 % 10) }
                push(0x30 + part % 10)
                if shift > 0 { push(ASCII.dot) }
            }
            string(Bytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(text)[0..<at])))
        }
    }
}
