package import Primitives

/// Ids of the records that were named last. Several rules hit one record, one after the other and some of them in
/// another pass over the batch, and it is the first that several detectors count in a slot: its bytes are hashed once.
/// For one thread.
package final class RecordNames {
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
    /// In the place of an offset: the record is a packet's.
    private static let packet: Int64 = -1

    package init() { latest = [Name?](repeating: nil, count: RecordNames.size) }

    /// `eventID` of the record. `place` and `number` (of its line or packet) name it within its input.
    package func id(input: ContentID, place: Int64, number: UInt64, bytes: Bytes) -> ContentID {
        let hash = hash64(bytes, seed: UInt64(truncatingIfNeeded: bytes.count))
        return id(input, place, number, hash) { eventID(input: input, offset: place, bytes: bytes) }
    }

    /// `eventID` of the event of a packet that is told by number alone.
    package func id(input: ContentID, packet: UInt64, hash: UInt64) -> ContentID {
        id(input, RecordNames.packet, packet, hash) { eventID(input: input, packet: packet, hash: hash) }
    }

    @inline(__always) private func id(
        _ input: ContentID, _ place: Int64, _ number: UInt64, _ hash: UInt64, _ make: () -> ContentID
    ) -> ContentID {
        let spot = Int(truncatingIfNeeded: number) & (RecordNames.size - 1)
        if let known = latest[spot], known.hash == hash, known.number == number, known.place == place,
            known.input == input
        {
            return known.id
        }
        let id = make()
        latest[spot] = Name(input: input, place: place, number: number, hash: hash, id: id)
        return id
    }
}
