package import Primitives

/// The addresses a signature's header allows, worked out into ranges. IPv4 lies at its IPv4-mapped place, as in
/// `IPAddress`.
package struct AddressSet: Hashable, Sendable {
    package var numbers: IntervalSet<UInt128>

    package init(_ numbers: IntervalSet<UInt128>) { self.numbers = numbers }

    package static let any = AddressSet(.all)

    package var isAny: Bool { numbers.isAll }
    package var isEmpty: Bool { numbers.isEmpty }

    package func contains(_ address: IPAddress) -> Bool { numbers.contains(AddressSet.number(address)) }

    package static func number(_ address: IPAddress) -> UInt128 {
        UInt128(address.high) << 64 | UInt128(address.low)
    }

    /// One address, a network (prefix or IPv4 netmask), or a range `a-b`; nil for anything else.
    package static func parse(_ text: String) -> AddressSet? {
        if let dash = text.firstIndex(of: "-") {
            guard let low = IPAddress(String(text[..<dash])),
                let high = IPAddress(String(text[text.index(after: dash)...])), low.isV4 == high.isV4, low <= high
            else { return nil }
            return AddressSet(IntervalSet(number(low)...number(high)))
        }
        guard let network = network(text) else { return nil }
        let from = number(network.address)
        let hostBits = 128 - network.prefix
        let mask = hostBits >= 128 ? UInt128.max : (UInt128(1) << UInt128(hostBits)) - 1
        let range = IntervalSet(from...(from | mask))
        return AddressSet(network.address.isV4 ? range : range.subtracting(mapped))
    }

    /// Where IPv4 lies: `::/0` does not mean it.
    private static var mapped: IntervalSet<UInt128> {
        let from = number(IPAddress(v4: 0))
        return IntervalSet(from...(from | UInt128(UInt32.max)))
    }

    private static func network(_ text: String) -> IPNetwork? {
        if let network = IPNetwork(text) { return network }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(String(parts[0])), address.isV4,
            let mask = IPAddress(String(parts[1]))?.v4
        else { return nil }
        let bits = (~mask).leadingZeroBitCount
        guard mask == (bits == 0 ? 0 : UInt32.max << UInt32(32 - bits)) else { return nil }
        return IPNetwork(address: address, prefix: 96 + bits)
    }
}

/// The ports a signature's header allows.
package struct PortSet: Hashable, Sendable {
    package var numbers: IntervalSet<UInt16>

    package init(_ numbers: IntervalSet<UInt16>) { self.numbers = numbers }

    package static let any = PortSet(.all)

    package var isAny: Bool { numbers.isAll }
    package var isEmpty: Bool { numbers.isEmpty }

    package func contains(_ port: UInt16) -> Bool { numbers.contains(port) }

    /// `80`, `1024:`, `:1024`, `20:25`; nil for anything else.
    package static func parse(_ text: String) -> PortSet? {
        guard let colon = text.firstIndex(of: ":") else { return UInt16(text).map { PortSet(IntervalSet($0...$0)) } }
        let left = text[..<colon]
        let right = text[text.index(after: colon)...]
        if left.isEmpty && right.isEmpty { return nil }
        guard let low = left.isEmpty ? 0 : UInt16(left), let high = right.isEmpty ? UInt16.max : UInt16(right),
            low <= high
        else { return nil }
        return PortSet(IntervalSet(low...high))
    }
}
