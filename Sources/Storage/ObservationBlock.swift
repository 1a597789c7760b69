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
        private var numbers: [String: UInt64] = [:]
        /// Those of the observation before, by their places in it: mostly those of the next one too.
        private var latest: [(text: String, number: UInt64)] = []

        mutating func number(of text: String, at place: Int) -> UInt64 {
            if place < latest.count, latest[place].text == text { return latest[place].number }
            let number = numbers[text] ?? UInt64(list.count)
            if number == UInt64(list.count) {
                list.append(text)
                numbers[text] = number
            }
            if place < latest.count {
                latest[place] = (text, number)
            } else if place == latest.count {
                latest.append((text, number))
            }
            return number
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
            body.number(words.number(of: sorted[index].subject, at: 0))
            body.id(sorted[index].event.id)
            body.number(input(sorted[index].event.input))
            body.number(sorted[index].event.number)
            body.signed(sorted[index].event.offset)
            body.signed(Int64(sorted[index].event.length))
            body.signed(Int64(sorted[index].weight))
            body.number(UInt64(sorted[index].values.count))
            for place in sorted[index].values.indices {
                body.number(words.number(of: sorted[index].values[place].name, at: place + 1))
                body.text(sorted[index].values[place].value)
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

    /// One record as read back; `observation` is nil where nobody wants it.
    struct Record {
        var nanoseconds: Int64
        var observation: Observation?
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

    /// The next record; nil where it is damaged or `reader` ends before it does.
    static func next(
        _ reader: inout ByteReader, _ head: Head, filter: BlockFilter, previous: Int64
    ) -> Record? {
        let (words, inputs) = (head.words, head.inputs)
        guard let front = front(&reader, words.count, inputs.count) else { return nil }
        var record = Record(nanoseconds: previous &+ front.delta)
        guard filter.wants(front.subject, reader, front.valueCount) else {
            return skip(&reader, front.valueCount, head) ? record : nil
        }
        var values: [FieldValue] = []
        values.reserveCapacity(front.valueCount)
        for _ in 0..<front.valueCount {
            guard let name = reader.number(), name < UInt64(words.count), let text = reader.text() else { return nil }
            values.append(FieldValue(name: words[Int(name)], value: text))
        }
        guard let excerpt = reader.block(), let link = head.hasLinkTypes ? reader.number() : 0 else { return nil }
        record.observation = Observation(
            time: Timestamp(nanoseconds: record.nanoseconds), subject: words[front.subject],
            event: EventReference(
                id: front.id, input: inputs[front.input], number: front.number, offset: front.offset,
                length: front.length),
            values: values, excerpt: excerpt.array,
            linkType: link == 0 ? nil : UInt16(truncatingIfNeeded: link - 1), weight: front.weight)
        return record
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
