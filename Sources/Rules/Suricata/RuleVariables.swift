/// Named address and port groups (`$HOME_NET`, `$HTTP_PORTS`), as a suricata.yaml has them under `vars`.
package struct RuleVariables: Sendable {
    package var addresses: [String: String]
    package var ports: [String: String]

    package init(addresses: [String: String], ports: [String: String]) {
        self.addresses = addresses
        self.ports = ports
    }

    /// Suricata's shipped values: HOME_NET is RFC 1918, everything else EXTERNAL_NET.
    package static var standard: RuleVariables {
        var addresses = [
            "HOME_NET": "[192.168.0.0/16,10.0.0.0/8,172.16.0.0/12]", "EXTERNAL_NET": "!$HOME_NET",
            "AIM_SERVERS": "$EXTERNAL_NET",
        ]
        for name in ["HTTP", "SMTP", "SQL", "DNS", "TELNET", "DC"] { addresses[name + "_SERVERS"] = "$HOME_NET" }
        for name in ["DNP3_SERVER", "DNP3_CLIENT", "MODBUS_CLIENT", "MODBUS_SERVER", "ENIP_CLIENT", "ENIP_SERVER"] {
            addresses[name] = "$HOME_NET"
        }
        return RuleVariables(
            addresses: addresses,
            ports: [
                "HTTP_PORTS": "80", "SHELLCODE_PORTS": "!80", "ORACLE_PORTS": "1521", "SSH_PORTS": "22",
                "DNP3_PORTS": "20000", "MODBUS_PORTS": "502", "FILE_DATA_PORTS": "[$HTTP_PORTS,110,143]",
                "FTP_PORTS": "21", "GENEVE_PORTS": "6081", "VXLAN_PORTS": "4789", "TEREDO_PORTS": "3544",
                "SIP_PORTS": "[5060,5061]",
            ])
    }

    /// `other`'s values over these.
    package mutating func merge(_ other: RuleVariables) {
        addresses.merge(other.addresses) { $1 }
        ports.merge(other.ports) { $1 }
    }

    /// These values over the standard ones.
    package func overStandard() -> RuleVariables {
        var result = RuleVariables.standard
        result.addresses.merge(addresses) { $1 }
        result.ports.merge(ports) { $1 }
        return result
    }
}
