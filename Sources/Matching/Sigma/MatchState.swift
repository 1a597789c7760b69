internal import Events
internal import Primitives
internal import Rules

/// What a worker keeps from event to event.
struct MatchState: ~Copyable {
    private let program: SigmaProgram
    private let decodesURLs: Bool
    private let plans: FrozenTable<Unmanaged<SourcePlan>>
    private let planNumbers: FrozenTable<Int32>
    private let scanners: FrozenTable<Unmanaged<PatternScanner>>
    let evaluator: Evaluator
    var view = EventView()
    var forms: DecodedForms

    /// At a fixed address, for Vectorscan's callback.
    private let search: UnsafeMutablePointer<CandidateSearch>
    /// By rule, `search`'s stamp of the last event that it hit.
    private let hitStamps: FrozenTable<UInt32>
    private let memo = ValueMemo()
    private let constants = ConstantMemo()
    /// Bit by position: words of decoders that wake nothing.
    private var cleanConstants: UInt64 = 0
    /// Positions of the event's values that something is asked of.
    private let asked: UnsafeMutablePointer<Int32> = .allocate(capacity: EventView.maximumSlots)
    private var askedCount = 0
    /// Where in the record the last value ends that is not looked for among the clean ones.
    private var plainEnd = 0
    private var clean = CleanValues()
    private var gathered = ScratchBuffer(capacity: 64 << 10, limit: 64 << 20)

    private(set) var eventCount = 0
    private(set) var evaluationCount = 0

    init(_ matcher: EventMatcher) throws {
        program = matcher.program
        decodesURLs = matcher.options.decodesURLs
        plans = FrozenTable(matcher.plans.map { Unmanaged.passUnretained($0) })
        planNumbers = FrozenTable(matcher.planNumbers.map { Int32($0) })
        var made: [Unmanaged<PatternScanner>] = []
        for plan in matcher.plans { made.append(Unmanaged.passRetained(try plan.database.makeScanner())) }
        scanners = FrozenTable(made)
        evaluator = Evaluator(program: matcher.program, expressions: RegularExpressionWorker())
        forms = DecodedForms()
        search = .allocate(capacity: 1)
        search.initialize(to: CandidateSearch(ruleCount: matcher.rules.count))
        hitStamps = FrozenTable(repeating: 0, count: matcher.rules.count)
    }

    deinit {
        for index in 0..<scanners.count { scanners[index].release() }
        scanners.free()
        plans.free()
        planNumbers.free()
        search.pointee.free()
        search.deallocate()
        hitStamps.free()
        asked.deallocate()
    }

    mutating func match(_ batch: EventBatch, into hits: inout [EventHit]) {
        view.open(batch)
        for index in 0..<batch.count {
            view.turn(to: index)
            let number = Int(planNumbers[Int(view.record.logSource.rawValue)])
            if number < 0 { continue }
            let plan = plans[number]._withUnsafeGuaranteedRef { $0 }
            let scanner = scanners[number]._withUnsafeGuaranteedRef { $0 }
            survey(plan, number, scanner)
            match(index, plan, scanner, &hits)
        }
        eventCount += batch.count
    }

    private mutating func match(_ event: Int, _ plan: SourcePlan, _ scanner: PatternScanner, _ hits: inout [EventHit]) {
        begin(plan)
        forms.clear()
        collect(plan, scanner)
        let unconditional = plan.unconditional
        for index in 0..<unconditional.count { search.pointee.add(unconditional[index]) }
        let before = hits.count
        if search.pointee.candidateCount > 0 {
            view.index()
            evaluate(event, .raw, &hits)
        }
        if forms.count > 0 && plan.readsURLs { matchDecoded(event, plan, scanner, &hits) }
        if hits.count - before > 1 { MatchState.sort(&hits, from: before) }
    }

    private mutating func begin(_ plan: SourcePlan) {
        search.pointee.begin(plan)
        if search.pointee.stamp == 1 { hitStamps.base.update(repeating: 0, count: hitStamps.count) }
    }

    /// Goes over the event's values once: finds those that something is asked of, and of these the ones that are known
    /// to wake nothing.
    private mutating func survey(_ plan: SourcePlan, _ number: Int, _ scanner: PatternScanner) {
        clean.removeAll()
        cleanConstants = 0
        askedCount = 0
        plainEnd = 0
        guard let slots = view.slots else { return }
        let limit = plan.fieldBits.count
        let bits = plan.fieldBits.base
        let uses = plan.fieldUses.base
        let record = view.record
        // Values are searched where they lie, unless the record itself is not.
        let isCovered = !plan.searchesRecord || !view.rawRecord.isEmpty
        for position in 0..<view.count {
            let slot = slots[position]
            let field = Int(slot.field.rawValue)
            let closer = field < limit ? uses[field] & FieldUse.closer : 0
            let isAsked = closer != 0 || field < limit && bits[field] != 0
            if slot.region == .input && slot.offset >= record.offset
                && slot.offset &+ slot.length <= record.offset &+ record.length
            {
                if clean.areRepeated(slot.field) {
                    recall(position, plan, number, scanner)
                } else {
                    plainEnd = max(plainEnd, Int(slot.offset &- record.offset &+ slot.length))
                    if !isAsked && isCovered { continue }
                }
            } else if slot.region == .constant {
                recallConstant(position, plan, number, scanner)
                if isCleanConstant(position) && closer & ~FieldUse.bytes == 0 { continue }
            } else if clean.areRepeated(slot.field) {
                recall(position, plan, number, scanner)
            }
            asked[askedCount] = Int32(truncatingIfNeeded: position)
            askedCount += 1
        }
    }

    /// Whether a value that comes again and again is known to wake nothing.
    private mutating func recall(_ position: Int, _ plan: SourcePlan, _ number: Int, _ scanner: PatternScanner) {
        guard let slots = view.slots else { return }
        let field = Int(slots[position].field.rawValue)
        let bit = field < plan.fieldBits.count ? plan.fieldBits[field] : 0
        let value = view.rawValue(position)
        // With the quotes around it, nothing that begins or ends at them needs to be searched again.
        let quoted = quotedText(position, plan)
        let text = quoted.count > 0 ? quoted : value
        let kind = UInt64(number) << 32 | (quoted.count > 0 ? 1 << 31 : 0) | UInt64(field)
        switch memo.recall(text, seed: kind) {
        case .clean: clean.add(position, isQuoted: quoted.count > 0)
        case .unknown: break
        case .due(let place):
            let start = quoted.count > 0 ? CleanValues.quote : 0
            memo.judge(place, isClean: wakesNothing(text, start, value.count, bit, plan, scanner))
        }
    }

    @inline(__always) private func isCleanConstant(_ position: Int) -> Bool {
        position < UInt64.bitWidth && cleanConstants >> UInt64(position) & 1 != 0
    }

    private mutating func recallConstant(
        _ position: Int, _ plan: SourcePlan, _ number: Int, _ scanner: PatternScanner
    ) {
        guard let slots = view.slots, position < UInt64.bitWidth,
            let key = ConstantMemo.key(slots[position], plan: number)
        else { return }
        var isClean = constants.isClean(key)
        if isClean == nil {
            let value = view.rawValue(position)
            let field = Int(slots[position].field.rawValue)
            let bit = field < plan.fieldBits.count ? plan.fieldBits[field] : 0
            isClean = wakesNothing(value, 0, value.count, bit, plan, scanner)
            constants.judge(key, isClean: isClean ?? false)
        }
        if isClean ?? false { cleanConstants |= 1 << UInt64(position) }
    }

    /// The value of a field in the record with a space and a quote before and behind it; empty where it is not written
    /// so, or a keyword may reach across.
    private func quotedText(_ position: Int, _ plan: SourcePlan) -> Bytes {
        guard plan.quotesPartKeywords, let slots = view.slots, view.isInRecord(position) else { return .empty }
        let slot = slots[position]
        let start = Int(slot.offset - view.record.offset)
        return CleanValues.quoted(start, start + Int(slot.length), in: view.rawRecord)
    }

    /// - Parameters:
    ///   - start: where in `text` the value begins
    ///   - length: how long it is
    private mutating func wakesNothing(
        _ text: Bytes, _ start: Int, _ length: Int, _ bit: UInt64, _ plan: SourcePlan, _ scanner: PatternScanner
    ) -> Bool {
        begin(plan)
        search.pointee.beginText()
        search.pointee.addRegion(start, start + length, bit)
        search.pointee.wakeByBytes(text.slice(start, start + length), bit, plan)
        scanner.wake(search, text)
        return search.pointee.candidateCount == 0
    }

    /// Searches what the plan's literals are asked of, and notes the URLs worth decoding.
    private mutating func collect(_ plan: SourcePlan, _ scanner: PatternScanner) {
        if plan.searchesRecord {
            let record = view.rawRecord
            if !record.isEmpty { searchRecord(record, plan, scanner) }
            gather(plan, scanner, takesAll: true, leavesRecord: !record.isEmpty)
        } else {
            gather(plan, scanner, takesAll: false, leavesRecord: false)
        }
    }

    /// The record as it was logged: fields that lie in it are searched with it. Of clean values behind all others only
    /// the seams are, where a keyword may begin before the value or end behind it.
    private mutating func searchRecord(_ record: Bytes, _ plan: SourcePlan, _ scanner: PatternScanner) {
        guard let slots = view.slots else { return }
        search.pointee.beginText()
        let start = Int(view.record.offset)
        var tail = clean.count == 0 ? record.count : plainEnd
        let bits = plan.fieldBits
        for place in 0..<askedCount {
            let position = Int(asked[place])
            let slot = slots[position]
            if slot.region != .input { continue }
            let field = Int(slot.field.rawValue)
            let bit = field < bits.count ? bits.base[field] : 0
            let offset = Int(slot.offset) - start
            let end = offset + Int(slot.length)
            if offset < 0 || end > record.count || (bit == 0 && clean.count == 0) { continue }
            if clean.count > 0 {
                if clean.take(position, offset, Int(slot.length)) { continue }
                tail = max(tail, end)
            }
            search.pointee.addRegion(offset, end, bit)
        }
        if clean.count > 0 { tail = clean.passOver(from: tail, in: record, plan) }
        let head = min(tail, headEnd(record, plan))
        scanner.wake(search, record.slice(head, tail), base: head)
        for index in 0..<clean.seamCount {
            let seam = clean.seam(index)
            scanner.wake(search, record.slice(seam.start, seam.end), base: seam.start)
        }
    }

    /// Where the search of a record begins: behind a common head that no literal can stand in, but for those that
    /// reach across the quote at its end.
    @inline(__always) private func headEnd(_ record: Bytes, _ plan: SourcePlan) -> Int {
        guard plan.headsAreClean, view.record.flags.contains(.commonHead), view.count > 1, let slots = view.slots
        else { return 0 }
        let quote = Int(slots[1].offset) - Int(view.record.offset) - 1
        guard quote > 0, quote < record.count, record.start[quote] == ASCII.quote else { return 0 }
        return max(0, quote - max(0, Int(plan.crossings.base[Int(ASCII.quote)]) - 1))
    }

    /// Fields one after the other as one text, so that they cost one scan.
    private mutating func gather(
        _ plan: SourcePlan, _ scanner: PatternScanner, takesAll: Bool, leavesRecord: Bool
    ) {
        gathered.removeAll()
        search.pointee.beginText()
        let limit = plan.fieldBits.count
        let bits = plan.fieldBits.base
        let uses = plan.fieldUses.base
        guard let slots = view.slots else { return }
        for place in 0..<askedCount {
            let position = Int(asked[place])
            let slot = slots[position]
            let field = Int(slot.field.rawValue)
            let use = field < limit ? uses[field] : 0
            let isLeft = leavesRecord && view.isInRecord(position)
            if isLeft && use & FieldUse.closer == 0 { continue }
            let bit = field < limit ? bits[field] : 0
            let isURL = use & FieldUse.url != 0
            if use & FieldUse.wakes != 0 { search.pointee.wakeByPresence(slot.field.rawValue, plan) }
            let isSearched = (bit != 0 || (takesAll && slot.region != .constant)) && !isLeft
            let wakesByBytes = use & FieldUse.bytes != 0
            if !isSearched && !isURL && !wakesByBytes { continue }
            if slot.region == .constant && !isURL && isCleanConstant(position) { continue }
            let value = view.rawValue(position)
            if isURL && URLDecoder.isCandidate(value) { forms.note(position) }
            if clean.count > 0 && clean.contains(position) { continue }
            if wakesByBytes { search.pointee.wakeByBytes(value, bit, plan) }
            if isSearched { append(value, bit, scanner) }
        }
        if gathered.count > 0 { scanner.wake(search, gathered.bytes(0, gathered.count)) }
    }

    /// What there is no room for is searched by itself; its field then counts for the rest too, which only wakes more.
    private mutating func append(_ value: Bytes, _ bit: UInt64, _ scanner: PatternScanner) {
        let start = gathered.count
        guard gathered.reserve(value.count + 1) else {
            search.pointee.addEverywhere(bit)
            scanner.wake(search, value)
            return
        }
        _ = gathered.append(value)
        gathered.push(ASCII.newline)
        search.pointee.addRegion(start, start + value.count, bit)
    }

    private mutating func evaluate(_ event: Int, _ form: MatchForm, _ hits: inout [EventHit]) {
        let rules = program.rules
        let candidates = search.pointee.candidates
        let stamp = search.pointee.stamp
        for index in 0..<search.pointee.candidateCount {
            let rule = candidates[index]
            if form != .raw && (hitStamps[Int(rule)] == stamp || !rules[Int(rule)].readsURLs) { continue }
            evaluationCount += 1
            if evaluator.matches(rule: Int(rule), view) {
                hitStamps[Int(rule)] = stamp
                hits.append(EventHit(event: Int32(truncatingIfNeeded: event), rule: rule, form: form))
            }
        }
    }

    /// The same rules on the URLs' decoded forms, one after the other, until decoding changes nothing.
    private mutating func matchDecoded(
        _ event: Int, _ plan: SourcePlan, _ scanner: PatternScanner, _ hits: inout [EventHit]
    ) {
        guard decodesURLs else { return }
        view.index()
        for round in 1...UInt8(DecodedForms.rounds) {
            guard let form = MatchForm(rawValue: round), forms.advance(to: form, &view) else { break }
            for index in 0..<forms.count where forms.changed(index) {
                searchForm(forms.position(index), plan, scanner)
            }
            evaluate(event, form, &hits)
        }
        view.returnToRaw()
    }

    private mutating func searchForm(_ position: Int, _ plan: SourcePlan, _ scanner: PatternScanner) {
        guard let slots = view.slots else { return }
        let field = Int(slots[position].field.rawValue)
        let value = view.value(position)
        search.pointee.beginText()
        if field < plan.fieldBits.count {
            search.pointee.addRegion(0, value.count, plan.fieldBits[field])
            search.pointee.wakeByBytes(value, plan.fieldBits[field], plan)
        }
        scanner.wake(search, value)
    }

    /// Turns the view to the hit's event in the form that hit. Cold.
    mutating func turn(to hit: EventHit, in batch: EventBatch) {
        view.open(batch)
        view.turn(to: Int(hit.event))
        view.index()
        forms.clear()
        guard hit.form != .raw, let slots = view.slots else { return }
        for position in 0..<view.count {
            let field = Int(slots[position].field.rawValue)
            guard field < program.fieldUses.count, program.fieldUses[field] & FieldUse.url != 0 else { continue }
            if URLDecoder.isCandidate(view.rawValue(position)) { forms.note(position) }
        }
        for form in MatchForm.allCases where form != .raw && form.rawValue <= hit.form.rawValue {
            if !forms.advance(to: form, &view) { break }
        }
    }

    /// Insertion sort by rule: a handful of hits.
    private static func sort(_ hits: inout [EventHit], from start: Int) {
        for index in (start + 1)..<hits.count {
            var at = index
            while at > start, hits[at - 1].rule > hits[at].rule {
                hits.swapAt(at - 1, at)
                at -= 1
            }
        }
    }
}
