internal import Events
internal import Primitives

/// Paths of JSON values, and their numbers: looked up once a batch for each spelling, then remembered.
final class JSONKeys {
    /// Longest path, in bytes; the rest of a longer one is cut off.
    static let longestPath = 1024
    private static let memoSize = 1024
    private static let memoBytes = 64 << 10

    private struct Memo {
        var hash: UInt64 = 0
        var offset: Int32 = 0
        var length: Int32 = -1
        var field = FieldID(rawValue: 0)
        /// Place in `JSONTimes.names`: which of several times counts; -1 for others, `pathRank` for `_path`.
        var timeRank: Int32 = -1
        /// Number of a known spelling (`KeyAliasIndex`), -1 for others.
        var alias: Int32 = -1
    }

    private let path = UnsafeMutablePointer<UInt8>.allocate(capacity: JSONKeys.longestPath)
    private let memos = UnsafeMutablePointer<Memo>.allocate(capacity: JSONKeys.memoSize)
    private let spellings = UnsafeMutablePointer<UInt8>.allocate(capacity: JSONKeys.memoBytes)
    private var spellingsUsed = 0
    private var memosUsed = 0
    /// Records mostly have the same keys in the same order: for the n-th key of a record, its place the last time.
    private let expected = UnsafeMutablePointer<Int32>.allocate(capacity: JSONKeys.expectedCount)
    private var ordinal = 0
    private static let expectedCount = 256
    /// The best time so far of the record at hand.
    private(set) var timeRank = Int32.max
    private(set) var timeSlot = FieldSlot(FieldID(.timestamp), .input, .null, offset: 0, length: 0)
    /// The record's `_path`: which of Zeek's logs it is of (zeek/json-streaming-logs).
    private(set) var pathSlot: FieldSlot?
    private static let pathRank: Int32 = -2

    init() {
        memos.initialize(repeating: Memo(), count: JSONKeys.memoSize)
        expected.initialize(repeating: 0, count: JSONKeys.expectedCount)
    }

    deinit {
        path.deallocate()
        memos.deallocate()
        spellings.deallocate()
        expected.deallocate()
    }

    /// Forgets the numbers, which hold for one batch only.
    func beginBatch() {
        if memosUsed > 0 { memos.update(repeating: Memo(), count: JSONKeys.memoSize) }
        memosUsed = 0
        spellingsUsed = 0
    }

    func beginRecord() {
        timeRank = .max
        pathSlot = nil
        ordinal = 0
    }

    /// Writes `.key` behind the first `prefix` bytes of the path; answers the new length.
    @inline(__always) func join(_ prefix: Int, _ key: Bytes) -> Int {
        var length = prefix
        if prefix > 0, length < JSONKeys.longestPath {
            path[length] = ASCII.dot
            length += 1
        }
        let count = min(key.count, JSONKeys.longestPath - length)
        ShortBytes.copy(key.start, to: path + length, count)
        return length + count
    }

    /// Writes a whole path; answers its length.
    func name(_ path: StaticString) -> Int { join(0, Bytes(start: path.utf8Start, count: path.utf8CodeUnitCount)) }

    /// Whether the path of length `name` is `wanted`.
    func isPath(_ name: Int, _ wanted: StaticString) -> Bool {
        Bytes(start: UnsafePointer(path), count: name) == wanted
    }

    /// Adds a value under the path of length `name`.
    func add(_ slot: FieldSlot, name: Int, _ sink: inout EventSink, _ board: AliasBoard) {
        let spelling = Bytes(start: UnsafePointer(path), count: name)
        guard let memo = memo(spelling, sink.batch) else { return }
        var stored = slot
        stored.field = memo.field
        sink.add(slot: stored)
        if memo.alias >= 0 { board.put(memo.alias, stored) }
        if memo.timeRank >= 0 {
            if memo.timeRank < timeRank, slot.type != .null {
                timeRank = memo.timeRank
                timeSlot = stored
            }
        } else if memo.timeRank == JSONKeys.pathRank {
            pathSlot = stored
        }
    }

    private func memo(_ spelling: Bytes, _ batch: EventBatch) -> Memo? {
        let place = ordinal & (JSONKeys.expectedCount - 1)
        ordinal += 1
        let likely = Int(expected[place])
        if memos[likely].length == spelling.count,
            ShortBytes.equal(spellings + Int(memos[likely].offset), spelling.start, spelling.count)
        {
            return memos[likely]
        }
        let hash = hash64(spelling)
        var index = Int(truncatingIfNeeded: hash) & (JSONKeys.memoSize - 1)
        while memos[index].length >= 0 {
            if memos[index].hash == hash, stored(memos[index], equals: spelling) {
                expected[place] = Int32(index)
                return memos[index]
            }
            index = (index + 1) & (JSONKeys.memoSize - 1)
        }
        guard
            let field = JSONKeys.reserved(spelling) ?? batch.registry.id(of: spelling)
                ?? batch.batchField(spelling.text)
        else { return nil }
        var memo = Memo(
            hash: hash, field: field,
            timeRank: spelling == "_path" ? JSONKeys.pathRank : JSONTimes.rank(of: spelling),
            alias: KeyAliasIndex.shared.find(spelling))
        guard memosUsed < JSONKeys.memoSize / 2, spellingsUsed + spelling.count <= JSONKeys.memoBytes else {
            return memo
        }
        (spellings + spellingsUsed).update(from: spelling.start, count: spelling.count)
        memo.offset = Int32(spellingsUsed)
        memo.length = Int32(spelling.count)
        spellingsUsed += spelling.count
        memosUsed += 1
        memos[index] = memo
        expected[place] = Int32(index)
        return memo
    }

    /// `error` alone is taken in the output of `parse` for records that are unread; a record that has it means a
    /// message.
    private static func reserved(_ spelling: Bytes) -> FieldID? {
        spelling == "error" ? FieldID(.errorMessage) : nil
    }

    private func stored(_ memo: Memo, equals spelling: Bytes) -> Bool {
        Bytes(start: UnsafePointer(spellings) + Int(memo.offset), count: Int(memo.length)) == spelling
    }
}

/// Where JSON records keep their time.
enum JSONTimes {
    /// The first of these that a record has counts.
    static let names: [StaticString] = [
        // Of records that a collector wrapped, the inner time counts.
        "data.win.system.systemTime", "win.system.systemTime", "@timestamp", "timestamp", "eventTime",
        "UtcTime", "TimeCreated_SystemTime", "TimeCreated.SystemTime",
        "Event.System.TimeCreated.#attributes.SystemTime", "Event.System.TimeCreated.SystemTime", "EventTime",
        "event.created", "time", "ts", "t", "datetime", "dateTime", "date", "asctime", "StartUTC", "time_iso8601",
        "time_local", "start_time", "_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP", "requestReceivedTimestamp",
        "CreationTime", "created_at", "createdAt", "log_timestamp", "timeGenerated", "event_time",
        "EdgeStartTimestamp", "published", "isotimestamp", "id.time", "t.$date", "devTime", "rt", "eventtime",
        "started_at", "startedAt", "startTime", "request_timestamp", "timeMillis", "requestTime",
        "transaction.time_stamp", "transaction.timestamp", "@t",
    ]

    static func rank(of name: Bytes) -> Int32 {
        for (index, known) in names.enumerated() where name == known { return Int32(index) }
        return -1
    }

    /// Sets the record's time from text or a number of seconds to nanoseconds.
    static func set(_ slot: FieldSlot, _ sink: inout EventSink) {
        var reader = StampReader(sink.bytes(of: slot).trimmed)
        if reader.peek == ASCII.openBracket { reader.at += 1 }
        if reader.any() { sink.setTime(reader.stamp) }
    }
}
