internal import CPlatform
internal import Glibc
internal import Primitives
internal import Rules

/// Tries a section's steps on a buffer, exactly: contents, expressions and numbers in order, each relative one from the
/// end of the match before it, going back to that match's next occurrence where it fails. Source: Suricata User Guide,
/// "Payload Keywords". One for each session.
final class BufferInspector {
    enum Verdict {
        case matched
        /// This way did not work; another occurrence of an earlier content may.
        case failed
        /// Nothing earlier can help.
        case hopeless
    }

    private let tables: PlanTables
    private let steps: UnsafePointer<CompiledStep>
    private let literals: UnsafePointer<UInt8>
    private let expressions: [RegularExpression]
    /// What groups caught of the signature at hand, the last of each variable.
    @exclusivity(unchecked) private(set) var caught: [CaughtVariable] = []
    private let worker: RegularExpressionWorker
    private let recursionLimit: Int
    private let variables: UnsafeMutablePointer<UInt64>
    @exclusivity(unchecked) private var lowered = ScratchBuffer(capacity: 4096)
    /// Whose lower-case copy `lowered` holds.
    @exclusivity(unchecked) private var loweredOf: UnsafePointer<UInt8>?
    @exclusivity(unchecked) private var loweredCount = -1
    @exclusivity(unchecked) private var bytes = Bytes.empty
    @exclusivity(unchecked) private var streamOffset = 0
    @exclusivity(unchecked) private var atEnd = true
    @exclusivity(unchecked) private var triesLeft = 0
    @exclusivity(unchecked) private var datasets: DatasetMemory
    /// What base64_decode made of the buffer at hand.
    @exclusivity(unchecked) private var decoded = ScratchBuffer(capacity: 1024, limit: 1 << 20)
    /// Looks that were given up at the limit.
    @exclusivity(unchecked) private(set) var abandoned = 0

    init(_ matcher: SignatureMatcher) {
        tables = matcher.tables
        steps = tables.steps.start
        literals = tables.literals.start
        expressions = matcher.plan.expressions
        worker = RegularExpressionWorker(matchLimit: matcher.options.matchLimit)
        recursionLimit = matcher.options.recursionLimit
        datasets = DatasetMemory(matcher.plan.datasets, maximum: matcher.options.maximumCounters)
        variables = .allocate(capacity: max(1, matcher.plan.variableCount))
        variables.initialize(repeating: 0, count: max(1, matcher.plan.variableCount))
    }

    deinit { variables.deallocate() }

    /// Another signature begins.
    func forgetCaught() { if !caught.isEmpty { caught.removeAll(keepingCapacity: true) } }

    /// Forgets the lower-case copy: memory may be used again for other bytes.
    func newItem() { loweredOf = nil }

    /// Whether `section` matches `bytes`, which begin `streamOffset` bytes into their stream or body; `atEnd`: no more
    /// of it will come.
    func inspect(_ section: CompiledSection, _ bytes: Bytes, streamOffset: UInt64 = 0, atEnd: Bool) -> Bool {
        self.bytes = bytes
        self.streamOffset = Int(min(streamOffset, UInt64(Int32.max)))
        self.atEnd = atEnd
        triesLeft = recursionLimit
        return run(Int(section.steps.lowerBound), Int(section.steps.upperBound), 0) == .matched
    }

    private func run(_ first: Int, _ end: Int, _ from: Int) -> Verdict {
        var index = first
        var position = from
        triesLeft -= 1
        if triesLeft < 0 {
            abandoned += 1
            return .hopeless
        }
        while index < end {
            switch steps[index] {
            case .content(let content):
                if !content.negated && content.anchorsNext { return tryContent(content, index, end, position) }
                guard let next = once(content, position) else { return content.relative ? .failed : .hopeless }
                position = next
            case .expression(let expression):
                if !expression.negated && expression.anchorsNext {
                    return tryExpression(expression, index, end, position)
                }
                guard let next = once(expression, position) else { return expression.relative ? .failed : .hopeless }
                position = next
            case .dataAt(let step):
                if !holds(step, position) { return step.relative ? .failed : .hopeless }
            case .size(let test):
                if !holds(test) { return .hopeless }
            case .byteTest(let step):
                if !holds(step, position) { return step.relative ? .failed : .hopeless }
            case .byteJump(let step):
                guard let next = jump(step, position) else { return step.relative ? .failed : .hopeless }
                position = next
            case .byteExtract(let step):
                guard let next = extract(step, position) else { return step.relative ? .failed : .hopeless }
                position = next
            case .byteMath(let step):
                guard let next = compute(step, position) else { return step.relative ? .failed : .hopeless }
                position = next
            case .dataset(let step):
                if !datasets.holds(step, bytes) { return .hopeless }
            case .number(let test, let offset):
                if !holds(test, Int(offset)) { return .hopeless }
            case .entropy(let step):
                let part = bytes.dropping(min(step.offset, bytes.count)).prefix(step.bytes ?? bytes.count)
                if part.isEmpty || !step.holds(ByteEntropy.bits(part)) { return .hopeless }
            case .asn1(let step):
                if !ASN1Walk.finds(step, bytes, position) { return .hopeless }
            case .base64(let step):
                // What is asked of the decoded bytes is the last thing asked.
                return decodes(step, position) ? .matched : .failed
            case .nothing: break
            }
            index += 1
        }
        return .matched
    }

    // MARK: Base64

    private func decodes(_ step: CompiledBase64, _ position: Int) -> Bool {
        let from = (step.step.relative ? position : 0) + step.step.offset
        guard from < bytes.count, !step.decoded.isEmpty else { return false }
        let encoded = bytes.dropping(from).prefix(step.step.bytes ?? bytes.count)
        decoded.removeAll()
        let room = encoded.count / 4 * 3 + 3
        guard decoded.reserve(room) else { return false }
        guard let length = Base64.decode(encoded, mode: .stopping, into: decoded.base), length > 0 else { return false }
        let outer = (bytes, streamOffset, atEnd)
        defer {
            (bytes, streamOffset, atEnd) = outer
            loweredOf = nil
        }
        bytes = Bytes(start: UnsafePointer(decoded.base), count: length)
        (streamOffset, atEnd, loweredOf) = (0, true, nil)
        return run(Int(step.decoded.lowerBound), Int(step.decoded.upperBound), 0) == .matched
    }

    // MARK: Content

    /// Each occurrence in turn, until the steps behind it match too.
    private func tryContent(_ content: CompiledContent, _ index: Int, _ end: Int, _ position: Int) -> Verdict {
        guard let window = window(content, position) else { return content.relative ? .failed : .hopeless }
        var from = window.low
        while let at = find(content, from, window.high) {
            let verdict = run(index + 1, end, at + Int(content.count))
            if verdict != .failed { return verdict }
            from = at + 1
        }
        return content.relative ? .failed : .hopeless
    }

    /// Where the search goes on after this content; nil where it does not hold.
    private func once(_ content: CompiledContent, _ position: Int) -> Int? {
        let found = window(content, position).flatMap { find(content, $0.low, $0.high) }
        if content.negated { return found == nil ? position : nil }
        return found.map { $0 + Int(content.count) }
    }

    /// Bytes in which the whole content must lie; nil where it cannot.
    private func window(_ content: CompiledContent, _ position: Int) -> (low: Int, high: Int)? {
        let first = value(content.low)
        let limit = value(content.high)
        var low: Int
        var high = bytes.count
        if content.relative {
            low = max(0, position &+ first)
            if content.hasHigh { high = min(high, position &+ first &+ limit) }
        } else {
            low = max(0, first - streamOffset)
            if content.hasHigh { high = min(high, first &+ limit &- streamOffset) }
        }
        if content.endsWith {
            if high < bytes.count { return nil }
            low = max(low, bytes.count - Int(content.count))
        }
        return low &+ Int(content.count) <= high ? (low, high) : nil
    }

    private func find(_ content: CompiledContent, _ low: Int, _ high: Int) -> Int? {
        let count = Int(content.count)
        guard low + count <= high else { return nil }
        let base = content.caseless ? lowerCase() : bytes.start
        let needle = literals + Int(content.start)
        if high - low == count { return memcmp(base + low, needle, count) == 0 ? low : nil }
        guard let hit = memmem(base + low, high - low, needle, count) else { return nil }
        return UnsafeRawPointer(hit) - UnsafeRawPointer(base)
    }

    /// The buffer in lower case, made once a buffer.
    private func lowerCase() -> UnsafePointer<UInt8> {
        if loweredOf != bytes.start || loweredCount != bytes.count {
            lowered.removeAll()
            guard lowered.reserve(bytes.count) else { return bytes.start }
            for index in 0..<bytes.count { lowered.base[index] = ASCII.lower(bytes.start[index]) }
            loweredOf = bytes.start
            loweredCount = bytes.count
        }
        return UnsafePointer(lowered.base)
    }

    // MARK: Expressions

    private func tryExpression(
        _ expression: CompiledExpression, _ index: Int, _ end: Int, _ position: Int
    ) -> Verdict {
        let start = expression.relative ? min(position, bytes.count) : 0
        let subject = bytes.dropping(start)
        var from = 0
        while from <= subject.count,
            let match = expressions[Int(expression.expression)].firstMatch(subject, from: from, worker)
        {
            keep(expression, subject)
            let verdict = run(index + 1, end, start + match.end)
            if verdict != .failed { return verdict }
            from = match.start + 1
        }
        return expression.relative ? .failed : .hopeless
    }

    private func once(_ expression: CompiledExpression, _ position: Int) -> Int? {
        let start = expression.relative ? min(position, bytes.count) : 0
        let match = expressions[Int(expression.expression)].firstMatch(bytes.dropping(start), worker)
        if expression.negated { return match == nil ? position : nil }
        if match != nil { keep(expression, bytes.dropping(start)) }
        return match.map { start + $0.end }
    }

    /// What the groups of the last match caught in `subject`.
    private func keep(_ expression: CompiledExpression, _ subject: Bytes) {
        for index in expression.captures {
            let capture = tables.captures.start[Int(index)]
            guard let group = worker.group(Int(capture.group)) else { continue }
            let bytes = subject.slice(group.start, group.end).prefix(CaughtVariable.maximumBytes).array
            caught.removeAll { $0.variable == capture.variable && $0.isPacket == capture.isPacket }
            caught.append(CaughtVariable(variable: capture.variable, isPacket: capture.isPacket, bytes: bytes))
        }
    }

    // MARK: Sizes

    private func holds(_ step: DataAtStep, _ position: Int) -> Bool {
        let at = value(step.position)
        let there = step.relative ? position &+ at <= bytes.count : at &- streamOffset < bytes.count
        return there != step.negated
    }

    /// Of a buffer that still grows only what cannot change any more is known.
    private func holds(_ test: NumberTest) -> Bool {
        let size = streamOffset + bytes.count
        if atEnd { return test.holds(size) }
        switch test {
        case .greater(let bound): return size > bound
        case .greaterOrEqual(let bound): return size >= bound
        default: return false
        }
    }

    // MARK: Numbers

    /// A number in eight bytes, most significant first.
    private func holds(_ test: NumberTest, _ offset: Int) -> Bool {
        guard bytes.count >= offset + 8 else { return false }
        let high = UInt64(bytes.bigEndian32(at: offset))
        let low = UInt64(bytes.bigEndian32(at: offset + 4))
        return test.holds(Int(truncatingIfNeeded: high << 32 | low))
    }

    private func value(_ value: StepValue) -> Int {
        switch value {
        case .number(let number): number
        case .variable(let index): Int(truncatingIfNeeded: min(variables[index], 0x7FFF_FFFF))
        }
    }

    /// The number at `offset` and how many bytes it took.
    private func number(
        _ format: NumberFormat, _ offset: StepValue, _ relative: Bool, _ position: Int
    ) -> (value: UInt64, at: Int, length: Int)? {
        let at = (relative ? position : 0) &+ value(offset)
        let length = value(format.bytes)
        guard at >= 0, length >= 0, at &+ length <= bytes.count else { return nil }
        guard length > 0 else { return (0, at, 0) }
        guard let number = ByteNumber.read(bytes.slice(at, at + length), format) else { return nil }
        return (number, at, length)
    }

    private func holds(_ step: ByteTestStep, _ position: Int) -> Bool {
        guard let found = number(step.format, step.offset, step.relative, position) else { return false }
        let bound: UInt64
        switch step.value {
        case .number(let number): bound = UInt64(bitPattern: Int64(number))
        case .variable(let index): bound = variables[index]
        }
        return ByteNumber.holds(found.value, step.comparison, bound) != step.negated
    }

    private func jump(_ step: ByteJumpStep, _ position: Int) -> Int? {
        guard let found = number(step.format, step.offset, step.relative, position) else { return nil }
        var distance = Int(truncatingIfNeeded: min(found.value, 0x7FFF_FFFF)) &* step.multiplier
        if step.align { distance = (distance &+ 3) & ~3 }
        var target: Int
        if step.fromBeginning {
            target = distance
        } else if step.fromEnd {
            target = bytes.count &+ distance
        } else {
            target = found.at &+ found.length &+ distance
        }
        target &+= value(step.postOffset)
        // Before the buffer means its start.
        return target < bytes.count ? max(target, 0) : nil
    }

    private func extract(_ step: ByteExtractStep, _ position: Int) -> Int? {
        guard let found = number(step.format, step.offset, step.relative, position) else { return nil }
        var result = found.value &* UInt64(step.multiplier)
        if step.align > 0 {
            let mask = UInt64(step.align - 1)
            result = (result &+ mask) & ~mask
        }
        variables[step.result] = result
        return found.at + found.length
    }

    private func compute(_ step: ByteMathStep, _ position: Int) -> Int? {
        guard let found = number(step.format, step.offset, step.relative, position) else { return nil }
        let operand: UInt64
        switch step.operand {
        case .number(let number): operand = UInt64(bitPattern: Int64(number))
        case .variable(let index): operand = variables[index]
        }
        guard let result = ByteNumber.compute(found.value, step.operation, operand) else { return nil }
        variables[step.result] = result
        return found.at + found.length
    }
}
