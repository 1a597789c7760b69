/// Names of IP protocols as EVE has them (IANA's keywords); a number without a name is three digits.
enum EVEProtocol {
    private static let names: [UInt8: String] = [
        0: "HOPOPT", 1: "ICMP", 2: "IGMP", 3: "GGP", 4: "IP-in-IP", 6: "TCP", 8: "EGP", 17: "UDP", 27: "RDP",
        33: "DCCP", 41: "IPv6", 43: "IPv6-Route", 44: "IPv6-Frag", 46: "RSVP", 47: "GRE", 50: "ESP", 51: "AH",
        58: "IPv6-ICMP", 59: "IPv6-NoNxt", 60: "IPv6-Opts", 88: "EIGRP", 89: "OSPFIGP", 94: "IPIP", 103: "PIM",
        108: "IPComp", 112: "VRRP", 115: "L2TP", 132: "SCTP", 135: "Mobility Header", 136: "UDPLite",
        137: "MPLS-in-IP",
    ]

    static func name(_ number: UInt8) -> String {
        if let name = names[number] { return name }
        let digits = String(number)
        return String(repeating: "0", count: 3 - digits.count) + digits
    }

    /// TCP, UDP and SCTP: their records have ports, 0 where the header was not read.
    static func hasPorts(_ number: UInt8) -> Bool { number == 6 || number == 17 || number == 132 }
}
