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
