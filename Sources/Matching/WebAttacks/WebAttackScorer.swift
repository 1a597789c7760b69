package import Primitives
package import Rules

/// The parts of a request that are scored; empty where the record does not have them.
package struct WebRequest {
    package var target: Bytes = .empty
    package var referrer: Bytes = .empty
    package var agent: Bytes = .empty
    package var cookie: Bytes = .empty
    package var body: Bytes = .empty

    package init(
        target: Bytes = .empty, referrer: Bytes = .empty, agent: Bytes = .empty, cookie: Bytes = .empty,
        body: Bytes = .empty
    ) {
        self.target = target
        self.referrer = referrer
        self.agent = agent
        self.cookie = cookie
        self.body = body
    }
}

/// What judges said of one value of a request. Made only where some judge's score reaches the least that any rule asks.
package struct ValueFinding {
    package var place: AttackPlace
    package var form: AttackForm
    /// Name of the parameter or cookie; empty where it has none.
    package var name: [UInt8]
    /// The value in that form, cut at `maximumShown`.
    package var value: [UInt8]
    package var parts: [(judge: AttackJudge, part: AttackPart)]
    package var scores: [Int]

    static let maximumShown = 512
}

/// Reads one request after the other, value by value and form by form. Memory is made once; a request that the gate
/// lets pass costs nothing more.
package struct WebAttackScorer: ~Copyable {
    private var forms = AttackForms()
    private var tokens = SQLTokens()
    private var tally = AttackTally()
    /// Judges that some rule asks for, and the least score that any of them wants.
    private let asked: FrozenTable<Bool>
    private let leastScore: Int
    package private(set) var findings: [ValueFinding] = []
    /// Values judged, and values longer than what is judged.
    package private(set) var valueCount = 0
    /// The request is one of a map service.
    private var isLayer = false
    private(set) var cutCount = 0

    static let maximumParameters = 512
    static let maximumFindings = 32

    package init(judges: [AttackJudge], leastScore: Int) {
        asked = FrozenTable(AttackJudge.allCases.map { judges.contains($0) })
        self.leastScore = max(1, leastScore)
    }

    deinit {
        asked.free()
        tally.free()
    }

    /// Whether `request` is worth a call of `score`.
    @inline(__always) package static func isWorthReading(_ request: WebRequest) -> Bool {
        RequestGate.target(request.target) || RequestGate.agent(request.agent)
            || RequestGate.referrer(request.referrer) || request.cookie.count > 0
            || request.body.count > 0
    }

    /// What was found is in `findings` until the next call.
    package mutating func score(_ request: WebRequest) {
        if !findings.isEmpty { findings.removeAll(keepingCapacity: true) }
        if RequestGate.target(request.target) { target(request.target) }
        if RequestGate.referrer(request.referrer) { referrer(request.referrer) }
        if RequestGate.agent(request.agent) { value(request.agent, .agent, .empty) }
        if request.cookie.count > 0 { pairs(request.cookie, ASCII.semicolon, .cookie) }
        if request.body.count > 0 { body(request.body) }
    }

    private mutating func target(_ target: Bytes) {
        let question = target.firstIndex(of: ASCII.question) ?? target.count
        let path = target.slice(0, question)
        if path.count > 1, RequestGate.path(path) { value(path, .path, .empty) }
        if question + 1 < target.count {
            let query = target.dropping(question + 1)
            isLayer = path.contains("MapServer/") || path.contains("FeatureServer/")
            pairs(query, 0x26, .parameter)
            isLayer = false
            if query.contains("&&") || query.contains("& ") || query.contains("&+") {
                value(query, .query, .empty)
            }
        }
    }

    /// The path is another site's own; its query may be what this site put there.
    private mutating func referrer(_ text: Bytes) {
        value(text, .referrer, .empty)
        guard let question = text.firstIndex(of: ASCII.question), question + 1 < text.count else {
            return
        }
        pairs(text.dropping(question + 1), 0x26, .referrer)
    }

    /// `name=value` pairs.
    private mutating func pairs(_ text: Bytes, _ separator: UInt8, _ place: AttackPlace) {
        var from = 0
        var count = 0
        while from < text.count, count < WebAttackScorer.maximumParameters {
            let end = text.firstIndex(of: separator, from: from) ?? text.count
            var pair = text.slice(from, end).trimmed
            // An `&amp;` that was never decoded.
            if pair.starts(with: "amp;") { pair = pair.dropping(4) }
            from = end + 1
            count += 1
            if pair.isEmpty { continue }
            guard let equals = pair.firstIndex(of: ASCII.equals) else {
                value(pair, place, .empty)
                continue
            }
            let name = pair.slice(0, equals)
            switch telling(name) {
            case .none: break
            case .some(true): self.value(pair, .parameterName, name)
            case .some(false): self.value(name, .parameterName, name)
            }
            if isLayer, isEveryRow(name, pair.dropping(equals + 1)) { continue }
            value(pair.dropping(equals + 1), place, name)
        }
    }

    /// ArcGIS's services ask for every row of a layer by `where=1=1` ("Query (Feature Service/Layer)", its REST API).
    private func isEveryRow(_ name: Bytes, _ value: Bytes) -> Bool {
        name == "where" && (value == "1=1" || value == "1%3D1" || value == "1%3d1")
    }

    /// Nil for an ordinary name; false for one with brackets, operators or two underscores; true for one that is no
    /// name at all, so that its `=` may belong to what was sent.
    private func telling(_ name: Bytes) -> Bool? {
        var found: Bool?
        for index in 0..<name.count {
            let byte = name.start[index]
            if ASCII.isAlphanumeric(byte) || byte == ASCII.minus || byte == 0x7E || byte == ASCII.dot {
                continue
            }
            switch byte {
            case ASCII.underscore: if index > 0, name.start[index - 1] == byte { found = found ?? false }
            case ASCII.openBracket, ASCII.closeBracket, 0x24, ASCII.percent, ASCII.colon:
                found = found ?? false
            default: found = true
            }
        }
        return found
    }

    private mutating func body(_ text: Bytes) {
        let start = text.trimmed
        guard let first = start.isEmpty ? nil : start.start[0] else { return }
        if first == ASCII.minus, let parts = FormParts(start) { return form(parts, start) }
        if first == 0x7B || first == ASCII.openBracket { strings(text) }
        if first == 0x7B || first == ASCII.openBracket || first == ASCII.less || first == ASCII.minus {
            value(text, .body, .empty)
        } else {
            pairs(text, 0x26, .body)
        }
    }

    /// What was written into a form; its delimiters and the names of its headers are the browser's. A form that no
    /// browser sends, or one of very many pieces, is judged whole besides.
    private mutating func form(_ given: FormParts, _ text: Bytes) {
        var parts = given
        var count = 0
        while let piece = parts.next() {
            count += 1
            if count > WebAttackScorer.maximumParameters { break }
            switch piece.kind {
            case .name:
                if telling(piece.text) != nil { value(piece.text, .parameterName, parts.name) }
            case .header, .value: value(piece.text, .parameter, parts.name)
            case .file: value(piece.text, .body, parts.name)
            }
        }
        if parts.isOdd || count > WebAttackScorer.maximumParameters { value(text, .body, .empty) }
    }

    /// The strings of a JSON text.
    private mutating func strings(_ text: Bytes) {
        var at = text.firstIndex(of: ASCII.quote)
        var count = 0
        while let open = at, count < WebAttackScorer.maximumParameters {
            var end = open + 1
            while end < text.count, text.start[end] != ASCII.quote {
                end += text.start[end] == ASCII.backslash ? 2 : 1
            }
            let stop = min(end, text.count)
            value(text.slice(open + 1, stop), .parameter, .empty)
            count += 1
            at = text.firstIndex(of: ASCII.quote, from: stop + 1)
        }
    }

    /// Judges one value, form after form, until one of them is bad enough.
    private mutating func value(_ given: Bytes, _ place: AttackPlace, _ name: Bytes) {
        if given.count < 2 || findings.count == WebAttackScorer.maximumFindings { return }
        if RequestGate.isPlain(given) && place != .agent && place != .referrer { return }
        if given.count > AttackForms.maximumBytes { cutCount += 1 }
        valueCount += 1
        forms.begin(given, spaces: place != .path && place != .agent && place != .cookie)
        var classes: ByteClasses
        repeat {
            let text = forms.text()
            classes = text.classes
            if !isWorthJudging(text, place) { continue }
            tally.clear()
            judge(text, place)
            if place == .parameter, tally.score(.redirect) > 0, RedirectJudge.namesTarget(name) {
                tally.judge = .redirect
                tally.add(1, "where a page leads to")
            }
            if let best = best(), best >= leastScore {
                note(text, place, name)
                return
            }
        } while forms.advance(classes)
    }

    /// Names, numbers, dates and prose need no judge.
    private func isWorthJudging(_ text: AttackText, _ place: AttackPlace) -> Bool {
        if place == .referrer, text.starts("http") {
            return text.has(ByteClasses.punctuation.subtracting([.ampersand, .equals, .percent, .hash]))
                || text.contains("..")
        }
        if text.has(ByteClasses.punctuation) || text.has(.colon) || text.hasAll([.plus, .minus]) {
            return true
        }
        if place == .path {
            if text.contains("/.") || text.contains("..") || text.contains("//") { return true }
        } else if text.has(.slash) || place == .agent || text.has(.dot) && text.contains("..") {
            return true
        }
        return text.has(.space) && ProseGate.isWorthReading(text)
    }

    private mutating func judge(_ text: AttackText, _ place: AttackPlace) {
        if asked.base[Int(AttackJudge.sql.rawValue)] {
            tally.judge = .sql
            SQLJudge.judge(text, place, &tokens, &tally)
        }
        for entry in AttackJudgeEntry.table
        where (place == .agent || text.has(entry.needs)) && asked.base[Int(entry.judge.rawValue)] {
            tally.judge = entry.judge
            entry.judges(text, place, &tally)
        }
    }

    private func best() -> Int? {
        if tally.isEmpty { return nil }
        var best = 0
        for judge in AttackJudge.allCases { best = max(best, tally.score(judge)) }
        return best
    }

    private mutating func note(_ text: AttackText, _ place: AttackPlace, _ name: Bytes) {
        findings.append(
            ValueFinding(
                place: place, form: forms.form, name: name.prefix(ValueFinding.maximumShown).array,
                value: text.original.prefix(ValueFinding.maximumShown).array, parts: tally.parts,
                scores: AttackJudge.allCases.map { tally.score($0) }))
    }
}
