internal import Events
internal import Primitives

/// What one (key, slot) came to, over all inputs and drains.
struct SlotCell {
    var record: SlotRecord
    var counters: [Int64] = []
    var words = TargetSketch()
    var sketch = HyperLogLog()
    var samples = SampleList()

    /// Names of the values that observations of `KeyedWatcher` carry beside the key.
    static let counters = "aggregate.counters"
    static let words = "aggregate.words"
    static let sketch = "aggregate.sketch"
    static let samples = "aggregate.samples"

    var count: Int { record.count }

    init(_ observation: Observation, slotStart: Int64) {
        record = SlotRecord(observation)
        for value in observation.values {
            switch value.name {
            case SlotCell.counters: counters = TextList.numbers(value.value)
            case SlotCell.words:
                value.value.withBytes { text in
                    TextList.forEach(text, TextList.unit) { if !$0.isEmpty { words.insert($0.text) } }
                }
            case SlotCell.sketch: sketch = HyperLogLog(text: value.value)
            case AggregateField.assets:
                counters = [Int64(observation.weight), Int64(value.value) ?? 0]
            case SlotCell.samples: samples = SampleList(text: value.value, slotStart: slotStart)
            default: break
            }
        }
    }

    mutating func merge(_ other: SlotCell, _ spec: WatchSpec) {
        record.merge(other.record)
        for index in counters.indices where index < other.counters.count {
            if spec.counters[index].takesMaximum {
                counters[index] = max(counters[index], other.counters[index])
            } else {
                let (sum, overflows) = counters[index].addingReportingOverflow(other.counters[index])
                counters[index] = overflows ? .max : sum
            }
        }
        words.formUnion(other.words)
        sketch.formUnion(other.sketch)
        samples.formUnion(other.samples)
    }

    /// A counter's value; 0 where the observation had none.
    subscript(_ index: Int) -> Int64 { index < counters.count ? counters[index] : 0 }

    /// Whether the slot is one that the hot side would have passed over.
    func isOrdinary(_ spec: WatchSpec) -> Bool {
        spec.least.indices.contains { self[$0] < spec.least[$0] }
    }

    /// Of memory, about.
    var bytes: Int {
        400 + record.excerpt.count + words.words.count * 64 + sketch.bytes + samples.samples.count * 24
    }
}

/// Why a slot is an anomaly: the parts that the detection shows.
struct AnomalyFinding {
    /// What was seen, what was to be expected, how far that usually varies, and the score that makes of them.
    var value: Double
    var expectation: Double
    var spread: Double
    var score: Double
    /// The numbers that went into it, and what else there is to show.
    var details: [FieldValue] = []
    /// The slots it stands on, oldest first; empty: the slot that was judged.
    var records: [SlotRecord] = []

    init(value: Double, expectation: Double, spread: Double, score: Double, details: [(String, String)] = []) {
        self.value = value
        self.expectation = expectation
        self.spread = spread
        self.score = score
        self.details = details.map { FieldValue(name: $0.0, value: $0.1) }
    }

    var fields: [FieldValue] {
        [("value", value), ("expectation", expectation), ("spread", spread), ("score", score)].map {
            FieldValue(name: $0.0, value: Decimals.text($0.1))
        } + details
    }
}

/// Numbers as detections show them.
enum Decimals {
    /// With up to three decimals, none of them a trailing zero.
    static func text(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let scaled = Int((min(max(value, -1e14), 1e14) * 1000).rounded())
        if scaled % 1000 == 0 { return String(scaled / 1000) }
        var digits = String(abs(scaled % 1000))
        digits = String(repeating: "0", count: 3 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(scaled < 0 ? "-" : "")\(abs(scaled / 1000)).\(digits)"
    }
}
