internal import Events
internal import GRDB
internal import Primitives

/// What the detections of an incident have in the fields that name no party (`url.path`, `process.name`, ...), so that
/// filters read this and not the detections: for each incident and field its distinct values, folded, in parts.
enum ValueTable {
    /// A part has at most so many values, and ends behind the one with which it has so many bytes.
    static let partValues = 256
    static let partBytes = 16 << 10

    static func parts(_ sorted: [[UInt8]]) -> [ArraySlice<[UInt8]>] {
        var parts: [ArraySlice<[UInt8]>] = []
        var (from, bytes) = (0, 0)
        for (index, word) in sorted.enumerated() {
            bytes += word.count
            guard index + 1 - from >= partValues || bytes >= partBytes || index + 1 == sorted.count else { continue }
            parts.append(sorted[from...index])
            (from, bytes) = (index + 1, 0)
        }
        return parts
    }

    /// `incident IN` these rows: a number or a query.
    static func deletion(of incidents: String) -> String {
        // Every field in turn, because the key begins with it.
        """
        DELETE FROM incident_values WHERE field IN (SELECT seq FROM value_fields) AND incident IN (\(incidents))
        """
    }

    /// The seventh migration: what older stores hold.
    static func fill(_ database: Database) throws {
        let incidents = try RawStatement(database, "SELECT seq FROM incidents ORDER BY seq").all { $0.integer(0) }
        let fields = try RawStatement(
            database,
            """
            SELECT d.fields FROM incident_detections x JOIN detections d ON d.id = x.detection WHERE x.incident = ?
            """)
        let writer = try ValueWriter(database)
        for seq in incidents {
            fields.bind(1, seq)
            let sheet = MentionSheet(try fields.all { JSONReader.read($0.bytes(0))?.fieldValues ?? [] })
            for (field, words) in sheet.values { try writer.add(words, field: field, of: seq, isFresh: true) }
        }
    }
}
