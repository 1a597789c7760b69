import Events
import Foundation
import Primitives
import Query
import Storage
import Synchronization

/// Makes a large store as scans do: chunks of detections in order of time, then the incidents, then what analysts did;
/// while a second thread asks for the list again and again.
struct DeskStoreMaker {
    let path: String
    let incidentCount: Int
    let detectionsEach: Int
    let now: Timestamp

    /// As many detections as a busy scan commits at once.
    private static let chunk = 2_000
    private static let input = ContentID(high: 1, low: 1)

    /// Detections a CPU-second of the storing thread, and how often the list was read meanwhile.
    struct Account {
        var detections = 0
        var commitSeconds = 0.0
        var incidentSeconds = 0.0
        var readings = 0
    }

    /// - Parameter known: incidents that are in the store already; then only detections are stored
    func fill(from known: Int = 0) throws -> Account {
        let store = try Store(path: path)
        var account = Account()
        let reader = Reader(path: path, now: now)
        var incidents: [Incident] = []
        incidents.reserveCapacity(incidentCount - known)
        var chunk: [Detection] = []
        var place: Int64 = 0
        for number in known..<incidentCount {
            let detections = (0..<detectionsEach).map { detection(number, $0) }
            if known == 0 { incidents.append(incident(number, detections)) }
            chunk += detections
            guard chunk.count >= DeskStoreMaker.chunk || number == incidentCount - 1 else { continue }
            account.detections += chunk.count
            account.commitSeconds += try DeskStoreMaker.threadSeconds {
                try store.commit(stored(chunk, from: place))
            }
            place += 1_000_000
            chunk.removeAll(keepingCapacity: true)
        }
        account.readings = reader.stop()
        if known > 0 { return account }
        account.incidentSeconds = try DeskStoreMaker.threadSeconds { _ = try store.replaceIncidents(incidents) }
        try decide(incidents, store)
        return account
    }

    private func stored(_ detections: [Detection], from place: Int64) -> StoredChunk {
        StoredChunk(
            checkpoint: Checkpoint(
                input: DeskStoreMaker.input, sensor: nil, headLength: 4096, offset: place + 1_000_000, records: 1,
                tail: ContentID(high: 2, low: 2), tailLength: 4096, path: "/var/log/portal/access.log", fileStamp: nil,
                yearReference: .none, complete: false),
            startOffset: place, detections: detections)
    }

    private func decide(_ incidents: [Incident], _ store: Store) throws {
        let analyst = Analyst(name: "bench", origin: "bench")
        let some = { (step: Int) in stride(from: 0, to: incidents.count, by: step).map { incidents[$0].id } }
        try store.triage([.close(as: .benign)], on: some(50), by: analyst, at: now)
        try store.triage([.tag(add: ["vpn"], remove: []), .assign("minh")], on: some(70), by: analyst, at: now)
    }

    private static func threadSeconds(_ body: () throws -> Void) rethrows -> Double {
        let clock = {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        let start = clock()
        try body()
        return clock() - start
    }

    /// Thirty days in order of time; one source in twenty is a proxy, one user in five is root.
    private func detection(_ incident: Int, _ number: Int) -> Detection {
        let rule = RuleInfo(
            id: "\(["web", "ssh", "dns"][incident % 3])-\(incident % 200)", title: "Rule \(incident % 200)",
            level: .medium, kind: .sigma, origin: RuleOrigin(file: "rule.yml", line: 1))
        let source = incident % 20 == 0 ? "198.51.100.1" : "203.0.\(incident % 250).\(incident / 250 % 250)"
        let line = Array(
            "Mar 12 02:58:01 web-01 app[\(incident)]: request \(number) from \(source) for /portal/\(incident)".utf8)
        let step = 30 * 86_400 * 1_000_000_000 / Int64(incidentCount)
        let time = now.adding(
            nanoseconds: -step * Int64(incidentCount - incident) + step * Int64(number) / Int64(detectionsEach))
        return line.withBytes { bytes in
            let place = Int64(incident * 100_000 + number * 100)
            let event = EventReference(
                id: eventID(input: DeskStoreMaker.input, offset: place, bytes: bytes), input: DeskStoreMaker.input,
                number: UInt64(place / 100 + 1), offset: place, length: bytes.count)
            return Detection(
                id: detectionID(rule: rule.id, events: [event.id]), rule: rule, first: time, last: time,
                events: [event],
                fields: [
                    FieldValue(name: "source.ip", value: source),
                    FieldValue(name: "destination.ip", value: "10.\(incident % 20).\(number % 8).\(incident % 30)"),
                    FieldValue(name: "user.name", value: incident % 5 == 0 ? "root" : "user-\(incident % 5000)"),
                    FieldValue(name: "url.path", value: "/portal/\(incident % 4000)/page-\(number)"),
                ],
                entity: Entity(kind: "ip", value: source), evidence: [Evidence(event: event, bytes: bytes)])
        }
    }

    private func incident(_ number: Int, _ detections: [Detection]) -> Incident {
        let rule = detections[0].rule.id
        return Incident(
            id: incidentID(rule: rule, entity: detections[0].entity, firstDetection: detections[0].id), rule: rule,
            title: number % 7 == 0 ? "SQL injection on portal \(number % 40)" : "Something odd, number \(number % 300)",
            severity: Severity.allCases[number % 97 % 5], entity: detections[0].entity, first: detections[0].first,
            last: detections[0].last.adding(nanoseconds: Int64(number % 3600) * 1_000_000_000),
            count: detections.count, stages: ["initial-access"], techniques: ["T1190", "T1110.00\(number % 4 + 1)"],
            rules: [rule], inputs: [DeskStoreMaker.input], detections: detections.map(\.id))
    }
}

/// Asks for the list, as an analyst who keeps looking does.
private final class Reader: Sendable {
    private let isStopped = Mutex(false)
    private let count = Mutex(0)
    private let done = DispatchSemaphore(value: 0)

    init(path: String, now: Timestamp) {
        Thread { [self] in
            defer { done.signal() }
            let clock = FilterClock(now: now, zone: .utc)
            guard let desk = try? AnalystDesk(path: path, clock: clock, width: 120, coloured: false) else { return }
            while !isStopped.withLock({ $0 }) {
                guard (try? desk.incidents([], limit: 100)) != nil, (try? desk.count(["last 24h"])) != nil else {
                    return
                }
                count.withLock { $0 += 1 }
                usleep(20_000)
            }
        }.start()
    }

    func stop() -> Int {
        isStopped.withLock { $0 = true }
        done.wait()
        return count.withLock { $0 }
    }
}
