internal import Events
internal import Primitives
internal import Rules

/// Hot side of `port_scan`: for each source and time slot, how many attempts failed, and a sample of their targets.
final class PortScanWatcher: AnomalyWatcher {
    private(set) var dropped: Int64 = 0
    private let rule: String
    private let slotNanoseconds: Int64
    private let gate: LogSourceGate
    private let table: AggregateTable
    /// Lists of targets; an aggregate's `extra` is the place of its list. Kept for reuse.
    private var lists: [TargetList] = []
    private var inputs: [ContentID] = []
    private var spilled: [Observation] = []
    private var word: [UInt8] = []
    /// Targets in `lists`.
    private var held = 0
    private static let heldLimit = 1 << 18

    private init(_ rule: String, _ slotNanoseconds: Int64, _ gate: LogSourceGate, _ names: RecordNames) {
        table = AggregateTable(names: names)
        self.rule = rule
        self.slotNanoseconds = slotNanoseconds
        self.gate = gate
    }

    static func maker(_ rule: AnomalyRule) throws -> WatcherMaker {
        let slot = try PortScanSettings(rule).slotNanoseconds
        let gate = LogSourceGate(rule, of: [.networkFlow, .netfilter, .firewall])
        let id = rule.info.id
        return { PortScanWatcher(id, slot, gate, $0) }
    }

    func watch(_ batch: EventBatch, _ place: BatchPlace) {
        let events = batch.events
        for index in 0..<batch.count {
            let record = events[index]
            guard gate.isOpen(record.logSource), !record.time.isNone else { continue }
            let attempt = ConnectionAttempt(batch, index)
            guard attempt.isInVain(flow: record.logSource == .networkFlow) else { continue }
            add(attempt, index, batch, place)
        }
    }

    private func add(_ attempt: ConnectionAttempt, _ index: Int, _ batch: EventBatch, _ source: BatchPlace) {
        guard attempt.source.count <= AggregateTable.longestKey,
            attempt.destination.count <= AggregateTable.longestKey
        else {
            dropped += 1
            return
        }
        let slot = TimeSlots.slot(of: batch.events[index].time, slotNanoseconds)
        let group = self.group(of: source.input)
        guard let place = table.place(group: group, key: attempt.source, slot: slot) else {
            spill()
            return add(attempt, index, batch, source)
        }
        if table[place].count == 0 { table.setExtra(UInt64(place), at: place) }
        table.add(index, of: batch, source, at: place)
        if lists.count <= place { lists.append(TargetList()) }
        write(attempt)
        if word.withBytes({ lists[place].add($0) }) { held += 1 }
        if held >= PortScanWatcher.heldLimit { spill() }
    }

    /// `transport/address/port`.
    private func write(_ attempt: ConnectionAttempt) {
        word.removeAll(keepingCapacity: true)
        for byte in attempt.transport.prefix(8).raw where byte > ASCII.space && byte != ASCII.slash {
            word.append(ASCII.lower(byte))
        }
        word.append(ASCII.slash)
        word.append(contentsOf: attempt.destination.raw)
        word.append(ASCII.slash)
        var digits = 1
        let port = max(0, min(attempt.destinationPort, 65_535))
        while digits * 10 <= port { digits *= 10 }
        while digits > 0 {
            word.append(ASCII.zero + UInt8(port / digits % 10))
            digits /= 10
        }
    }

    private func group(of input: ContentID) -> Int32 {
        if let known = inputs.lastIndex(of: input) { return Int32(known) }
        inputs.append(input)
        return Int32(inputs.count - 1)
    }

    private func spill() {
        for place in 0..<table.count {
            let aggregate = table[place]
            let list = Int(aggregate.extra)
            let values = [
                FieldValue(name: Field.sourceIP.rawValue, value: table.key(of: aggregate)),
                FieldValue(name: AggregateField.targets, value: lists[list].text),
            ]
            spilled.append(
                table.observation(
                    of: aggregate, subject: rule, input: inputs[Int(aggregate.group)], values: values))
        }
        for place in 0..<table.count { lists[place].removeAll() }
        if lists.count > 1024 { lists.removeSubrange(1024...) }
        held = 0
        table.removeAll()
        inputs.removeAll(keepingCapacity: true)
    }

    var spilledCount: Int { spilled.count }

    func drain(into observations: inout [Observation]) {
        spill()
        observations.append(contentsOf: spilled)
        spilled = []
    }
}

/// Event time cut into slots of equal length.
enum TimeSlots {
    /// Number of the slot that `time` lies in, rounded towards the past.
    static func slot(of time: Timestamp, _ slotNanoseconds: Int64) -> Int64 {
        let quotient = time.nanoseconds / slotNanoseconds
        return time.nanoseconds < 0 && quotient * slotNanoseconds != time.nanoseconds ? quotient - 1 : quotient
    }

    /// When the slot is over.
    static func end(of slot: Int64, _ slotNanoseconds: Int64) -> Timestamp {
        let (product, overflowed) = (slot &+ 1).multipliedReportingOverflow(by: slotNanoseconds)
        return Timestamp(nanoseconds: overflowed ? .max : product)
    }
}
