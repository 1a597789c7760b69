package import Events
internal import GRDB
package import Primitives

/// How an incident ended.
package enum Resolution: String, CaseIterable, Sendable {
    case truePositive = "true-positive"
    case falsePositive = "false-positive"
    case benign
    case duplicate
}

/// What an analyst does to an incident.
package enum TriageAct: Equatable, Sendable {
    case acknowledge
    case assign(String?)
    case comment(String)
    case close(as: Resolution)
    case reopen
    case tag(add: [String], remove: [String])

    var name: String {
        switch self {
        case .acknowledge: "acknowledge"
        case .assign: "assign"
        case .comment: "comment"
        case .close: "close"
        case .reopen: "reopen"
        case .tag: "tag"
        }
    }

    static let maximumTagLength = 64

    /// What makes no sense, whatever it is done to.
    func check() throws(StoreError) {
        switch self {
        case .comment(let text) where text.allSatisfy(\.isWhitespace):
            throw .refused(reason: "the comment is empty")
        case .tag(let add, let remove):
            if add.isEmpty && remove.isEmpty { throw .refused(reason: "no tag is given") }
            for tag in add where !TriageAct.isTag(tag) {
                throw .refused(
                    reason: "a tag is made of letters, digits and - _ . : / (at most \(TriageAct.maximumTagLength)), "
                        + "not '\(tag.prefix(80))'")
            }
        default: break
        }
    }

    private static func isTag(_ tag: String) -> Bool {
        !tag.isEmpty && tag.count <= maximumTagLength
            && tag.unicodeScalars.allSatisfy { scalar in
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "-_.:/".unicodeScalars.contains(scalar)
            }
    }
}

/// What analysts decided about an incident, apart from what it is.
package struct TriageState: Equatable, Sendable {
    package var status: IncidentStatus
    package var resolution: Resolution?
    package var assignee: String?
    /// Sorted.
    package var tags: [String]

    package init(
        status: IncidentStatus = .open, resolution: Resolution? = nil, assignee: String? = nil, tags: [String] = []
    ) {
        self.status = status
        self.resolution = resolution
        self.assignee = assignee
        self.tags = tags
    }

    func after(_ act: TriageAct) -> TriageState {
        var next = self
        switch act {
        case .acknowledge: (next.status, next.resolution) = (.acknowledged, nil)
        case .assign(let name): next.assignee = name
        case .comment: break
        case .close(let resolution): (next.status, next.resolution) = (.closed, resolution)
        case .reopen: (next.status, next.resolution) = (.open, nil)
        case .tag(let add, let remove): next.tags = Set(tags).subtracting(remove).union(add).sorted()
        }
        return next
    }

    /// Of two incidents that turned out to be one: what is less done stays to be done.
    func merged(_ other: TriageState) -> TriageState {
        let order: [IncidentStatus] = [.open, .acknowledged, .closed]
        let mine = order.firstIndex(of: status) ?? 0
        let theirs = order.firstIndex(of: other.status) ?? 0
        var result = mine <= theirs ? self : other
        result.assignee = assignee ?? other.assignee
        result.tags = Set(tags).union(other.tags).sorted()
        return result
    }

    var json: JSONValue {
        .object([
            .init("status", .text(status.rawValue)), .init("resolution", .optional(resolution?.rawValue)),
            .init("assignee", .optional(assignee)), .init("tags", .texts(tags)),
        ])
    }
}

extension Store {
    /// Does `act` to the incident with this id (or one that it had), records it, and answers the incident after it.
    @discardableResult
    package func triage(
        _ act: TriageAct, on id: ContentID, by analyst: Analyst, at time: Timestamp = wallClock()
    ) throws(StoreError) -> Incident {
        let after = try triage([act], on: [id], by: analyst, at: time)
        guard let incident = after.first else { throw .refused(reason: "there is no incident \(id)") }
        return incident
    }

    /// Does all these acts to all these incidents, or, where one makes no sense, none to any; an entry in the trail
    /// for each. Answers the incidents after it, each once.
    @discardableResult
    package func triage(
        _ acts: [TriageAct], on ids: [ContentID], by analyst: Analyst, at time: Timestamp = wallClock()
    ) throws(StoreError) -> [Incident] {
        for act in acts { try act.check() }
        return try write { database in
            var done: [ContentID] = []
            for id in ids {
                let canonical = try IncidentTable.canonical(id, database)
                if done.contains(canonical) { continue }
                guard var state = try IncidentTable.state(canonical, database) else {
                    throw StoreError.refused(reason: "there is no incident \(id)")
                }
                for act in acts {
                    let after = state.after(act)
                    try IncidentTable.set(after, of: canonical, database)
                    try AuditTrail.append(
                        act.name, subject: canonical.description, before: state.json, after: record(after, act),
                        by: analyst, at: time, database)
                    state = after
                }
                done.append(canonical)
            }
            return try IncidentTable.incidents(done, now: time, database)
        }
    }

    private func record(_ state: TriageState, _ act: TriageAct) -> JSONValue {
        if case .comment(let text) = act { return state.json.adding("comment", .text(text)) }
        return state.json
    }

    /// What was decided about an incident (not counting suppressions); nil where there is none.
    package func triageState(of id: ContentID) throws(StoreError) -> TriageState? {
        try read { try IncidentTable.state(try IncidentTable.canonical(id, $0), $0) }
    }
}
