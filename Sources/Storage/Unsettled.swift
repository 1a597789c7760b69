package import Events
internal import GRDB
package import Primitives

/// A stored incident as its place in time and what was found of it.
package struct IncidentHead: Equatable, Sendable {
    package var id: ContentID
    package var first: Timestamp
    package var last: Timestamp
    /// `Store.digest(of:)` of what is stored.
    package var digest: ContentID
}

/// What the stored incidents do not tell yet: the times of detections that came, changed or went since they were last
/// put together. Written in the transaction that changes the detections, so that a run which is cut short leaves them
/// behind for the next.
extension Store {
    /// - Parameter grouping: over everything but detections that decides on incidents (rules, inventory, program); what
    ///   was put together by another one is all to be put together anew
    package func unsettled(grouping: ContentID) throws(StoreError) -> TimeSpans {
        try read { database in
            guard try Unsettled.grouping(database) == grouping.description else { return .everything }
            return TimeSpans(
                try RawStatement(database, "SELECT first, last FROM unsettled").all { row in
                    TimeSpans.span(row.time(0), row.time(1))
                })
        }
    }

    /// The incidents that detections make (none made by hand) which lie in these times, or reach into them.
    package func incidentHeads(in times: TimeSpans) throws(StoreError) -> [IncidentHead] {
        try read { database in
            let statement = try RawStatement(
                database,
                "SELECT id, first, last, digest FROM incidents WHERE recipe IS NULL AND last >= ? AND first <= ?")
            var heads: [IncidentHead] = []
            var seen: Set<ContentID> = []
            for span in times.spans {
                statement.bind(1, span.lowerBound)
                statement.bind(2, span.upperBound)
                heads += try statement.all { row in
                    IncidentHead(id: row.id(0), first: row.time(1), last: row.time(2), digest: row.id(3))
                }.filter { seen.insert($0.id).inserted }
            }
            return heads
        }
    }

    /// Over everything that is found of an incident (not what is decided): equal means the same incident.
    package func digest(of incident: Incident) -> ContentID { IncidentTable.digest(incident) }

    /// The detections of these incidents, and those that begin in these times, each once, without evidence and what a
    /// signature says of a hit.
    package func detections(
        ofIncidents incidents: [ContentID], beginningIn times: TimeSpans
    ) throws(StoreError) -> [Detection] {
        let isPlain = incidents.isEmpty ? try read { try DetectionIndex.isUntouched($0) } : false
        if !isPlain { try indexed() }
        return try read { database in
            var rows: [Int64] = []
            let members = try RawStatement(
                database,
                """
                SELECT n.detection FROM incidents i CROSS JOIN incident_detections x ON x.incident = i.seq
                    CROSS JOIN detection_ids n ON n.id = x.detection WHERE i.id = ?
                """)
            for incident in incidents {
                members.bind(1, incident)
                try members.each { rows.append($0.integer(0)) }
            }
            let begun = try RawStatement(database, "SELECT seq FROM detections WHERE first BETWEEN ? AND ?")
            for span in times.spans {
                begun.bind(1, span.lowerBound)
                begun.bind(2, span.upperBound)
                try begun.each { rows.append($0.integer(0)) }
            }
            rows.sort()
            return try DetectionReader(database).detections(rows: rows, keptDetections)
        }
    }
}

enum Unsettled {
    /// What the grouping that put the incidents together is called in `meta`.
    private static let mark = "incident grouping"

    /// What lies no farther apart is one stretch: whoever looks at a time looks at half of this around it.
    private static let bridge: Int64 = 24 * 3_600_000_000_000

    static func grouping(_ database: Database) throws -> String? {
        let statement = try RawStatement(database, "SELECT value FROM meta WHERE name = ?")
        statement.bind(1, mark)
        return try statement.first { $0.text(0) }
    }

    static func add(_ times: [ClosedRange<Int64>], _ database: Database) throws {
        if times.isEmpty { return }
        let insert = try RawStatement(database, "INSERT INTO unsettled (first, last) VALUES (?, ?)")
        for span in TimeSpans(times, bridging: bridge).spans {
            insert.bind(1, span.lowerBound)
            insert.bind(2, span.upperBound)
            try insert.run()
        }
    }

    /// The incidents tell all there is, as `grouping` puts them together.
    static func settle(_ grouping: ContentID, _ database: Database) throws {
        try database.execute(sql: "DELETE FROM unsettled")
        let statement = try RawStatement(database, "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)")
        statement.bind(1, mark)
        statement.bind(2, grouping.description)
        try statement.run()
    }
}
