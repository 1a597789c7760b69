package import Events
internal import GRDB
internal import Primitives

/// What one piece of one input brought: stored whole or not at all.
package struct StoredChunk: Sendable {
    /// How far the input is read with this chunk. Give its `fileStamp` only with the last chunk of a file: a stamp says
    /// "this file is read to its end".
    package var checkpoint: Checkpoint
    /// Where the chunk begins in the decompressed stream; it ends at `checkpoint.offset`.
    package var startOffset: Int64
    package var detections: [Detection]
    package var observations: [Observation]
    /// Packets around hits, of these detections or of ones stored before.
    package var slices: [PacketSlice] = []
    /// Names and addresses that the chunk's events speak of.
    package var sightings: [Sighting] = []

    package init(
        checkpoint: Checkpoint, startOffset: Int64, detections: [Detection] = [], observations: [Observation] = []
    ) {
        self.checkpoint = checkpoint
        self.startOffset = startOffset
        self.detections = detections
        self.observations = observations
    }
}

extension Store {
    /// Stores a chunk in one transaction. Observations of the same input that lie where this chunk lies are replaced,
    /// so that reading again in other pieces counts nothing twice.
    package func commit(_ chunk: StoredChunk) throws(StoreError) {
        try commit([chunk])
    }

    /// Several chunks in one transaction: cheaper where they are small.
    package func commit(_ chunks: [StoredChunk]) throws(StoreError) {
        try write { database in
            var writer = try DetectionWriter(database, detectionIndex, keptDetections)
            for chunk in chunks.lazy.map(masked) {
                let known = try InputTable.furthest(of: chunk.checkpoint.input, database)
                for detection in chunk.detections {
                    let isNew =
                        !detection.events.isEmpty
                        && detection.events.allSatisfy { $0.input == chunk.checkpoint.input && $0.offset >= known }
                    try writer.write(detection, rule: try ruleRow(detection.rule, database), isNew: isNew)
                }
                for slice in chunk.slices {
                    guard let row = try writer.row(of: slice.detection) else { continue }
                    try PacketTable.write(slice, of: row, database)
                }
                try SightingRows.write(chunk.sightings, input: chunk.checkpoint.input, database)
                try SpoolTable.replace(chunk, database)
                try InputTable.upsert(chunk.checkpoint, database)
            }
            try writer.finish(database)
            try detectionIndex.relieve(database)
            try noteMasked(database)
        }
    }

    /// Stores detections that stand on observations of several inputs (correlations, anomalies): upserted by id, with
    /// count, last, events and evidence replaced.
    package func commit(detections: [Detection]) throws(StoreError) {
        try write { database in
            var writer = try DetectionWriter(database, detectionIndex, keptDetections)
            let judged = judging ? try RawStatement(database, "INSERT OR IGNORE INTO temp.judged (id) VALUES (?)") : nil
            for detection in detections {
                try writer.write(
                    masker?.masked(detection) ?? detection, rule: try ruleRow(detection.rule, database))
                judged?.bind(1, detection.id)
                try judged?.run()
            }
            try writer.finish(database)
            try detectionIndex.relieve(database)
            try noteMasked(database)
        }
    }

    /// Before the whole spool is judged afresh: from here on, what `commit(detections:)` stores is remembered.
    package func beginJudgement() throws(StoreError) {
        try write { database in
            try database.execute(
                sql: """
                    CREATE TEMP TABLE IF NOT EXISTS judged (id BLOB PRIMARY KEY) WITHOUT ROWID;
                    DELETE FROM temp.judged;
                    """)
            judging = true
        }
    }

    /// After it: detections of `rules` (those that judged) which did not come out again are removed. They stood on a
    /// first record that an earlier one has taken the place of. What began before the spool was pruned cannot come out
    /// again and stays. Answers how many.
    @discardableResult
    package func finishJudgement(ofRules rules: [String]) throws(StoreError) -> Int {
        try write { database in
            guard judging else { return 0 }
            try findStale(ofRules: rules, database)
            let removed = try RawStatement(database, "SELECT count(*) FROM temp.stale").first { $0.int(0) } ?? 0
            if removed > 0 {
                try DetectionIndex.enter(database, detectionIndex)
                try database.execute(
                    sql: """
                        INSERT INTO unsettled SELECT first, last FROM detections
                            WHERE seq IN (SELECT seq FROM temp.stale);
                        DELETE FROM evidence WHERE detection IN (SELECT seq FROM temp.stale);
                        DELETE FROM detection_links WHERE detection IN (SELECT id FROM temp.stale);
                        """)
                try DetectionIndex.remove(rows: "SELECT seq FROM temp.stale", database)
                detectionIndex.forget()
            }
            try database.execute(sql: "DELETE FROM temp.judged; DROP TABLE temp.stale")
            judging = false
            return removed
        }
    }

    /// Puts what has to go into `temp.stale`. One pass over the detections for all rules, which may be many.
    private func findStale(ofRules rules: [String], _ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TEMP TABLE stale (seq INTEGER PRIMARY KEY, id BLOB);
                CREATE TEMP TABLE judges (rule INTEGER PRIMARY KEY);
                """)
        let judge = try RawStatement(
            database, "INSERT OR IGNORE INTO temp.judges (rule) SELECT seq FROM rules WHERE id = ?")
        for rule in rules {
            judge.bind(1, rule)
            try judge.run()
        }
        try database.execute(
            sql: """
                INSERT INTO temp.stale (seq, id) SELECT seq, id FROM detections
                    WHERE rule IN (SELECT rule FROM temp.judges) AND first >= ?
                    AND id NOT IN (SELECT id FROM temp.judged);
                """, arguments: [try SpoolHorizon.read(database)])
        try database.execute(sql: "DROP TABLE temp.judges")
    }
}
