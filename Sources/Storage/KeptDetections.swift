internal import Events
internal import GRDB

/// Detections that were stored through this object, as `DetectionReader.detections(rows:)` would read them again:
/// incidents are put together of them at the end of the very run that stored them.
///
/// Only what its limit allows is held, what came first; the rest is read. Touched inside `Store.queue` only.
final class KeptDetections {
    private let limitBytes: Int
    /// Of all that was ever put since the last time all was forgotten.
    private var bytes = 0
    private var byRow: [Int64: Detection] = [:]
    /// As stored, by their rows.
    private var rules: [Int64: RuleInfo] = [:]

    init(limitBytes: Int) { self.limitBytes = limitBytes }

    /// After the row of a detection was written.
    func put(_ detection: Detection, row: Int64, rule: Int64, _ database: Database) throws {
        bytes += KeptDetections.size(detection)
        guard bytes <= limitBytes, let info = try info(of: rule, database) else {
            byRow[row] = nil
            return
        }
        var kept = Detection(
            id: detection.id, rule: info, first: detection.first, last: detection.last, count: detection.count,
            events: detection.events, fields: detection.fields, form: detection.form, entity: detection.entity)
        if !detection.links.isEmpty { kept.links = detection.links }
        byRow[row] = kept
    }

    subscript(row: Int64) -> Detection? { byRow[row] }

    /// Incidents tell of them now, a transaction was rolled back, or rules are known otherwise.
    func forget() {
        byRow = [:]
        rules = [:]
        bytes = 0
    }

    /// What a detection without evidence and alert holds in memory, about.
    private static func size(_ detection: Detection) -> Int {
        let lists = detection.events.count * MemoryLayout<EventReference>.stride + detection.links.count * 16
        return detection.fields.reduce(400 + lists) { $0 + MemoryLayout<FieldValue>.stride + $1.value.utf8.count }
    }

    private func info(of row: Int64, _ database: Database) throws -> RuleInfo? {
        if let known = rules[row] { return known }
        let statement = try RawStatement(database, "SELECT \(RuleTable.columns) FROM rules WHERE seq = ?")
        statement.bind(1, row)
        let found = try statement.first { RuleTable.rule($0) }
        rules[row] = found
        return found
    }
}

extension Store {
    /// From here on what is stored is held for `detections(ofIncidents:beginningIn:)`, up to about this many bytes.
    package func keepDetections(limitBytes: Int) throws(StoreError) {
        try read { _ in keptDetections = KeptDetections(limitBytes: limitBytes) }
    }
}
