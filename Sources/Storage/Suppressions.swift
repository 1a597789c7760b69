package import Events
internal import GRDB
package import Primitives

/// Incidents that need not be looked at until a time. All that is given must fit: the rule, the entity's value, the
/// network its address lies in, the value of a field in each of its detections.
package struct Suppression: Equatable, Sendable {
    package var rule: String?
    package var entity: String?
    package var network: IPNetwork?
    /// A field (ECS name) of the detections; `value` may begin or end with `*`.
    package var field: FieldValue?
    package var reason: String
    package var until: Timestamp
    package var who: String
    package var created: Timestamp

    package init(
        rule: String? = nil, entity: String? = nil, network: IPNetwork? = nil, field: FieldValue? = nil,
        reason: String, until: Timestamp, who: String = "", created: Timestamp = .none
    ) {
        self.field = field
        self.rule = rule
        self.entity = entity
        self.network = network
        self.reason = reason
        self.until = until
        self.who = who
        self.created = created
    }

    /// Named after what it applies to: suppressing the same again changes reason and end.
    package var id: ContentID {
        var hasher = ContentHasher()
        hasher.add("suppression")
        for part in [rule, entity, network?.description] {
            hasher.add(part == nil ? 0 : 1)
            hasher.add(part ?? "")
        }
        if let field {
            hasher.add(field.name)
            hasher.add(field.value)
        }
        return hasher.finish()
    }

    /// Whether an incident is meant. A rule means incidents that it made, or in which nothing else hit. Where a field
    /// is given, this is what can be told without the detections: `coversDetections` has the rest.
    package func covers(_ incident: Incident) -> Bool {
        if let rule, incident.rule != rule, incident.rules != [rule] { return false }
        if let entity, TextFold.fold(incident.entity.value) != TextFold.fold(entity) { return false }
        if let network {
            guard let address = IPAddress(incident.entity.value), network.contains(address) else { return false }
        }
        return rule != nil || entity != nil || network != nil || field != nil
    }

    /// Whether a field of a detection has the value that is meant.
    func fits(_ fields: [FieldValue]) -> Bool {
        guard let field else { return true }
        let wanted = TextFold.fold(field.value)
        return fields.contains { $0.name == field.name && Suppression.matches(TextFold.fold($0.value), wanted) }
    }

    private static func matches(_ text: String, _ wanted: String) -> Bool {
        let (open, end) = (wanted.hasPrefix("*"), wanted.hasSuffix("*") && wanted.count > 1)
        let core = String(wanted.dropFirst(open ? 1 : 0).dropLast(end ? 1 : 0))
        if core.isEmpty { return open || end }
        switch (open, end) {
        case (false, false): return text == core
        case (true, false): return text.hasSuffix(core)
        case (false, true): return text.hasPrefix(core)
        case (true, true): return text.firstRange(of: core) != nil
        }
    }
}

extension Store {
    /// Suppresses incidents, stored ones and those to come; answers how many stored ones are meant.
    @discardableResult
    package func suppress(
        _ suppression: Suppression, by analyst: Analyst, at time: Timestamp = wallClock()
    ) throws(StoreError) -> Int {
        guard
            suppression.rule != nil || suppression.entity != nil || suppression.network != nil
                || suppression.field != nil
        else { throw .refused(reason: "a suppression needs a rule, an entity, a network or a field") }
        guard suppression.until > time else {
            throw .refused(reason: "the suppression would end before it begins: give an end in the future")
        }
        guard !suppression.reason.allSatisfy(\.isWhitespace) else {
            throw .refused(reason: "a suppression needs a reason: somebody will ask later")
        }
        return try write { database in
            var stored = suppression
            stored.who = analyst.name
            stored.created = time
            let before = try SuppressionTable.all(database).first { $0.id == stored.id }
            try SuppressionTable.upsert(stored, database)
            try AuditTrail.append(
                "suppress", subject: "suppression \(stored.id)", before: before.map(SuppressionTable.json) ?? .null,
                after: SuppressionTable.json(stored), by: analyst, at: time, database)
            try SuppressionTable.apply(database)
            return try IncidentTable.all(database).count { try SuppressionTable.covers(stored, $0, database) }
        }
    }

    /// Takes a suppression back.
    package func unsuppress(_ id: ContentID, by analyst: Analyst, at time: Timestamp = wallClock()) throws(StoreError) {
        try write { database in
            guard let before = try SuppressionTable.all(database).first(where: { $0.id == id }) else {
                throw StoreError.refused(reason: "there is no suppression \(id)")
            }
            let delete = try RawStatement(database, "DELETE FROM suppressions WHERE id = ?")
            delete.bind(1, id)
            try delete.run()
            try AuditTrail.append(
                "unsuppress", subject: "suppression \(id)", before: SuppressionTable.json(before), after: .null,
                by: analyst, at: time, database)
            try SuppressionTable.apply(database)
        }
    }

    /// Those that mean an incident, also those that have ended.
    package func suppressions(of incident: Incident) throws(StoreError) -> [Suppression] {
        try read { database in
            try SuppressionTable.all(database).filter { try SuppressionTable.covers($0, incident, database) }
        }
    }

    /// All suppressions, also those that have ended, oldest first.
    package func suppressions() throws(StoreError) -> [Suppression] {
        try read { try SuppressionTable.all($0) }
    }
}

enum SuppressionTable {
    static func all(_ database: Database) throws -> [Suppression] {
        try RawStatement(
            database,
            """
            SELECT rule, entity, network, reason, until, who, created, field, value FROM suppressions
            ORDER BY created, id
            """
        ).all { row in
            Suppression(
                rule: row.optionalText(0), entity: row.optionalText(1),
                network: row.optionalText(2).flatMap { IPNetwork($0) },
                field: row.optionalText(7).map { FieldValue(name: $0, value: row.text(8)) }, reason: row.text(3),
                until: row.time(4),
                who: row.text(5), created: row.time(6))
        }
    }

    static func upsert(_ suppression: Suppression, _ database: Database) throws {
        let statement = try RawStatement(
            database,
            """
            INSERT INTO suppressions (id, rule, entity, network, reason, until, who, created, field, value)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET reason = excluded.reason, until = excluded.until, who = excluded.who,
                created = excluded.created
            """)
        statement.bind(1, suppression.id)
        statement.bind(2, suppression.rule)
        statement.bind(3, suppression.entity)
        statement.bind(4, suppression.network?.description)
        statement.bind(5, suppression.reason)
        statement.bind(6, suppression.until)
        statement.bind(7, suppression.who)
        statement.bind(8, suppression.created)
        statement.bind(9, suppression.field?.name)
        statement.bind(10, suppression.field?.value)
        try statement.run()
    }

    /// Writes into each incident until when it is suppressed: what filters and lists compare with the time now.
    static func apply(_ database: Database) throws {
        let all = try all(database)
        let update = try RawStatement(
            database, "UPDATE incidents SET suppressed_until = ?2 WHERE id = ?1 AND suppressed_until IS NOT ?2")
        for incident in try IncidentTable.all(database) {
            update.bind(1, incident.id)
            update.bind(2, try end(for: incident, all, database))
            try update.run()
        }
    }

    static func end(for incident: Incident, _ suppressions: [Suppression], _ database: Database) throws -> Int64? {
        try suppressions.filter { try covers($0, incident, database) }.map(\.until.nanoseconds).max()
    }

    /// A field means incidents of which every detection has it with that value: a detection of something else is not
    /// hidden along with it. Detections are known by the incident's list, else by what the store has of it.
    static func covers(_ suppression: Suppression, _ incident: Incident, _ database: Database) throws -> Bool {
        guard suppression.covers(incident) else { return false }
        guard suppression.field != nil else { return true }
        var ids = incident.detections
        if ids.isEmpty {
            let list = try RawStatement(
                database,
                """
                SELECT d.detection FROM incident_detections d JOIN incidents i ON i.seq = d.incident WHERE i.id = ?
                """)
            list.bind(1, incident.id)
            ids = try list.all { $0.id(0) }
        }
        let fields = try RawStatement(database, "SELECT fields FROM detections WHERE seq = (\(DetectionIndex.lookup))")
        return try !ids.isEmpty
            && ids.allSatisfy { id in
                fields.bind(1, id)
                let values = try fields.first { JSONReader.read($0.bytes(0))?.fieldValues } ?? nil
                return suppression.fits(values ?? [])
            }
    }

    static func json(_ suppression: Suppression) -> JSONValue {
        .object([
            .init("rule", .optional(suppression.rule)), .init("entity", .optional(suppression.entity)),
            .init("network", .optional(suppression.network?.description)),
            .init("field", .optional(suppression.field?.name)), .init("value", .optional(suppression.field?.value)),
            .init("reason", .text(suppression.reason)),
            .init("until", .text(suppression.until.iso8601)),
            .init("until_ns", .integer(suppression.until.nanoseconds)),
        ])
    }
}
