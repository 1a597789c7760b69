internal import Events
internal import Primitives

/// The line reader of an input, made when it is first wanted.
final class LineStage {
    private let source: ByteSource
    private let interactive: Bool
    private(set) lazy var reader = LineReader(source: source, interactive: interactive)

    init(source: ByteSource, interactive: Bool) {
        self.source = source
        self.interactive = interactive
    }

    func restart() {
        reader = LineReader(source: source, interactive: interactive)
        reader.start(range: nil)
    }
}

/// The capture reader of an input; none for a log.
final class PacketStage {
    private var pcap: PcapReader?
    private var pcapng: PcapngReader?
    private var sequence = 0

    init(source: ByteSource, format: CaptureFormat?) {
        switch format {
        case .pcap(let variant): pcap = PcapReader(source: source, variant: variant)
        case .pcapng: pcapng = PcapngReader(source: source)
        case nil: break
        }
    }

    var problem: String? { pcap?.problem ?? pcapng?.problem }

    var counts: CaptureCounts { pcap?.counts ?? pcapng?.counts ?? CaptureCounts() }

    /// False at the end of the capture.
    func read(into batch: PacketBatch, interactive: Bool) -> Bool {
        batch.reset()
        pcap?.read(into: batch, interactive: interactive)
        pcapng?.read(into: batch, interactive: interactive)
        if batch.packets.isEmpty { return false }
        batch.sequence = sequence
        sequence += 1
        return true
    }
}
