internal import Primitives

extension Bytes {
    /// Whether they begin with `text`; `.more` where they agree as far as they go.
    func match(_ text: StaticString) -> Recognition {
        let length = min(count, text.utf8CodeUnitCount)
        for index in 0..<length where start[index] != text.utf8Start[index] { return .no }
        return length == text.utf8CodeUnitCount ? .yes : .more
    }

    /// The same with ASCII letters folded; `lowered` is in lower case.
    func matchIgnoringCase(_ lowered: StaticString) -> Recognition {
        let length = min(count, lowered.utf8CodeUnitCount)
        for index in 0..<length where ASCII.lower(start[index]) != lowered.utf8Start[index] { return .no }
        return length == lowered.utf8CodeUnitCount ? .yes : .more
    }

    func startsIgnoringCase(_ lowered: StaticString) -> Bool { matchIgnoringCase(lowered) == .yes }

    /// Without a carriage return at the end.
    var withoutReturn: Bytes {
        count > 0 && start[count - 1] == ASCII.carriageReturn ? slice(0, count - 1) : self
    }

    /// What stands before the first space, and what behind it, trimmed.
    var firstWord: (word: Bytes, rest: Bytes) {
        guard let space = firstIndex(of: ASCII.space) else { return (self, .empty) }
        return (slice(0, space), dropping(space + 1).trimmed)
    }
}

/// Lines of one direction of a text protocol: hands on each whole line without its end, and cuts those that are longer
/// than a limit.
struct LineAssembler {
    private var pending = ByteStore()
    /// The rest of a line that was cut is being passed over.
    private var isSkipping = false

    /// `line` gets each line, and whether it was cut; false ends the reading. Answers the bytes that were not looked at
    /// where it ended, else an empty run.
    mutating func read(
        _ bytes: Bytes, limit: Int, _ meter: MemoryMeter, _ line: (Bytes, Bool) -> Bool
    ) -> Bytes {
        var rest = bytes
        while !rest.isEmpty {
            guard let end = rest.firstIndex(of: ASCII.newline) else {
                keep(rest, limit, meter, line)
                return .empty
            }
            let part = rest.slice(0, end)
            rest = rest.dropping(end + 1)
            if isSkipping {
                isSkipping = false
                continue
            }
            if !finish(part, limit, meter, line) { return rest }
        }
        return .empty
    }

    private mutating func keep(_ part: Bytes, _ limit: Int, _ meter: MemoryMeter, _ line: (Bytes, Bool) -> Bool) {
        if isSkipping { return }
        if pending.append(part, limit: limit, meter) { return }
        _ = line(pending.bytes, true)
        pending.free(meter)
        isSkipping = true
    }

    private mutating func finish(
        _ part: Bytes, _ limit: Int, _ meter: MemoryMeter, _ line: (Bytes, Bool) -> Bool
    ) -> Bool {
        if pending.count == 0 { return line(part.prefix(limit).withoutReturn, part.count > limit) }
        let isWhole = pending.append(part, limit: limit, meter)
        let goesOn = line(pending.bytes.withoutReturn, !isWhole)
        pending.free(meter)
        return goesOn
    }

    mutating func free(_ meter: MemoryMeter) { pending.free(meter) }
}
