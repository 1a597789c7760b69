internal import Events
internal import GRDB
package import Primitives

/// Counts groups in one pass over the incidents as they come.
struct GroupTally {
    private let numbers: Bool
    private var places: [String: Int] = [:]
    private var groups: [IncidentGroup] = []
    /// The number (days, hours) of the row before and its group's place: incidents of the same time stand together.
    private var before: (number: Int64, place: Int)?

    /// - Parameter numbers: keys are numbers, and groups stand in their order; else most incidents first
    init(numbers: Bool) { self.numbers = numbers }

    mutating func add(_ row: RawStatement) {
        if numbers, let before, before.number == row.integer(0) { return count(row, at: before.place) }
        let key = row.text(0)
        if let place = places[key] {
            count(row, at: place)
        } else {
            places[key] = groups.count
            groups.append(IncidentGroup(row))
        }
        if numbers, let place = places[key] { before = (row.integer(0), place) }
    }

    private mutating func count(_ row: RawStatement, at place: Int) {
        groups[place].incidents += 1
        groups[place].records &+= row.integer(2)
        groups[place].worst = max(groups[place].worst, Severity(rawValue: row.int(3)) ?? .informational)
        groups[place].first = min(groups[place].first, row.time(4))
        groups[place].last = max(groups[place].last, row.time(5))
    }

    func sorted(limit: Int?) -> [IncidentGroup] {
        let sorted =
            numbers
            ? groups.sorted { (Int64($0.key) ?? 0) < (Int64($1.key) ?? 0) }
            : groups.sorted { ($1.incidents, $1.worst, $0.key) < ($0.incidents, $0.worst, $1.key) }
        return Array(sorted.prefix(limit.map { max(0, $0) } ?? sorted.count))
    }
}

/// Incidents over time and by what became of them, all from one pass.
package struct IncidentTally: Sendable {
    /// When the first began and the last ended; nil where there is none.
    package private(set) var span: (first: Timestamp, last: Timestamp)?
    /// By severity (rank) and status (in the order of `IncidentStatus.allCases`).
    package private(set) var states = [[Int]](
        repeating: [Int](repeating: 0, count: IncidentStatus.allCases.count), count: Severity.allCases.count)
    package var total: Int { states.joined().reduce(0, +) }
    private var resolutions: [String: Int] = [:]
    /// By what those were closed as that were, as it is stored, most first.
    package var decided: [(resolution: String, count: Int)] {
        resolutions.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    }
    /// By quarters of an hour since 1970 in which their last records lie, then by severity.
    private var quarters: [Int64: [Int]] = [:]
    private var open: (quarter: Int64, counts: [Int])?

    static let quarter: Int64 = 900_000_000_000
    private static let letters = IncidentStatus.allCases.map { $0.rawValue.utf8.first ?? 0 }
    private static let none = [Int](repeating: 0, count: Severity.allCases.count)

    fileprivate init() {}

    fileprivate mutating func add(_ row: RawStatement) {
        let (rank, first, last) = (row.int(0), row.time(2), row.time(3))
        guard states.indices.contains(rank) else { return }
        if let known = span {
            span = (min(known.first, first), max(known.last, last))
        } else {
            span = (first, last)
        }
        // A known status is told by its first letter.
        let status = row.bytes(1)
        if !status.isEmpty, let state = IncidentTally.letters.firstIndex(of: status[0]) { states[rank][state] += 1 }
        if !row.isNull(4) { resolutions[row.text(4), default: 0] += 1 }
        let quarter = IncidentTally.floor(last.nanoseconds, IncidentTally.quarter)
        if open?.quarter != quarter {
            close()
            open = (quarter, quarters[quarter] ?? IncidentTally.none)
        }
        open?.counts[rank] += 1
    }

    fileprivate mutating func close() {
        if let open { quarters[open.quarter] = open.counts }
        open = nil
    }

    private static func floor(_ value: Int64, _ unit: Int64) -> Int64 {
        value >= 0 ? value / unit : -((-(value + 1)) / unit) - 1
    }

    /// By stretch of time in which the last record lies (0 begins at `from`; the first also has what is older) and by
    /// severity.
    /// - Parameters:
    ///   - from: a quarter of an hour in UTC, as every full hour of a zone is
    ///   - width: in nanoseconds, a multiple of such quarters
    package func histogram(from: Timestamp, width: Int64) -> [Int64: [Int]] {
        var counts: [Int64: [Int]] = [:]
        for (quarter, numbers) in quarters {
            let (start, tooFar) = quarter.multipliedReportingOverflow(by: IncidentTally.quarter)
            let (into, farther) = start.subtractingReportingOverflow(from.nanoseconds)
            let slot = tooFar || farther ? 0 : max(0, into / max(1, width))
            var sums = counts[slot] ?? IncidentTally.none
            for rank in numbers.indices { sums[rank] += numbers[rank] }
            counts[slot] = sums
        }
        return counts
    }
}

extension Store {
    package func tally(
        where condition: IncidentCondition = .everything, now: Timestamp = wallClock()
    ) throws(StoreError) -> IncidentTally {
        try read { database in
            let condition = try condition.settled(database)
            let statement = try RawStatement(
                database,
                """
                SELECT i.severity, \(IncidentTable.status), i.first, i.last, i.resolution, ?1 FROM incidents i
                WHERE \(condition.whole)
                """)
            statement.bind(1, now)
            statement.bind(condition, from: 2)
            var tally = IncidentTally()
            try statement.each { tally.add($0) }
            tally.close()
            return tally
        }
    }
}
