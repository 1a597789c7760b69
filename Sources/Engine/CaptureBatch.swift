internal import Events
internal import Matching
internal import Primitives
internal import Synchronization

/// Packets of a capture with what the network room made of them.
final class CaptureBatch: @unchecked Sendable {
    let packets = PacketBatch()
    let inspection = InspectionBatch()
    let events: EventBatch
    /// Signatures worth trying, where they were looked for ahead.
    let candidates = GatheredCandidates()
    var isGathered = false

    init(registry: FieldRegistry) { events = EventBatch(registry: registry) }
}

/// The batches that captures have under way, over all workers: whoever reads ahead takes what is left. A worker has one
/// of its own, so that each goes on where another took all.
final class CaptureBatchPool: Sendable {
    /// What a batch comes to hold, about: measured over mixed captures with all signatures.
    private static let batchBytes = 5 << 20
    /// Most of them: more smooths nothing.
    private static let maximum = 16

    private struct Room {
        var spare: [CaptureBatch] = []
        /// How many more may be made.
        var left: Int
    }

    let limit: Int
    private let registry: FieldRegistry
    private let room: Mutex<Room>

    /// - Parameter workers: how many have a batch already
    init(registry: FieldRegistry, memory: MemoryBudget, workers: Int) {
        self.registry = registry
        limit = max(0, min(CaptureBatchPool.maximum, memory.batchBytes / CaptureBatchPool.batchBytes) - workers)
        room = Mutex(Room(left: limit))
    }

    /// Nil where all are under way.
    func take() -> CaptureBatch? {
        let (spare, isAllowed) = room.withLock { room -> (CaptureBatch?, Bool) in
            if let spare = room.spare.popLast() { return (spare, false) }
            guard room.left > 0 else { return (nil, false) }
            room.left -= 1
            return (nil, true)
        }
        return isAllowed ? CaptureBatch(registry: registry) : spare
    }

    func give(_ batch: CaptureBatch) { room.withLock { $0.spare.append(batch) } }
}
