package import Events
package import Primitives
internal import Rules

/// One thread's scoring. Allocates only for requests that some rule's score is reached by.
package final class WebAttackWorker {
    private let matcher: WebAttackMatcher
    private var scorer: WebAttackScorer
    private let openSources: FrozenTable<Bool>
    /// Requests seen, and those that the gate did not let pass.
    package private(set) var requestCount = 0
    package private(set) var scoredCount = 0

    init(_ matcher: WebAttackMatcher) {
        self.matcher = matcher
        let judges = Set(matcher.rules.flatMap(\.judges))
        scorer = WebAttackScorer(
            judges: Array(judges),
            leastScore: matcher.rules.map(\.threshold).min() ?? AttackTally.maximumScore)
        openSources = FrozenTable(matcher.openSources)
    }

    deinit { openSources.free() }

    /// Values longer than what is judged of one.
    package var cutCount: Int { scorer.cutCount }

    /// Appends a hit for each rule whose score an event of the batch reaches, in the order of events, then of rules.
    package func match(_ batch: EventBatch, into hits: inout [WebAttackHit]) {
        if matcher.rules.isEmpty { return }
        let events = batch.events
        let open = openSources.base
        let slots = batch.slots
        let input = batch.input
        let scratch =
            batch.scratch.count == 0 ? Bytes.empty : batch.scratch.bytes(0, batch.scratch.count)
        for index in 0..<batch.count where open[Int(events[index].logSource.rawValue)] {
            let request = request(
                slots + Int(events[index].firstSlot), Int(events[index].slotCount), input, scratch)
            requestCount += 1
            guard WebAttackScorer.isWorthReading(request) else { continue }
            scoredCount += 1
            scorer.score(request)
            if !scorer.findings.isEmpty { report(index, batch, events[index].logSource, into: &hits) }
        }
    }

    /// The same for a request's body alone, of which no event speaks: hits name event -1.
    package func match(body: Bytes, of source: LogSource, into hits: inout [WebAttackHit]) {
        guard openSources.base[Int(source.rawValue)] else { return }
        requestCount += 1
        scoredCount += 1
        scorer.score(WebRequest(body: body))
        if !scorer.findings.isEmpty { report(-1, nil, source, into: &hits) }
    }

    @inline(__always) private func request(
        _ slots: UnsafeMutablePointer<FieldSlot>, _ count: Int, _ input: Bytes, _ scratch: Bytes
    ) -> WebRequest {
        var request = blank
        for position in 0..<count {
            let slot = slots[position]
            let field = slot.field.rawValue
            guard
                field == target || field == agent || field == referrer || field == cookie || field == body,
                slot.length > 0, slot.type != .null, slot.region != .constant
            else { continue }
            let from = Int(slot.offset)
            let value = (slot.region == .input ? input : scratch).slice(from, from + Int(slot.length))
            switch field {
            case target: request.target = value
            case referrer: request.referrer = value
            case agent: request.agent = value
            case cookie: request.cookie = value
            default: request.body = value
            }
        }
        return request
    }

    private let blank = WebRequest()
    private let target = FieldID(.urlOriginal).rawValue
    private let referrer = FieldID(.httpRequestReferrer).rawValue
    private let agent = FieldID(.userAgentOriginal).rawValue
    private let cookie = FieldID(.httpRequestCookie).rawValue
    private let body = FieldID(.httpRequestBodyContent).rawValue

    /// The worst value for each rule.
    private func report(
        _ event: Int, _ batch: EventBatch?, _ source: LogSource, into hits: inout [WebAttackHit]
    ) {
        for (index, rule) in matcher.rules.enumerated() where matcher.isOpen(rule: index, for: source) {
            var best: WebAttackHit?
            for finding in scorer.findings {
                let score = rule.judges.map { finding.scores[Int($0.rawValue)] }.max() ?? 0
                if score < rule.threshold || score <= best?.score ?? 0 { continue }
                if rule.exclusions.contains(where: { WebAttackExclusions.fits($0, finding, event, batch) }) {
                    continue
                }
                best = WebAttackHit(
                    event: event, rule: index, score: score, place: finding.place, form: finding.form,
                    name: finding.name, value: finding.value,
                    parts: finding.parts.filter { rule.judges.contains($0.judge) }.map(\.part))
            }
            if let best { hits.append(best) }
        }
    }
}

/// What rules pass over. Cold: asked of values that a rule would report.
package enum WebAttackExclusions {
    static func fits(
        _ exclusion: WebAttackExclusion, _ finding: ValueFinding, _ event: Int, _ batch: EventBatch?
    ) -> Bool {
        if let host = exclusion.host {
            guard let batch, let slot = batch.slot(FieldID(.urlDomain), of: event),
                glob(host, batch.bytes(of: slot).array)
            else {
                return false
            }
        }
        if let path = exclusion.path {
            guard let batch, let slot = batch.slot(FieldID(.urlPath), of: event),
                glob(path, batch.bytes(of: slot).array)
            else {
                return false
            }
        }
        if let parameter = exclusion.parameter {
            guard !finding.name.isEmpty, glob(parameter, finding.name) else { return false }
        }
        return true
    }

    /// `*` stands for anything; letters of either case are alike. `pattern` is in lower case.
    package static func glob(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
        var at = 0
        var place = 0
        var star = -1
        var mark = 0
        while at < text.count {
            if place < pattern.count, pattern[place] == 0x2A {
                star = place
                mark = at
                place += 1
            } else if place < pattern.count, pattern[place] == ASCII.lower(text[at]) {
                place += 1
                at += 1
            } else if star >= 0 {
                place = star + 1
                mark += 1
                at = mark
            } else {
                return false
            }
        }
        while place < pattern.count, pattern[place] == 0x2A { place += 1 }
        return place == pattern.count
    }
}
