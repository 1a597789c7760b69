internal import Events
internal import Primitives
internal import Rules

/// By what the payloads are told that a literal is searched for in. (Suricata groups its rules so, too: by protocol,
/// direction and port.)
enum PatternAudience: UInt8 {
    case everyone
    /// The flow's protocol.
    case application
    case destinationPort
    case sourcePort

    /// Ports of a signature that go by port at most; more, and it is searched for everywhere.
    static let maximumPorts = 64

    /// Whose payloads a signature's literal is searched for in, and by which keys. Others fail the signature's header
    /// whatever they hold.
    static func choose(
        _ signature: CompiledSignature, _ ports: [[PortRange]]
    ) -> (audience: PatternAudience, keys: [PortRange]) {
        let transport = signature.transport
        if !transport.anyApplication {
            let numbers = Set([transport.application, transport.carrier].map(\.number)).sorted()
            return (.application, numbers.map { PortRange(low: $0, high: $0) })
        }
        guard signature.arrow == .forward else { return (.everyone, []) }
        if let few = few(signature.destinationPorts, ports) { return (.destinationPort, few) }
        if let few = few(signature.sourcePorts, ports) { return (.sourcePort, few) }
        return (.everyone, [])
    }

    private static func few(_ set: Int32, _ ports: [[PortRange]]) -> [PortRange]? {
        guard set >= 0 else { return nil }
        let ranges = ports[Int(set)]
        let count = ranges.reduce(0) { $0 + Int($1.high) - Int($1.low) + 1 }
        return count <= maximumPorts ? ranges : nil
    }
}

extension ApplicationProtocol {
    /// Its place among all cases.
    @inline(__always) var number: UInt16 { UInt16(unsafeBitCast(self, to: UInt8.self)) }
}
