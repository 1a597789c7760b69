import Acquisition
import CReference
import Events
import Foundation
import Network
import Primitives

/// A capture from its bytes to flows.
enum Packets {
    static func capture() throws {
        var traffic = Traffic()
        let count = 200_000
        let file = traffic.capture(packets: count)
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("nightjar-bench-\(getpid()).pcap").path
        try Data(file).write(to: URL(fileURLWithPath: path))
        defer { unlink(path) }
        let registry = FieldRegistry()
        registry.freeze()
        let packets = PacketBatch()
        let inspection = InspectionBatch()
        let events = EventBatch(registry: registry)
        let reference: () -> Void = {
            var flows: UInt64 = 0
            var sum: UInt64 = 0
            let seen = file.withUnsafeBufferPointer { reference_capture($0.baseAddress, $0.count, &flows, &sum) }
            precondition(seen == count && flows > 0)
        }
        Measure(name: "pcap: read, decode, flows", bytes: file.count, records: count)
            .run(reference: ("decode and flow table in C, from memory", reference)) {
                do {
                    let reader = try InputReader(InputSpec(path: path))
                    let decoder = CaptureDecoder(options: NetworkOptions())
                    var seen = 0
                    while try reader.read(into: packets) {
                        decoder.decode(packets, inspection: inspection, events: events)
                        seen += packets.packets.count
                    }
                    decoder.finish(inspection: inspection, events: events)
                    precondition(seen == count)
                } catch {
                    preconditionFailure("\(error)")
                }
            }
    }
}
