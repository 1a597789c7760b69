internal import Events
internal import Primitives

/// Observations of one chunk, sorted, as one blob: a head with the words that occur, then the records.
///
/// head: version, words (subjects and field names), inputs; record: time as difference to the one before, subject,
/// event (id, input, number, offset, length), weight, values, excerpt, link type (0: none, else one more). Version 1
/// had no link types.
enum ObservationBlock {
    static let version: UInt8 = 2
    /// A block ends after so many observations or bytes: what reading it back takes at once.
    static let maximumCount = 4096
    static let maximumBytes = 256 << 10

    /// Words by number, in the order in which they first came.
    private struct WordNumbers {
        private(set) var list: [String] = []
        private var numbers: [String: Int] = [:]
        /// Of each word that was a subject: the names of its latest observation's values, by their places. Mostly those
        /// of the next one too.
        private var names: [[(text: String, number: Int)]] = []
        private var latest = (subject: "", number: -1)

        mutating func number(ofSubject text: String) -> Int {
            if latest.number < 0 || latest.subject != text { latest = (text, number(of: text)) }
            return latest.number
        }

        mutating func number(ofName text: String, at place: Int, of subject: Int) -> Int {
            let known = names[subject].count
            if place < known, names[subject][place].text == text { return names[subject][place].number }
            let number = number(of: text)
            if place < known {
                names[subject][place] = (text, number)
            } else if place == known {
                names[subject].append((text, number))
            }
            return number
        }

        private mutating func number(of text: String) -> Int {
            if let known = numbers[text] { return known }
            list.append(text)
            names.append([])
            numbers[text] = list.count - 1
            return list.count - 1
        }
    }

    /// The blob for a prefix of `sorted`, and how many observations it holds (at least one of a non-empty slice).
    static func encode(_ sorted: ArraySlice<Observation>) -> (data: [UInt8], count: Int) {
        var words = WordNumbers()
        var inputs: [ContentID: UInt64] = [:]
        var inputList: [ContentID] = []
        var latestInput: (id: ContentID, number: UInt64)?
        func input(_ id: ContentID) -> UInt64 {
            if let latestInput, latestInput.id == id { return latestInput.number }
            let number = inputs[id] ?? UInt64(inputList.count)
            if number == UInt64(inputList.count) {
                inputList.append(id)
                inputs[id] = number
            }
            latestInput = (id, number)
            return number
        }
        var body = ByteWriter()
        body.bytes.reserveCapacity(min(sorted.count * 512, maximumBytes + 4096))
        var count = 0
        var previous: Int64 = 0
        // By place: an observation that is copied is a reference counted for each of its texts.
        for index in sorted.indices.prefix(maximumCount) where count == 0 || body.bytes.count < maximumBytes {
            body.signed(sorted[index].time.nanoseconds &- previous)
            previous = sorted[index].time.nanoseconds
            let subject = words.number(ofSubject: sorted[index].subject)
            body.number(UInt64(subject))
            body.id(sorted[index].event.id)
            body.number(input(sorted[index].event.input))
            body.number(sorted[index].event.number)
            body.signed(sorted[index].event.offset)
            body.signed(Int64(sorted[index].event.length))
            body.signed(Int64(sorted[index].weight))
            sorted[index].values.withUnsafeBufferPointer { values in
                body.number(UInt64(values.count))
                for place in values.indices {
                    body.number(UInt64(words.number(ofName: values[place].name, at: place, of: subject)))
                    body.text(values[place].value)
                }
            }
            body.block(sorted[index].excerpt)
            body.number(sorted[index].linkType.map { UInt64($0) + 1 } ?? 0)
            count += 1
        }
        var head = ByteWriter(bytes: [version])
        head.number(UInt64(words.list.count))
        for word in words.list { head.text(word) }
        head.number(UInt64(inputList.count))
        for input in inputList { head.id(input) }
        return (head.bytes + body.bytes, count)
    }

    struct Head {
        var words: [String] = []
        var inputs: [ContentID] = []
        var hasLinkTypes = true
        /// Where the records begin.
        var length = 0
    }

    /// What the head says; nil where it is damaged or `bytes` do not reach its end.
    static func head(_ bytes: Bytes) -> Head? {
        var reader = ByteReader(bytes)
        guard let version = reader.byte(), (1...self.version).contains(version), let wordCount = reader.count() else {
            return nil
        }
        var words: [String] = []
        for _ in 0..<wordCount {
            guard let text = reader.text() else { return nil }
            words.append(text)
        }
        guard let inputCount = reader.count() else { return nil }
        var inputs: [ContentID] = []
        for _ in 0..<inputCount {
            guard let id = reader.id() else { return nil }
            inputs.append(id)
        }
        return Head(words: words, inputs: inputs, hasLinkTypes: version > 1, length: reader.position)
    }

    /// How far a reader has come in a block.
    struct Progress {
        /// Place of the next record in the bytes at hand.
        var position = 0
        /// Records from there on.
        var remaining: Int
        /// Time of the record before.
        var nanoseconds: Int64 = 0

        fileprivate mutating func pass(to position: Int, _ nanoseconds: Int64) {
            self.position = position
            self.nanoseconds = nanoseconds
            remaining -= 1
        }
    }

    /// What stands before a record's values.
    private struct Front {
        var delta: Int64
        var subject: Int
        var id: ContentID
        var input: Int
        var number: UInt64
        var offset: Int64
        var length: Int
        var weight: Int
        var valueCount: Int
    }

    private static func front(_ reader: inout ByteReader, _ wordCount: Int, _ inputCount: Int) -> Front? {
        guard let delta = reader.signed(), let subject = reader.number(), subject < UInt64(wordCount),
            let id = reader.id(), let input = reader.number(), input < UInt64(inputCount),
            let number = reader.number(), let offset = reader.signed(), let length = reader.signed(),
            let weight = reader.signed(), let valueCount = reader.count()
        else { return nil }
        return Front(
            delta: delta, subject: Int(subject), id: id, input: Int(input), number: number, offset: offset,
            length: Int(length), weight: Int(weight), valueCount: valueCount)
    }

    /// The next record that is wanted; nil where there is none, and where one is damaged or the bytes end before it
    /// does: then records remain.
    static func next(
        in bytes: Bytes, _ head: Head, filter: BlockFilter, _ progress: inout Progress, _ latest: inout LatestValues
    ) -> Observation? {
        let start = progress.position
        var reader = ByteReader(bytes.dropping(start))
        while progress.remaining > 0 {
            guard let front = front(&reader, head.words.count, head.inputs.count) else { return nil }
            let time = progress.nanoseconds &+ front.delta
            guard filter.wants(front.subject, reader, front.valueCount) else {
                guard skip(&reader, front.valueCount, head) else { return nil }
                progress.pass(to: start + reader.position, time)
                continue
            }
            guard let values = latest.read(&reader, count: front.valueCount, of: front.subject, head.words),
                let excerpt = reader.block(), let link = head.hasLinkTypes ? reader.number() : 0
            else { return nil }
            progress.pass(to: start + reader.position, time)
            return Observation(
                time: Timestamp(nanoseconds: time), subject: head.words[front.subject],
                event: EventReference(
                    id: front.id, input: head.inputs[front.input], number: front.number, offset: front.offset,
                    length: front.length),
                values: values, excerpt: excerpt.array,
                linkType: link == 0 ? nil : UInt16(truncatingIfNeeded: link - 1), weight: front.weight)
        }
        return nil
    }

    private static func skip(_ reader: inout ByteReader, _ valueCount: Int, _ head: Head) -> Bool {
        for _ in 0..<valueCount where reader.number() == nil || reader.block() == nil { return false }
        return reader.block() != nil && (!head.hasLinkTypes || reader.number() != nil)
    }

    /// Counts every record of a whole block in the sieves; false where the block is damaged.
    static func count(_ block: Bytes, _ sieves: [ObservationSieve]) -> Bool {
        guard let head = head(block) else { return false }
        let filters = sieves.map { BlockFilter(.sieved($0), words: head.words) }
        var reader = ByteReader(block.dropping(head.length))
        var time: Int64 = 0
        while reader.position < reader.bytes.count {
            guard let front = front(&reader, head.words.count, head.inputs.count) else { return false }
            time &+= front.delta
            for filter in filters {
                filter.count(front.subject, reader, front.valueCount, time: time, weight: front.weight)
            }
            guard skip(&reader, front.valueCount, head) else { return false }
        }
        return true
    }
}
