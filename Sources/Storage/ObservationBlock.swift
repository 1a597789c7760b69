internal import Events
internal import Primitives

/// Observations of one chunk, sorted, as one blob: a head with the words that occur, then the records.
///
/// head: version, words (subjects and field names), inputs; record: time as difference to the one before, subject,
/// event (id, input, number, offset, length), weight, values, excerpt.
enum ObservationBlock {
    static let version: UInt8 = 1
    /// A block ends after so many observations or bytes: what reading it back takes at once.
    static let maximumCount = 4096
    static let maximumBytes = 256 << 10

    /// The blob for a prefix of `sorted`, and how many observations it holds (at least one of a non-empty slice).
    static func encode(_ sorted: ArraySlice<Observation>) -> (data: [UInt8], count: Int) {
        var words: [String: UInt64] = [:]
        var wordList: [String] = []
        var inputs: [ContentID: UInt64] = [:]
        var inputList: [ContentID] = []
        func word(_ text: String) -> UInt64 {
            if let known = words[text] { return known }
            wordList.append(text)
            words[text] = UInt64(wordList.count - 1)
            return UInt64(wordList.count - 1)
        }
        func input(_ id: ContentID) -> UInt64 {
            if let known = inputs[id] { return known }
            inputList.append(id)
            inputs[id] = UInt64(inputList.count - 1)
            return UInt64(inputList.count - 1)
        }
        var body = ByteWriter()
        var count = 0
        var previous: Int64 = 0
        for observation in sorted.prefix(maximumCount) where count == 0 || body.bytes.count < maximumBytes {
            body.signed(observation.time.nanoseconds &- previous)
            previous = observation.time.nanoseconds
            body.number(word(observation.subject))
            body.id(observation.event.id)
            body.number(input(observation.event.input))
            body.number(observation.event.number)
            body.signed(observation.event.offset)
            body.signed(Int64(observation.event.length))
            body.signed(Int64(observation.weight))
            body.number(UInt64(observation.values.count))
            for value in observation.values {
                body.number(word(value.name))
                body.text(value.value)
            }
            body.block(observation.excerpt)
            count += 1
        }
        var head = ByteWriter(bytes: [version])
        head.number(UInt64(wordList.count))
        for word in wordList { head.text(word) }
        head.number(UInt64(inputList.count))
        for input in inputList { head.id(input) }
        return (head.bytes + body.bytes, count)
    }

    /// What the head says, and where the records begin; nil where it is damaged or `bytes` do not reach its end.
    static func head(_ bytes: Bytes) -> (words: [String], inputs: [ContentID], length: Int)? {
        var reader = ByteReader(bytes)
        guard reader.byte() == version, let wordCount = reader.count() else { return nil }
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
        return (words, inputs, reader.position)
    }

    /// The next record; nil where it is damaged or `reader` ends before it does.
    static func next(
        _ reader: inout ByteReader, words: [String], inputs: [ContentID], previous: Int64
    ) -> Observation? {
        guard let delta = reader.signed(), let subject = reader.number(), subject < UInt64(words.count),
            let id = reader.id(), let input = reader.number(), input < UInt64(inputs.count),
            let number = reader.number(), let offset = reader.signed(), let length = reader.signed(),
            let weight = reader.signed(), let valueCount = reader.count()
        else { return nil }
        var values: [FieldValue] = []
        values.reserveCapacity(valueCount)
        for _ in 0..<valueCount {
            guard let name = reader.number(), name < UInt64(words.count), let text = reader.text() else { return nil }
            values.append(FieldValue(name: words[Int(name)], value: text))
        }
        guard let excerpt = reader.block() else { return nil }
        return Observation(
            time: Timestamp(nanoseconds: previous &+ delta), subject: words[Int(subject)],
            event: EventReference(
                id: id, input: inputs[Int(input)], number: number, offset: offset, length: Int(length)),
            values: values, excerpt: excerpt.array, weight: Int(weight))
    }
}
