public import Primitives

/// The inventory of what is defended (`--estate`), ready to be asked: whose is this address, host, name or account, and
/// does an address lie inside.
///
/// Of several systems the closest answers: an address belongs to the longest prefix that holds it, a name to itself
/// before a wildcard, and to the longest wildcard.
public struct Estate: Sendable {
    public let networks: [EstateNetwork]
    public let agencies: [EstateAgency]
    public let systems: [EstateSystem]
    public let sensors: [EstateSensor]
    /// Variables for signatures, over those that follow from networks and roles.
    public let variables: [(name: String, value: String)]
    /// Whether an inventory was given, rather than the defaults.
    public let isGiven: Bool

    private let inside: [IPNetwork]
    private let addresses: [(network: IPNetwork, system: Int)]
    private let exact: [IPAddress: Int]
    private let hosts: [String: Int]
    private let names: [String: Int]
    private let wildcards: [(suffix: String, system: Int)]
    private let users: [String: Int]

    /// RFC 1918 (private IPv4) and RFC 4193 (unique local IPv6), with loopback and link-local addresses.
    public static let standardNetworks = [
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "127.0.0.0/8", "::1/128", "169.254.0.0/16",
        "fe80::/10",
    ].compactMap { IPNetwork($0) }

    /// No inventory: private addresses are inside, and nothing is known of anything.
    public static let standard = Estate()

    public init(
        networks: [EstateNetwork] = [], agencies: [EstateAgency] = [], systems: [EstateSystem] = [],
        sensors: [EstateSensor] = [], variables: [(name: String, value: String)] = [], isGiven: Bool = false
    ) {
        self.networks = networks
        self.agencies = agencies
        self.systems = systems
        self.sensors = sensors
        self.variables = variables
        self.isGiven = isGiven
        inside = networks.isEmpty ? Estate.standardNetworks : networks.map(\.network)
        var exact: [IPAddress: Int] = [:]
        var ranges: [(network: IPNetwork, system: Int)] = []
        var hosts: [String: Int] = [:]
        var names: [String: Int] = [:]
        var wildcards: [(suffix: String, system: Int)] = []
        var users: [String: Int] = [:]
        for (index, system) in systems.enumerated() {
            for network in system.addresses {
                if network.prefix == 128 { exact[network.address] = exact[network.address] ?? index }
                if network.prefix < 128 { ranges.append((network, index)) }
            }
            for host in system.hosts { hosts[host.lowercased()] = hosts[host.lowercased()] ?? index }
            for user in system.users { users[user.lowercased()] = users[user.lowercased()] ?? index }
            for name in system.virtualHosts.map({ $0.lowercased() }) {
                if name.hasPrefix("*.") {
                    wildcards.append((String(name.dropFirst()), index))
                } else {
                    names[name] = names[name] ?? index
                }
            }
        }
        self.exact = exact
        addresses = ranges.enumerated().sorted { a, b in
            a.element.network.prefix != b.element.network.prefix
                ? a.element.network.prefix > b.element.network.prefix : a.offset < b.offset
        }.map(\.element)
        (self.hosts, self.names, self.users) = (hosts, names, users)
        self.wildcards = wildcards.enumerated().sorted { a, b in
            a.element.suffix.utf8.count != b.element.suffix.utf8.count
                ? a.element.suffix.utf8.count > b.element.suffix.utf8.count : a.offset < b.offset
        }.map(\.element)
    }

    /// Whether an address is one of the organisation's own.
    public func isInternal(_ address: IPAddress) -> Bool { inside.contains { $0.contains(address) } }

    /// The narrowest named network that an address lies in.
    public func network(of address: IPAddress) -> EstateNetwork? {
        networks.filter { $0.network.contains(address) }.max { $0.network.prefix < $1.network.prefix }
    }

    public func system(of address: IPAddress) -> EstateSystem? {
        let found = exact[address] ?? addresses.first { $0.network.contains(address) }?.system
        return found.map { systems[$0] }
    }

    /// By a host's name: whole, else up to its first dot.
    public func system(host: String) -> EstateSystem? {
        let name = host.lowercased()
        let found = hosts[name] ?? hosts[String(name.prefix { $0 != "." })] ?? names[name]
        return found.map { systems[$0] }
    }

    /// By a name that clients ask for (virtual host, server name), with or without a port.
    public func system(name: String) -> EstateSystem? {
        let name = Estate.hostPart(name)
        if let index = names[name] ?? hosts[name] { return systems[index] }
        return wildcards.first { name.hasSuffix($0.suffix) }.map { systems[$0.system] }
    }

    public func system(user: String) -> EstateSystem? { users[user.lowercased()].map { systems[$0] } }

    /// By the name that `--asset` gave to an input.
    public func system(label: String) -> EstateSystem? {
        systems.first { $0.id == label || $0.labels.contains { Estate.fits(label, glob: $0) } }
    }

    public func agency(_ word: String) -> EstateAgency? {
        let folded = word.lowercased()
        return agencies.first {
            $0.id.lowercased() == folded || $0.name.lowercased() == folded
                || $0.nameVietnamese?.lowercased() == folded
        }
    }

    /// Whether a name lies in the organisation's own domains: one of its systems' names, or a sibling of one.
    public func isOwnName(_ name: String) -> Bool {
        let name = Estate.hostPart(name)
        if system(name: name) != nil { return true }
        guard let dot = name.firstIndex(of: ".") else { return false }
        let parent = name[dot...]
        guard parent.filter({ $0 == "." }).count > 1 else { return false }
        return names.keys.contains { $0.hasSuffix(parent) && $0.utf8.count > parent.utf8.count }
    }

    private static func hostPart(_ text: String) -> String {
        let name = text.lowercased()
        guard let colon = name.lastIndex(of: ":"), name.firstIndex(of: ":") == colon else { return name }
        return String(name[..<colon])
    }

    /// `*` for any run of letters, from left to right.
    static func fits(_ text: String, glob: String) -> Bool {
        let parts = glob.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1, let head = parts.first, let tail = parts.last else { return text == glob }
        guard text.hasPrefix(head), text.utf8.count >= head.utf8.count + tail.utf8.count, text.hasSuffix(tail) else {
            return false
        }
        var rest = text.dropFirst(head.count).dropLast(tail.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let range = Estate.find(part, in: rest) else { return false }
            rest = rest[range...]
        }
        return true
    }

    private static func find(_ part: String, in text: Substring) -> String.Index? {
        var place = text.startIndex
        while place < text.endIndex {
            if text[place...].hasPrefix(part) { return text.index(place, offsetBy: part.count) }
            place = text.index(after: place)
        }
        return nil
    }
}
