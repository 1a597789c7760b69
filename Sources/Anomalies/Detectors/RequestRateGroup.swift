internal import Events
internal import Glibc
internal import Primitives

/// How far a client's minute lies from what was to be expected: the parts that the detection shows.
struct RateScore {
    var value: Int
    var expectation: Double
    var spread: Double
    var score: Double
    var agents: Int
}

/// One minute of one client.
struct ClientMinute {
    var record: SlotRecord
    /// Bitmap of hashed user agents.
    var agents: UInt64

    /// How many different user agents: linear counting over 64 bits (Whang et al., "A Linear-Time Probabilistic
    /// Counting Algorithm for Database Applications", 1990).
    var agentCount: Int {
        let zeros = agents.leadingZeroBitCount == 64 ? 64 : 64 - agents.nonzeroBitCount
        return zeros == 0 ? 64 : max(1, Int((64 * log(64 / Double(zeros))).rounded()))
    }
}

/// What is known of one virtual host: how many requests its clients send, and what the busy ones did before.
final class RequestRateGroup {
    /// Whether the minute under way has anything in it.
    var isTouched = false
    /// The minute under way.
    var quiet: [Int: Int] = [:]
    var clients: [String: ClientMinute] = [:]
    /// Client minutes by their number of requests, for each minute of the baseline and in all.
    private var minutes: [(slot: Int64, histogram: [Int: Int])] = []
    private var total: [Int: Int] = [:]
    /// Minutes of busy clients within the baseline.
    private var histories: [String: [BusyMinute]] = [:]
    private(set) var lastSlot = Int64.min

    private struct BusyMinute {
        var slot: Int64
        var count: Int
        var isAnomaly: Bool
    }

    /// Ends minute `slot`: adds it to the baseline and answers the anomalous clients with their scores, in the order of
    /// their addresses.
    func close(_ slot: Int64, _ settings: RequestRateSettings) -> [(client: String, ClientMinute, RateScore)] {
        var histogram = quiet
        for minute in clients.values { histogram[minute.record.count, default: 0] += 1 }
        for (value, count) in histogram { total[value, default: 0] += count }
        minutes.append((slot, histogram))
        lastSlot = slot
        forget(before: slot - Int64(settings.baselineMinutes))
        var found: [(String, ClientMinute, RateScore)] = []
        let named = clients.filter { $0.value.record.count >= settings.named }
        for (client, minute) in named.sorted(by: { $0.key < $1.key }) {
            let score = self.score(minute, history: histories[client] ?? [], settings)
            if let score { found.append((client, minute, score)) }
            histories[client, default: []].append(
                BusyMinute(slot: slot, count: minute.record.count, isAnomaly: score != nil))
        }
        quiet.removeAll(keepingCapacity: true)
        clients.removeAll(keepingCapacity: true)
        isTouched = false
        return found
    }

    private func forget(before slot: Int64) {
        while let oldest = minutes.first, oldest.slot <= slot {
            for (value, count) in oldest.histogram {
                let rest = (total[value] ?? 0) - count
                total[value] = rest > 0 ? rest : nil
            }
            minutes.removeFirst()
        }
        for (client, minutes) in histories where minutes.first.map({ $0.slot <= slot }) ?? true {
            let kept = minutes.filter { $0.slot > slot }
            histories[client] = kept.isEmpty ? nil : kept
        }
    }

    /// Nil where the minute is ordinary. What the client did itself is left out of the baseline of the others, and what
    /// was an anomaly out of its own.
    private func score(
        _ minute: ClientMinute, history: [BusyMinute], _ settings: RequestRateSettings
    ) -> RateScore? {
        let value = Double(minute.record.count)
        let agents = min(minute.agentCount, settings.agents)
        guard minute.record.count >= settings.floor * agents else { return nil }
        let baseline = RobustBaseline(total, without: history.map(\.count) + [minute.record.count])
        var expectation = baseline.median * Double(agents)
        var spread = max(baseline.spread * Double(agents), expectation / 4, 1)
        let ordinary = history.filter { !$0.isAnomaly }.map(\.count)
        if ordinary.count >= settings.historyMinutes {
            let own = RobustBaseline(ordinary)
            guard value > 3 * own.median else { return nil }
            expectation = max(expectation, own.median)
            spread = max(spread, own.spread, own.median / 4)
        }
        let score = (value - expectation) / spread
        guard score >= settings.score else { return nil }
        return RateScore(
            value: minute.record.count, expectation: expectation, spread: spread, score: score, agents: agents)
    }
}
