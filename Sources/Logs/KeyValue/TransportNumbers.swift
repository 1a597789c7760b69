internal import Events
internal import Primitives

/// Firewalls that tell the protocol above IP by its number (IANA, "Assigned Internet Protocol Numbers"), and the names
/// that ECS has for them in `network.transport`.
enum TransportNumbers {
    private static let names: [(number: Int, slot: FieldSlot)] = [
        (1, "icmp"), (2, "igmp"), (6, "tcp"), (17, "udp"), (41, "ipv6"), (47, "gre"), (50, "esp"), (51, "ah"),
        (58, "ipv6-icmp"), (89, "ospf"), (112, "vrrp"), (132, "sctp"),
    ].map { ($0.0, ConstantText($0.1).slot(.networkTransport)) }

    /// The name of the number that `text` is; nil where it is a name already, or of a protocol that is rare.
    static func slot(_ text: Bytes) -> FieldSlot? {
        guard let number = text.decimal else { return nil }
        return names.first { $0.number == number }?.slot
    }
}
