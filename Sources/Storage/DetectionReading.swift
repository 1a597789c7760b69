package import Events
internal import GRDB
package import Primitives

extension Store {
    /// Every stored detection (of these rules, where given), ordered by first record and id, a thousand read at a time.
    /// `evidence` false leaves the raw bytes out. `body` may write to the store.
    package func forEachDetection(
        ofRules rules: [String]? = nil, evidence: Bool = false, _ body: (Detection) throws -> Void
    ) throws {
        try indexed()
        var after = (first: Int64.min, id: [UInt8]())
        while true {
            let page = try read { try DetectionReader($0).page(after: after, rules: rules, evidence: evidence) }
            for detection in page { try body(detection) }
            guard page.count == DetectionReader.pageSize, let last = page.last else { return }
            var writer = ByteWriter()
            writer.id(last.id)
            after = (last.first.nanoseconds, writer.bytes)
        }
    }

    /// As `forEachDetection`, in one array.
    package func detections(ofRules rules: [String]? = nil, evidence: Bool = false) throws(StoreError) -> [Detection] {
        var all: [Detection] = []
        do {
            try forEachDetection(ofRules: rules, evidence: evidence) { all.append($0) }
        } catch {
            throw StoreError(error, path: path)
        }
        return all
    }

    /// The detections with these ids, in the order given; unknown ids are passed over.
    package func detections(ids: [ContentID], evidence: Bool = true) throws(StoreError) -> [Detection] {
        try indexed()
        return try read { try DetectionReader($0).detections(ids, evidence: evidence) }
    }

    /// The detections of an incident, oldest first, with their evidence.
    package func detections(of incident: Incident) throws(StoreError) -> [Detection] {
        try detections(ids: incident.detections)
    }

    package func detectionCount() throws(StoreError) -> Int {
        try read { try RawStatement($0, "SELECT count(*) FROM detections").first { $0.int(0) } ?? 0 }
    }
}

/// Makes detections of rows, within one read transaction.
struct DetectionReader {
    static let pageSize = 1000
    private static let columns = columns(alert: "d.alert")
    private let database: Database
    private let rules: [Int64: RuleInfo]
    private let evidenceRows: RawStatement

    private static func columns(alert: String) -> String {
        "d.seq, d.id, d.rule, d.first, d.last, d.count, d.form, d.entity_kind, d.entity, d.fields, d.events, \(alert), "
            + "d.links"
    }

    init(_ database: Database) throws {
        self.database = database
        rules = try RuleTable.all(database)
        evidenceRows = try RawStatement(
            database, "SELECT event, bytes, sha256, link_type FROM evidence WHERE detection = ? ORDER BY ordinal")
    }

    func page(after: (first: Int64, id: [UInt8]), rules wanted: [String]?, evidence: Bool) throws -> [Detection] {
        let rows = wanted.map { names in
            self.rules.filter { names.contains($0.value.id) }.keys.sorted().map(String.init).joined(separator: ",")
        }
        let statement = try RawStatement(
            database,
            """
            SELECT \(DetectionReader.columns) FROM detections d WHERE (d.first, d.id) > (?1, ?2)
            \(rows.map { "AND d.rule IN (\($0))" } ?? "") ORDER BY d.first, d.id LIMIT \(DetectionReader.pageSize)
            """)
        statement.bind(1, after.first)
        statement.bind(2, blob: after.id)
        return try statement.all { try detection($0, evidence: evidence) }
    }

    func detections(_ ids: [ContentID], evidence: Bool) throws -> [Detection] {
        let statement = try RawStatement(
            database,
            "SELECT \(DetectionReader.columns) FROM detections d WHERE d.seq = (\(DetectionIndex.lookup))")
        return try ids.compactMap { id in
            statement.bind(1, id)
            return try statement.first { try detection($0, evidence: evidence) }
        }
    }

    /// Without evidence and alert, in the order given; the same row again is passed over where it follows itself. What
    /// is kept is not read.
    func detections(rows: [Int64], _ kept: KeptDetections?) throws -> [Detection] {
        let statement = try RawStatement(
            database, "SELECT \(DetectionReader.columns(alert: "NULL")) FROM detections d WHERE d.seq = ?")
        var found: [Detection] = []
        found.reserveCapacity(rows.count)
        var before: Int64?
        for row in rows where row != before {
            before = row
            if let one = kept?[row] {
                found.append(one)
                continue
            }
            statement.bind(1, row)
            if let one = try statement.first({ try detection($0, evidence: false) }) { found.append(one) }
        }
        return found
    }

    private func detection(_ row: RawStatement, evidence: Bool) throws -> Detection {
        var reader = ByteReader(row.bytes(10))
        guard let rule = rules[row.integer(2)], let events = reader.references(),
            let fields = JSONReader.read(row.bytes(9))?.fieldValues
        else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "detection \(row.id(1)) is unreadable") }
        let alert = row.isNull(11) ? nil : JSONReader.read(row.bytes(11)).flatMap(AlertCoding.alert)
        var detection = Detection(
            id: row.id(1), rule: rule, first: row.time(3), last: row.time(4), count: row.int(5), events: events,
            fields: fields, form: row.text(6), entity: Entity(kind: row.text(7), value: row.text(8)),
            evidence: evidence ? try self.evidence(of: row.integer(0)) : [], alert: alert)
        if !row.isNull(12) {
            var links = ByteReader(row.bytes(12))
            while let link = links.id() { detection.links.append(link) }
        }
        return detection
    }

    private func evidence(of detection: Int64) throws -> [Evidence] {
        evidenceRows.bind(1, detection)
        return try evidenceRows.all { row in
            var reader = ByteReader(row.bytes(0))
            guard let event = reader.references()?.first, let digest = SHA256Digest(stored: row.bytes(2)) else {
                throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "evidence is unreadable")
            }
            return Evidence(
                event: event, bytes: row.bytes(1).array, digest: digest,
                linkType: row.isNull(3) ? nil : UInt16(truncatingIfNeeded: row.int(3)))
        }
    }
}
