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
            var writer = try DetectionWriter(database)
            for chunk in chunks.lazy.map(masked) {
                // In the order of the id index, whose pages are then each visited once.
                for detection in chunk.detections.sorted(by: { $0.id < $1.id }) {
                    try writer.write(detection, rule: try ruleRow(detection.rule, database))
                }
                for slice in chunk.slices { try PacketTable.write(slice, database) }
                try SightingRows.write(chunk.sightings, input: chunk.checkpoint.input, database)
                try SpoolTable.replace(chunk, database)
                try InputTable.upsert(chunk.checkpoint, database)
            }
            try noteMasked(database)
        }
    }

    /// Stores detections that stand on observations of several inputs (correlations, anomalies): upserted by id, with
    /// count, last, events and evidence replaced.
    package func commit(detections: [Detection]) throws(StoreError) {
        try write { database in
            var writer = try DetectionWriter(database)
            let judged = judging ? try RawStatement(database, "INSERT OR IGNORE INTO temp.judged (id) VALUES (?)") : nil
            for detection in detections {
                try writer.write(
                    masker?.masked(detection) ?? detection, rule: try ruleRow(detection.rule, database))
                judged?.bind(1, detection.id)
                try judged?.run()
            }
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
            var removed = 0
            let stale = """
                IN (SELECT seq FROM detections WHERE rule = (SELECT seq FROM rules WHERE id = ?)
                    AND first >= \(try SpoolHorizon.read(database)) AND id NOT IN (SELECT id FROM temp.judged))
                """
            let evidence = try RawStatement(database, "DELETE FROM evidence WHERE detection \(stale)")
            let detections = try RawStatement(database, "DELETE FROM detections WHERE seq \(stale)")
            let links = try RawStatement(
                database,
                "DELETE FROM detection_links WHERE detection IN (SELECT id FROM detections WHERE seq \(stale))")
            for rule in rules {
                evidence.bind(1, rule)
                try evidence.run()
                links.bind(1, rule)
                try links.run()
                detections.bind(1, rule)
                removed += try detections.run()
            }
            try database.execute(sql: "DELETE FROM temp.judged")
            judging = false
            return removed
        }
    }
}
