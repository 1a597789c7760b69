internal import Events
internal import GRDB
internal import Primitives

/// Puts incidents into the tables, with their detections and what is looked up of them, within one transaction. Made
/// anew for each.
struct IncidentWriter {
    private let database: Database
    private let fields: KnownFields
    private let find: RawStatement
    private let insertion: RawStatement
    private let change: RawStatement
    private let selectDetections: RawStatement
    private let insertDetection: RawStatement
    private var mentions: MentionWriter

    /// - Parameter fields: of detections, what is known of them
    init(_ database: Database, _ fields: KnownFields) throws {
        self.database = database
        self.fields = fields
        find = try RawStatement(database, "SELECT seq FROM incidents WHERE id = ?")
        insertion = try RawStatement(database, IncidentWriter.insertion)
        change = try RawStatement(database, IncidentWriter.change)
        selectDetections = try RawStatement(
            database, "SELECT detection FROM incident_detections WHERE incident = ? ORDER BY ordinal")
        insertDetection = try RawStatement(
            database, "INSERT INTO incident_detections (incident, ordinal, detection) VALUES (?, ?, ?)")
        mentions = try MentionWriter(database)
    }

    /// Inserts or rewrites an incident; the caller gives what was decided about it before as `state`.
    mutating func upsert(
        _ sheet: IncidentSheet, state: TriageState, suppressedUntil: Int64?, run: Int64?
    ) throws {
        let incident = sheet.incident
        find.bind(1, incident.id)
        let row = try find.first { $0.integer(0) }
        let statement = row == nil ? insertion : change
        bind(sheet, to: statement)
        statement.bind(16, state.status.rawValue)
        statement.bind(17, state.resolution?.rawValue)
        statement.bind(18, state.assignee)
        statement.bind(19, suppressedUntil)
        statement.bind(20, run)
        statement.bind(21, JSONValue.texts(state.tags).text)
        if let row { statement.bind(28, row) }
        try statement.run()
        let seq = row ?? statement.lastRow
        var known = try write(incident.detections, of: seq, isNew: row == nil)
        if row != nil { known = try Mentions.makeRoom(for: incident, seq: seq, after: known, database) }
        try mentions.writeTerms(incident, tags: state.tags, seq: seq, database)
        try mentions.write(try sheet.mentions(after: known, fields, database), of: seq, isFresh: known == 0)
    }

    private func bind(_ sheet: IncidentSheet, to statement: RawStatement) {
        let (incident, texts) = (sheet.incident, sheet.texts)
        statement.bind(1, incident.id)
        statement.bind(2, incident.rule)
        statement.bind(3, incident.title)
        statement.bind(4, incident.severity.rawValue)
        statement.bind(5, incident.entity.kind)
        statement.bind(6, incident.entity.value)
        statement.bind(7, IPAddress(incident.entity.value).map { ContentID(high: $0.high, low: $0.low) })
        statement.bind(8, incident.first)
        statement.bind(9, incident.last)
        statement.bind(10, incident.count)
        statement.bind(11, texts.stages)
        statement.bind(12, texts.techniques)
        statement.bind(13, texts.rules)
        statement.bind(14, texts.inputs)
        statement.bind(15, sheet.digest)
        statement.bind(22, texts.title)
        statement.bind(23, texts.entity)
        statement.bind(24, texts.assets)
        statement.bind(25, texts.owners)
        statement.bind(26, texts.agencies)
        statement.bind(27, sheet.acts)
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
    private func write(_ detections: [ContentID], of seq: Int64, isNew: Bool) throws -> Int {
        var known: [ContentID] = []
        if !isNew {
            selectDetections.bind(1, seq)
            known = try selectDetections.all { $0.id(0) }
        }
        if !detections.starts(with: known) {
            let delete = try RawStatement(database, "DELETE FROM incident_detections WHERE incident = ?")
            delete.bind(1, seq)
            try delete.run()
            known = []
        }
        insertDetection.bind(1, seq)
        for (ordinal, detection) in detections.enumerated().dropFirst(known.count) {
            insertDetection.bind(2, ordinal)
            insertDetection.bind(3, detection)
            try insertDetection.run()
        }
        return known.count
    }
}
