internal import Events
internal import Foundation
internal import Primitives

/// Puts observations of a live stream back into event-time order: keeps each until nothing earlier is to be expected.
struct LatenessBuffer {
    private struct Entry {
        var observation: Observation
        var arrivedNanoseconds: UInt64
    }

    private var entries: [Entry] = []
    private var newest = Timestamp.none
    private var handedOn = Timestamp.none
    /// Observations that came after later ones had been handed on. They are stored, and judged by the next scan.
    private(set) var lateCount: Int64 = 0

    mutating func add(_ observation: Observation) {
        if !handedOn.isNone && observation.time < handedOn {
            lateCount += 1
            return
        }
        if newest.isNone || observation.time > newest { newest = observation.time }
        entries.append(Entry(observation: observation, arrivedNanoseconds: DispatchTime.now().uptimeNanoseconds))
    }

    /// What is older than the newest record by `latenessSeconds`, or has waited that long on the wall clock.
    mutating func take(latenessSeconds: Int) -> [Observation] {
        if entries.isEmpty { return [] }
        let lateness = Int64(latenessSeconds) * 1_000_000_000
        var limit = newest.adding(nanoseconds: -lateness)
        let now = DispatchTime.now().uptimeNanoseconds
        for entry in entries where now &- entry.arrivedNanoseconds >= UInt64(lateness) {
            limit = max(limit, entry.observation.time)
        }
        let ready = entries.filter { $0.observation.time <= limit }
        if ready.isEmpty { return [] }
        entries.removeAll { $0.observation.time <= limit }
        handedOn = max(handedOn, limit)
        return ready.map(\.observation).sorted()
    }

    mutating func takeAll() -> [Observation] {
        defer { entries.removeAll() }
        return entries.map(\.observation).sorted()
    }
}
