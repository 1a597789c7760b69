internal import Events
internal import Primitives

/// Ties drafts together where one attack goes from step to step: a pure function of the drafts, in which no draft
/// matters to another that lies farther from it than `IncidentBuilder.reachNanoseconds` unless they become one: so
/// incidents are put together anew around what changed (`Engine/IncidentDesk.swift`).
///
/// Four ties, each narrow:
/// - **stands on**: a correlation's detection and what it was made of (`ChainTies`);
/// - **same source**: what one address did that has a stage, with no gap longer than the incidents' in between, where
///   the stages are not all the same;
/// - **victim turned source**: what a host or an account does that somebody had just come in at (at most
///   `reachNanoseconds` before). It goes to the one most severe, then latest, intrusion that fits, never to several:
///   two attackers of one server are not made one by what the server then does;
/// - **handed on**: what a resolver asks because a client asked it.
struct IncidentLinks {
    private let drafts: [IncidentDraft]
    private let estate: Estate
    private let gapNanoseconds: Int64
    private let chains: [String: [String]]
    private var parents: [Int]
    /// Drafts that were tied to what came before them at another entity.
    private(set) var followers: Set<Int> = []

    /// From an intrusion to what follows from it.
    static let reachNanoseconds = IncidentBuilder.reachNanoseconds

    /// How long somebody who logged in is taken to be there after the last that was seen of them.
    static let stayNanoseconds: Int64 = 3600 * 1_000_000_000

    /// - Parameter chains: rules that tie what others found, and the fields that they group by
    init(_ drafts: [IncidentDraft], estate: Estate, gapNanoseconds: Int64, chains: [String: [String]] = [:]) {
        self.drafts = drafts
        self.chains = chains
        self.estate = estate
        self.gapNanoseconds = gapNanoseconds
        parents = Array(drafts.indices)
        let standing = ChainTies(drafts, meetings: chains) { IncidentLinks.places($0, estate) }
        for (left, right) in standing.pairs() { tie(left, right) }
        tieBySource()
        tieByVictim()
        tieByQuestions()
    }

    /// Drafts that belong together, each group in order of time, the one it began with first.
    func groups() -> [[Int]] {
        var members: [Int: [Int]] = [:]
        for index in drafts.indices { members[root(index), default: []].append(index) }
        return members.values.map { group in
            let ordered = group.sorted { before($0, $1) }
            let starts = ordered.indices.filter { !followers.contains(ordered[$0]) }
            // A chain is named after whoever took the first step, not after where the steps meet.
            let own = starts.first { place in
                drafts[ordered[place]].detections.contains { chains[$0.rule.id] == nil }
            }
            guard let start = own ?? starts.first else { return ordered }
            return [ordered[start]] + ordered[..<start] + ordered[(start + 1)...]
        }
    }

    private func before(_ left: Int, _ right: Int) -> Bool {
        let (a, b) = (drafts[left], drafts[right])
        if a.first != b.first { return a.first < b.first }
        return (a.key, a.detections[0].id) < (b.key, b.detections[0].id)
    }

    private func root(_ index: Int) -> Int {
        var current = index
        while parents[current] != current { current = parents[current] }
        return current
    }

    private mutating func tie(_ left: Int, _ right: Int) {
        let (a, b) = (root(left), root(right))
        parents[max(a, b)] = min(a, b)
    }

    // MARK: - Same source

    private mutating func tieBySource() {
        let staged = drafts.indices.filter { drafts[$0].key.entity.kind == "ip" && !drafts[$0].tactics.isEmpty }
        let sources = Dictionary(grouping: staged) { drafts[$0].key.entity.value }
        for list in sources.values where list.count > 1 {
            var run: [Int] = []
            var end = Timestamp.none
            for index in list.sorted(by: { before($0, $1) }) {
                if !run.isEmpty, drafts[index].first > end.adding(nanoseconds: gapNanoseconds) {
                    tieStages(run)
                    run = []
                }
                end = run.isEmpty ? drafts[index].last : max(end, drafts[index].last)
                run.append(index)
            }
            tieStages(run)
        }
    }

    /// Those of one run, if their stages are not all the same.
    private mutating func tieStages(_ run: [Int]) {
        guard Set(run.map { drafts[$0].tactics }).count > 1, let first = run.first else { return }
        for index in run.dropFirst() { tie(first, index) }
    }

    // MARK: - Victim turned source

    private static let hostFields: Set<String> = ["host.hostname", "host.name", "observer.name"]

    private mutating func tieByVictim() {
        var intrusions: [String: [Int]] = [:]
        for (index, draft) in drafts.enumerated() where draft.isIntrusion {
            for place in places(draft.values(IncidentDraft.targetFields)) {
                intrusions[place, default: []].append(index)
            }
        }
        if intrusions.isEmpty { return }
        for index in drafts.indices.sorted(by: { before($0, $1) }) {
            if isTied(index, intrusions) {
                followers.insert(index)
            } else if let origin = origin(of: index, intrusions) {
                tie(origin, index)
                followers.insert(index)
            }
        }
    }

    /// Whether a draft stands on an intrusion at its own place already: then no other one is looked for.
    private func isTied(_ index: Int, _ intrusions: [String: [Int]]) -> Bool {
        let draft = drafts[index]
        return places(own(draft)).contains { place in
            (intrusions[place] ?? []).contains {
                $0 != index && drafts[$0].key.entity != draft.key.entity && root($0) == root(index)
            }
        }
    }

    /// The intrusion that a draft follows from; nil where there is none.
    private func origin(of index: Int, _ intrusions: [String: [Int]]) -> Int? {
        let draft = drafts[index]
        let least = draft.key.entity.kind == "user" ? Severity.low : .medium
        guard !draft.tactics.isEmpty, draft.level >= least, !draft.isGuessedAt else { return nil }
        var candidates: Set<Int> = []
        for place in places(own(draft)) { candidates.formUnion(intrusions[place] ?? []) }
        let users = draft.key.entity.kind == "user" ? Set([draft.key.entity.value.lowercased()]) : []
        let fitting = candidates.filter { candidate in
            let other = drafts[candidate]
            guard candidate != index, other.key.entity != draft.key.entity, before(candidate, index),
                draft.first <= other.last.adding(nanoseconds: IncidentLinks.reachNanoseconds)
            else { return false }
            if draft.key.entity.kind == "ip" { return true }
            // Of a host it is enough that somebody came in; an account must be the one that they came in as, or one
            // that was made while they were there.
            if users.isEmpty { return true }
            guard other.hasLogin else { return false }
            return !users.isDisjoint(with: other.loginUsers)
                || draft.makesAccount && draft.first <= other.last.adding(nanoseconds: IncidentLinks.stayNanoseconds)
        }
        return fitting.max { left, right in
            let (a, b) = (drafts[left], drafts[right])
            if a.level != b.level { return a.level < b.level }
            return a.last != b.last ? a.last < b.last : before(left, right)
        }
    }

    /// Where a draft's own doings come from: its address, or the hosts that tell of its account.
    private func own(_ draft: IncidentDraft) -> Set<String> {
        let entity = draft.key.entity
        switch entity.kind {
        case "ip":
            guard let address = IPAddress(entity.value), estate.isInternal(address) else { return [] }
            return [entity.value]
        case "host": return [entity.value.lowercased()]
        case "user": return draft.values(IncidentLinks.hostFields)
        default: return []
        }
    }

    /// A place by its own name and, where the inventory knows it, by its system's.
    private func places(_ values: Set<String>) -> Set<String> { IncidentLinks.places(values, estate) }

    private static func places(_ values: Set<String>, _ estate: Estate) -> Set<String> {
        var found = values
        for value in values {
            let system =
                IPAddress(value).map { estate.system(of: $0) }
                ?? (estate.system(host: value)
                    ?? estate.system(name: value))
            if let system { found.insert("system " + system.id) }
        }
        return found
    }

    // MARK: - Handed on

    private static let questionFields: Set<String> = ["dns.question.name"]
    private static let domainFields: Set<String> = ["dns.question.registered_domain"]
    /// Questions that two addresses have in common where it is not known that one of them is a resolver.
    private static let commonQuestions = 3
    /// More addresses than these that ask below one domain at one time are no client and its resolvers.
    private static let maximumAskers = 32
    /// Each is held against so many that began before it.
    private static let maximumLookedAt = 256

    /// Talk through DNS is found at the client and again at the resolver that asks for it: it is the client's.
    private mutating func tieByQuestions() {
        var askers: [String: [Int]] = [:]
        for (index, draft) in drafts.enumerated()
        where draft.key.entity.kind == "ip" && draft.techniques.contains("T1071.004") {
            for domain in draft.values(IncidentLinks.domainFields) { askers[domain, default: []].append(index) }
        }
        for list in askers.values where list.count > 1 {
            let ordered = list.sorted { before($0, $1) }
            let clients = ordered.filter { !isResolver(drafts[$0]) }
            for resolver in ordered where isResolver(drafts[resolver]) {
                if let client = clients.first(where: { isAtOnce($0, resolver) }) { handOn(from: client, to: resolver) }
            }
            tieAskers(clients)
        }
    }

    /// Of addresses that asked the same at one time, the first asked for itself and the later ones for it.
    private mutating func tieAskers(_ clients: [Int]) {
        for (place, index) in clients.enumerated() {
            let before = clients[..<place].suffix(IncidentLinks.maximumLookedAt).filter { isAtOnce($0, index) }
            if before.count >= IncidentLinks.maximumAskers { continue }
            if let earlier = before.first(where: { sharesQuestions($0, index) }) { handOn(from: earlier, to: index) }
        }
    }

    private mutating func handOn(from client: Int, to resolver: Int) {
        tie(client, resolver)
        followers.insert(resolver)
    }

    private func isAtOnce(_ left: Int, _ right: Int) -> Bool {
        let (a, b) = (drafts[left], drafts[right])
        return a.key.entity != b.key.entity && a.first <= b.last.adding(nanoseconds: gapNanoseconds)
            && b.first <= a.last.adding(nanoseconds: gapNanoseconds)
    }

    private func isResolver(_ draft: IncidentDraft) -> Bool {
        guard let address = IPAddress(draft.key.entity.value) else { return false }
        return estate.system(of: address)?.roles.contains("dns") ?? false
    }

    private func sharesQuestions(_ left: Int, _ right: Int) -> Bool {
        drafts[left].values(IncidentLinks.questionFields)
            .intersection(drafts[right].values(IncidentLinks.questionFields)).count >= IncidentLinks.commonQuestions
    }
}
