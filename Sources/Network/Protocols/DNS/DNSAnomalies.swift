/// Names of what is odd about a message (Suricata: `dns-events.rules`, `mdns-events.rules`).
struct DNSAnomalies {
    let malformed: StaticString
    let reservedFlag: StaticString
    let opcode: StaticString
    let authorities: StaticString
    let additionals: StaticString
    let tooLong: StaticString
    let endless: StaticString
    let tooManyLabels: StaticString

    static let unicast = DNSAnomalies(
        malformed: "dns.malformed_data", reservedFlag: "dns.z_flag_set", opcode: "dns.invalid_opcode",
        authorities: "dns.invalid_authorities", additionals: "dns.invalid_additionals",
        tooLong: "dns.name_too_long", endless: "dns.infinite_loop", tooManyLabels: "dns.too_many_labels")
    static let multicast = DNSAnomalies(
        malformed: "mdns.malformed_data", reservedFlag: "mdns.z_flag_set", opcode: "mdns.invalid_opcode",
        authorities: "mdns.invalid_authorities", additionals: "mdns.invalid_additionals",
        tooLong: "mdns.name_too_long", endless: "mdns.infinite_loop", tooManyLabels: "mdns.too_many_labels")
}

/// What was odd about the names of one message, each told once.
struct DNSNameFaults {
    private var tooLong = false
    private var endless = false
    private var tooManyLabels = false

    mutating func add(_ fault: DNSNameFault?) {
        switch fault {
        case .tooLong: tooLong = true
        case .endless: endless = true
        case .tooManyLabels: tooManyLabels = true
        case nil: break
        }
    }

    func tell(_ names: DNSAnomalies, _ output: InspectionOutput) {
        if tooLong { output.anomaly(names.tooLong) }
        if endless { output.anomaly(names.endless) }
        if tooManyLabels { output.anomaly(names.tooManyLabels) }
    }
}
