internal import Events

/// Live flows by idle time: one doubly linked list for each timeout value, so that within a list the first to be
/// touched is the first to expire.
///
/// A list is in order of ticks of about a second, and a flow's end is no more exact than that (Suricata looks for idle
/// flows about once a second too): the packets of a burst find their flow where the first of them put it, and only the
/// first touches its neighbours in memory.
struct FlowLists: ~Copyable {
    /// Nanoseconds, by class.
    private let timeouts: UnsafeMutablePointer<Int64>
    private let heads: UnsafeMutablePointer<Int32>
    private let tails: UnsafeMutablePointer<Int32>
    private let classCount: Int
    /// No flow's timeout ends before this, in nanoseconds of packet time: what most packets ask is answered by it.
    private let quietUntil = UnsafeMutablePointer<Int64>.allocate(capacity: 1)
    /// Class of (protocol group, phase): group * 3 + phase.
    private let classes: UnsafeMutablePointer<UInt8>

    init(timeouts given: FlowTimeouts) {
        let table = [
            given.tcpNew, given.tcpEstablished, given.tcpClosed, given.udpNew, given.udpEstablished, given.udpNew,
            given.icmpNew, given.icmpEstablished, given.icmpNew, given.otherNew, given.otherEstablished,
            given.otherNew,
        ]
        let distinct = Array(Set(table)).sorted()
        classCount = distinct.count
        timeouts = .allocate(capacity: classCount)
        heads = .allocate(capacity: classCount)
        tails = .allocate(capacity: classCount)
        heads.initialize(repeating: -1, count: classCount)
        tails.initialize(repeating: -1, count: classCount)
        for (index, seconds) in distinct.enumerated() {
            timeouts[index] = Int64(min(max(seconds, 0), 1 << 30)) * 1_000_000_000
        }
        quietUntil.initialize(to: .max)
        classes = .allocate(capacity: table.count)
        for (index, seconds) in table.enumerated() {
            classes[index] = UInt8(distinct.firstIndex(of: seconds) ?? 0)
        }
    }

    deinit {
        timeouts.deallocate()
        heads.deallocate()
        tails.deallocate()
        classes.deallocate()
        quietUntil.deallocate()
    }

    /// False: no flow can have timed out at `now`.
    @inline(__always) func mayExpire(_ now: Int64) -> Bool { now > quietUntil.pointee }

    @inline(__always) private func classOf(_ ipProtocol: UInt8, _ phase: FlowPhase) -> UInt8 {
        let group: Int
        switch ipProtocol {
        case Transport.tcp: group = 0
        case Transport.udp: group = 1
        case Transport.icmp, Transport.icmpv6: group = 2
        default: group = 3
        }
        return classes[group * 3 + Int(phase.rawValue)]
    }

    /// Puts a new flow at the end of its list.
    func link(_ index: Int32, _ records: UnsafeMutablePointer<FlowRecord>) {
        let flow = records + Int(index)
        let number = classOf(flow.pointee.ipProtocol, flow.pointee.phase)
        flow.pointee.listedPhase = flow.pointee.phase
        flow.pointee.previous = tails[Int(number)]
        flow.pointee.next = -1
        if tails[Int(number)] >= 0 {
            records[Int(tails[Int(number)])].next = index
        } else {
            heads[Int(number)] = index
        }
        tails[Int(number)] = index
        quietUntil.pointee = min(quietUntil.pointee, flow.pointee.last &+ timeouts[Int(number)])
    }

    func unlink(_ index: Int32, _ records: UnsafeMutablePointer<FlowRecord>) {
        let flow = records + Int(index)
        let number = Int(classOf(flow.pointee.ipProtocol, flow.pointee.listedPhase))
        if flow.pointee.previous >= 0 {
            records[Int(flow.pointee.previous)].next = flow.pointee.next
        } else {
            heads[number] = flow.pointee.next
        }
        if flow.pointee.next >= 0 {
            records[Int(flow.pointee.next)].previous = flow.pointee.previous
        } else {
            tails[number] = flow.pointee.previous
        }
    }

    /// Whether two times, in nanoseconds, lie in the same tick (2^30 ns).
    @inline(__always) static func sameTick(_ one: Int64, _ other: Int64) -> Bool { one >> 30 == other >> 30 }

    /// A packet came, the flow's first in this tick or not (`isFirst`): the flow is now among the least idle of its
    /// class, which its phase may have changed.
    @inline(__always) func touch(_ index: Int32, isFirst: Bool, _ records: UnsafeMutablePointer<FlowRecord>) {
        let flow = records + Int(index)
        if flow.pointee.listedPhase != flow.pointee.phase {
            unlink(index, records)
            link(index, records)
        } else if isFirst {
            moveToEnd(index, records)
        }
    }

    private func moveToEnd(_ index: Int32, _ records: UnsafeMutablePointer<FlowRecord>) {
        let flow = records + Int(index)
        let number = classOf(flow.pointee.ipProtocol, flow.pointee.phase)
        let tail = tails[Int(number)]
        if tail == index { return }
        // Not the last of its list, so another one follows.
        let (previous, next) = (flow.pointee.previous, flow.pointee.next)
        records[Int(next)].previous = previous
        if previous >= 0 { records[Int(previous)].next = next } else { heads[Int(number)] = next }
        records[Int(tail)].next = index
        flow.pointee.previous = tail
        flow.pointee.next = -1
        tails[Int(number)] = index
    }

    /// A flow that has been idle for longer than its timeout at `now`; -1 where there is none.
    func expired(_ now: Int64, _ records: UnsafeMutablePointer<FlowRecord>) -> Int32 {
        var quiet = Int64.max
        for number in 0..<classCount where heads[number] >= 0 {
            let last = records[Int(heads[number])].last
            if now &- last > timeouts[number] { return heads[number] }
            quiet = min(quiet, last &+ timeouts[number])
        }
        quietUntil.pointee = quiet
        return -1
    }

    /// The flow that has been idle longest; -1 where there is none.
    func oldest(_ records: UnsafeMutablePointer<FlowRecord>) -> Int32 {
        var found: Int32 = -1
        for number in 0..<classCount where heads[number] >= 0 {
            let index = heads[number]
            if found < 0 || records[Int(index)].last < records[Int(found)].last { found = index }
        }
        return found
    }
}
