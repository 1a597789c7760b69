internal import Primitives

/// When an event was, and two numbers of it.
package struct EventSample: Comparable {
    package var nanoseconds: Int64
    package var first: Int64
    package var second: Int64

    package init(nanoseconds: Int64, first: Int64 = 0, second: Int64 = 0) {
        (self.nanoseconds, self.first, self.second) = (nanoseconds, first, second)
    }

    package static func < (left: EventSample, right: EventSample) -> Bool {
        (left.nanoseconds, left.first, left.second) < (right.nanoseconds, right.first, right.second)
    }
}

/// The earliest events of a slot, up to a limit: the earliest of the union are the earliest of the parts' earliest, so
/// it does not matter where the parts were cut.
struct SampleList {
    static let limit = 512
    private(set) var samples: [EventSample] = []
    /// Samples come mostly in order: they are put in order only when there are too many, and when they are read.
    private var isOrdered = true

    mutating func add(_ sample: EventSample) {
        if let last = samples.last, sample < last { isOrdered = false }
        samples.append(sample)
        if samples.count >= 2 * SampleList.limit { trim() }
    }

    private mutating func trim() {
        if !isOrdered { samples.sort() }
        isOrdered = true
        if samples.count > SampleList.limit { samples.removeLast(samples.count - SampleList.limit) }
    }

    mutating func formUnion(_ other: SampleList) {
        for sample in other.samples { add(sample) }
        trim()
    }

    mutating func removeAll() {
        samples.removeAll(keepingCapacity: true)
        isOrdered = true
    }

    /// Microseconds behind the slot's start and the numbers, to the base of 36: `1k3.8c.0 ...`.
    mutating func text(slotStart: Int64) -> String {
        trim()
        var list = TextListWriter(capacity: 20 * samples.count)
        for sample in samples {
            list.separate(TextList.blank)
            list.number((sample.nanoseconds &- slotStart) / 1000, base: 36)
            for number in [sample.first, sample.second] {
                list.separate(UInt8(ascii: "."))
                list.number(number, base: 36)
            }
        }
        return list.text
    }

    /// What is no sample is left out.
    init(text: String, slotStart: Int64) {
        text.withBytes { bytes in
            TextList.forEach(bytes, TextList.blank) { word in
                var parts: [Int64] = []
                TextList.forEach(word, UInt8(ascii: ".")) { part in
                    if let number = TextList.number(part, base: 36) { parts.append(number) }
                }
                guard parts.count == 3, parts[0] >= 0, parts[0] < 1 << 40 else { return }
                add(EventSample(nanoseconds: slotStart &+ parts[0] &* 1000, first: parts[1], second: parts[2]))
            }
        }
        trim()
    }

    init() {}
}
