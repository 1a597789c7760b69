internal import Events
internal import Primitives

/// One record under a correlation's detection. An object, for all windows that it is in hold it.
final class TalliedRecord {
    let time: Timestamp
    let event: EventReference
    let excerpt: [UInt8]
    /// Of the frame that the excerpt is of.
    let linkType: UInt16?
    let weight: Int
    /// The same without the excerpt.
    private(set) lazy var bare = TalliedRecord(time: time, event: event, weight: weight)

    init(time: Timestamp, event: EventReference, excerpt: [UInt8] = [], linkType: UInt16? = nil, weight: Int) {
        self.time = time
        self.event = event
        self.excerpt = excerpt
        self.linkType = linkType
        self.weight = weight
    }

    static func precedes(_ left: TalliedRecord, _ right: TalliedRecord) -> Bool {
        left.time != right.time ? left.time < right.time : left.event.id < right.event.id
    }
}

/// The records that a detection stands on: the first ones and the last in full, the rest as a number.
///
/// At most `Detection.maximumEvents` records, with excerpts of at most `Detection.maximumEvidence` of them. A record
/// that chained detections share counts once, as they take it in at the same moment; only what one of them held beyond
/// its kept records before it came in here counts as if no other had it.
///
/// An object, for windows above that the detection waits in hold it too: whoever adds to one that others hold adds to a
/// `copy`.
final class RecordTally {
    @exclusivity(unchecked) private(set) var count = 0
    @exclusivity(unchecked) private(set) var first = Timestamp.none
    @exclusivity(unchecked) private(set) var last = Timestamp.none
    /// The oldest records, all but one of the places.
    @exclusivity(unchecked) private var head: [Kept] = []
    /// The newest record, where it is not in `head`.
    @exclusivity(unchecked) private var newest: Kept?
    /// Records taken in so far, kept or not, and the last of them.
    @exclusivity(unchecked) private(set) var taken = 0
    @exclusivity(unchecked) private(set) var lastTaken: ContentID?
    /// Up to 20 values of the counted field, in the order in which they appeared.
    @exclusivity(unchecked) private(set) var values: [String] = []

    /// The record with which each of a temporal correlation's rules first came in, by the rule's place: kept whole
    /// whatever else there is, so that every step has its evidence.
    @exclusivity(unchecked) private var landmarks: [(part: Int, record: TalliedRecord)] = []
    /// Whom the records name.
    @exclusivity(unchecked) private(set) var parties = PartyList()
    /// Detections that it stands on, in the order in which they came.
    @exclusivity(unchecked) private(set) var links: [ContentID] = []

    private struct Kept {
        var record: TalliedRecord
        /// Place among those taken in, from 1.
        var order: Int

        static func precedes(_ left: Kept, _ right: Kept) -> Bool {
            TalliedRecord.precedes(left.record, right.record)
        }
    }

    private static let headLimit = Detection.maximumEvents - 1
    private static let landmarkLimit = 10
    private static let excerptLimit = Detection.maximumEvidence - 1
    static let valueLimit = 20

    func copy() -> RecordTally {
        let copy = RecordTally()
        copy.count = count
        copy.first = first
        copy.last = last
        copy.head = head
        copy.newest = newest
        copy.taken = taken
        copy.lastTaken = lastTaken
        copy.values = values
        copy.landmarks = landmarks
        copy.parties = parties
        copy.links = links
        return copy
    }

    /// Whether all that was added since it had a count and number of records taken in is `record`.
    func hasTaken(only record: TalliedRecord, since before: (count: Int, taken: Int)) -> Bool {
        taken == before.taken + 1 && count == before.count &+ record.weight && lastTaken == record.event.id
    }

    private var plain: [TalliedRecord] { head.map(\.record) + (newest.map { [$0.record] } ?? []) }

    /// The records kept, oldest first.
    var records: [TalliedRecord] {
        let plain = plain
        let more = landmarks.map(\.record).filter { mark in !plain.contains { $0.event.id == mark.event.id } }
        if more.isEmpty { return plain }
        var seen = Set<ContentID>()
        let all = (plain + more).sorted(by: TalliedRecord.precedes).filter { seen.insert($0.event.id).inserted }
        let over = all.count - Detection.maximumEvents
        if over <= 0 { return all }
        // The last of the plain ones, save the newest of all, make room.
        let marks = Set(landmarks.map(\.record.event.id))
        let gone = Set(all.dropLast().filter { !marks.contains($0.event.id) }.suffix(over).map(\.event.id))
        return all.filter { !gone.contains($0.event.id) }
    }

    /// Id of the oldest record: what names the detection.
    var firstEvents: [ContentID] { records.prefix(1).map(\.event.id) }

    /// Adds a record that is not older than those before; one that is known already is not counted again.
    func add(_ record: TalliedRecord) {
        if knows(record) { return }
        count &+= record.weight
        keep(record)
    }

    /// Adds the records of a chained detection, which had `included` records when it was last added (0: it is new
    /// here) and had taken in `seen`; see `hasTaken`.
    func merge(_ other: RecordTally, newest: TalliedRecord, included: Int, seen: Int) {
        let fresh = fresh(in: other, after: seen)
        let listed = other.listedWeight
        let news = fresh.reduce(0) { $0 &+ $1.weight }
        if included == 0 || listed == other.count {
            count &+= news &+ max(0, included == 0 ? other.count &- listed : 0)
        } else {
            let shared = other.taken > seen && knows(newest) ? newest.weight : 0
            count &+= max(news, other.count &- included &- shared)
        }
        for record in fresh { keep(record) }
        if other.last > last { last = other.last }
    }

    func note(parties values: [FieldValue]) { parties.note(values) }

    /// Those of a chained detection; the first `known` of them are in already.
    func note(parties other: PartyList, after known: Int) { parties.merge(other, after: known) }

    /// `record` is the first of the rule at place `part`, where none was before.
    func mark(_ record: TalliedRecord, part: Int) {
        guard landmarks.count < RecordTally.landmarkLimit, !landmarks.contains(where: { $0.part == part }) else {
            return
        }
        landmarks.append((part, record))
    }

    var hasRoomForLinks: Bool { links.count < Detection.maximumLinks }

    func note(link: ContentID) {
        if links.count < Detection.maximumLinks, !links.contains(link) { links.append(link) }
    }

    func note(value: String) {
        guard !value.isEmpty, values.count < RecordTally.valueLimit, !values.contains(value) else { return }
        values.append(value)
    }

    private func knows(_ record: TalliedRecord) -> Bool {
        if last.isNone || record.time > last { return false }
        if newest?.record.event.id == record.event.id { return true }
        // They are in order: most records are behind all of them.
        var place = head.count
        while place > 0, head[place - 1].record.time >= record.time {
            place -= 1
            if head[place].record.event.id == record.event.id { return true }
        }
        return false
    }

    /// The records kept by `other` that are not kept here, oldest first, but for the first `seen` that it took in: what
    /// was added once is counted, kept or not.
    private func fresh(in other: RecordTally, after seen: Int) -> [TalliedRecord] {
        var found: [TalliedRecord] = []
        for kept in other.head where kept.order > seen && !knows(kept.record) { found.append(kept.record) }
        if let newest = other.newest, newest.order > seen, !knows(newest.record) { found.append(newest.record) }
        return found
    }

    /// Of the records kept.
    private var listedWeight: Int {
        head.indices.reduce(newest?.record.weight ?? 0) { $0 &+ head[$1].record.weight }
    }

    private func keep(_ added: TalliedRecord) {
        taken += 1
        lastTaken = added.event.id
        let kept = Kept(record: added, order: taken)
        if first.isNone || added.time < first { first = added.time }
        if last.isNone || added.time > last { last = added.time }
        if let known = newest {
            let older = RecordTally.ordered(known, kept)
            newest = older.1
            if let tail = head.last, Kept.precedes(older.0, tail) {
                head.removeLast()
                insert(older.0)
            }
        } else if head.count < RecordTally.headLimit {
            insert(kept)
        } else if let tail = head.last {
            let older = RecordTally.ordered(tail, kept)
            head.removeLast()
            insert(older.0)
            newest = older.1
        }
    }

    private static func ordered(_ a: Kept, _ b: Kept) -> (Kept, Kept) { Kept.precedes(b, a) ? (b, a) : (a, b) }

    private func insert(_ kept: Kept) {
        var place = head.count
        while place > 0, Kept.precedes(kept, head[place - 1]) { place -= 1 }
        head.insert(kept, at: place)
        if head.count > RecordTally.excerptLimit + 1 {
            // The newest of all is kept whole (it may become the last piece of evidence); those between lose theirs.
            let bare = place > RecordTally.excerptLimit - 1 ? head.count - 2 : RecordTally.excerptLimit
            head[bare].record = head[bare].record.bare
        }
    }

    /// Evidence: the first records, and the newest.
    var evidence: [Evidence] {
        let all = records
        let marks = Set(landmarks.map(\.record.event.id))
        let plain = all.filter { !marks.contains($0.event.id) }
        let room = RecordTally.excerptLimit - marks.count
        var kept = marks.union(plain.prefix(room).map(\.event.id))
        if let final = all.last { kept.insert(final.event.id) }
        let chosen = all.filter { !$0.excerpt.isEmpty && kept.contains($0.event.id) }
        return chosen.map { record in
            record.excerpt.withBytes { Evidence(event: record.event, bytes: $0, linkType: record.linkType) }
        }
    }

    /// Rough size in memory.
    var cost: Int {
        head.count * 130 + (min(head.count, 20) + landmarks.count) * 200 + 200 + parties.cost + links.count * 16
    }
}
