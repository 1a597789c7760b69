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

    /// Over everything that is found (not what is decided): equal means nothing to write.
    static func digest(_ incident: Incident) -> ContentID {
        var hasher = ContentHasher()
        for text in [incident.rule, incident.title, incident.entity.kind, incident.entity.value] { hasher.add(text) }
        hasher.add(UInt64(incident.severity.rawValue))
        hasher.add(UInt64(bitPattern: incident.first.nanoseconds))
        hasher.add(UInt64(bitPattern: incident.last.nanoseconds))
        hasher.add(UInt64(bitPattern: Int64(incident.count)))
        hasher.add(ActCoding.json(incident.acts).text)
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

    /// Inserts or rewrites an incident; the caller gives what was decided about it before as `state`.
    /// - Parameter digest: of the incident, where it is known
    static func upsert(
        _ incident: Incident, digest: ContentID? = nil, state: TriageState, suppressedUntil: Int64?, run: Int64?,
        _ fields: KnownFields, _ database: Database
    ) throws {
        let find = try RawStatement(database, "SELECT seq FROM incidents WHERE id = ?")
        find.bind(1, incident.id)
        let row = try find.first { $0.integer(0) }
        let statement = try RawStatement(database, row == nil ? insertion : change)
        bind(incident, digest ?? IncidentTable.digest(incident), to: statement)
        statement.bind(16, state.status.rawValue)
        statement.bind(17, state.resolution?.rawValue)
        statement.bind(18, state.assignee)
        statement.bind(19, suppressedUntil)
        statement.bind(20, run)
        statement.bind(21, JSONValue.texts(state.tags).text)
        if let row { statement.bind(28, row) }
        try statement.run()
        let seq = row ?? statement.lastRow
        var known = try write(incident.detections, of: seq, isNew: row == nil, database)
        var tagged = incident
        tagged.tags = state.tags
        if row != nil { known = try Mentions.makeRoom(for: tagged, seq: seq, after: known, database) }
        try Mentions.write(tagged, seq: seq, after: known, fields, database)
    }

    private static func bind(_ incident: Incident, _ digest: ContentID, to statement: RawStatement) {
        statement.bind(1, incident.id)
        statement.bind(2, incident.rule)
        statement.bind(3, incident.title)
        statement.bind(4, incident.severity.rawValue)
        statement.bind(5, incident.entity.kind)
        statement.bind(6, incident.entity.value)
        if let address = IPAddress(incident.entity.value) {
            statement.bind(7, ContentID(high: address.high, low: address.low))
        } else {
            statement.bindNull(7)
        }
        statement.bind(8, incident.first)
        statement.bind(9, incident.last)
        statement.bind(10, incident.count)
        statement.bind(11, JSONValue.texts(incident.stages).text)
        statement.bind(12, JSONValue.texts(incident.techniques).text)
        statement.bind(13, JSONValue.texts(incident.rules).text)
        statement.bind(14, JSONValue.texts(incident.inputs.map(\.description)).text)
        statement.bind(15, digest)
        statement.bind(22, TextFold.fold(incident.title))
        statement.bind(23, TextFold.fold(incident.entity.value))
        statement.bind(24, JSONValue.texts(incident.assets).text)
        statement.bind(25, JSONValue.texts(incident.owners).text)
        statement.bind(26, JSONValue.texts(incident.agencies).text)
        statement.bind(27, ActCoding.json(incident.acts).text)
    }

    private static let insertion = """
        INSERT INTO incidents (id, rule, title, severity, entity_kind, entity, entity_ip, first, last, count, stages,
            techniques, rules, inputs, digest, status, resolution, assignee, suppressed_until, created_run, changed_run,
            tags, title_key, entity_key, assets, owners, agencies, acts)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?20, ?21,
            ?22, ?23, ?24, ?25, ?26, ?27)
        """

    /// `created_run` stays.
    private static let change = """
        UPDATE incidents SET id = ?1, rule = ?2, title = ?3, severity = ?4, entity_kind = ?5, entity = ?6,
            entity_ip = ?7, first = ?8, last = ?9, count = ?10, stages = ?11, techniques = ?12, rules = ?13,
            inputs = ?14, digest = ?15, status = ?16, resolution = ?17, assignee = ?18, suppressed_until = ?19,
            changed_run = ?20, tags = ?21, title_key = ?22, entity_key = ?23, assets = ?24, owners = ?25,
            agencies = ?26, acts = ?27 WHERE seq = ?28
        """

    /// Answers how many of the first detections stood there already: an incident that grows is only added to.
    private static func write(
        _ detections: [ContentID], of seq: Int64, isNew: Bool, _ database: Database
    ) throws -> Int {
        var known: [ContentID] = []
        if !isNew {
            let select = try RawStatement(
                database, "SELECT detection FROM incident_detections WHERE incident = ? ORDER BY ordinal")
            select.bind(1, seq)
            known = try select.all { $0.id(0) }
        }
        if !detections.starts(with: known) {
            let delete = try RawStatement(database, "DELETE FROM incident_detections WHERE incident = ?")
            delete.bind(1, seq)
            try delete.run()
            known = []
        }
        let insert = try RawStatement(
            database, "INSERT INTO incident_detections (incident, ordinal, detection) VALUES (?, ?, ?)")
        for (ordinal, detection) in detections.enumerated().dropFirst(known.count) {
            insert.bind(1, seq)
            insert.bind(2, ordinal)
            insert.bind(3, detection)
            try insert.run()
        }
        return known.count
    }
}
