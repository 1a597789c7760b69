internal import Primitives

/// Bytes that a group of a pcre caught for a variable.
struct CaughtVariable {
    static let maximumBytes = 65_535
    var variable: Int32
    var isPacket: Bool
    var bytes: [UInt8]
}

/// What variables hold: by flow until it ends, and of the packet at hand. Few signatures have any.
struct VariableMemory {
    private static let maximumBytes = 16 << 20
    /// What a flow's table takes, and a value in it, beside its bytes: a slot of a hash table that is half full, the
    /// heads of the two objects, and what the allocator rounds up to.
    private static let flowBytes = 192
    private static let valueBytes = 128

    private static func bytes(of value: [UInt8]) -> Int { valueBytes + value.count }

    private var flows: [UInt64: [Int32: [UInt8]]] = [:]
    private var packet: [Int32: [UInt8]] = [:]
    private var usedBytes = 0
    /// Values not kept because the bound was reached.
    private(set) var dropped = 0

    mutating func newPacket() { if !packet.isEmpty { packet.removeAll(keepingCapacity: true) } }

    mutating func endFlow(_ flow: UInt64) {
        if flows.isEmpty { return }
        guard let gone = flows.removeValue(forKey: flow) else { return }
        usedBytes -= VariableMemory.flowBytes
        for value in gone.values { usedBytes -= VariableMemory.bytes(of: value) }
    }

    mutating func keep(_ caught: [CaughtVariable], _ flow: UInt64) {
        for one in caught {
            if one.isPacket {
                packet[one.variable] = one.bytes
            } else if flow != 0 {
                var more = VariableMemory.bytes(of: one.bytes)
                if let values = flows[flow] {
                    more -= values[one.variable].map { VariableMemory.bytes(of: $0) } ?? 0
                } else {
                    more += VariableMemory.flowBytes
                }
                guard usedBytes + more <= VariableMemory.maximumBytes else {
                    dropped += 1
                    continue
                }
                usedBytes += more
                flows[flow, default: [:]][one.variable] = one.bytes
            }
        }
    }

    func holds(_ variable: Int32, isPacket: Bool, _ flow: UInt64, _ wanted: Bytes) -> Bool {
        guard let value = isPacket ? packet[variable] : flows[flow]?[variable] else { return false }
        return value.withBytes { $0.contains(wanted) }
    }
}
