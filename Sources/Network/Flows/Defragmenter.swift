internal import Events
internal import Glibc
internal import Primitives

/// One datagram of which fragments have come.
private struct FragmentTracker {
    var source: IPAddress
    var destination: IPAddress
    var id: UInt32
    var vlan: UInt32
    var ipProtocol: UInt8
    var bucket: Int32
    /// Next in the hash bucket; neighbours by age.
    var chain: Int32 = -1
    var older: Int32 = -1
    var newer: Int32 = -1
    var last: Int64
    var data = SegmentList()
    var stored = 0
    /// Length of the whole datagram's payload, once its last fragment has come; -1 before.
    var total = -1
}

/// Puts IPv4 and IPv6 fragments together (RFC 791 section 3.2, RFC 8200 section 4.5). Incomplete datagrams are given up
/// after a time, and the oldest where trackers or memory run out.
final class Defragmenter {
    private static let maximumTrackers = 8192
    private static let buckets = 4096
    static let outputBytes = 65_536 + 64

    private let pool: SegmentPool
    private let policy: OverlapPolicy
    private let timeout: Int64
    private let seed: UInt64
    private let trackers = UnsafeMutablePointer<FragmentTracker>.allocate(capacity: maximumTrackers)
    private let table = UnsafeMutablePointer<Int32>.allocate(capacity: buckets)
    private var fresh: Int32 = 0
    private var free: Int32 = -1
    private var oldest: Int32 = -1
    private var newest: Int32 = -1
    /// The last datagram put together: header, then payload.
    let output = UnsafeMutablePointer<UInt8>.allocate(capacity: outputBytes)
    private(set) var timedOut: Int64 = 0
    private(set) var evicted: Int64 = 0

    init(pool: SegmentPool, options: NetworkOptions, seed: UInt64) {
        self.pool = pool
        self.seed = seed
        policy = options.overlap
        timeout = Int64(options.fragmentTimeoutSeconds) * 1_000_000_000
        table.initialize(repeating: -1, count: Defragmenter.buckets)
    }

    deinit {
        trackers.deallocate()
        table.deallocate()
        output.deallocate()
    }

    /// The fragment taken in last lay over others.
    private(set) var lastOverlapped = false

    /// Takes in a fragment. The length of the datagram in `output` where this one completes it, else nil.
    func add(_ packet: PacketView, time: Int64) -> Int? {
        expire(time)
        let index = tracker(of: packet, time: time)
        let tracker = trackers + Int(index)
        tracker.pointee.last = time
        let end = packet.fragmentOffset + packet.payloadLength
        if !packet.moreFragments && tracker.pointee.total < 0 { tracker.pointee.total = end }
        if tracker.pointee.total >= 0 && packet.fragmentOffset >= tracker.pointee.total { return nil }
        while !pool.hasRoom(packet.payloadLength), oldest != index {
            drop(oldest)
            evicted += 1
        }
        let length =
            tracker.pointee.total >= 0
            ? min(end, tracker.pointee.total) - packet.fragmentOffset
            : packet.payloadLength
        lastOverlapped = false
        let outcome = pool.insert(
            &tracker.pointee.data, at: Int64(packet.fragmentOffset), packet.start + packet.payloadOffset, length,
            time: time, policy: policy)
        if outcome.full {
            drop(index)
            evicted += 1
            return nil
        }
        lastOverlapped = outcome.overlapped
        tracker.pointee.stored += outcome.storedBytes
        guard tracker.pointee.total >= 0, tracker.pointee.stored >= tracker.pointee.total else { return nil }
        return assemble(index, packet)
    }

    /// The header of the completing fragment, its length and fragment fields set right, before the gathered payload.
    private func assemble(_ index: Int32, _ packet: PacketView) -> Int? {
        let total = trackers[Int(index)].total
        let v4 = packet.header.has.contains(.ipv4)
        let header = v4 ? 20 : 40
        defer { drop(index) }
        guard total + (v4 ? 20 : 0) <= 65_535 else { return nil }
        memcpy(output, packet.start + packet.networkOffset, header)
        let length = pool.gather(
            trackers[Int(index)].data, from: 0, to: Int64(total), into: output + header, room: 65_535)
        guard length == total else { return nil }
        let field = UInt16(v4 ? total + 20 : total)
        let at = v4 ? 2 : 4
        output[at] = UInt8(field >> 8)
        output[at + 1] = UInt8(truncatingIfNeeded: field)
        if v4 {
            output[0] = 0x45
            output[6] = 0
            output[7] = 0
        } else {
            output[6] = packet.fragmentProtocol
        }
        return header + total
    }

    private func tracker(of packet: PacketView, time: Int64) -> Int32 {
        let header = packet.header
        var hash = mix64(header.source.high ^ seed) ^ header.source.low
        hash = mix64(hash) ^ header.destination.low ^ header.destination.high
        hash = mix64(hash ^ UInt64(packet.fragmentID) << 32 ^ UInt64(packet.vlan) ^ UInt64(packet.fragmentProtocol))
        let bucket = Int32(truncatingIfNeeded: hash % UInt64(Defragmenter.buckets))
        var index = table[Int(bucket)]
        while index >= 0 {
            let known = trackers[Int(index)]
            if known.id == packet.fragmentID, known.source == header.source, known.vlan == packet.vlan,
                known.destination == header.destination, known.ipProtocol == packet.fragmentProtocol
            {
                unlinkAge(index)
                linkAge(index)
                return index
            }
            index = known.chain
        }
        let made = take()
        (trackers + Int(made)).initialize(
            to: FragmentTracker(
                source: header.source, destination: header.destination, id: packet.fragmentID, vlan: packet.vlan,
                ipProtocol: packet.fragmentProtocol, bucket: bucket, chain: table[Int(bucket)], last: time))
        table[Int(bucket)] = made
        linkAge(made)
        return made
    }

    private func take() -> Int32 {
        if free < 0 && Int(fresh) == Defragmenter.maximumTrackers {
            drop(oldest)
            evicted += 1
        }
        if free >= 0 {
            let index = free
            free = trackers[Int(index)].chain
            return index
        }
        fresh += 1
        return fresh - 1
    }

    private func expire(_ now: Int64) {
        while oldest >= 0, now &- trackers[Int(oldest)].last > timeout {
            drop(oldest)
            timedOut += 1
        }
    }

    /// Gives up the oldest incomplete datagram to make room for others; false where there is none.
    func evictOldest() -> Bool {
        guard oldest >= 0 else { return false }
        drop(oldest)
        evicted += 1
        return true
    }

    private func drop(_ index: Int32) {
        let tracker = trackers + Int(index)
        pool.removeAll(&tracker.pointee.data)
        unlinkAge(index)
        let bucket = Int(tracker.pointee.bucket)
        if table[bucket] == index {
            table[bucket] = tracker.pointee.chain
        } else {
            var at = table[bucket]
            while trackers[Int(at)].chain != index { at = trackers[Int(at)].chain }
            trackers[Int(at)].chain = tracker.pointee.chain
        }
        tracker.pointee.chain = free
        free = index
    }

    private func linkAge(_ index: Int32) {
        trackers[Int(index)].older = newest
        trackers[Int(index)].newer = -1
        if newest >= 0 { trackers[Int(newest)].newer = index } else { oldest = index }
        newest = index
    }

    private func unlinkAge(_ index: Int32) {
        let tracker = trackers[Int(index)]
        if tracker.older >= 0 { trackers[Int(tracker.older)].newer = tracker.newer } else { oldest = tracker.newer }
        if tracker.newer >= 0 { trackers[Int(tracker.newer)].older = tracker.older } else { newest = tracker.older }
    }
}
