internal import Events
internal import Primitives

/// EVE lines that wait for the next packet of their flow that goes their way.
struct EVEWaiting {
    enum Content {
        case alert(Detection)
        /// Kind, whose it is, and its members.
        case record(RecordKind, InspectionItem, [UInt8])
    }

    struct Line {
        var way: FlowDirection
        var content: Content
    }

    /// Most lines that wait, over all flows, and most bytes of them; those beyond are written at once.
    private static let maximum = 16_384
    private let limitBytes: Int
    private var bytes = 0
    private static let places = 4096

    private var lines: [UInt64: [Line]] = [:]
    private var count = 0
    /// How many flows wait, by the low bits of their numbers: nearly all packets are of flows that do not.
    private var marks = [UInt16](repeating: 0, count: EVEWaiting.places)

    init(limitBytes: Int) { self.limitBytes = limitBytes }

    func concerns(_ flow: UInt64) -> Bool {
        marks[Int(flow & UInt64(EVEWaiting.places - 1))] > 0 && lines[flow] != nil
    }

    /// False where there is no room.
    mutating func add(_ content: Content, _ flow: UInt64, _ way: FlowDirection) -> Bool {
        let more = EVEWaiting.bytes(of: content)
        guard count < EVEWaiting.maximum, bytes + more <= limitBytes else { return false }
        bytes += more
        if lines[flow] == nil { marks[Int(flow & UInt64(EVEWaiting.places - 1))] += 1 }
        lines[flow, default: []].append(Line(way: way, content: content))
        count += 1
        return true
    }

    /// What waits for a packet that goes this way, in the order in which it came.
    mutating func take(_ flow: UInt64, _ way: FlowDirection) -> [Line] {
        guard let all = lines[flow] else { return [] }
        let taken = all.filter { $0.way == way }
        let rest = all.filter { $0.way != way }
        count -= taken.count
        for line in taken { bytes -= EVEWaiting.bytes(of: line.content) }
        lines[flow] = rest.isEmpty ? nil : rest
        if rest.isEmpty { marks[Int(flow & UInt64(EVEWaiting.places - 1))] -= 1 }
        return taken
    }

    /// What a line holds in memory, about. Of an alert what it is shown with later counts from the beginning.
    private static func bytes(of content: Content) -> Int {
        switch content {
        case .alert: 2 * FindingSize.detection
        case .record(_, _, let members): members.count + MemoryLayout<InspectionItem>.size
        }
    }

    /// More is known of a transaction: its alerts that wait show it.
    mutating func learn(_ item: InspectionItem, _ fields: [FieldValue]) {
        guard !fields.isEmpty, var all = lines[item.flow] else { return }
        for index in all.indices {
            guard case .alert(var detection) = all[index].content, let alert = detection.alert,
                alert.transaction == item.transaction
            else { continue }
            let names = Set(fields.map(\.name))
            let kept = alert.transactionFields.filter { !names.contains($0.name) }
            detection.alert?.transactionFields = kept + fields
            all[index].content = .alert(detection)
        }
        lines[item.flow] = all
    }
}
