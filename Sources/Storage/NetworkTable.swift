internal import GRDB
package import Primitives

/// The wide networks that an incident's detections name, so that a question about `10.0.0.0/8` reads a row an incident
/// and not one an address: /16 of IPv4 (14 bytes, mapped into IPv6), /32 of IPv6 (4 bytes).
package enum NetworkTable {
    /// `incident_networks` of this many bits and fewer; nil for what is narrower, whose addresses are looked up.
    package static func range(_ network: IPNetwork) -> (low: [UInt8], high: [UInt8])? {
        let low = bytes(network.address)
        if network.prefix >= 96, network.address.isV4 {
            if network.prefix > 112 { return nil }
            var high = Array(low.prefix(14))
            for bit in network.prefix..<112 { high[bit >> 3] |= 0x80 >> UInt8(bit & 7) }
            return (Array(low.prefix(14)), high)
        }
        if network.prefix > 32 { return nil }
        var high = low
        for bit in network.prefix..<128 { high[bit >> 3] |= 0x80 >> UInt8(bit & 7) }
        return (Array(low.prefix(4)), high)
    }

    private static let mapped = "x'00000000000000000000ffff'"
    private static let network =
        "CASE WHEN substr(ip, 1, 12) = \(mapped) THEN substr(ip, 1, 14) ELSE substr(ip, 1, 4) END"

    /// The network of an address: the same in Swift.
    static func key(_ address: IPAddress) -> [UInt8] { Array(bytes(address).prefix(address.isV4 ? 14 : 4)) }

    /// 16 bytes, IPv4 mapped into IPv6: as addresses are stored.
    static func bytes(_ address: IPAddress) -> [UInt8] {
        var writer = ByteWriter()
        writer.id(ContentID(high: address.high, low: address.low))
        return writer.bytes
    }

    /// Enters the networks of everything that is mentioned.
    static let filling = """
        INSERT OR IGNORE INTO incident_networks (network, field, incident)
            SELECT \(network), field, incident FROM incident_mentions WHERE ip IS NOT NULL
        """

    /// Before its mentions go: those of the incident in row `?`.
    static let deletion = """
        DELETE FROM incident_networks WHERE (network, field, incident) IN
            (SELECT \(network), field, incident FROM incident_mentions WHERE ip IS NOT NULL AND incident = ?)
        """
}
