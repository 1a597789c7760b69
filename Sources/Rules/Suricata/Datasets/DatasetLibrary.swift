internal import Synchronization

/// All datasets of a rule set, by name: signatures that name the same one share it.
package final class DatasetLibrary: Sendable {
    private let sets = Mutex<[String: Dataset]>([:])

    package init() {}

    func find(_ name: String) -> Dataset? { sets.withLock { $0[name] } }

    func add(_ dataset: Dataset) { sets.withLock { $0[dataset.name] = dataset } }

    package var isEmpty: Bool { sets.withLock { $0.isEmpty } }
}
