import Anomalies
import Correlation
import Events
import Foundation
import Logs
import Primitives
import Rules

/// What is kept by key: tables of the anomaly detectors over access lines, and a sliding window of one correlation.
enum Windows {
    private static let observationCount = 200_000
    private static let clientCount = 20_000

    static func watch() throws {
        var traffic = Traffic()
        let text = traffic.accessLines(200_000)
        var loader = RuleLoader(options: RuleLoadOptions())
        let rules = loader.load(paths: [pack("anomaly")]).anomalies
        let registry = FieldRegistry()
        let watch = try AnomalyWatch(rules: rules, registry: registry)
        registry.freeze()
        let events = try Batches.decoded(text, registry)
        let input = ContentID(high: 1, low: 1)
        var counts: [UInt64: Int] = [:]
        let reference: () -> Void = {
            counts.removeAll(keepingCapacity: true)
            for (_, decoded) in events {
                for index in 0..<decoded.count { counts[client(decoded, index), default: 0] += 1 }
            }
        }
        Measure(name: "watch, \(rules.count) anomaly rules", bytes: text.count, records: 200_000)
            .run(reference: ("Dictionary of counts by hash of client", reference)) {
                let worker = watch.makeWorker()
                for (batch, decoded) in events {
                    worker.watch(decoded, input: input, streamOffset: batch.streamOffset, firstLine: 1)
                }
                _ = worker.drain()
            }
    }

    private static func client(_ batch: EventBatch, _ index: Int) -> UInt64 {
        for slot in batch.fields(of: index) where slot.field == FieldID(.sourceIP) {
            return hash64(batch.bytes(of: slot))
        }
        return 0
    }

    /// Ten of one client within a minute; few clients ever have so many.
    static func correlate() {
        let subject = RuleInfo(
            id: "a", title: "A", level: .low, kind: .sigma, origin: RuleOrigin(file: "a.yml", line: 1))
        let info = RuleInfo(
            id: "b", title: "B", level: .medium, kind: .correlation, origin: RuleOrigin(file: "b.yml", line: 1))
        let rule = CorrelationRule(
            info: info, kind: .eventCount, rules: ["a"], groupBy: [Field.sourceIP.rawValue], aliases: [],
            timespanNanoseconds: 60_000_000_000, conditions: [(comparison: .greaterOrEqual, bound: 10)],
            countedFields: [])
        let observations = (0..<observationCount).map { observation($0) }
        var windows: [String: [Int64]] = [:]
        Measure(name: "correlate, one event_count", bytes: 0, records: observationCount)
            .run(reference: ("Dictionary of arrays of times", { hold(observations, in: &windows) })) {
                let correlator = Correlator(rules: [rule], catalogue: ["a": subject], maximumBytes: 256 << 20)
                for observation in observations { correlator.feed(observation) }
                correlator.finish()
                _ = correlator.takeDetections()
            }
    }

    private static func hold(_ observations: [Observation], in windows: inout [String: [Int64]]) {
        windows.removeAll(keepingCapacity: true)
        for observation in observations {
            let time = observation.time.nanoseconds
            var times = windows.removeValue(forKey: observation.values[0].value) ?? []
            if let first = times.first, first <= time - 60_000_000_000 {
                times.removeAll { $0 <= time - 60_000_000_000 }
            }
            times.append(time)
            windows[observation.values[0].value] = times
        }
    }

    /// A hundred a second.
    private static func observation(_ number: Int) -> Observation {
        let time = Timestamp(nanoseconds: 1_773_280_800_000_000_000 + Int64(number) * 10_000_000)
        let id = ContentID(high: mix64(UInt64(number) &+ 1), low: UInt64(number))
        let address = Int(truncatingIfNeeded: mix64(UInt64(number)) % UInt64(clientCount))
        return Observation(
            time: time, subject: "a",
            event: EventReference(
                id: id, input: ContentID(high: 1, low: 1), number: UInt64(number + 1), offset: Int64(number) * 100,
                length: 99),
            values: [FieldValue(name: Field.sourceIP.rawValue, value: "10.0.\(address >> 8).\(address & 255)")])
    }

    private static func pack(_ folder: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Signatures").appendingPathComponent(folder).path
    }
}
