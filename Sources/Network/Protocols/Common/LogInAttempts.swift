internal import Primitives

/// What is known of an attempt that waits for its answer.
struct LogInMarks: OptionSet {
    let rawValue: UInt8
    /// The answer has come: the place is free as soon as those before it are.
    static var answered: LogInMarks { LogInMarks(rawValue: 1) }
    /// The client took it back.
    static var cancelled: LogInMarks { LogInMarks(rawValue: 2) }
    /// It is an exchange of several messages (RFC 4422).
    static var exchange: LogInMarks { LogInMarks(rawValue: 4) }
    /// The client has said something that can be wrong.
    static var spoken: LogInMarks { LogInMarks(rawValue: 8) }
    /// No log-in, but a command whose answer changes what the connection speaks.
    static var startTLS: LogInMarks { LogInMarks(rawValue: 16) }
    static var compression: LogInMarks { LogInMarks(rawValue: 32) }
}

/// Log-ins of one connection that wait for their answers, in the order in which they were asked for: marks, a tag where
/// the protocol has tags, the user's name. One run of bytes (marks, lengths of tag and name, tag, name); what a user
/// proves himself with is never in it. A plain value in a pool's memory: whoever owns it calls `free`.
struct LogInAttempts {
    /// Bytes of a user's name and of a tag that are kept.
    static let nameLimit = 255
    private static let head = 3

    private var store = ByteStore()
    private var last = -1
    /// There was no room for one of them: whose answer is whose is not known any more.
    private var isLost = false

    /// Adds one to the end; what finds no room below `limit` is left out, and nothing is said of names from then on.
    mutating func add(
        _ marks: LogInMarks, tag: Bytes = .empty, _ user: Bytes, limit: Int = 66 << 10, _ meter: MemoryMeter
    ) {
        let name = user.prefix(LogInAttempts.nameLimit)
        let key = tag.prefix(LogInAttempts.nameLimit)
        guard store.count + LogInAttempts.head + key.count + name.count <= limit, !isLost else {
            isLost = true
            return
        }
        let place = store.count
        let isKept = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: LogInAttempts.head) { head in
            guard let base = head.baseAddress else { return false }
            base[0] = marks.rawValue
            base[1] = UInt8(truncatingIfNeeded: key.count)
            base[2] = UInt8(truncatingIfNeeded: name.count)
            return store.append(Bytes(start: base, count: LogInAttempts.head), limit: limit, meter)
                && store.append(key, limit: limit, meter) && store.append(name, limit: limit, meter)
        }
        guard isKept else {
            store.cut(to: place)
            isLost = true
            return
        }
        last = place
    }

    /// The user's name of the last became known.
    mutating func nameLast(_ user: Bytes, _ meter: MemoryMeter) {
        guard last >= 0, !isLost else { return }
        let marks = self.marks(last)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: LogInAttempts.nameLimit) { kept in
            guard let base = kept.baseAddress else { return }
            let key = tag(last)
            for index in 0..<key.count { base[index] = key[index] }
            store.cut(to: last)
            add(marks, tag: Bytes(start: base, count: key.count), user, meter)
        }
    }

    mutating func markLast(_ marks: LogInMarks) {
        guard last >= 0 else { return }
        mark(last, marks)
    }

    /// The client's next message in the exchange of the last.
    mutating func say(_ text: Bytes, _ exchange: inout SASLExchange, _ meter: MemoryMeter) {
        markLast(SASLExchange.isCancellation(text) ? .cancelled : .spoken)
        exchange.message(text) { nameLast($0, meter) }
    }

    /// The place of the first with this tag that has no answer yet.
    func find(_ wanted: Bytes = .empty) -> Int? {
        var at = 0
        while at < store.count {
            if !marks(at).contains(.answered), tag(at) == wanted { return at }
            at = next(at)
        }
        return nil
    }

    func marks(_ place: Int) -> LogInMarks { LogInMarks(rawValue: store.bytes[place]) }

    /// Valid until something is added or closed. Empty where it is not known.
    func user(_ place: Int) -> Bytes {
        isLost ? .empty : store.bytes.slice(next(place) - Int(store.bytes[place + 2]), next(place))
    }

    /// The answer has come, or never will.
    mutating func close(_ place: Int, _ meter: MemoryMeter) {
        mark(place, .answered)
        var used = 0
        while used < store.count, marks(used).contains(.answered) { used = next(used) }
        store.drop(used)
        last = last >= used ? last - used : -1
        if store.count == 0 { store.free(meter) }
    }

    /// Forgets all of them: answers can no longer be told apart.
    mutating func clear(_ meter: MemoryMeter) {
        store.free(meter)
        last = -1
        isLost = false
    }

    mutating func free(_ meter: MemoryMeter) { store.free(meter) }

    private func tag(_ place: Int) -> Bytes {
        let from = place + LogInAttempts.head
        return store.bytes.slice(from, from + Int(store.bytes[place + 1]))
    }

    private func next(_ place: Int) -> Int {
        place + LogInAttempts.head + Int(store.bytes[place + 1]) + Int(store.bytes[place + 2])
    }

    private mutating func mark(_ place: Int, _ more: LogInMarks) {
        withUnsafeBytes(of: marks(place).union(more).rawValue) { store.replace(at: place, Bytes($0)) }
    }
}
