internal import Acquisition
internal import Events
internal import Foundation
internal import Matching
internal import Network
internal import Primitives

/// The captures of one labelled sensor, which are one stream in time order: flows, signatures' memory and open
/// transactions go on from one file to the next, so that rotated captures lose nothing at the seams.
///
/// Used by one worker at a time: each capture has its place in the stream, and waits until those before it are done.
final class SensorStream: @unchecked Sendable {
    private let condition = NSCondition()
    private var turn = 0
    private let count: Int
    /// What goes on from capture to capture; nil before the first.
    var state: CaptureState?

    init(count: Int) { self.count = count }

    func enter(_ position: Int) {
        condition.lock()
        while turn < position { condition.wait() }
        condition.unlock()
    }

    func leave() {
        condition.lock()
        turn += 1
        condition.broadcast()
        condition.unlock()
    }

    func isLast(_ position: Int) -> Bool { position == count - 1 }
}

/// An input's place in its sensor's stream.
struct SensorPlace: Sendable {
    let stream: SensorStream
    let position: Int
}

/// Everything that a capture's packets leave behind for the packets after them.
final class CaptureState {
    let decoder: CaptureDecoder
    let session: SignatureSession?
    /// Nil where nobody wants EVE records.
    let eve: EVEStream?
    /// What was counted before the capture at hand.
    var before = CaptureCounters()

    init(_ options: EngineOptions, _ desk: RuleDesk) {
        var network = options.network
        network.tellsFlows = desk.readsEvents
        network.frames = desk.signatures?.frames ?? 0
        decoder = CaptureDecoder(options: network)
        session = desk.signatures?.makeSession()
        eve = options.evePath == nil ? nil : EVEStream(options: options)
    }

    /// What was counted since the last call.
    func settle() -> (decoded: Int64, unread: [String: Int64], evictions: [String: Int64]) {
        var now = decoder.counters
        if let forgotten = session?.forgotten {
            now.evictions["flows of signatures"] = Int64(forgotten.flows)
            now.evictions["counters of signatures"] = Int64(forgotten.counters)
            now.evictions["transactions of signatures"] = Int64(forgotten.transactions)
        }
        defer { before = now }
        return (
            now.decoded - before.decoded, CaptureState.difference(now.unread, before.unread),
            CaptureState.difference(now.evictions, before.evictions)
        )
    }

    private static func difference(_ now: [String: Int64], _ before: [String: Int64]) -> [String: Int64] {
        now.mapValues { $0 }.merging(before) { $0 - $1 }.filter { $0.value > 0 }
    }
}

/// Which inputs are captures of one sensor, and in what order they come.
struct SensorStreams {
    /// The inputs, those of a stream in the order of their first packets.
    private(set) var inputs: [InputSpec]
    /// By index in `inputs`.
    private(set) var places: [Int: SensorPlace] = [:]

    init(_ given: [InputSpec]) {
        inputs = given
        var members: [String: [Int]] = [:]
        for (index, spec) in given.enumerated() {
            if let sensor = spec.sensor, spec.path != "-" { members[sensor, default: []].append(index) }
        }
        for indices in members.values where indices.count > 1 { join(indices) }
    }

    private mutating func join(_ indices: [Int]) {
        var captures: [(index: Int, first: Timestamp)] = []
        for index in indices {
            if let first = SensorStreams.firstPacket(inputs[index]) { captures.append((index, first)) }
        }
        guard captures.count > 1 else { return }
        let slots = captures.map(\.index)
        let ordered = captures.sorted { ($0.first, $0.index) < ($1.first, $1.index) }.map { inputs[$0.index] }
        let stream = SensorStream(count: slots.count)
        for (position, slot) in slots.enumerated() {
            inputs[slot] = ordered[position]
            places[slot] = SensorPlace(stream: stream, position: position)
        }
    }

    /// Nil for what is no capture or has no packet.
    private static func firstPacket(_ spec: InputSpec) -> Timestamp? {
        guard let reader = try? InputReader(spec), reader.kind == .capture else { return nil }
        let batch = PacketBatch()
        guard (try? reader.read(into: batch)) == true else { return nil }
        return batch.packets.first?.time
    }
}
