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
    private let masker: Masker?
    /// Flows that had an alert, for their records.
    @exclusivity(unchecked) private var alerted: Set<UInt64> = []
    @exclusivity(unchecked) private var waiting = EVEWaiting()
    /// The packet at hand, and the one whose waiting lines are due once all of it is read.
    @exclusivity(unchecked) private var packet: InspectionItem?
    @exclusivity(unchecked) private var due: InspectionItem?
    @exclusivity(unchecked) private var writer = JSONWriter()
    /// Alerts of the batch at hand, and how many of them and of its records are written.
    @exclusivity(unchecked) private var found: [Detection] = []
    @exclusivity(unchecked) private var foundDone = 0
    @exclusivity(unchecked) private var recordsDone = 0
    /// Number of the packet that the next of either belongs to.
    @exclusivity(unchecked) private var next = UInt64.max

    init(options: EngineOptions) {
        alerts = options.eveAlerts
        masker = options.masker
    }

    func encode(_ detections: [Detection], inspection: InspectionBatch, events: EventBatch) -> [UInt8] {
        writer.removeAll()
        found = detections.filter { $0.alert != nil }
        (foundDone, recordsDone) = (0, 0)
        lookAhead(inspection)
        packet = nil
        inspection.items.withUnsafeBufferPointer { items in
            for index in items.indices {
                switch items[index].kind {
                case .packet, .flowEnd: begin(items, index, inspection, events)
                case .transaction where waiting.concerns(items[index].flow):
                    let item = items[index]
                    waiting.learn(item, DetectionMaker.transactionFields(item, inspection, events))
                default: break
                }
            }
        }
        releaseDue()
        write(before: .max, inspection, events)
        found = []
        return writer.bytes.array
    }

    /// A packet begins, or a flow ends: what belongs to the packets before it goes out.
    private func begin(
        _ items: UnsafeBufferPointer<InspectionItem>, _ index: Int, _ inspection: InspectionBatch, _ events: EventBatch
    ) {
        if due != nil { releaseDue() }
        let number = items[index].packetNumber
        if next < number { write(before: number, inspection, events) }
        if items[index].kind == .packet {
            packet = items[index]
            if waiting.concerns(items[index].flow) { due = items[index] }
        } else if waiting.concerns(items[index].flow) {
            for way in [FlowDirection.toServer, .toClient] { release(items[index], way, endsFlow: true) }
        }
    }

    // MARK: What waits

    private func releaseDue() {
        guard let item = due else { return }
        due = nil
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
        guard let packet, packet.packetNumber == number, flow != 0, packet.flow == flow else { return false }
        return packet.direction != way
    }

    // MARK: Lines

    private func lookAhead(_ inspection: InspectionBatch) {
        let alert = foundDone < found.count ? found[foundDone].alert?.packetNumber : nil
        let record =
            recordsDone < inspection.records.count ? inspection.records[recordsDone].item.packetNumber : nil
        next = min(alert ?? .max, record ?? .max)
    }

    /// A packet's alerts come before its records.
    private func write(before number: UInt64, _ inspection: InspectionBatch, _ events: EventBatch) {
        while true {
            let alert = foundDone < found.count ? found[foundDone].alert : nil
            let record = recordsDone < inspection.records.count ? inspection.records[recordsDone] : nil
            let recordAt = record?.item.packetNumber ?? .max
            if let alert, alert.packetNumber < number, alert.packetNumber <= recordAt {
                foundDone += 1
                take(found[foundDone - 1], alert)
            } else if let record, recordAt < number {
                recordsDone += 1
                take(record, inspection, events)
            } else {
                return lookAhead(inspection)
            }
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
        if alerts { EVEAlert.encode(masker?.masked(detection) ?? detection, into: &writer) }
    }

    private func take(_ record: CaptureRecord, _ inspection: InspectionBatch, _ events: EventBatch) {
        let item = record.item
        let fields = { DetectionMaker.fields(of: record.event, events) }
        if record.kind == .fileinfo, isTurned(item.flow, item.direction, item.packetNumber) {
            let members = EVERecord.members(record, inspection, fields: fields, masker: masker)
            if waiting.add(.record(record.kind, item, members), item.flow, item.direction) { return }
        }
        EVERecord.encode(
            record, inspection, fields: fields, masker: masker, alerted: alerted.contains(item.flow), into: &writer)
        if record.kind == .flow { alerted.remove(item.flow) }
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
