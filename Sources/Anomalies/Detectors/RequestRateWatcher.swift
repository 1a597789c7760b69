internal import Events
internal import Primitives
internal import Rules

/// Hot side of `request_rate`: requests by (virtual host, client, minute).
///
/// Busy clients are handed out one by one. The others come as one histogram a minute (how many clients sent how many
/// requests), except in the minutes at the seams (`Seams`): there their other requests may be in the next drain, so
/// they too come one by one, and the judge adds them up.
final class RequestRateWatcher: AnomalyWatcher {
    private(set) var dropped: Int64 = 0
    private let rule: String
    private let named: Int
    /// Clients with fewer requests in a minute are nothing to `no_assets`.
    private let leastPages: Int
    private let gate: LogSourceGate
    /// Touched for every event, by this class alone: checks of exclusive access would take a quarter of the time.
    private let table: AggregateTable
    private var groups: [Group] = []
    private var groupPlaces: [UInt64: Int32] = [:]
    private var lastGroup: (hash: UInt64, place: Int32) = (0, -1)
    @exclusivity(unchecked) private var inputs: [(id: ContentID, seams: Seams)] = []
    private var spilled: [Observation] = []

    private let fields = Fields()

    static let name = "request_rate"
    private static let groupLimit = 4096
    /// Requests that are read before the first of them is counted: meanwhile their places come into the cache.
    private static let ahead = 16
    private let waiting = UnsafeMutablePointer<Request>.allocate(capacity: RequestRateWatcher.ahead)
    @exclusivity(unchecked) private var waitingCount = 0
    @exclusivity(unchecked) private var latest = (number: Int64.min, start: Int64.max, end: Int64.min)

    private struct Fields {
        let client = FieldID(.sourceIP)
        let otherClient = FieldID(.clientIP)
        let address = FieldID(.sourceAddress)
        let host = FieldID(.urlDomain)
        let agent = FieldID(.userAgentOriginal)
        let path = FieldID(.urlPath)
    }

    private struct Group {
        var input: Int
        /// What the baseline is of: a virtual host, else the input as a whole.
        var value: FieldValue
    }

    /// What is counted of one event.
    private struct Request {
        var index: Int
        var client: Bytes
        var group: Int32
        var isAsset: Bool
        var minute: Int64
        var hash: UInt64
        var agentBit: UInt64
    }

    private init(_ rule: String, _ named: Int, _ leastPages: Int, _ gate: LogSourceGate, _ names: RecordNames) {
        table = AggregateTable(names: names)
        self.rule = rule
        self.named = named
        self.leastPages = leastPages
        self.gate = gate
    }

    deinit { waiting.deallocate() }

    /// `least`: clients with so many requests in a minute are handed out one by one as well; nil: what the rule says.
    static func maker(_ rule: AnomalyRule, least: Int? = nil) throws -> WatcherMaker {
        var fewest = least ?? .max
        if rule.detector == RequestRateWatcher.name { fewest = min(fewest, try RequestRateSettings(rule).named) }
        let named = fewest
        let gate = LogSourceGate(rule, of: [.apacheAccess, .nginxAccess, .webAccess, .networkHTTP])
        let id = rule.info.id
        return { RequestRateWatcher(id, named, least ?? .max, gate, $0) }
    }

    func watch(_ batch: EventBatch, _ place: BatchPlace) {
        var input = self.input(place.input)
        let events = batch.events
        for index in 0..<batch.count {
            guard gate.isOpen(events[index].logSource), !events[index].time.isNone else { continue }
            read(index, events[index], batch, input)
            if waitingCount == RequestRateWatcher.ahead { input = count(batch, place, input) }
        }
        _ = count(batch, place, input)
    }

    /// Counts what waits; answers the number of the input, which a spill begins anew.
    private func count(_ batch: EventBatch, _ place: BatchPlace, _ input: Int) -> Int {
        var input = input
        let number = waitingCount
        waitingCount = 0
        for index in 0..<number { table.expectAggregate(waiting[index].hash) }
        let (events, bytes) = (batch.events, batch.input)
        for index in 0..<number where !add(waiting[index], events, bytes, place, input) {
            spill()
            input = self.input(place.input)
            // The groups' numbers were those of before.
            for later in index..<number {
                read(waiting[later].index, events[waiting[later].index], batch, input)
                waitingCount = 0
                _ = add(waiting[0], events, bytes, place, input)
            }
            break
        }
        return input
    }

    /// Reads a request and lets it wait.
    private func read(_ index: Int, _ record: EventRecord, _ batch: EventBatch, _ input: Int) {
        var client = Bytes.empty
        var host = Bytes.empty
        var agent = Bytes.empty
        var path = Bytes.empty
        for slot in batch.fields(of: index) {
            if slot.field == fields.client {
                client = batch.bytes(of: slot)
            } else if slot.field == fields.agent {
                agent = batch.bytes(of: slot)
            } else if slot.field == fields.path {
                path = batch.bytes(of: slot)
            } else if slot.field == fields.host {
                host = batch.bytes(of: slot)
            } else if slot.field == fields.otherClient || slot.field == fields.address, client.isEmpty {
                client = batch.bytes(of: slot)
            }
        }
        if client.isEmpty { return }
        if client.count > AggregateTable.longestKey {
            dropped += 1
            return
        }
        let minute = minute(of: record.time)
        let group = group(input, host)
        let hash = AggregateTable.hash(group: group, key: client, slot: minute)
        table.expect(hash)
        (waiting + waitingCount).initialize(
            to: Request(
                index: index, client: client, group: group, isAsset: WebAssets.isAsset(path), minute: minute,
                hash: hash, agentBit: 1 << (hash64(agent.prefix(256)) & 63)))
        waitingCount += 1
    }

    /// Lines come mostly in order: the minute of one is that of the next.
    @inline(__always) private func minute(of time: Timestamp) -> Int64 {
        let nanoseconds = time.nanoseconds
        if nanoseconds >= latest.start, nanoseconds < latest.end { return latest.number }
        let number = TimeSlots.slot(of: time, RequestRateSettings.slotNanoseconds)
        let (start, overflows) = number.multipliedReportingOverflow(by: RequestRateSettings.slotNanoseconds)
        latest = (
            number, overflows ? .min : start, TimeSlots.end(of: number, RequestRateSettings.slotNanoseconds).nanoseconds
        )
        return number
    }

    /// False when the table is full.
    private func add(
        _ request: Request, _ events: UnsafeMutablePointer<EventRecord>, _ bytes: Bytes, _ source: BatchPlace,
        _ input: Int
    ) -> Bool {
        guard
            let place = table.place(
                group: request.group, key: request.client, slot: request.minute, hash: request.hash)
        else { return false }
        table.add(events + request.index, of: bytes, source, at: place)
        if request.isAsset { table.noteAsset(at: place) }
        table.addBit(request.agentBit, at: place)
        inputs[input].seams.note(events[request.index].time)
        return true
    }

    private func input(_ id: ContentID) -> Int {
        if let known = inputs.lastIndex(where: { $0.id == id }) { return known }
        inputs.append((id, Seams()))
        return inputs.count - 1
    }

    /// Requests of more hosts than there is room for count for the input as a whole.
    private func group(_ input: Int, _ host: Bytes) -> Int32 {
        let name = host.count > 255 ? Bytes.empty : host
        let hash = hash64(name, seed: UInt64(input) &* 0x9E37_79B9_7F4A_7C15)
        if hash == lastGroup.hash, lastGroup.place >= 0 { return lastGroup.place }
        if let known = groupPlaces[hash] {
            lastGroup = (hash, known)
            return known
        }
        if groups.count >= RequestRateWatcher.groupLimit, !name.isEmpty { return group(input, .empty) }
        let value = name.isEmpty ? "input/\(inputs[input].id)" : "host/\(name.text)"
        groups.append(Group(input: input, value: FieldValue(name: AggregateField.group, value: value)))
        groupPlaces[hash] = Int32(groups.count - 1)
        return Int32(groups.count - 1)
    }

    private func spill() {
        var quiet: [QuietMinute] = []
        var places: [QuietKey: Int] = [:]
        // Lines come mostly in order: the minute of one is that of the next.
        var latest: (key: QuietKey, place: Int)?
        for place in 0..<table.count {
            let aggregate = table[place]
            let seams = inputs[groups[Int(aggregate.group)].input].seams
            let isAtSeam = seams.touch(aggregate.slot, RequestRateSettings.slotNanoseconds)
            guard aggregate.count < named, !isAtSeam else {
                // Of a minute that is whole here, `no_assets` needs to know only where it may judge it.
                spilled.append(observation(of: aggregate, withAssets: isAtSeam || aggregate.count >= leastPages))
                continue
            }
            let key = QuietKey(group: aggregate.group, slot: aggregate.slot)
            if let latest, latest.key == key {
                quiet[latest.place].add(aggregate)
            } else if let known = places[key] {
                quiet[known].add(aggregate)
                latest = (key, known)
            } else {
                places[key] = quiet.count
                latest = (key, quiet.count)
                quiet.append(QuietMinute(aggregate, named: named))
            }
        }
        for minute in quiet { spilled.append(observation(of: minute)) }
        table.removeAll()
        groups.removeAll(keepingCapacity: true)
        groupPlaces.removeAll(keepingCapacity: true)
        lastGroup = (0, -1)
        inputs.removeAll(keepingCapacity: true)
    }

    private struct QuietKey: Hashable {
        var group: Int32
        var slot: Int64
    }

    /// The clients of one minute that sent few requests.
    private struct QuietMinute {
        var first: Aggregate
        var last: Timestamp
        var requests: Int
        /// By number of requests, how many clients.
        var clients: [Int32]

        init(_ aggregate: Aggregate, named: Int) {
            first = aggregate
            last = aggregate.last
            requests = 0
            clients = [Int32](repeating: 0, count: named)
            add(aggregate)
        }

        mutating func add(_ aggregate: Aggregate) {
            if (aggregate.first, aggregate.number) < (first.first, first.number) { first = aggregate }
            last = max(last, aggregate.last)
            requests += Int(aggregate.count)
            clients[Int(aggregate.count)] += 1
        }

        /// `1:52 2:7`
        var histogram: String {
            var list = TextListWriter(capacity: 64)
            for requests in clients.indices where clients[requests] > 0 {
                list.separate(TextList.blank)
                list.number(Int64(requests))
                list.append(ASCII.colon)
                list.number(Int64(clients[requests]))
            }
            return list.text
        }
    }

    private func observation(of aggregate: Aggregate, withAssets: Bool) -> Observation {
        var values = [
            groupValue(aggregate), FieldValue(name: Field.sourceIP.rawValue, value: table.key(of: aggregate)),
            FieldValue(name: AggregateField.agents, value: String(aggregate.extra, radix: 36)),
        ]
        if withAssets { values.append(FieldValue(name: AggregateField.assets, value: String(aggregate.assets))) }
        return table.observation(of: aggregate, subject: rule, input: input(of: aggregate), values: values)
    }

    private func observation(of minute: QuietMinute) -> Observation {
        var whole = minute.first
        whole.count = Int32(clamping: minute.requests)
        whole.last = minute.last
        let values = [
            groupValue(minute.first), FieldValue(name: AggregateField.histogram, value: minute.histogram),
        ]
        return table.observation(
            of: whole, subject: rule, input: input(of: minute.first), values: values, hasExcerpt: false)
    }

    private func input(of aggregate: Aggregate) -> ContentID { inputs[groups[Int(aggregate.group)].input].id }

    private func groupValue(_ aggregate: Aggregate) -> FieldValue { groups[Int(aggregate.group)].value }

    var spilledCount: Int { spilled.count }

    func drain(into observations: inout [Observation]) {
        spill()
        observations.append(contentsOf: spilled)
        spilled = []
    }
}
