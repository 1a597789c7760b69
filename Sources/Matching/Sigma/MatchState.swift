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

    /// Rules to be evaluated for the event at hand; a rule's stamp says whether it is among them already.
    private let candidates: FrozenTable<Int32>
    private var candidateCount = 0
    private let candidateStamps: FrozenTable<UInt32>
    private let hitStamps: FrozenTable<UInt32>
    private var stamp: UInt32 = 0
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
        candidates = FrozenTable(repeating: 0, count: matcher.rules.count)
        candidateStamps = FrozenTable(repeating: 0, count: matcher.rules.count)
        hitStamps = FrozenTable(repeating: 0, count: matcher.rules.count)
    }

    deinit {
        for index in 0..<scanners.count { scanners[index].release() }
        scanners.free()
        plans.free()
        planNumbers.free()
        candidates.free()
        candidateStamps.free()
        hitStamps.free()
    }

    mutating func match(_ batch: EventBatch, into hits: inout [EventHit]) {
        view.open(batch)
        for index in 0..<batch.count {
            view.turn(to: index)
            let number = Int(planNumbers[Int(view.record.logSource.rawValue)])
            if number < 0 { continue }
            match(
                index, plans[number]._withUnsafeGuaranteedRef { $0 }, scanners[number]._withUnsafeGuaranteedRef { $0 },
                &hits)
        }
        eventCount += batch.count
    }

    private mutating func match(_ event: Int, _ plan: SourcePlan, _ scanner: PatternScanner, _ hits: inout [EventHit]) {
        stamp &+= 1
        if stamp == 0 { restartStamps() }
        candidateCount = 0
        forms.clear()
        collect(plan, scanner)
        let unconditional = plan.unconditional
        for index in 0..<unconditional.count { add(unconditional[index]) }
        let before = hits.count
        if candidateCount > 0 {
            view.index()
            evaluate(event, .raw, &hits)
        }
        if forms.count > 0 && plan.readsURLs { matchDecoded(event, plan, scanner, &hits) }
        if hits.count - before > 1 { MatchState.sort(&hits, from: before) }
    }

    private mutating func restartStamps() {
        candidateStamps.base.update(repeating: 0, count: candidateStamps.count)
        hitStamps.base.update(repeating: 0, count: hitStamps.count)
        stamp = 1
    }

    /// Searches what the plan's rules look at, and notes the URLs worth decoding.
    private mutating func collect(_ plan: SourcePlan, _ scanner: PatternScanner) {
        gathered.removeAll()
        let record = plan.searchesRecord ? view.rawRecord : .empty
        let takesAll = plan.searchesRecord
        let uses = plan.fieldUses
        guard let slots = view.slots else { return }
        for position in 0..<view.count {
            let slot = slots[position]
            let field = Int(slot.field.rawValue)
            let use = field < uses.count ? uses[field] : 0
            if use == 0 && !takesAll { continue }
            if !record.isEmpty && slot.region == .input && use & FieldUse.url == 0 { continue }
            let value = view.rawValue(position)
            if use & FieldUse.url != 0 {
                if URLDecoder.isCandidate(value) { forms.note(position) }
                if !record.isEmpty && slot.region == .input { continue }
            }
            if gathered.reserve(value.count + 1) {
                _ = gathered.append(value)
                gathered.push(ASCII.newline)
            } else {
                search(value, plan, scanner)
            }
        }
        if !record.isEmpty { search(record, plan, scanner) }
        if gathered.count > 0 { search(gathered.bytes(0, gathered.count), plan, scanner) }
    }

    private mutating func search(_ bytes: Bytes, _ plan: SourcePlan, _ scanner: PatternScanner) {
        scanner.scan(bytes)
        let matched = scanner.matched
        for index in 0..<matched.count {
            let pattern = Int(matched[index])
            let end = Int(plan.starts[pattern + 1])
            var owner = Int(plan.starts[pattern])
            while owner < end {
                add(plan.owners[owner])
                owner += 1
            }
        }
    }

    private mutating func add(_ rule: Int32) {
        if candidateStamps[Int(rule)] == stamp { return }
        candidateStamps[Int(rule)] = stamp
        candidates[candidateCount] = rule
        candidateCount += 1
    }

    private mutating func evaluate(_ event: Int, _ form: MatchForm, _ hits: inout [EventHit]) {
        let rules = program.rules
        for index in 0..<candidateCount {
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
                search(view.value(forms.position(index)), plan, scanner)
            }
            evaluate(event, form, &hits)
        }
        view.returnToRaw()
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
