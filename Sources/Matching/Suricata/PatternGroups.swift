internal import Events
internal import Primitives
internal import Rules

/// By what the packets are told that a group of patterns is searched for in. (Suricata groups its rules so, too: by
/// protocol, direction and port.)
enum PatternAudience: UInt8 {
    /// The flow's protocol.
    case application
    case destinationPort
    case sourcePort

    /// Ports of a signature that go by port at most; more, and it is searched for everywhere.
    static let maximumPorts = 64

    /// Who a signature's patterns are searched for in, and by which keys; nil: in every payload of its slot. Others
    /// fail the signature's header whatever they hold.
    static func choose(
        _ signature: CompiledSignature, _ ports: [[PortRange]]
    ) -> (audience: PatternAudience, keys: [PortRange])? {
        let transport = signature.transport
        if !transport.anyApplication {
            let numbers = Set([transport.application, transport.carrier].map(\.number)).sorted()
            return (.application, numbers.map { PortRange(low: $0, high: $0) })
        }
        guard signature.arrow == .forward else { return nil }
        if let few = few(signature.destinationPorts, ports) { return (.destinationPort, few) }
        if let few = few(signature.sourcePorts, ports) { return (.sourcePort, few) }
        return nil
    }

    private static func few(_ set: Int32, _ ports: [[PortRange]]) -> [PortRange]? {
        guard set >= 0 else { return nil }
        let ranges = ports[Int(set)]
        let count = ranges.reduce(0) { $0 + Int($1.high) - Int($1.low) + 1 }
        return count <= maximumPorts ? ranges : nil
    }
}

/// Patterns of one place that only payloads with one of these keys are searched for.
struct PatternGroup {
    /// `PayloadSlot.place`.
    var place: Int32
    var audience: PatternAudience
    /// Ports, or the number of a protocol.
    var keys: PortRange
    /// Slots that payloads, and their heads, are searched in; -1: none.
    var body: Int32
    var head: Int32
}

/// The groups of each place by their keys, in fixed memory.
final class GroupTables: @unchecked Sendable {
    /// Of each place: the group of a key, -1 where it has none; nil where no key has one.
    private let tables: [FrozenTable<Int32>?]
    private let groups: FrozenTable<PatternGroup>
    private let lookups: FrozenTable<UnsafePointer<Int32>?>

    private static let audiences = 3

    init(_ all: [PatternGroup]) {
        groups = FrozenTable(all)
        var made: [[Int32]?] = Array(repeating: nil, count: PayloadSlot.headPlaces * GroupTables.audiences)
        for (number, group) in all.enumerated() {
            let table = Int(group.place) * GroupTables.audiences + Int(group.audience.rawValue)
            let room = group.audience == .application ? ApplicationProtocol.allCases.count : Int(UInt16.max) + 1
            var known = made[table] ?? Array(repeating: -1, count: room)
            for key in group.keys.low...group.keys.high { known[Int(key)] = Int32(number) }
            made[table] = known
        }
        tables = made.map { $0.map { FrozenTable($0) } }
        lookups = FrozenTable(tables.map { $0?.start })
    }

    deinit {
        for table in tables { table?.free() }
        groups.free()
        lookups.free()
    }

    var fixed: FixedGroups { FixedGroups(lookups: lookups.start, groups: groups.start) }
}

/// The same, flat.
struct FixedGroups {
    fileprivate let lookups: UnsafePointer<UnsafePointer<Int32>?>
    fileprivate let groups: UnsafePointer<PatternGroup>

    /// The group of a key at a place; nil: none.
    @inline(__always)
    func find(_ place: Int, _ audience: PatternAudience, _ key: UInt16) -> UnsafePointer<PatternGroup>? {
        guard let table = lookups[place * 3 + Int(audience.rawValue)] else { return nil }
        let number = table[Int(key)]
        return number >= 0 ? groups + Int(number) : nil
    }
}

extension ApplicationProtocol {
    /// Its place among all cases.
    @inline(__always) var number: UInt16 { UInt16(unsafeBitCast(self, to: UInt8.self)) }
}
