internal import Events
internal import GRDB
package import Primitives

extension Store {
    /// Takes an act back by a new act: what it changed gets the value it had before. Nothing is erased: the trail holds
    /// both. `number` is the act's place in the trail; nil means the analyst's own last one.
    @discardableResult
    package func undo(
        _ number: Int64?, by analyst: Analyst, at time: Timestamp = wallClock()
    ) throws(StoreError) -> AuditEntry {
        try write { database in
            let undone = try Undo.undone(database)
            let entry =
                try number.map { try Undo.entry($0, database) }
                ?? Undo.last(of: analyst.name, except: undone, database)
            guard let entry else {
                throw StoreError.refused(
                    reason: number.map { "there is no act \($0)" } ?? "\(analyst.name) has done nothing to take back")
            }
            if undone.contains(entry.sequence) {
                throw StoreError.refused(reason: "act \(entry.sequence) has been taken back already")
            }
            try Undo(entry: entry, analyst: analyst, time: time, database: database).run()
            return entry
        }
    }
}

private struct Undo {
    let entry: AuditEntry
    let analyst: Analyst
    let time: Timestamp
    let database: Database

    private static let columns = "seq, time, who, origin, act, subject, before, after"
    private static let possible = [
        "acknowledge", "close", "reopen", "assign", "tag", "comment", "merge", "split", "suppress", "unsuppress",
    ]

    static func entry(_ number: Int64, _ database: Database) throws -> AuditEntry? {
        let statement = try RawStatement(database, "SELECT \(columns) FROM audit WHERE seq = ?")
        statement.bind(1, number)
        return try statement.first(AuditTrail.entry)
    }

    static func last(of who: String, except undone: Set<Int64>, _ database: Database) throws -> AuditEntry? {
        let statement = try RawStatement(
            database, "SELECT \(columns) FROM audit WHERE who = ? AND act <> 'undo' ORDER BY seq DESC LIMIT 1000")
        statement.bind(1, who)
        return try statement.all(AuditTrail.entry)
            .first { !undone.contains($0.sequence) && possible.contains($0.act) }
    }

    static func undone(_ database: Database) throws -> Set<Int64> {
        let statement = try RawStatement(database, "SELECT after FROM audit WHERE act = 'undo'")
        return Set(try statement.all { JSONReader.read($0.bytes(0))?["undoes"]?.number ?? 0 })
    }

    func run() throws {
        let before = JSONReader.read(entry.before) ?? .null
        let after = JSONReader.read(entry.after) ?? .null
        switch entry.act {
        case "acknowledge", "close", "reopen", "assign", "tag", "comment": try restore(before, after)
        case "merge": try ungroup([entry.subject])
        case "split": try ungroup(["taken", "rest"].map { after.string($0) })
        case "suppress", "unsuppress": try restoreSuppression(before, after)
        default: throw StoreError.refused(reason: "act \(entry.sequence) (\(entry.act)) cannot be taken back")
        }
    }

    private func record(_ subject: String, _ before: JSONValue, _ after: JSONValue) throws {
        let object: JSONValue = after == .null ? .object([]) : after
        try AuditTrail.append(
            "undo", subject: subject, before: before, after: object.adding("undoes", .integer(entry.sequence)),
            by: analyst, at: time, database)
    }

    /// Only what the act changed, and only while it still is what the act made of it.
    private func restore(_ before: JSONValue, _ after: JSONValue) throws {
        guard let old = ContentID(entry.subject), case let id = try IncidentTable.canonical(old, database),
            let now = try IncidentTable.state(id, database)
        else { throw StoreError.refused(reason: "the incident of act \(entry.sequence) is no longer there") }
        let (was, made) = (TriageState(before), TriageState(after))
        var next = now
        if was.status != made.status || was.resolution != made.resolution {
            try check(now.status == made.status && now.resolution == made.resolution, "status")
            (next.status, next.resolution) = (was.status, was.resolution)
        }
        if was.assignee != made.assignee {
            try check(now.assignee == made.assignee, "assignee")
            next.assignee = was.assignee
        }
        let (added, removed) = (Set(made.tags).subtracting(was.tags), Set(was.tags).subtracting(made.tags))
        next.tags = Set(now.tags).subtracting(added).union(removed).sorted()
        try IncidentTable.set(next, of: id, database)
        try record(id.description, now.json, next.json)
    }

    private func check(_ same: Bool, _ what: String) throws {
        if !same {
            throw StoreError.refused(
                reason: "the \(what) has been changed since act \(entry.sequence): take that back first")
        }
    }

    private func ungroup(_ made: [String]) throws {
        let ids = made.compactMap { ContentID($0) }
        let hidden = try RawStatement(database, "SELECT count(*) FROM incidents WHERE id = ? AND parent IS NULL")
        for id in ids {
            hidden.bind(1, id)
            if try hidden.first({ $0.int(0) }) != 1 {
                throw StoreError.refused(
                    reason: "what act \(entry.sequence) made has been merged or split since: take that back first")
            }
        }
        let states = try ids.map {
            JSONValue.Member($0.description, try IncidentTable.state($0, database)?.json ?? .null)
        }
        for id in ids { try Regrouping(database).remove(id) }
        try record(entry.subject, .object(states), .null)
    }

    private func restoreSuppression(_ before: JSONValue, _ after: JSONValue) throws {
        let id = entry.subject.split(separator: " ").last.flatMap { ContentID(String($0)) }
        let now = try SuppressionTable.all(database).first { $0.id == id }
        let delete = try RawStatement(database, "DELETE FROM suppressions WHERE id = ?")
        delete.bind(1, id)
        try delete.run()
        if let was = Suppression(before, who: entry.who, created: entry.time) {
            try SuppressionTable.upsert(was, database)
        }
        try SuppressionTable.apply(database)
        try record(entry.subject, now.map(SuppressionTable.json) ?? .null, before)
    }
}

extension TriageState {
    /// As an audit entry recorded it.
    init(_ json: JSONValue) {
        self.init(
            status: IncidentStatus(rawValue: json.string("status")) ?? .open,
            resolution: json["resolution"]?.string.flatMap { Resolution(rawValue: $0) },
            assignee: json["assignee"]?.string, tags: json["tags"]?.strings ?? [])
    }
}

extension Suppression {
    init?(_ json: JSONValue, who: String, created: Timestamp) {
        guard let until = json["until_ns"]?.number else { return nil }
        let field = json["field"]?.string.map { FieldValue(name: $0, value: json.string("value")) }
        self.init(
            rule: json["rule"]?.string, entity: json["entity"]?.string,
            network: json["network"]?.string.flatMap { IPNetwork($0) }, field: field, reason: json.string("reason"),
            until: Timestamp(nanoseconds: until), who: who, created: created)
    }
}
