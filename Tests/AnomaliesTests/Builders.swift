import Anomalies
import Events
import Foundation
import Primitives
import Rules

/// Times of samples are seconds from an arbitrary start. All of the traffic is invented.
enum Clock {
    static let start: Int64 = 1_773_280_800

    static func time(_ seconds: Double) -> Timestamp {
        Timestamp(nanoseconds: start * 1_000_000_000 + Int64((seconds * 1_000_000_000).rounded()))
    }
}

/// One event: seconds, log source, fields.
struct Sample {
    var seconds: Double
    var source: LogSource
    var fields: [(Field, String)]

    static func request(
        _ seconds: Double, from client: String, host: String = "portal.example.org", agent: String = "Mozilla/5.0 (X11)"
    ) -> Sample {
        Sample(
            seconds: seconds, source: .nginxAccess,
            fields: [(.sourceIP, client), (.urlDomain, host), (.userAgentOriginal, agent)])
    }

    static func flow(
        _ seconds: Double, from source: String, to destination: String, _ port: Int, transport: String = "tcp",
        sourcePort: Int = 40_000, forth: Int = 1, back: Int = 0, bytesBack: Int? = nil, state: String = "new",
        flags: String = "S", bytesForth: Int? = nil
    ) -> Sample {
        Sample(
            seconds: seconds, source: .networkFlow,
            fields: [
                (.sourceIP, source), (.sourcePort, "\(sourcePort)"), (.destinationIP, destination),
                (.destinationPort, "\(port)"), (.networkTransport, transport), (.sourcePackets, "\(forth)"),
                (.destinationPackets, "\(back)"), (.destinationBytes, "\(bytesBack ?? back * 60)"), (.flowState, state),
                (.tcpFlags, flags),
            ] + (bytesForth.map { [(.sourceBytes, "\($0)")] } ?? []))
    }

    static func denied(
        _ seconds: Double, from source: String, to destination: String, _ port: Int, action: String? = "denied",
        flags: [String] = ["SYN"], more: [(Field, String)] = []
    ) -> Sample {
        Sample(
            seconds: seconds, source: .netfilter,
            fields: [
                (.sourceIP, source), (.sourcePort, "51000"), (.destinationIP, destination),
                (.destinationPort, "\(port)"), (.networkTransport, "TCP"),
            ] + flags.map { (.tcpFlags, $0) } + (action.map { [(.eventAction, $0)] } ?? []) + more)
    }
}

/// Runs samples through a worker, in one batch or cut as told, and hands the observations on as the engine does.
enum Simulation {
    static let input = ContentID(high: 7, low: 7)

    /// `batches`, `chunks`: places at which a batch ends, and at which the worker is drained.
    static func observations(
        _ rules: [AnomalyRule], _ samples: [Sample], input: ContentID = Simulation.input, batches: Set<Int> = [],
        chunks: Set<Int> = []
    ) throws -> [Observation] {
        let registry = FieldRegistry()
        let worker = try AnomalyWatch(rules: rules, registry: registry).makeWorker()
        let batch = EventBatch(registry: registry)
        var observations: [Observation] = []
        var from = 0
        var offset: Int64 = 0
        for end in 1...max(samples.count, 1) where end == samples.count || batches.contains(end) || chunks.contains(end)
        {
            let lines = Array(samples[from..<end].enumerated().map { "line \(from + $0.offset)\n" }.joined().utf8)
            lines.withBytes { bytes in
                fill(batch, samples[from..<end], bytes)
                worker.watch(batch, input: input, streamOffset: offset, firstLine: UInt64(from + 1))
            }
            offset += Int64(lines.count)
            from = end
            if chunks.contains(end) { observations += worker.drain() }
        }
        return observations + worker.drain()
    }

    private static func fill(_ batch: EventBatch, _ samples: ArraySlice<Sample>, _ bytes: Bytes) {
        batch.reset(input: bytes)
        var offset = 0
        for (line, sample) in samples.enumerated() {
            let end = bytes.firstIndex(of: ASCII.newline, from: offset) ?? bytes.count
            var slots: [FieldSlot] = []
            for (field, value) in sample.fields {
                let place = batch.scratch.count
                value.withBytes { _ = batch.scratch.append($0) }
                slots.append(FieldSlot(FieldID(field), .scratch, .text, offset: place, length: value.utf8.count))
            }
            let record = EventRecord(
                time: Clock.time(sample.seconds), line: line, offset: offset, length: end - offset,
                logSource: sample.source)
            slots.withUnsafeBufferPointer { batch.append(record, slots: $0) }
            offset = end + 1
        }
    }

    /// What `Samples/make/places.py` knows of the addresses for documentation.
    static let places: Places = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let path = root.deletingLastPathComponent().path + "/Samples/places.mmdb"
        return Places((try? PlaceDatabase(path: path)).map { [$0] } ?? [])
    }()

    static func detections(_ rules: [AnomalyRule], _ observations: [Observation]) throws -> [Detection] {
        let judge = try AnomalyJudge(rules: rules, places: places)
        for observation in observations.sorted() { judge.feed(observation) }
        judge.finish()
        return judge.takeDetections()
    }

    static func run(_ rules: [AnomalyRule], _ samples: [Sample]) throws -> [Detection] {
        try detections(rules, observations(rules, samples))
    }

    static func rule(_ detector: String, _ settings: [String: String] = [:]) -> AnomalyRule {
        let info = RuleInfo(
            id: "rule-\(detector)", title: detector, level: .medium, kind: .anomaly,
            origin: RuleOrigin(file: "t.yml", line: 1))
        return AnomalyRule(info: info, detector: detector, settings: settings)
    }
}

/// xorshift64*, so that every run simulates the same traffic.
struct Random {
    private var state: UInt64

    init(_ seed: Int) { state = mix64(UInt64(seed) &+ 0x9E37_79B9) | 1 }

    mutating func below(_ bound: Int) -> Int {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % bound
    }

    mutating func fraction() -> Double { Double(below(1 << 30)) / Double(1 << 30) }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }
}
