/// An IPv4 or IPv6 address. IPv4 is kept apart from its IPv4-mapped IPv6 form only in how it is written.
public struct IPAddress: Hashable, Sendable, Comparable {
    /// The 16 bytes of the IPv6 form, in two halves in network order; IPv4 is `::ffff:a.b.c.d`.
    public let high: UInt64
    public let low: UInt64

    @inlinable public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    @inlinable public init(v4 address: UInt32) {
        self.init(high: 0, low: 0x0000_FFFF_0000_0000 | UInt64(address))
    }

    public var isV4: Bool { high == 0 && low >> 32 == 0xFFFF }
    public var v4: UInt32? { isV4 ? UInt32(truncatingIfNeeded: low) : nil }

    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    /// Reads dotted decimal (four parts, no leading-zero octal reading: `010` is refused) or RFC 4291 section 2.2 text,
    /// with an optional `%zone`, which is dropped. Nil for anything else.
    public init?(_ text: Bytes) {
        guard text.count >= 2, text.count <= 64 else { return nil }
        if text.firstIndex(of: ASCII.colon) != nil {
            self.init(v6: text)
        } else {
            guard let address = IPAddress.parseV4(text) else { return nil }
            self.init(v4: address)
        }
    }

    public init?(_ text: String) {
        guard let address = text.withBytes({ IPAddress($0) }) else { return nil }
        self = address
    }

    static func parseV4(_ text: Bytes) -> UInt32? {
        guard text.count >= 7, text.count <= 15 else { return nil }
        var address: UInt32 = 0
        var part: UInt32 = 0
        var digits = 0
        var dots = 0
        for index in 0..<text.count {
            let byte = text.start[index]
            if ASCII.isDigit(byte) {
                if digits > 0 && part == 0 { return nil }
                part = part * 10 + UInt32(byte &- 0x30)
                digits += 1
                if digits > 3 || part > 255 { return nil }
            } else if byte == ASCII.dot {
                if digits == 0 || dots == 3 { return nil }
                address = address << 8 | part
                part = 0
                digits = 0
                dots += 1
            } else {
                return nil
            }
        }
        return dots == 3 && digits > 0 ? address << 8 | part : nil
    }

    private init?(v6 whole: Bytes) {
        let text = whole.firstIndex(of: ASCII.percent).map { whole.slice(0, $0) } ?? whole
        var groups: (UInt64, UInt64) = (0, 0)
        var filled = 0
        var gap = -1
        var index = 0
        func push(_ value: UInt16) {
            if filled < 4 {
                groups.0 |= UInt64(value) << UInt64(48 - 16 * filled)
            } else {
                groups.1 |= UInt64(value) << UInt64(48 - 16 * (filled - 4))
            }
            filled += 1
        }
        if text.starts(with: "::") {
            gap = 0
            index = 2
        }
        while index < text.count {
            let end = text.firstIndex(of: ASCII.colon, from: index) ?? text.count
            let group = text.slice(index, end)
            if end == text.count, group.firstIndex(of: ASCII.dot) != nil {
                guard filled <= 6, let tail = IPAddress.parseV4(group) else { return nil }
                push(UInt16(tail >> 16))
                push(UInt16(truncatingIfNeeded: tail))
                index = end
                break
            }
            guard filled < 8, let value = IPAddress.hexGroup(group) else { return nil }
            push(value)
            index = end
            guard index < text.count else { break }
            index += 1
            if index == text.count { return nil }
            if text.start[index] == ASCII.colon {
                if gap >= 0 { return nil }
                gap = filled
                index += 1
            }
        }
        guard let value = IPAddress.expand(groups, filled: filled, gap: gap) else { return nil }
        self = value
    }

    private static func hexGroup(_ text: Bytes) -> UInt16? {
        guard text.count >= 1, text.count <= 4 else { return nil }
        var value: UInt16 = 0
        for index in 0..<text.count {
            guard let digit = ASCII.hexValue(text.start[index]) else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    /// Moves the groups behind `::` to the end. `gap` is the number of groups before it, -1 where there is none.
    private static func expand(_ groups: (UInt64, UInt64), filled: Int, gap: Int) -> IPAddress? {
        if gap < 0 { return filled == 8 ? IPAddress(high: groups.0, low: groups.1) : nil }
        guard filled <= 7 else { return nil }
        var result: (UInt64, UInt64) = (0, 0)
        for position in 0..<filled {
            let half = position < 4 ? groups.0 : groups.1
            let value = half >> UInt64(48 - 16 * (position & 3)) & 0xFFFF
            let target = position < gap ? position : position + 8 - filled
            if target < 4 {
                result.0 |= value << UInt64(48 - 16 * target)
            } else {
                result.1 |= value << UInt64(48 - 16 * (target - 4))
            }
        }
        return IPAddress(high: result.0, low: result.1)
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted decimal, or RFC 5952 text.
    public var description: String {
        if let v4 { return IPAddress.dotted(v4) }
        let groups = (0..<8).map { group($0) }
        var best = 0..<0
        var from = 0
        while from < 8 {
            var to = from
            while to < 8, groups[to] == 0 { to += 1 }
            if to - from > best.count, to - from > 1 { best = from..<to }
            from = max(to, from + 1)
        }
        let text = { (slice: ArraySlice<UInt16>) in slice.map { String($0, radix: 16) }.joined(separator: ":") }
        if best.isEmpty { return text(groups[...]) }
        return text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
    }
}

extension IPAddress {
    /// `192.0.2.1`
    static func dotted(_ address: UInt32) -> String {
        String(unsafeUninitializedCapacity: 15) { text in
            var at = 0
            for shift in stride(from: UInt32(24), through: 0, by: -8) {
                let part = UInt8(truncatingIfNeeded: address >> shift)
                if part >= 100 {
                    text[at] = ASCII.zero + part / 100
                    at += 1
                }
                if part >= 10 {
                    text[at] = ASCII.zero + part / 10 % 10
                    at += 1
                }
                text[at] = ASCII.zero + part % 10
                at += 1
                if shift > 0 {
                    text[at] = ASCII.dot
                    at += 1
                }
            }
            return at
        }
    }

    /// Group `index` (0...7) of the IPv6 form.
    func group(_ index: Int) -> UInt16 {
        let half = index < 4 ? high : low
        return UInt16(truncatingIfNeeded: half >> UInt64(48 - 16 * (index & 3)))
    }
}

/// A network: an address and the number of leading bits that count (0...128; IPv4 prefixes are stored plus 96).
public struct IPNetwork: Hashable, Sendable, CustomStringConvertible {
    public let address: IPAddress
    public let prefix: Int

    public init(address: IPAddress, prefix: Int) {
        self.prefix = prefix
        self.address = IPNetwork.mask(address, prefix)
    }

    /// Reads `10.0.0.0/8`, `2001:db8::/32`, or a single address; host bits are cleared. Nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(String(first)) else { return nil }
        let width = address.isV4 ? 32 : 128
        var bits = width
        if parts.count == 2 {
            guard let given = Int(parts[1]), given >= 0, given <= width else { return nil }
            bits = given
        }
        self.init(address: address, prefix: bits + (address.isV4 ? 96 : 0))
    }

    public func contains(_ other: IPAddress) -> Bool { IPNetwork.mask(other, prefix) == address }

    static func mask(_ address: IPAddress, _ prefix: Int) -> IPAddress {
        let high = prefix >= 64 ? UInt64.max : prefix == 0 ? 0 : ~(UInt64.max >> UInt64(prefix))
        let rest = prefix - 64
        let low = rest >= 64 ? UInt64.max : rest <= 0 ? 0 : ~(UInt64.max >> UInt64(rest))
        return IPAddress(high: address.high & high, low: address.low & low)
    }

    public var description: String { "\(address)/\(address.isV4 ? prefix - 96 : prefix)" }
}
