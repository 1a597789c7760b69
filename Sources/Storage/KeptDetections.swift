internal import Events
internal import GRDB

/// Detections that were stored through this object, as `DetectionReader.detections(rows:)` would read them again:
/// incidents are put together of them at the end of the very run that stored them.
///
/// Only what its limit allows is held, the first that came; what is not is read. Touched inside `Store.queue` only.
final class KeptDetections {
    /// What a detection without evidence and alert holds, about, in bytes.
    private static let size = 800

    private let maximum: Int
    private var byRow: [Int64: Detection] = [:]
    /// As stored, by their rows.
    private var rules: [Int64: RuleInfo] = [:]

    init(limitBytes: Int) { maximum = limitBytes / KeptDetections.size }

    /// After the row of a detection was written.
    func put(_ detection: Detection, row: Int64, rule: Int64, _ database: Database) throws {
        guard byRow.count < maximum || byRow[row] != nil else { return }
        guard let info = try info(of: rule, database) else {
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
