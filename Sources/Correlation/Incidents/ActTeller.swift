internal import Events
internal import Primitives

/// Makes of an incident's detections what its summary is told from: one act for each kind of thing that was done, in
/// the order in which they began.
struct ActTeller {
    /// Rules that tie what others found.
    let chains: Set<String>
    let table: AttackTraitsTable

    private static let sourceFields = ["source.ip", "client.ip", "source.address"]
    private static let targetFields = [
        "url.domain", "host.hostname", "host.name", "destination.domain", "tls.client.server_name", "destination.ip",
    ]
    private static let userFields = ["user.name", "user.target.name"]
    /// Whose key or token it is: systems are known by it as people are by their names.
    private static let keyFields = userFields + ["api_key", "consumer", "client_id"]
    private static let domainFields = ["dns.question.registered_domain", "dns.question.name"]

    func acts(of steps: [IncidentDraft]) -> [IncidentAct] {
        let all = steps.flatMap(\.detections)
        let byKind = Dictionary(grouping: all.filter { !chains.contains($0.rule.id) }) {
            table.traits(of: $0.rule).kind
        }
        var acts = byKind.map { act($0.key, $0.value) }
        // A chain tells of its last step, where nothing else does.
        let ends = Dictionary(grouping: all.filter { chains.contains($0.rule.id) }) {
            table.traits(of: $0.rule).lastStep
        }
        for (kind, detections) in ends where byKind[kind] == nil && !(kind == "login" && byKind["guess-login"] != nil) {
            var end = act(kind, detections)
            // Whom a chain is about did its last step; the others that it names were there before.
            let actors = detections.sorted { ($0.first, $0.id) < ($1.first, $1.id) }.map(\.entity)
            let addresses = actors.filter { $0.kind == "ip" }.map(\.value)
            if !addresses.isEmpty { end.sources = ActTeller.names(addresses) }
            if !byKind.isEmpty { (end.first, end.count) = (end.last, 1) }
            acts.append(end)
        }
        let ordered = acts.sorted { ($0.first, $0.last, $0.kind) < ($1.first, $1.last, $1.kind) }
        return Array(merged(ordered).prefix(IncidentAct.maximumActs))
    }

    /// A guess that led to a log-in tells of the guessing too.
    private func merged(_ acts: [IncidentAct]) -> [IncidentAct] {
        guard let led = acts.firstIndex(where: { $0.kind == "guess-login" }),
            let guess = acts.firstIndex(where: { $0.kind == "guess" })
        else { return acts }
        var result = acts
        result[led].count = max(acts[led].count, acts[guess].count)
        result[led].first = min(acts[led].first, acts[guess].first)
        result[led].userCount = max(acts[led].userCount, acts[guess].userCount)
        result[led].targetCount = max(acts[led].targetCount, acts[guess].targetCount)
        result.remove(at: guess)
        return result.sorted { ($0.first, $0.last, $0.kind) < ($1.first, $1.last, $1.kind) }
    }

    private func act(_ kind: String, _ unordered: [Detection]) -> IncidentAct {
        // The most telling first: its values are the ones that are named.
        let detections = unordered.sorted {
            ($1.rule.level, $0.first, $0.id) < ($0.rule.level, $1.first, $1.id)
        }
        let count = IncidentBuilder.records(behind: detections, chains: chains)
        var act = IncidentAct(
            kind: kind, first: detections.map(\.first).min() ?? .none, last: detections.map(\.last).max() ?? .none,
            count: count)
        act.sources = ActTeller.names(values(ActTeller.sourceFields, detections))
        let targets = targets(detections)
        act.targets = Array(targets.prefix(IncidentAct.maximumNames))
        act.targetCount = targets.count
        let users = values(ActTeller.userFields, detections)
        act.users = Array(users.prefix(IncidentAct.maximumNames))
        act.userCount = users.count
        act.object = object(kind, detections)
        return act
    }

    private func object(_ kind: String, _ detections: [Detection]) -> String? {
        switch kind {
        case "guess", "guess-login", "login": return detections.lazy.compactMap { ActKinds.service(of: $0.rule) }.first
        case "dns-tunnel", "generated-domain": return values(ActTeller.domainFields, detections).first
        case "key": return values(ActTeller.keyFields, detections).first
        case ActKinds.intelligence: return values(["threat.indicator"], detections).first
        case "exploit", "shell", "privilege", ActKinds.other, "phish", "download":
            return detections.first?.rule.title
        default: return nil
        }
    }

    /// By the most telling name there is: sites, else hosts, else addresses.
    private func targets(_ detections: [Detection]) -> [String] {
        for field in ActTeller.targetFields {
            let found = values([field], detections)
            if !found.isEmpty { return found }
        }
        return []
    }

    /// Distinct, in the order of the detections and of their fields.
    private func values(_ fields: [String], _ detections: [Detection]) -> [String] {
        var seen: Set<String> = []
        var found: [String] = []
        for detection in detections {
            for field in detection.fields where fields.contains(field.name) && !field.value.isEmpty {
                if seen.insert(field.value).inserted { found.append(field.value) }
            }
        }
        return found
    }

    /// As many different ones as an act keeps.
    private static func names(_ values: [String]) -> [String] {
        var seen: Set<String> = []
        return Array(values.filter { seen.insert($0).inserted }.prefix(IncidentAct.maximumNames))
    }
}
