internal import Events
internal import GRDB
internal import Primitives

/// Puts detections and their evidence into the tables, within one transaction. Made anew for each.
struct DetectionWriter {
    private let database: Database
    private let index: DetectionIndex
    private let kept: KeptDetections?
    private let insert: RawStatement
    private let find: RawStatement
    private let update: RawStatement
    private let insertEvidence: RawStatement
    private let deleteEvidence: RawStatement
    private let insertLink: RawStatement
    private let stored: RawStatement
    private let insertChanged: RawStatement
    /// Where the values of one row are written one after the other before they are bound, to spare copies.
    private var scratch: [UInt8] = []
    /// Times of what came or changed.
    private var touched: [ClosedRange<Int64>] = []

    /// Where in `scratch` the values of a row begin.
    private struct Layout {
        var events = 0
        var alert = 0
        var links = 0
    }

    init(_ database: Database, _ index: DetectionIndex, _ kept: KeptDetections?) throws {
        self.database = database
        self.index = index
        self.kept = kept
        try index.open(database)
        insert = try RawStatement(
            database,
            """
            INSERT INTO detections
                (id, rule, first, last, count, form, entity_kind, entity, fields, events, alert, input, links)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        update = try RawStatement(
            database,
            """
            UPDATE detections SET rule = ?2, first = ?3, last = ?4, count = ?5, form = ?6, entity_kind = ?7,
                entity = ?8, fields = ?9, events = ?10, alert = ?11, input = ?12, links = ?13
                WHERE id = ?1 AND seq = ?14
            """)
        find = try RawStatement(database, DetectionIndex.lookup)
        insertEvidence = try RawStatement(
            database,
            "INSERT INTO evidence (detection, ordinal, event, bytes, sha256, link_type) VALUES (?, ?, ?, ?, ?, ?)")
        deleteEvidence = try RawStatement(database, "DELETE FROM evidence WHERE detection = ?")
        stored = try RawStatement(
            database,
            """
            SELECT rule, first, last, count, form, entity_kind, entity, fields, events, alert, links FROM detections
                WHERE seq = ?
            """)
        insertChanged = try RawStatement(database, "INSERT OR IGNORE INTO changed_detections (id) VALUES (?)")
        insertLink = try RawStatement(
            database, "INSERT OR IGNORE INTO detection_links (link, detection) VALUES (?, ?)")
    }

    /// - Parameter isNew: it stands on records that were never read before
    mutating func write(_ detection: Detection, rule: Int64, isNew: Bool = false) throws {
        let row: Int64
        let layout = encode(detection)
        if let known = try index.row(of: detection.id, isNew: isNew, find) {
            row = known
            if try !isStored(detection, rule, layout, in: row) {
                update.bind(14, row)
                try bindAndRun(update, detection, rule, layout)
                try kept?.put(detection, row: row, rule: rule, database)
            }
            deleteEvidence.bind(1, row)
            try deleteEvidence.run()
        } else {
            try bindAndRun(insert, detection, rule, layout)
            row = insert.lastRow
            try kept?.put(detection, row: row, rule: rule, database)
            index.add(detection.id, row: row)
            touched.append(TimeSpans.span(detection.first, detection.last))
        }
        for (ordinal, evidence) in detection.evidence.prefix(Detection.maximumEvidence).enumerated() {
            try write(evidence, of: row, ordinal: ordinal)
        }
        for link in detection.links {
            insertLink.bind(1, link)
            insertLink.bind(2, detection.id)
            try insertLink.run()
        }
    }

    /// Whether the row says the very same of a detection; where it does not, that is noted.
    private mutating func isStored(
        _ detection: Detection, _ rule: Int64, _ layout: Layout, in row: Int64
    ) throws -> Bool {
        stored.bind(1, row)
        let found = try stored.first { before in
            scratch.withBytes { now in
                let hasFields = before.bytes(7) == now.slice(0, layout.events)
                let hasLists =
                    before.bytes(8) == now.slice(layout.events, layout.alert)
                    && before.bytes(9) == now.slice(layout.alert, layout.links)
                    && before.bytes(10) == now.dropping(layout.links)
                let span = TimeSpans.span(before.time(1), before.time(2))
                return (hasFields && hasLists && DetectionWriter.isSame(before, detection, rule), hasFields, span)
            }
        }
        guard let (isSame, hasFields, span) = found else { return false }
        if isSame { return true }
        touched += [span, TimeSpans.span(detection.first, detection.last)]
        if !hasFields {
            insertChanged.bind(1, detection.id)
            try insertChanged.run()
        }
        return false
    }

    /// Apart from lists.
    private static func isSame(_ row: RawStatement, _ detection: Detection, _ rule: Int64) -> Bool {
        let isAtOnce = row.time(1) == detection.first && row.time(2) == detection.last
        return isAtOnce && row.integer(0) == rule && row.int(3) == detection.count && row.text(4) == detection.form
            && Entity(kind: row.text(5), value: row.text(6)) == detection.entity
    }

    /// At the end of the transaction: what was put in is for incidents to tell.
    func finish(_ database: Database) throws { try Unsettled.add(touched, database) }

    /// The row of a detection that is stored.
    func row(of id: ContentID) throws -> Int64? { try index.row(of: id, find) }

    /// Writes what a row has of lists into `scratch`: fields, events, alert, links.
    private mutating func encode(_ detection: Detection) -> Layout {
        scratch.removeAll(keepingCapacity: true)
        JSONText.write(detection.fields, to: &scratch)
        var layout = Layout(events: scratch.count)
        var writer = ByteWriter(bytes: scratch)
        scratch = []
        writer.references(detection.events)
        scratch = writer.bytes
        writer.bytes = []
        layout.alert = scratch.count
        if let context = detection.alert { AlertCoding.write(context, to: &scratch) }
        layout.links = scratch.count
        if !detection.links.isEmpty {
            writer.bytes = scratch
            scratch = []
            for link in detection.links { writer.id(link) }
            scratch = writer.bytes
            writer.bytes = []
        }
        return layout
    }

    private func bindAndRun(
        _ statement: RawStatement, _ detection: Detection, _ rule: Int64, _ layout: Layout
    ) throws {
        statement.bind(1, detection.id)
        statement.bind(2, rule)
        statement.bind(3, detection.first)
        statement.bind(4, detection.last)
        statement.bind(5, detection.count)
        statement.bind(6, detection.form)
        statement.bind(7, detection.entity.kind)
        statement.bind(8, detection.entity.value)
        statement.bind(12, detection.events.first?.input)
        try scratch.withBytes { bytes in
            statement.bind(9, borrowedText: bytes.slice(0, layout.events))
            statement.bind(10, borrowedBlob: bytes.slice(layout.events, layout.alert))
            if detection.alert == nil {
                statement.bindNull(11)
            } else {
                statement.bind(11, borrowedText: bytes.slice(layout.alert, layout.links))
            }
            if detection.links.isEmpty {
                statement.bindNull(13)
            } else {
                statement.bind(13, borrowedBlob: bytes.dropping(layout.links))
            }
            _ = try statement.run()
        }
    }

    private mutating func write(_ evidence: Evidence, of row: Int64, ordinal: Int) throws {
        var writer = ByteWriter(bytes: scratch)
        scratch = []
        writer.bytes.removeAll(keepingCapacity: true)
        writer.references([evidence.event])
        scratch = writer.bytes
        writer.bytes = []
        let digest = scratch.count
        evidence.digest.append(to: &scratch)
        insertEvidence.bind(1, row)
        insertEvidence.bind(2, ordinal)
        insertEvidence.bind(6, evidence.linkType.map(Int64.init))
        try scratch.withBytes { bytes in
            insertEvidence.bind(3, borrowedBlob: bytes.slice(0, digest))
            insertEvidence.bind(5, borrowedBlob: bytes.dropping(digest))
            try evidence.bytes.withBytes { raw in
                insertEvidence.bind(4, borrowedBlob: raw)
                _ = try insertEvidence.run()
            }
        }
    }
}

func hexText(_ bytes: Bytes) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for index in 0..<bytes.count {
        text.append(digits[Int(bytes.start[index] >> 4)])
        text.append(digits[Int(bytes.start[index] & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
