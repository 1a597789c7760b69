import Events
import Primitives
import Rules

/// Correlations straight from their definition: every window is gathered anew from all hits before it, every count is
/// made over the whole window, ordered sequences are searched among all subsets of rules. Slow, and plain to see.
struct SlowEvaluator {
    struct Found: Hashable, CustomStringConvertible {
        var id: ContentID
        var rule: String
        var first: Timestamp
        var last: Timestamp
        var count: Int
        var events: [ContentID]
        var key: [String]

        var description: String {
            let seconds = [first, last].map { "\(($0.nanoseconds - Make.start * 1_000_000_000) / 1_000_000_000)" }
            return "\(rule) \(seconds.joined(separator: "-")) count \(count) events \(events.map(\.low))"
        }
    }

    private struct Hit {
        /// Place in the order of judgement: observations have even numbers.
        var position: Int
        var level: Int
        /// Among hits that a rule raised at one moment: the place of what raised them.
        var order = 0
        /// Place among all hits so far.
        var place = 0
        var time: Timestamp
        var subject: String
        var id: ContentID
        var values: [String: String]
        var records: [Record]
        /// The record that it came with: itself, or the one that made the detection fire or grow.
        var newest: ContentID
        var isDetection = false
    }

    private struct Record: Hashable {
        var time: Timestamp
        var id: ContentID
        var weight: Int
    }

    /// `rules`: children before parents.
    static func run(_ rules: [CorrelationRule], _ observations: [Observation]) -> Set<Found> {
        var hits = observations.sorted().enumerated().map { index, seen in
            Hit(
                position: index * 2, level: 0, time: seen.time, subject: seen.subject, id: seen.event.id,
                values: Dictionary(seen.values.map { ($0.name, $0.value) }, uniquingKeysWith: { a, _ in a }),
                records: [Record(time: seen.time, id: seen.event.id, weight: seen.weight)], newest: seen.event.id)
        }
        for index in hits.indices { hits[index].place = index }
        let times = hits.map(\.time)
        var found = Set<Found>()
        for (level, rule) in rules.enumerated() {
            let (detections, chained) = evaluate(rule, hits, times, level: level + 1)
            if rule.info.generates { found.formUnion(detections) }
            hits = (hits + chained).sorted {
                ($0.position, $0.time, $0.level, $0.order) < ($1.position, $1.time, $1.level, $1.order)
            }
            for index in hits.indices { hits[index].place = index }
        }
        return found
    }

    private static func evaluate(
        _ rule: CorrelationRule, _ hits: [Hit], _ times: [Timestamp], level: Int
    ) -> ([Found], [Hit]) {
        var groups: [[String]: [Hit]] = [:]
        for hit in hits where rule.rules.contains(hit.subject) {
            let key = rule.groupBy.map { hit.values[rule.field($0, in: hit.subject)] ?? "" }
            if key.contains("") { continue }
            if rule.kind.hasField, counted(hit, rule).isEmpty { continue }
            if rule.kind.isNumeric, Double(counted(hit, rule)) == nil { continue }
            groups[key, default: []].append(hit)
        }
        var found: [Found] = []
        var raised: [Hit] = []
        for (key, all) in groups {
            let chained = rule.rules.contains { $0.hasPrefix("r") }
            for episode in episodes(of: all, rule) {
                guard let result = judge(episode, rule, times) else { continue }
                let opening = distinctRecords(result.opening)
                let id = name(
                    rule, [opening[0].id] + (chained ? [result.newest, result.firing, moment(result.fired)] : []), key)
                var members = result.opening
                func chain(_ because: Hit, at position: Int, _ time: Timestamp, order: Int) {
                    var values = because.values
                    for (name, value) in zip(rule.groupBy, key) { values[name] = value }
                    raised.append(
                        Hit(
                            position: position, level: level, order: order, time: time, subject: rule.info.id, id: id,
                            values: values,
                            records: distinctRecords(members), newest: because.newest, isDetection: true))
                }
                var because = result.because
                because.newest = result.newest
                chain(because, at: result.position, result.time, order: result.order)
                for hit in result.after {
                    members.append(hit)
                    chain(hit, at: hit.position, hit.time, order: hit.place)
                }
                let records = distinctRecords(members)
                found.append(
                    Found(
                        id: id, rule: rule.info.id, first: records[0].time, last: records[records.count - 1].time,
                        count: records.reduce(0) { $0 + $1.weight }, events: records.map(\.id), key: key))
            }
        }
        return (found, raised)
    }

    /// What tells a detection from all others of its rule: its first event; of a chain, also the event that made it
    /// fire; with aliases, also its group.
    private static func name(_ rule: CorrelationRule, _ parts: [ContentID], _ key: [String]) -> ContentID {
        if rule.aliases.isEmpty { return detectionID(rule: rule.info.id, events: parts) }
        var hasher = ContentHasher()
        for value in key { hasher.add(value) }
        return detectionID(rule: rule.info.id, events: parts + [hasher.finish()])
    }

    private static func moment(_ time: Timestamp) -> ContentID {
        ContentID(high: 0, low: UInt64(bitPattern: time.nanoseconds))
    }

    /// Cut where the gap is longer than the timespan.
    private static func episodes(of hits: [Hit], _ rule: CorrelationRule) -> [[Hit]] {
        var episodes: [[Hit]] = []
        for hit in hits {
            if let last = episodes.last?.last, hit.time.nanoseconds - last.time.nanoseconds <= rule.timespanNanoseconds
            {
                episodes[episodes.count - 1].append(hit)
            } else {
                episodes.append([hit])
            }
        }
        return episodes
    }

    private typealias Verdict = (
        opening: [Hit], after: [Hit], because: Hit, newest: ContentID, firing: ContentID, position: Int,
        time: Timestamp,
        order: Int, fired: Timestamp
    )

    private static func judge(_ episode: [Hit], _ rule: CorrelationRule, _ times: [Timestamp]) -> Verdict? {
        let parts = rule.rules
        let temporal = rule.kind == .temporal || rule.kind == .temporalOrdered
        let whole = rule.pattern == nil && temporal ? parts.count : 1
        let conditions = rule.conditions.isEmpty ? [(.greaterOrEqual, whole)] : rule.conditions
        func holds(_ value: Int) -> Bool { conditions.allSatisfy { $0.0.holds(value, $0.1) } }
        func window(_ index: Int) -> [Hit] {
            episode[...index].filter {
                episode[index].time.nanoseconds - $0.time.nanoseconds <= rule.timespanNanoseconds
            }
        }
        let undone = rule.pattern?.hasNegation == true
        if !undone, conditions.allSatisfy({ $0.0 == .greater || $0.0 == .greaterOrEqual }) {
            for index in episode.indices where holds(measure(window(index), rule, of: episode)) {
                var opening = lastOfEach(window(index))
                if rule.kind == .temporalOrdered, let start = opening.firstIndex(where: { $0.subject == parts[0] }) {
                    opening.removeFirst(start)
                }
                let hit = episode[index]
                return (
                    opening, Array(episode[(index + 1)...]), hit, hit.newest, hit.id, hit.position, hit.time, hit.place,
                    hit.time
                )
            }
            return nil
        }
        let peak = episode.indices.map { measure(window($0), rule, of: episode) }.max() ?? 0
        guard holds(peak), let first = episode.first, let last = episode.last else { return nil }
        let end = last.time.adding(nanoseconds: rule.timespanNanoseconds)
        let position = (times.firstIndex { $0 > end } ?? times.count) * 2 - 1
        return (
            episode, [], first, distinctRecords(episode).last?.id ?? last.newest, last.id, position, end, last.place,
            last.time
        )
    }

    /// Of a detection that grew within the window, only its last state.
    private static func lastOfEach(_ window: [Hit]) -> [Hit] {
        window.enumerated().filter { index, hit in
            !window[(index + 1)...].contains { $0.id == hit.id && $0.subject == hit.subject }
        }.map(\.element)
    }

    private static func measure(_ window: [Hit], _ rule: CorrelationRule, of episode: [Hit]) -> Int {
        if let pattern = rule.pattern {
            let ordered = rule.kind == .temporalOrdered
            let all = rule.rules.indices.filter { place in episode.contains { $0.subject == rule.rules[place] } }
            return ([[]] + subsets(rule.rules.count)).contains { subset in
                (ordered ? isSequence(subset, window, rule.rules) : isPresent(subset, window, rule.rules))
                    && holds(pattern, subset, else: all)
            } ? 1 : 0
        }
        switch rule.kind {
        case .valueSum, .valueAverage, .valuePercentile, .valueMedian: return number(window, rule)
        case .eventCount:
            var weights: [ContentID: Int] = [:]
            for hit in window { weights[hit.id] = hit.isDetection ? 1 : hit.records[0].weight }
            return weights.values.reduce(0, +)
        case .valueCount: return Set(window.map { counted($0, rule) }).count
        case .temporal: return Set(window.map(\.subject)).count
        case .temporalOrdered: return longestSequence(window, rule.rules)
        }
    }

    private static func longestSequence(_ window: [Hit], _ parts: [String]) -> Int {
        var best = 0
        for wanted in subsets(parts.count) where isSequence(wanted, window, parts) { best = max(best, wanted.count) }
        return best
    }

    private static func subsets(_ count: Int) -> [[Int]] {
        (1..<(1 << count)).map { subset in (0..<count).filter { subset >> $0 & 1 == 1 } }
    }

    private static func isSequence(_ wanted: [Int], _ window: [Hit], _ parts: [String]) -> Bool {
        var time = Timestamp.none
        return wanted.allSatisfy { part in
            let next = window.filter { $0.subject == parts[part] && $0.time >= time }.map(\.time).min()
            time = next ?? time
            return next != nil
        }
    }

    private static func isPresent(_ wanted: [Int], _ window: [Hit], _ parts: [String]) -> Bool {
        wanted.allSatisfy { part in window.contains { $0.subject == parts[part] } }
    }

    /// `present`: the rules that hit in a window; under `not`, those that hit anywhere in the episode (`all`) count.
    private static func holds(_ expression: SigmaExpression, _ present: [Int], else all: [Int]) -> Bool {
        switch expression {
        case .all(let list): list.allSatisfy { holds($0, present, else: all) }
        case .any(let list): list.contains { holds($0, present, else: all) }
        case .atLeast(let number, let list): list.filter { holds($0, present, else: all) }.count >= number
        case .selection(let place): present.contains(place)
        case .not(let inner): !holds(inner, all, else: present)
        case .test: false
        }
    }

    /// Numbers of different records (a chained detection counts once for each number it brought), in thousandths.
    private static func number(_ window: [Hit], _ rule: CorrelationRule) -> Int {
        struct Seen: Hashable {
            var id: ContentID
            var value: String
        }
        let seen = Set(window.map { Seen(id: $0.id, value: counted($0, rule)) })
        let numbers = seen.map { Int(((Double($0.value) ?? 0) * 1000).rounded()) }.sorted()
        guard !numbers.isEmpty else { return 0 }
        switch rule.kind {
        case .valueSum: return numbers.reduce(0, +)
        case .valueAverage: return numbers.reduce(0, +) / numbers.count
        case .valueMedian:
            let middle = numbers.count / 2
            return numbers.count % 2 == 1 ? numbers[middle] : (numbers[middle - 1] + numbers[middle]) / 2
        default:
            let rank = (Double(rule.percentile ?? 100) * Double(numbers.count) / 100).rounded(.up)
            return numbers[max(0, Int(rank) - 1)]
        }
    }

    private static func counted(_ hit: Hit, _ rule: CorrelationRule) -> String {
        let values = rule.countedFields.map { hit.values[rule.field($0, in: hit.subject)] ?? "" }
        return values.contains("") ? "" : values.joined(separator: "|")
    }

    private static func distinctRecords(_ hits: [Hit]) -> [Record] {
        Set(hits.flatMap(\.records)).sorted { ($0.time, $0.id) < ($1.time, $1.id) }
    }
}
