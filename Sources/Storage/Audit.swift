internal import GRDB
internal import Glibc
package import Primitives

/// Who acted, and from where.
package struct Analyst: Equatable, Sendable {
    package var name: String
    /// Host, and terminal where there is one.
    package var origin: String

    package init(name: String, origin: String) {
        self.name = name
        self.origin = origin
    }

    /// Who runs this process: the user behind `sudo` where there is one, else the account; host and terminal.
    package static func current() -> Analyst {
        func variable(_ name: String) -> String? {
            getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        let account = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) }
        let name = (getuid() == 0 ? variable("SUDO_USER") : nil) ?? account ?? "uid \(getuid())"
        var terminal = [CChar](repeating: 0, count: 64)
        let onTerminal = ttyname_r(STDIN_FILENO, &terminal, terminal.count - 1) == 0
        let device = String(decoding: terminal.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return Analyst(name: name, origin: hostName() + (onTerminal ? " " + device : ""))
    }
}

/// One triage act as it was recorded. `before` and `after` are JSON objects.
package struct AuditEntry: Equatable, Sendable {
    package var sequence: Int64
    package var time: Timestamp
    package var who: String
    package var origin: String
    package var act: String
    /// The incident's id in hexadecimal, or `suppression ID`.
    package var subject: String
    package var before: String
    package var after: String

    /// Comment, resolution, assignee or reason, where the act carries one.
    package var detail: String? {
        let after = JSONReader.read(after)
        switch act {
        case "tag": return after?["tags"]?.strings.joined(separator: ", ")
        case "merge": return after?["merged"]?.strings.map { String($0.prefix(8)) }.joined(separator: ", ")
        case "split": return after?["detections"].map { "\($0.elements.count) detections taken out" }
        case "undo": return after?["undoes"]?.number.map { "act \($0)" }
        default:
            let members = ["close": "resolution", "assign": "assignee", "suppress": "reason"]
            return after?[members[act] ?? act]?.string
        }
    }
}

package enum AuditResult: Equatable, Sendable {
    /// The chain holds; so many entries.
    case sound(entries: Int)
    /// The first entry that does not fit to those before it, and why.
    case broken(entry: Int64, reason: String)
}

/// The append-only trail of triage acts. Each entry carries the SHA-256 over the entry before it and everything it says
/// itself, so that no byte of a past entry can be changed unnoticed; the number of entries and the last hash are kept
/// apart, so that the end cannot be cut off unnoticed either.
enum AuditTrail {
    private static let columns = "seq, time, who, origin, act, subject, before, after, previous, hash"
    private static let start = [UInt8](repeating: 0, count: 32)

    static func append(
        _ act: String, subject: String, before: JSONValue, after: JSONValue, by analyst: Analyst, at time: Timestamp,
        _ database: Database
    ) throws {
        let end = try RawStatement(database, "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
        let last = try end.first { ($0.integer(0), $0.bytes(1).array) }
        let entry = AuditEntry(
            sequence: (last?.0 ?? 0) + 1, time: time, who: analyst.name, origin: analyst.origin, act: act,
            subject: subject,
            before: before.text, after: after.text)
        let previous = last?.1 ?? start
        let texts = [entry.who, entry.origin, entry.act, entry.subject, entry.before, entry.after]
        let hash = hash(entry.sequence, entry.time.nanoseconds, texts.map { Array($0.utf8) }, previous: previous)
        let insert = try RawStatement(
            database, "INSERT INTO audit (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        insert.bind(1, entry.sequence)
        insert.bind(2, entry.time)
        insert.bind(3, entry.who)
        insert.bind(4, entry.origin)
        insert.bind(5, entry.act)
        insert.bind(6, entry.subject)
        insert.bind(7, entry.before)
        insert.bind(8, entry.after)
        insert.bind(9, blob: previous)
        insert.bind(10, blob: hash)
        try insert.run()
        let head = try RawStatement(database, "INSERT OR REPLACE INTO meta (name, value) VALUES ('audit head', ?)")
        head.bind(1, "\(entry.sequence) \(hash.withBytes { hexText($0) })")
        try head.run()
    }

    /// Over the bytes as they are stored: text that is no UTF-8 any more is not repaired before it is looked at.
    private static func hash(_ sequence: Int64, _ time: Int64, _ texts: [[UInt8]], previous: [UInt8]) -> [UInt8] {
        var writer = ByteWriter()
        writer.block(previous)
        writer.signed(sequence)
        writer.signed(time)
        for text in texts { writer.block(text) }
        return writer.bytes.withBytes { sha256Digest($0) }
    }

    static func verify(_ database: Database) throws -> AuditResult {
        var previous = start
        var count: Int64 = 0
        var broken: AuditResult?
        let rows = try RawStatement(database, "SELECT \(columns) FROM audit ORDER BY seq")
        _ = try rows.all { row in
            guard broken == nil else { return }
            count += 1
            let texts = (2..<8).map { row.bytes($0).array }
            if row.integer(0) != count {
                broken = .broken(entry: count, reason: "entry \(count) is missing")
            } else if row.bytes(8).array != previous {
                broken = .broken(entry: count, reason: "it does not follow on the entry before it")
            } else if hash(count, row.integer(1), texts, previous: previous) != row.bytes(9).array {
                broken = .broken(entry: count, reason: "its content is not what was recorded")
            }
            previous = row.bytes(9).array
        }
        if let broken { return broken }
        let head = try RawStatement(database, "SELECT value FROM meta WHERE name = 'audit head'").first { $0.text(0) }
        let expected = count == 0 ? nil : "\(count) \(previous.withBytes { hexText($0) })"
        if head != expected {
            return .broken(entry: count + 1, reason: "the end of the trail is not what was recorded")
        }
        return .sound(entries: Int(count))
    }

    static func entry(_ row: RawStatement) -> AuditEntry {
        AuditEntry(
            sequence: row.integer(0), time: row.time(1), who: row.text(2), origin: row.text(3), act: row.text(4),
            subject: row.text(5), before: row.text(6), after: row.text(7))
    }

    static func entries(subjects: [String], _ database: Database) throws -> [AuditEntry] {
        let statement = try RawStatement(database, "SELECT \(columns) FROM audit WHERE subject = ? ORDER BY seq")
        return try subjects.flatMap { subject in
            statement.bind(1, subject)
            return try statement.all(entry)
        }.sorted { $0.sequence < $1.sequence }
    }
}

extension Store {
    /// Recomputes the whole chain.
    package func verifyAudit() throws(StoreError) -> AuditResult {
        try read { try AuditTrail.verify($0) }
    }

    /// Whether the trail holds an entry of this number and hash ("12 3f9a...", as `audit head` has it).
    package func hasAuditEntry(_ head: String) throws(StoreError) -> Bool {
        let parts = head.split(separator: " ")
        guard parts.count == 2, let number = Int64(parts[0]) else { return false }
        return try read { database in
            let statement = try RawStatement(database, "SELECT hash FROM audit WHERE seq = ?")
            statement.bind(1, number)
            return try statement.first { hexText($0.bytes(0)) } == parts[1].lowercased()
        }
    }

    /// The last `limit` acts on anything, oldest first.
    package func trail(limit: Int) throws(StoreError) -> [AuditEntry] {
        try read { database in
            let statement = try RawStatement(
                database,
                "SELECT seq, time, who, origin, act, subject, before, after FROM audit ORDER BY seq DESC LIMIT ?")
            statement.bind(1, limit)
            return try statement.all(AuditTrail.entry).reversed()
        }
    }

    /// What was done to an incident, under its present id and all earlier ones, and to those it was made of, oldest
    /// first.
    package func history(of incident: ContentID) throws(StoreError) -> [AuditEntry] {
        try read { database in
            let canonical = try IncidentTable.canonical(incident, database)
            var ids = [canonical]
            var next = 0
            let parts = try RawStatement(database, "SELECT id FROM incidents WHERE parent = ?")
            while next < ids.count, ids.count < 10_000 {
                ids += try IncidentTable.aliases(of: ids[next], database)
                parts.bind(1, ids[next])
                ids += try parts.all { $0.id(0) }
                next += 1
            }
            return try AuditTrail.entries(subjects: Array(Set(ids.map(\.description))), database)
        }
    }
}
