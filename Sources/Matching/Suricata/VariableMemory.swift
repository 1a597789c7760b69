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

    private var flows: [UInt64: [Int32: [UInt8]]] = [:]
    private var packet: [Int32: [UInt8]] = [:]
    private var usedBytes = 0
    /// Values not kept because the bound was reached.
    private(set) var dropped = 0

    mutating func newPacket() { if !packet.isEmpty { packet.removeAll(keepingCapacity: true) } }

    mutating func endFlow(_ flow: UInt64) {
        if flows.isEmpty { return }
        for value in (flows.removeValue(forKey: flow) ?? [:]).values { usedBytes -= value.count }
    }

    mutating func keep(_ caught: [CaughtVariable], _ flow: UInt64) {
        for one in caught {
            if one.isPacket {
                packet[one.variable] = one.bytes
            } else if flow != 0 {
                let before = flows[flow]?[one.variable]?.count ?? 0
                guard usedBytes - before + one.bytes.count <= VariableMemory.maximumBytes else {
                    dropped += 1
                    continue
                }
                usedBytes += one.bytes.count - before
                flows[flow, default: [:]][one.variable] = one.bytes
            }
        }
    }

    func holds(_ variable: Int32, isPacket: Bool, _ flow: UInt64, _ wanted: Bytes) -> Bool {
        guard let value = isPacket ? packet[variable] : flows[flow]?[variable] else { return false }
        return value.withBytes { $0.contains(wanted) }
    }
}
