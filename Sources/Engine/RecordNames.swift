internal import Events
internal import Primitives

/// Ids of the records that were named last. Several rules hit one record, one after the other and some of them in
/// another pass over the batch: its bytes are hashed once. For one thread.
final class RecordNames {
    private struct Name {
        var input: ContentID
        var place: Int64
        var number: UInt64
        /// Files that begin alike have one identity, and need not go on alike.
        var hash: UInt64
        var id: ContentID
    }

    /// By the record's number: as many as lie in a batch of short lines under attack.
    @exclusivity(unchecked) private var latest: [Name?]
    private static let size = 1024

    init() { latest = [Name?](repeating: nil, count: RecordNames.size) }

    /// `eventID` of the record. `place` and `number` (of its line or packet) name it within its input.
    func id(input: ContentID, place: Int64, number: UInt64, bytes: Bytes) -> ContentID {
        let spot = Int(truncatingIfNeeded: number) & (RecordNames.size - 1)
        let hash = hash64(bytes, seed: UInt64(truncatingIfNeeded: bytes.count))
        if let known = latest[spot], known.hash == hash, known.number == number, known.place == place,
            known.input == input
        {
            return known.id
        }
        let id = eventID(input: input, offset: place, bytes: bytes)
        latest[spot] = Name(input: input, place: place, number: number, hash: hash, id: id)
        return id
    }
}
