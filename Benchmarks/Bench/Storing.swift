import Events
import Foundation
import GRDBSQLite
import Primitives
import Storage

/// Detections into the store, beside the bare SQLite calls for one table of the same values.
enum Storing {
    static func store() throws {
        let detections = made(100_000)
        let bytes = detections.count * 400
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("nightjar-bench-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var round = 0
        let reference: () -> Void = {
            round += 1
            SQLiteReference.insert(detections, path: folder.appendingPathComponent("reference\(round).db").path)
        }
        Measure(name: "store: detections with evidence, 1,000 a chunk", bytes: bytes, records: detections.count)
            .run(rounds: 3, reference: ("bare SQLite calls, one table, same pragmas", reference)) {
                round += 1
                do {
                    let store = try Store(path: folder.appendingPathComponent("store\(round).db").path, mode: .write)
                    for start in stride(from: 0, to: detections.count, by: 1000) {
                        let chunk = Array(detections[start..<min(start + 1000, detections.count)])
                        try store.commit(
                            StoredChunk(checkpoint: checkpoint(start), startOffset: Int64(start), detections: chunk))
                    }
                } catch {
                    preconditionFailure("\(error)")
                }
            }
    }

    private static func checkpoint(_ start: Int) -> Checkpoint {
        Checkpoint(
            input: ContentID(high: 1, low: 1), sensor: nil, headLength: 4096, offset: Int64(start + 1000), records: 1,
            tail: ContentID(high: 2, low: 2), tailLength: 4096, path: "/var/log/auth.log", fileStamp: nil,
            yearReference: .none, complete: false)
    }

    private static func made(_ count: Int) -> [Detection] {
        let rule = RuleInfo(
            id: "5a0f3b52-2f1a-4a57-9d9b-000000000001", title: "A rule", level: .medium, kind: .sigma,
            origin: RuleOrigin(file: "rule.yml", line: 1))
        let input = ContentID(high: 1, low: 1)
        return (0..<count).map { number in
            let line = Array(
                "Mar 12 02:58:01 web-01 sshd[1]: Failed password for root from 203.0.113.\(number % 256) port \(number) ssh2"
                    .utf8)
            return line.withBytes { bytes in
                let event = EventReference(
                    id: eventID(input: input, offset: Int64(number * 100), bytes: bytes), input: input,
                    number: UInt64(number + 1),
                    offset: Int64(number * 100), length: bytes.count)
                let time = Timestamp(seconds: 1_773_345_481 + Int64(number / 10)) ?? .none
                return Detection(
                    id: detectionID(rule: rule.id, events: [event.id]), rule: rule, first: time, last: time,
                    events: [event],
                    fields: [
                        FieldValue(name: "source.ip", value: "203.0.113.\(number % 256)"),
                        FieldValue(name: "user.name", value: "root"),
                    ],
                    entity: Entity(kind: "ip", value: "203.0.113.\(number % 256)"),
                    evidence: [Evidence(event: event, bytes: bytes)])
            }
        }
    }
}

/// One table, one prepared statement, 1,000 rows a transaction: what SQLite itself needs for as many values.
private enum SQLiteReference {
    static func insert(_ detections: [Detection], path: String) {
        var handle: OpaquePointer?
        precondition(sqlite3_open(path, &handle) == SQLITE_OK)
        defer { sqlite3_close(handle) }
        sqlite3_exec(handle, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;", nil, nil, nil)
        sqlite3_exec(
            handle,
            """
            CREATE TABLE d (seq INTEGER PRIMARY KEY, id BLOB UNIQUE, rule TEXT, first INTEGER, last INTEGER, entity TEXT, line BLOB);
            CREATE INDEX d_first ON d (first, id);
            """, nil, nil, nil)
        var statement: OpaquePointer?
        sqlite3_prepare_v2(
            handle, "INSERT INTO d (id, rule, first, last, entity, line) VALUES (?, ?, ?, ?, ?, ?)", -1, &statement, nil
        )
        defer { sqlite3_finalize(statement) }
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        for (index, detection) in detections.enumerated() {
            if index % 1000 == 0 { sqlite3_exec(handle, index == 0 ? "BEGIN" : "COMMIT; BEGIN", nil, nil, nil) }
            var id = (detection.id.high.bigEndian, detection.id.low.bigEndian)
            sqlite3_bind_blob(statement, 1, &id, 16, transient)
            sqlite3_bind_text(statement, 2, detection.rule.id, -1, transient)
            sqlite3_bind_int64(statement, 3, detection.first.nanoseconds)
            sqlite3_bind_int64(statement, 4, detection.last.nanoseconds)
            sqlite3_bind_text(statement, 5, detection.entity.value, -1, transient)
            sqlite3_bind_blob(
                statement, 6, detection.evidence[0].bytes, Int32(detection.evidence[0].bytes.count), transient)
            precondition(sqlite3_step(statement) == SQLITE_DONE)
            sqlite3_reset(statement)
        }
        sqlite3_exec(handle, "COMMIT", nil, nil, nil)
    }
}
