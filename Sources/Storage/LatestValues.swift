internal import Events
internal import Primitives

/// The values of each subject's latest record in a block. Under attack one record is like the one before, but for a
/// port or a path: what is the same is not made again, and whoever compares lists sees by their storage that they are
/// equal.
struct LatestValues {
    private struct Record {
        /// Values as they stand in the block, one after the other.
        var bytes: [UInt8] = []
        /// Word of each value's name, and where the value ends in `bytes`.
        var places: [(word: Int, end: Int)] = []
        var values: [FieldValue] = []

        /// Whether the value at `place` is this one.
        func has(_ text: Bytes, of word: Int, at place: Int) -> Bool {
            guard place < places.count, places[place].word == word else { return false }
            let start = place == 0 ? 0 : places[place - 1].end
            guard places[place].end - start == text.count else { return false }
            return bytes.withBytes { $0.slice(start, start + text.count) == text }
        }

        /// Of memory, about.
        var cost: Int { 2 * bytes.count + 80 * places.count }

        /// Notes the values from `first` on in place of those known; `reader` stands before that one.
        mutating func note(_ fresh: [FieldValue], from first: Int, _ reader: ByteReader) {
            var reader = reader
            let end = first == 0 ? 0 : places[first - 1].end
            bytes.removeSubrange(end...)
            places.removeSubrange(first...)
            for _ in first..<fresh.count {
                guard let word = reader.number(), let text = reader.block() else { return }
                bytes.append(contentsOf: UnsafeBufferPointer(start: text.start, count: text.count))
                places.append((Int(word), bytes.count))
            }
            values = fresh
        }
    }

    private var records: [Record]
    private var held = 0
    private let limit: Int

    /// - Parameters:
    ///   - wordCount: of the block, whose words name its subjects
    ///   - limit: in bytes, about; with more, all are forgotten
    init(wordCount: Int, limit: Int) {
        records = [Record](repeating: Record(), count: wordCount)
        self.limit = limit
    }

    /// Reads the `count` values of a record of `subject`; nil where they are damaged or `reader` ends before they do.
    mutating func read(_ reader: inout ByteReader, count: Int, of subject: Int, _ words: [String]) -> [FieldValue]? {
        var same = 0
        var start = reader
        while same < count {
            guard let (word, text) = LatestValues.next(&reader, words.count) else { return nil }
            if !records[subject].has(text, of: word, at: same) { break }
            same += 1
            start = reader
        }
        if same == count, records[subject].values.count == count { return records[subject].values }
        reader = start
        var values: [FieldValue] = []
        values.reserveCapacity(count)
        values.append(contentsOf: records[subject].values.prefix(same))
        for place in same..<count {
            guard let (word, text) = LatestValues.next(&reader, words.count) else { return nil }
            let isKnown = records[subject].has(text, of: word, at: place)
            values.append(
                isKnown ? records[subject].values[place] : FieldValue(name: words[word], value: text.text))
        }
        held -= records[subject].cost
        records[subject].note(values, from: same, start)
        held += records[subject].cost
        if held > limit { forget() }
        return values
    }

    private mutating func forget() {
        records = [Record](repeating: Record(), count: records.count)
        held = 0
    }

    private static func next(_ reader: inout ByteReader, _ wordCount: Int) -> (Int, Bytes)? {
        guard let word = reader.number(), word < UInt64(wordCount), let text = reader.block() else { return nil }
        return (Int(word), text)
    }
}
