internal import Events
internal import GRDB
internal import Primitives

/// Rows of `incidents`, made of incidents and read back.
enum IncidentTable {
    /// Columns in the order that `incident(_:)` reads. `?1` is the time now, for suppressions.
    static let columns = """
        i.seq, i.id, i.rule, i.title, i.severity, i.entity_kind, i.entity, i.first, i.last, i.count, i.stages, \
        i.techniques, i.rules, i.inputs, \(status), i.assignee, i.tags, i.resolution, \
        i.assets, i.owners, i.agencies, i.acts
        """
    /// Number of those columns.
    static let columnCount: Int32 = 22
    /// A suppression shows only on what is not closed, and only until it ends.
    static let status =
        "CASE WHEN i.status <> 'closed' AND i.suppressed_until > ?1 THEN 'suppressed' ELSE i.status END"

    /// Without detections and aliases: `complete` adds them.
    static func incident(_ row: RawStatement) -> Incident {
        var incident = Incident(
            id: row.id(1), rule: row.text(2), title: row.text(3),
            severity: Severity(rawValue: row.int(4)) ?? .informational,
            entity: Entity(kind: row.text(5), value: row.text(6)), first: row.time(7), last: row.time(8),
            count: row.int(9), stages: RuleTable.strings(row, 10), techniques: RuleTable.strings(row, 11),
            rules: RuleTable.strings(row, 12), inputs: RuleTable.strings(row, 13).compactMap { ContentID($0) },
            status: IncidentStatus(rawValue: row.text(14)) ?? .open, assignee: row.optionalText(15))
        incident.tags = RuleTable.strings(row, 16)
        incident.resolution = row.optionalText(17)
        incident.assets = RuleTable.strings(row, 18)
        incident.owners = RuleTable.strings(row, 19)
        incident.agencies = RuleTable.strings(row, 20)
        incident.acts = ActCoding.acts(row.bytes(21))
        return incident
    }

    /// With their detections and aliases.
    static func complete(_ rows: [(seq: Int64, incident: Incident)], _ database: Database) throws -> [Incident] {
        let detections = try RawStatement(
            database, "SELECT detection FROM incident_detections WHERE incident = ? ORDER BY ordinal")
        return try rows.map { seq, incident in
            var incident = incident
            detections.bind(1, seq)
            incident.detections = try detections.all { $0.id(0) }
            incident.aliases = try aliases(of: incident.id, database)
            return incident
        }
    }

    /// Every incident as its row says, without detections and aliases, by id.
    static func all(_ database: Database) throws -> [Incident] {
        let statement = try RawStatement(database, "SELECT \(columns) FROM incidents i ORDER BY i.id")
        statement.bind(1, Int64.max)
        return try statement.all { incident($0) }
    }

    static func incidents(_ ids: [ContentID], now: Timestamp, _ database: Database) throws -> [Incident] {
        let statement = try RawStatement(database, "SELECT \(columns) FROM incidents i WHERE i.id = ?2")
        let rows = try ids.compactMap { id in
            statement.bind(1, now)
            statement.bind(2, id)
            return try statement.first { ($0.integer(0), incident($0)) }
        }
        return try complete(rows, database)
    }

    /// The present id of an incident that had `id` once, or that went into another by hand.
    static func canonical(_ id: ContentID, _ database: Database) throws -> ContentID {
        let alias = try RawStatement(database, "SELECT incident FROM incident_aliases WHERE alias = ?")
        let parent = try RawStatement(database, "SELECT parent FROM incidents WHERE id = ?")
        var current = id
        for _ in 0..<Regrouping.maximumDepth {
            alias.bind(1, current)
            if let next = try alias.first({ $0.id(0) }) { current = next }
            parent.bind(1, current)
            guard let next = try parent.first({ $0.optionalID(0) }) ?? nil else { return current }
            current = next
        }
        return current
    }

    static func aliases(of id: ContentID, _ database: Database) throws -> [ContentID] {
        let statement = try RawStatement(
            database, "SELECT alias FROM incident_aliases WHERE incident = ? ORDER BY alias")
        statement.bind(1, id)
        return try statement.all { $0.id(0) }
    }

    static func state(_ id: ContentID, _ database: Database) throws -> TriageState? {
        let statement = try RawStatement(
            database, "SELECT status, resolution, assignee, tags FROM incidents WHERE id = ?")
        statement.bind(1, id)
        return try statement.first { row in
            TriageState(
                status: IncidentStatus(rawValue: row.text(0)) ?? .open,
                resolution: row.optionalText(1).flatMap { Resolution(rawValue: $0) }, assignee: row.optionalText(2),
                tags: RuleTable.strings(row, 3))
        }
    }

    static func set(_ state: TriageState, of id: ContentID, _ database: Database) throws {
        let statement = try RawStatement(
            database, "UPDATE incidents SET status = ?, resolution = ?, assignee = ?, tags = ? WHERE id = ?")
        statement.bind(1, state.status.rawValue)
        statement.bind(2, state.resolution?.rawValue)
        statement.bind(3, state.assignee)
        statement.bind(4, JSONValue.texts(state.tags).text)
        statement.bind(5, id)
        try statement.run()
        try Mentions.writeTags(state.tags, of: id, database)
    }

    static func digest(_ incident: Incident) -> ContentID {
        digest(incident, acts: ActCoding.json(incident.acts).text)
    }

    /// Over everything that is found (not what is decided): equal means nothing to write.
    /// - Parameter acts: as they are stored
    static func digest(_ incident: Incident, acts: String) -> ContentID {
        var hasher = ContentHasher()
        for text in [incident.rule, incident.title, incident.entity.kind, incident.entity.value] { hasher.add(text) }
        hasher.add(UInt64(incident.severity.rawValue))
        hasher.add(UInt64(bitPattern: incident.first.nanoseconds))
        hasher.add(UInt64(bitPattern: incident.last.nanoseconds))
        hasher.add(UInt64(bitPattern: Int64(incident.count)))
        hasher.add(acts)
        for list in [
            incident.stages, incident.techniques, incident.rules, incident.assets, incident.owners, incident.agencies,
        ] {
            hasher.add(UInt64(list.count))
            for text in list { hasher.add(text) }
        }
        for list in [incident.inputs, incident.detections] {
            hasher.add(UInt64(list.count))
            for id in list { hasher.add(id) }
        }
        return hasher.finish()
    }
}
