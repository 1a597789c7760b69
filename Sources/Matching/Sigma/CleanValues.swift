internal import Events
internal import Primitives

/// Values of the event at hand that are known to wake no rule, and where in the record they need not be searched.
struct CleanValues {
    struct Seam {
        var start: Int
        var end: Int
    }

    private(set) var count = 0
    /// Whether all of them are known to be clean with the quotes around them.
    private var areQuoted = true
    /// Bit by position of the value among the event's fields.
    private var positions: UInt64 = 0
    /// Where clean values lie in the record, in order.
    private var ranges = (Seam(start: 0, end: 0), Seam(start: 0, end: 0))
    private var rangeCount = 0
    private(set) var seamCount = 0
    private var seams = (Seam(start: 0, end: 0), Seam(start: 0, end: 0))

    private let agent = FieldID(.userAgentOriginal)
    private let referrer = FieldID(.httpRequestReferrer)

    /// Fields whose values come again and again.
    @inline(__always) func areRepeated(_ field: FieldID) -> Bool { field == agent || field == referrer }

    /// Length of a quote and the space beside it.
    static let quote = 2

    /// The bytes `start ..< end` with ` "` before and `" ` (or `"` at the record's end) behind them; empty where it is
    /// otherwise.
    static func quoted(_ start: Int, _ end: Int, in record: Bytes) -> Bytes {
        guard start >= quote, end < record.count, record.start[start - 1] == ASCII.quote,
            record.start[start - 2] == ASCII.space, record.start[end] == ASCII.quote
        else { return .empty }
        if end + 1 == record.count { return record.slice(start - quote, end + 1) }
        return record.start[end + 1] == ASCII.space ? record.slice(start - quote, end + quote) : .empty
    }

    mutating func removeAll() {
        count = 0
        areQuoted = true
        positions = 0
        rangeCount = 0
        seamCount = 0
    }

    mutating func add(_ position: Int, isQuoted: Bool) {
        guard position < UInt64.bitWidth else { return }
        if !isQuoted { areQuoted = false }
        positions |= 1 << UInt64(position)
        count += 1
    }

    @inline(__always) func contains(_ position: Int) -> Bool {
        position < UInt64.bitWidth && positions & 1 << UInt64(position) != 0
    }

    /// Notes where a value lies in the record; false where it is not known to be clean, or there is no room.
    mutating func take(_ position: Int, _ start: Int, _ length: Int) -> Bool {
        guard contains(position), rangeCount < 2 else { return false }
        let range = Seam(start: start, end: start + length)
        if rangeCount == 0 {
            ranges.0 = range
        } else if start < ranges.0.start {
            ranges = (range, ranges.0)
        } else {
            ranges.1 = range
        }
        rangeCount += 1
        return true
    }

    /// Leaves clean values out that lie behind `tail`, where the last of the other values ends: sets the seams between
    /// and behind them, and answers where the first piece of the record ends.
    mutating func passOver(from tail: Int, in record: Bytes, _ plan: SourcePlan) -> Int {
        if rangeCount == 2 && (ranges.0.start < tail || ranges.1.start < ranges.0.end) {
            ranges.0 = ranges.1
            rangeCount = 1
        }
        guard rangeCount > 0, ranges.0.start >= tail else { return record.count }
        if areQuoted { return passOverQuoted(in: record, plan) }
        let first = CleanValues.lead(ranges.0, record, plan)
        if rangeCount == 2 {
            addSeam(CleanValues.trail(ranges.0, record, plan), CleanValues.lead(ranges.1, record, plan), plan)
        }
        let last = rangeCount == 2 ? ranges.1 : ranges.0
        addSeam(CleanValues.trail(last, record, plan), record.count, plan)
        return first
    }

    /// Of values whose quotes were searched with them: what is left is what stands between and behind the quotes.
    private mutating func passOverQuoted(in record: Bytes, _ plan: SourcePlan) -> Int {
        let last = rangeCount == 2 ? ranges.1 : ranges.0
        // `" "` between two values holds no keyword, as no keyword has a space beside a quote.
        if rangeCount == 2, ranges.1.start - ranges.0.end > CleanValues.quote + 1 {
            addSeam(ranges.0.end, ranges.1.start, plan)
        }
        addSeam(last.end, record.count, plan)
        return ranges.0.start
    }

    private mutating func addSeam(_ start: Int, _ end: Int, _ plan: SourcePlan) {
        guard end - start >= plan.shortestKeyword else { return }
        if seamCount == 0 { seams.0 = Seam(start: start, end: end) } else { seams.1 = Seam(start: start, end: end) }
        seamCount += 1
    }

    func seam(_ index: Int) -> Seam { index == 0 ? seams.0 : seams.1 }

    /// How far into the value a literal can reach that begins before it.
    private static func lead(_ range: Seam, _ record: Bytes, _ plan: SourcePlan) -> Int {
        if range.start == 0 { return 0 }
        let reach = max(0, Int(plan.crossings[Int(record[range.start - 1])]) - 1)
        return min(range.end, range.start + reach)
    }

    /// Where in the value a literal can begin that ends behind it.
    private static func trail(_ range: Seam, _ record: Bytes, _ plan: SourcePlan) -> Int {
        if range.end == record.count { return range.end }
        let reach = max(0, Int(plan.crossings[Int(record[range.end])]) - 1)
        return max(range.start, range.end - reach)
    }
}
