import Acquisition
import CReference
import Events
import Foundation
import Network
import Primitives

/// A capture from its file to flows, and to all that signatures and rules are tried on.
enum Packets {
    static let count = 200_000

    static func capture() throws {
        try flows()
        try decoding()
    }

    /// From the file to its flows and no further. One round is short, so there are many.
    static func flows() throws {
        try withCapture { path, size in
            let packets = PacketBatch()
            Measure(name: "pcap: read, decode, flow lookup", bytes: size, records: count)
                .run(rounds: 41, reference: ("the same in C", { reference(path) })) {
                    let reader = FlowReader(options: NetworkOptions())
                    read(path, packets) { reader.follow(packets) }
                    precondition(reader.flowCount > 0)
                }
        }
    }

    private static func decoding() throws {
        let registry = FieldRegistry()
        registry.freeze()
        let inspection = InspectionBatch()
        let events = EventBatch(registry: registry)
        try withCapture { path, size in
            let packets = PacketBatch()
            Measure(name: "pcap: and streams, items, events", bytes: size, records: count)
                .run(reference: ("read, decode, flow lookup alone in C", { reference(path) })) {
                    let decoder = CaptureDecoder(options: NetworkOptions())
                    read(path, packets) { decoder.decode(packets, inspection: inspection, events: events) }
                    decoder.finish(inspection: inspection, events: events)
                    precondition(decoder.counters.packets == count)
                }
        }
    }

    /// A file of made-up traffic, for as long as `body` runs.
    private static func withCapture(_ body: (_ path: String, _ size: Int) -> Void) throws {
        var traffic = Traffic()
        let file = traffic.capture(packets: count)
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("nightjar-bench-\(getpid()).pcap").path
        try Data(file).write(to: URL(fileURLWithPath: path))
        defer { unlink(path) }
        body(path, file.count)
    }

    private static func reference(_ path: String) {
        var flows: UInt64 = 0
        var sum: UInt64 = 0
        let seen = reference_capture(path, &flows, &sum)
        precondition(seen == count && flows > 0)
    }

    /// Reads the capture batch after batch, as a scan does.
    private static func read(_ path: String, _ packets: PacketBatch, _ body: () -> Void) {
        do {
            let reader = try InputReader(InputSpec(path: path))
            var seen = 0
            while try reader.read(into: packets) {
                body()
                seen += packets.packets.count
            }
            precondition(seen == count)
        } catch {
            preconditionFailure("\(error)")
        }
    }
}
