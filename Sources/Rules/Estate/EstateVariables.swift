package import Events
internal import Primitives

/// What an estate says to Suricata's rule variables (suricata.yaml, `vars`).
package enum EstateVariables {
    /// Role of a system, and the variable that its addresses belong to.
    static let roles: [(role: String, variable: String?)] = [
        ("http", "HTTP_SERVERS"), ("dns", "DNS_SERVERS"), ("smtp", "SMTP_SERVERS"), ("sql", "SQL_SERVERS"),
        ("telnet", "TELNET_SERVERS"), ("dc", "DC_SERVERS"), ("ssh", nil), ("ftp", nil), ("dhcp", nil), ("vpn", nil),
        ("proxy", nil),
    ]

    /// `HOME_NET` is the networks; the servers' variables are the addresses of the systems with that role, and stay as
    /// they are where none has it; `variables` of the file come over both. Nothing where no inventory was given.
    package static func variables(of estate: Estate) -> RuleVariables {
        var result = RuleVariables(addresses: [:], ports: [:])
        guard estate.isGiven else { return result }
        if !estate.networks.isEmpty { result.addresses["HOME_NET"] = list(estate.networks.map(\.network)) }
        for (role, variable) in roles {
            let addresses = estate.systems.filter { $0.roles.contains(role) }.flatMap(\.addresses)
            if let variable, !addresses.isEmpty { result.addresses[variable] = list(addresses) }
        }
        for (name, value) in estate.variables {
            if name.hasSuffix("_PORTS") { result.ports[name] = value } else { result.addresses[name] = value }
        }
        return result
    }

    private static func list(_ networks: [IPNetwork]) -> String {
        var seen: Set<IPNetwork> = []
        let texts = networks.filter { seen.insert($0).inserted }.map { network in
            network.prefix == 128 ? network.address.description : network.description
        }
        return "[" + texts.joined(separator: ",") + "]"
    }
}
