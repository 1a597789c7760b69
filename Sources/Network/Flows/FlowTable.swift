internal import CPlatform
internal import Events
internal import Glibc
internal import Primitives

/// The two ends of a packet as the flow table looks them up, seen from the packet.
struct FlowLookup {
    var source: IPAddress
    var destination: IPAddress
    var sourcePort: UInt16
    var destinationPort: UInt16
    var vlan: UInt32
    var ipProtocol: UInt8
}

/// All live flows: records in one array, found through an open-addressing table of (hash, number), and chained in
/// lists by timeout class with the longest idle first.
///
/// The hash is symmetric (both directions of a flow meet) and keyed with a random seed, so that nobody outside can
/// choose addresses that collide. Memory grows by doubling up to the limit; then the longest idle flow has to go.
final class FlowTable {
    @exclusivity(unchecked) private(set) var records: UnsafeMutablePointer<FlowRecord>
    @exclusivity(unchecked) private var capacity: Int
    @exclusivity(unchecked) private var fresh = 0
    @exclusivity(unchecked) private var free: Int32 = -1
    @exclusivity(unchecked) private var slots: UnsafeMutablePointer<UInt64>
    @exclusivity(unchecked) private var slotMask: Int
    private let seeds: (UInt64, UInt64)
    @exclusivity(unchecked) private(set) var count = 0
    let limit: Int
    let lists: FlowLists

    init(limitBytes: Int, timeouts: FlowTimeouts, seeds: (UInt64, UInt64)) {
        let cost = MemoryLayout<FlowRecord>.stride + MemoryLayout<TCPSession>.stride + 64
        limit = max(64, min(limitBytes / cost, 1 << 28))
        capacity = min(limit, 4096)
        records = FlowTable.allocate(capacity)
        let size = FlowTable.tableSize(for: capacity)
        slots = .allocate(capacity: size)
        slots.initialize(repeating: 0, count: size)
        slotMask = size - 1
        self.seeds = seeds
        lists = FlowLists(timeouts: timeouts)
    }

    deinit {
        records.deallocate()
        slots.deallocate()
    }

    /// Records begin where cache lines do.
    private static func allocate(_ count: Int) -> UnsafeMutablePointer<FlowRecord> {
        UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<FlowRecord>.stride, alignment: 64)
            .bindMemory(to: FlowRecord.self, capacity: count)
    }

    /// At most a quarter full: a second look costs more than the slot.
    private static func tableSize(for records: Int) -> Int {
        var size = 1024
        while size < records * 4 { size *= 2 }
        return size
    }

    /// Both halves of the 128-bit product (wyhash's mixing step).
    @inline(__always) private func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    @inline(__always) private func endpoint(_ address: IPAddress, _ port: UInt16) -> UInt64 {
        mix(address.low ^ UInt64(port) << 48 ^ seeds.0, address.high ^ seeds.1)
    }

    @inline(__always) func hash(_ key: FlowLookup) -> UInt32 {
        let both = endpoint(key.source, key.sourcePort) &+ endpoint(key.destination, key.destinationPort)
        let mixed = mix(both ^ seeds.1, UInt64(key.ipProtocol) << 32 ^ UInt64(key.vlan) ^ seeds.0)
        return UInt32(truncatingIfNeeded: mixed >> 16)
    }

    /// Asks for the memory that `find` will look at first, so that it comes while other work is done.
    @inline(__always) func expectSlot(_ hash: UInt32) { prefetch_line(slots + (Int(hash) & slotMask)) }

    /// Asks for the record that the slot names.
    @inline(__always) func expectRecord(_ hash: UInt32) {
        let entry = slots[Int(hash) & slotMask] & 0xFFFF_FFFF
        let record = UnsafeRawPointer(records + Int(max(entry, 1) &- 1))
        prefetch_line(record)
        prefetch_line(record + 64)
    }

    /// The flow of a packet and which way the packet goes in it; nil where there is none yet.
    @inline(__always) func find(
        _ key: UnsafePointer<FlowLookup>, _ hash: UInt32
    ) -> (index: Int32, direction: FlowDirection)? {
        var slot = Int(hash) & slotMask
        while true {
            let entry = slots[slot]
            if entry == 0 { return nil }
            if UInt32(truncatingIfNeeded: entry >> 32) == hash {
                let index = Int32(truncatingIfNeeded: entry & 0xFFFF_FFFF) &- 1
                if let direction = direction(of: key, in: records + Int(index)) { return (index, direction) }
            }
            slot = (slot &+ 1) & slotMask
        }
    }

    @inline(__always) private func direction(
        of key: UnsafePointer<FlowLookup>, in flow: UnsafeMutablePointer<FlowRecord>
    ) -> FlowDirection? {
        guard flow.pointee.ipProtocol == key.pointee.ipProtocol, flow.pointee.vlan == key.pointee.vlan else {
            return nil
        }
        if flow.pointee.clientPort == key.pointee.sourcePort, flow.pointee.serverPort == key.pointee.destinationPort,
            flow.pointee.client == key.pointee.source, flow.pointee.server == key.pointee.destination
        {
            return .toServer
        }
        if flow.pointee.serverPort == key.pointee.sourcePort, flow.pointee.clientPort == key.pointee.destinationPort,
            flow.pointee.server == key.pointee.source, flow.pointee.client == key.pointee.destination
        {
            return .toClient
        }
        return nil
    }

    var isFull: Bool { count >= limit }

    /// A new record whose client is the packet's sender. The caller has made room (`isFull`).
    func insert(_ key: FlowLookup, _ hash: UInt32, number: UInt64, time: Int64) -> Int32 {
        precondition(count < limit, "flow table is full")
        if free < 0 && fresh == capacity { grow() }
        let index: Int32
        if free >= 0 {
            index = free
            free = records[Int(index)].next
        } else {
            index = Int32(fresh)
            fresh += 1
        }
        (records + Int(index)).initialize(to: FlowRecord(key, hash: hash, number: number, time: time))
        count += 1
        place(hash, index)
        return index
    }

    private func place(_ hash: UInt32, _ index: Int32) {
        var slot = Int(hash) & slotMask
        while slots[slot] != 0 { slot = (slot + 1) & slotMask }
        slots[slot] = UInt64(hash) << 32 | UInt64(index + 1)
    }

    /// Takes a flow out. Later entries of its run move up, so that no grave markers gather.
    func remove(_ index: Int32) {
        let flow = records + Int(index)
        lists.unlink(index, records)
        var slot = Int(flow.pointee.hash) & slotMask
        while slots[slot] & 0xFFFF_FFFF != UInt64(index + 1) { slot = (slot + 1) & slotMask }
        var hole = slot
        while true {
            slot = (slot + 1) & slotMask
            let entry = slots[slot]
            if entry == 0 { break }
            let home = Int(entry >> 32) & slotMask
            if (slot &- home) & slotMask >= (slot &- hole) & slotMask {
                slots[hole] = entry
                hole = slot
            }
        }
        slots[hole] = 0
        flow.pointee.next = free
        free = index
        count -= 1
    }

    private func grow() {
        let wanted = min(limit, capacity * 2)
        let grown = FlowTable.allocate(wanted)
        grown.moveInitialize(from: records, count: fresh)
        records.deallocate()
        records = grown
        capacity = wanted
        let size = FlowTable.tableSize(for: wanted)
        guard size > slotMask + 1 else { return }
        let old = slots
        let oldSize = slotMask + 1
        slots = .allocate(capacity: size)
        slots.initialize(repeating: 0, count: size)
        slotMask = size - 1
        for slot in 0..<oldSize where old[slot] != 0 {
            place(UInt32(truncatingIfNeeded: old[slot] >> 32), Int32(truncatingIfNeeded: old[slot] & 0xFFFF_FFFF) - 1)
        }
        old.deallocate()
    }
}
