internal import Events
internal import GRDB
internal import Primitives

/// Detections that were stored again with other fields under the same id, as windows that go on are: what is looked up
/// of the incidents that have them (mentions, values) is written anew, and what no detection says any more goes.
struct ChangedDetections {
    private let ids: Set<ContentID>

    init(_ database: Database) throws {
        ids = Set(try RawStatement(database, "SELECT id FROM changed_detections").all { $0.id(0) })
    }

    func touch(_ detections: [ContentID]) -> Bool { !ids.isEmpty && detections.contains { ids.contains($0) } }

    /// After the incidents were written.
    /// - Parameter incidents: nil: all there are
    func settle(_ incidents: [Incident]?, _ database: Database) throws {
        if ids.isEmpty { return }
        let settled = incidents.map { ids.intersection($0.lazy.flatMap(\.detections)) } ?? ids
        let delete = try RawStatement(database, "DELETE FROM changed_detections WHERE id = ?")
        for id in settled {
            delete.bind(1, id)
            try delete.run()
        }
    }
}
