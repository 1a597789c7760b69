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

    var name: String {
        switch self {
        case .acknowledge: "acknowledge"
        case .assign: "assign"
        case .comment: "comment"
        case .close: "close"
        case .reopen: "reopen"
        }
    }
}

/// What analysts decided about an incident, apart from what it is.
package struct TriageState: Equatable, Sendable {
    package var status: IncidentStatus
    package var resolution: Resolution?
    package var assignee: String?

    package init(status: IncidentStatus = .open, resolution: Resolution? = nil, assignee: String? = nil) {
        self.status = status
        self.resolution = resolution
        self.assignee = assignee
    }

    func after(_ act: TriageAct) -> TriageState {
        var next = self
        switch act {
        case .acknowledge: (next.status, next.resolution) = (.acknowledged, nil)
        case .assign(let name): next.assignee = name
        case .comment: break
        case .close(let resolution): (next.status, next.resolution) = (.closed, resolution)
        case .reopen: (next.status, next.resolution) = (.open, nil)
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
        return result
    }

    var json: JSONValue {
        .object([
            .init("status", .text(status.rawValue)), .init("resolution", .optional(resolution?.rawValue)),
            .init("assignee", .optional(assignee)),
        ])
    }
}

extension Store {
    /// Does `act` to the incident with this id (or one that it had), records it, and answers the incident after it.
    @discardableResult
    package func triage(
        _ act: TriageAct, on id: ContentID, by analyst: Analyst, at time: Timestamp = wallClock()
    ) throws(StoreError) -> Incident {
        if case .comment(let text) = act, text.allSatisfy(\.isWhitespace) {
            throw .refused(reason: "the comment is empty")
        }
        return try write { database in
            let canonical = try IncidentTable.canonical(id, database)
            guard let before = try IncidentTable.state(canonical, database) else {
                throw StoreError.refused(reason: "there is no incident \(id)")
            }
            let after = before.after(act)
            try IncidentTable.set(after, of: canonical, database)
            var recorded = after.json
            if case .comment(let text) = act, case .object(let members) = recorded {
                recorded = .object(members + [.init("comment", .text(text))])
            }
            try AuditTrail.append(
                act.name, subject: canonical.description, before: before.json, after: recorded, by: analyst, at: time,
                database)
            let found = try IncidentTable.incidents([canonical], now: time, database)
            guard let incident = found.first else {
                throw StoreError.refused(reason: "there is no incident \(id)")
            }
            return incident
        }
    }

    /// What was decided about an incident (not counting suppressions); nil where there is none.
    package func triageState(of id: ContentID) throws(StoreError) -> TriageState? {
        try read { try IncidentTable.state(try IncidentTable.canonical(id, $0), $0) }
    }
}
