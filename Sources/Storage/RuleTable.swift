package import Events
internal import GRDB
internal import Primitives

/// What was known of each rule when it last found something, so that `show` explains without the rule files.
extension Store {
    /// Stores what is known of `rules` now; a rule stored before is brought up to date.
    package func store(rules: [RuleInfo]) throws(StoreError) {
        try write { database in
            for rule in rules { ruleRows[rule.id] = try RuleTable.upsert(rule, database) }
            keptDetections?.forget()
        }
    }

    package func rule(_ id: String) throws(StoreError) -> RuleInfo? {
        try read { database in
            let statement = try RawStatement(database, "SELECT \(RuleTable.columns) FROM rules WHERE id = ?")
            statement.bind(1, id)
            return try statement.first { RuleTable.rule($0) }
        }
    }

    /// The row of a rule, stored on first sight by this object.
    func ruleRow(_ rule: RuleInfo, _ database: Database) throws -> Int64 {
        if let row = ruleRows[rule.id] { return row }
        let row = try RuleTable.upsert(rule, database)
        ruleRows[rule.id] = row
        return row
    }
}

enum RuleTable {
    static let columns = """
        seq, id, title, level, kind, name, tags, description, author, "references", false_positives, file, line, \
        generates, entity_fields, signature
        """
    private static let insert = """
        INSERT INTO rules (id, title, level, kind, name, tags, description, author, "references", false_positives,
            file, line, generates, entity_fields, signature)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET title = excluded.title, level = excluded.level, kind = excluded.kind,
            name = excluded.name, tags = excluded.tags, description = excluded.description, author = excluded.author,
            "references" = excluded."references", false_positives = excluded.false_positives, file = excluded.file,
            line = excluded.line, generates = excluded.generates, entity_fields = excluded.entity_fields,
            signature = excluded.signature
        RETURNING seq
        """

    static func upsert(_ rule: RuleInfo, _ database: Database) throws -> Int64 {
        let known = try RawStatement(database, "SELECT title, level, kind, name, tags FROM rules WHERE id = ?")
        known.bind(1, rule.id)
        let tags = JSONValue.texts(rule.tags).text
        let decides = try known.first { row in
            row.text(0) != rule.title || row.int(1) != rule.level.rawValue || row.text(2) != rule.kind.rawValue
                || row.optionalText(3) != rule.name || row.text(4) != tags
        }
        // What a rule says decides on the incidents of all that it ever found.
        if decides == true { try Unsettled.add(TimeSpans.everything.spans, database) }
        let statement = try RawStatement(database, insert)
        statement.bind(1, rule.id)
        statement.bind(2, rule.title)
        statement.bind(3, rule.level.rawValue)
        statement.bind(4, rule.kind.rawValue)
        statement.bind(5, rule.name)
        statement.bind(6, tags)
        statement.bind(7, rule.description)
        statement.bind(8, rule.author)
        statement.bind(9, JSONValue.texts(rule.references).text)
        statement.bind(10, JSONValue.texts(rule.falsePositives).text)
        statement.bind(11, rule.origin.file)
        statement.bind(12, rule.origin.line)
        statement.bind(13, rule.generates)
        statement.bind(14, JSONValue.texts(rule.entityFields).text)
        statement.bind(15, rule.signature.map { signature($0).text })
        return try statement.all { $0.integer(0) }.first ?? 0
    }

    static func rule(_ row: RawStatement) -> RuleInfo {
        var rule = RuleInfo(
            id: row.text(1), title: row.text(2), level: Severity(rawValue: row.int(3)) ?? .informational,
            kind: RuleKind(rawValue: row.text(4)) ?? .sigma, origin: RuleOrigin(file: row.text(11), line: row.int(12)))
        rule.name = row.optionalText(5)
        rule.tags = strings(row, 6)
        rule.description = row.optionalText(7)
        rule.author = row.optionalText(8)
        rule.references = strings(row, 9)
        rule.falsePositives = strings(row, 10)
        rule.generates = row.int(13) != 0
        rule.entityFields = strings(row, 14)
        rule.signature = row.isNull(15) ? nil : JSONReader.read(row.bytes(15)).map(signature)
        return rule
    }

    /// All rules by their row.
    static func all(_ database: Database) throws -> [Int64: RuleInfo] {
        let rows = try RawStatement(database, "SELECT \(columns) FROM rules").all { ($0.integer(0), rule($0)) }
        return Dictionary(rows) { first, _ in first }
    }

    static func strings(_ row: RawStatement, _ column: Int32) -> [String] {
        JSONReader.read(row.bytes(column))?.strings ?? []
    }

    private static func signature(_ info: SignatureInfo) -> JSONValue {
        .object([
            .init("gid", .integer(Int64(info.gid))), .init("sid", .integer(Int64(info.sid))),
            .init("rev", .integer(Int64(info.revision))), .init("classtype", .optional(info.classType)),
            .init("category", .text(info.category)), .init("priority", .integer(Int64(info.priority))),
            .init("action", .text(info.action)),
            .init("metadata", .array(info.metadata.map { .texts([$0.key, $0.value]) })),
        ])
    }

    private static func signature(_ value: JSONValue) -> SignatureInfo {
        var info = SignatureInfo(
            gid: Int(value.integer("gid")), sid: Int(value.integer("sid")), revision: Int(value.integer("rev")),
            classType: value["classtype"]?.string, category: value.string("category"),
            priority: Int(value.integer("priority")), action: value.string("action"))
        info.metadata = (value["metadata"]?.elements ?? []).map(\.strings).filter { $0.count == 2 }
            .map { (key: $0[0], value: $0[1]) }
        return info
    }
}
