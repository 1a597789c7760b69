internal import Events
internal import Network
internal import Output
internal import Primitives

/// The EVE lines of one capture, batch after batch: its alerts, and the records that were asked for, in packet order.
///
/// A TCP stream is read when the other side acknowledges it; what is found then is written, as Suricata does, with the
/// next packet that goes the way of the data: alerts with what is known of their transaction by then, and files.
package final class EVEStream {
    /// EVE record types that can be written.
    package static let types = ["alert"] + RecordKind.allCases.map(\.rawValue)

    private let alerts: Bool
    private let forwarded: ForwardedFor?
    private let masker: Masker?
    /// Flows that had an alert, for their records.
    @exclusivity(unchecked) private var alerted: Set<UInt64> = []
    @exclusivity(unchecked) private var waiting: EVEWaiting
    /// Items of the batch at hand; of these the packet at hand, and the one whose waiting lines are due once all of it
    /// is read (their places, -1: none).
    @exclusivity(unchecked) private var items = UnsafeBufferPointer<InspectionItem>(start: nil, count: 0)
    @exclusivity(unchecked) private var packet = -1
    @exclusivity(unchecked) private var due = -1
    @exclusivity(unchecked) private var writer = JSONWriter()
    /// Alerts of the batch at hand, and how many of them and of its records are written.
    @exclusivity(unchecked) private var found: [Detection] = []
    @exclusivity(unchecked) private var foundDone = 0
    @exclusivity(unchecked) private var recordsDone = 0
    /// Numbers of the packets that the next of either belongs to.
    @exclusivity(unchecked) private var nextAlert = UInt64.max
    @exclusivity(unchecked) private var nextRecord = UInt64.max

    init(options: EngineOptions) {
        alerts = options.eveAlerts
        forwarded = options.eveForwarded
        masker = options.masker
        waiting = EVEWaiting(limitBytes: options.memory.resultBytes / 2)
    }

    func encode(_ detections: [Detection], inspection: InspectionBatch, events: EventBatch) -> OwnedBytes {
        found = detections.filter { $0.alert != nil }
        (foundDone, recordsDone) = (0, 0)
        lookAhead(inspection)
        (packet, due) = (-1, -1)
        inspection.items.withUnsafeBufferPointer { all in
            items = all
            for index in all.indices {
                switch all[index].kind {
                case .packet, .flowEnd: begin(index, inspection, events)
                case .transaction where waiting.concerns(all[index].flow):
                    waiting.learn(all[index], DetectionMaker.transactionFields(all[index], inspection, events))
                default: break
                }
            }
            releaseDue()
            write(before: .max, inspection, events)
            items = UnsafeBufferPointer(start: nil, count: 0)
        }
        found = []
        return writer.count == 0 ? .empty : writer.take()
    }

    /// A packet begins, or a flow ends: what belongs to the packets before it goes out.
    private func begin(_ index: Int, _ inspection: InspectionBatch, _ events: EventBatch) {
        if due >= 0 { releaseDue() }
        let number = items[index].packetNumber
        if min(nextAlert, nextRecord) < number { write(before: number, inspection, events) }
        if items[index].kind == .packet {
            packet = index
            if waiting.concerns(items[index].flow) { due = index }
        } else if waiting.concerns(items[index].flow) {
            for way in [FlowDirection.toServer, .toClient] { release(items[index], way, endsFlow: true) }
        }
    }

    // MARK: What waits

    private func releaseDue() {
        guard due >= 0 else { return }
        let item = items[due]
        due = -1
        release(item, item.direction, endsFlow: false)
    }

    private func release(_ item: InspectionItem, _ way: FlowDirection, endsFlow: Bool) {
        for line in waiting.take(item.flow, way) {
            switch line.content {
            case .alert(let detection): write(detection, at: item, endsFlow: endsFlow)
            case .record(let kind, let place, let members):
                var shown = place
                shown.header.origin = endsFlow ? .flowEnd : item.header.origin
                if !endsFlow { (shown.packetNumber, shown.time) = (item.packetNumber, item.time) }
                EVERecord.encode(kind, shown, members: members, into: &writer)
            }
        }
    }

    private func write(_ detection: Detection, at item: InspectionItem, endsFlow: Bool) {
        var shown = detection
        if endsFlow {
            shown.alert?.header.origin = .flowEnd
        } else {
            shown.alert?.header = item.header
            shown.alert?.packetNumber = item.packetNumber
            shown.first = item.time
        }
        shown.alert?.packetsToServer = item.packetsToServer
        shown.alert?.packetsToClient = item.packetsToClient
        shown.alert?.bytesToServer = item.bytesToServer
        shown.alert?.bytesToClient = item.bytesToClient
        write(shown)
    }

    /// Whether what a flow's packet brought about goes the other way than the packet itself.
    private func isTurned(_ flow: UInt64, _ way: FlowDirection, _ number: UInt64) -> Bool {
        guard packet >= 0, items[packet].packetNumber == number, flow != 0, items[packet].flow == flow else {
            return false
        }
        return items[packet].direction != way
    }

    // MARK: Lines

    private func lookAhead(_ inspection: InspectionBatch) {
        nextAlert = foundDone < found.count ? found[foundDone].alert?.packetNumber ?? .max : .max
        nextRecord =
            recordsDone < inspection.records.count ? inspection.records[recordsDone].item.packetNumber : .max
    }

    /// A packet's alerts come before its records.
    private func write(before number: UInt64, _ inspection: InspectionBatch, _ events: EventBatch) {
        while min(nextAlert, nextRecord) < number {
            if nextAlert <= nextRecord {
                foundDone += 1
                let detection = found[foundDone - 1]
                if let alert = detection.alert { take(detection, alert) }
            } else {
                recordsDone += 1
                let place = recordsDone - 1
                if inspection.records[place].kind == .flow {
                    takeFlow(inspection.records[place], inspection)
                } else {
                    take(inspection.records[place], inspection, events)
                }
            }
            lookAhead(inspection)
        }
    }

    private func take(_ detection: Detection, _ alert: AlertContext) {
        if alert.flow != 0 { alerted.insert(alert.flow) }
        if isTurned(alert.flow, alert.direction, alert.packetNumber),
            waiting.add(.alert(detection), alert.flow, alert.direction)
        {
            return
        }
        write(detection)
    }

    private func write(_ detection: Detection) {
        if alerts { EVEAlert.encode(masker?.masked(detection) ?? detection, forwarded: forwarded, into: &writer) }
    }

    private func take(_ given: CaptureRecord, _ inspection: InspectionBatch, _ events: EventBatch) {
        var record = given
        // An oddity is told of the packet that shows it, which may go the other way than the data: by acknowledging.
        if record.kind == .anomaly, isTurned(record.item.flow, record.item.direction, record.item.packetNumber) {
            record.item.direction = record.item.direction.reversed
        }
        let item = record.item
        let needed = EVERecord.neededFields(item.application)
        let fields = { DetectionMaker.fields(of: record.event, events, among: needed) }
        if record.kind == .fileinfo, isTurned(item.flow, item.direction, item.packetNumber) {
            let members = EVERecord.members(record, inspection, fields: fields, masker: masker)
            if waiting.add(.record(record.kind, item, members), item.flow, item.direction) { return }
        }
        EVERecord.encode(record, inspection, fields: fields, masker: masker, into: &writer)
    }

    /// Most records are of flows: they go by the shortest way.
    private func takeFlow(_ record: CaptureRecord, _ inspection: InspectionBatch) {
        let isAlerted = !alerted.isEmpty && alerted.remove(record.item.flow) != nil
        let facts = inspection.flowFacts[Int(record.firstValue)]
        EVERecord.encode(flow: facts, record.item, alerted: isAlerted, into: &writer)
    }
}

extension EngineOptions {
    /// Which records `evePath` gets; types that are not written are passed over.
    package mutating func setEVETypes(_ types: [String]) {
        eveAlerts = types.contains("alert")
        network.records = []
        if evePath == nil { return }
        for type in types { if let kind = RecordKind(rawValue: type) { network.records.insert(RecordKinds(kind)) } }
    }
}
