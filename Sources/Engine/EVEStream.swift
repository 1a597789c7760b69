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
    private var alerted: Set<UInt64> = []
    private var waiting = EVEWaiting()
    /// The packet at hand, and the one whose waiting lines are due once all of it is read.
    private var packet: InspectionItem?
    private var due: InspectionItem?
    private var writer = JSONWriter()
    private var found: ArraySlice<Detection> = []
    private var records: ArraySlice<CaptureRecord> = []

    init(options: EngineOptions) {
        alerts = options.eveAlerts
        masker = options.masker
    }

    func encode(_ detections: [Detection], inspection: InspectionBatch, events: EventBatch) -> [UInt8] {
        writer.removeAll()
        found = detections.filter { $0.alert != nil }[...]
        records = inspection.records[...]
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
        return writer.bytes.array
    }

    /// A packet begins, or a flow ends: what belongs to the packets before it goes out.
    private func begin(
        _ items: UnsafeBufferPointer<InspectionItem>, _ index: Int, _ inspection: InspectionBatch, _ events: EventBatch
    ) {
        if due != nil { releaseDue() }
        let number = items[index].packetNumber
        if found.first?.alert.map({ $0.packetNumber < number }) ?? false
            || records.first.map({ $0.item.packetNumber < number }) ?? false
        {
            write(before: number, inspection, events)
        }
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

    /// A packet's alerts come before its records.
    private func write(before number: UInt64, _ inspection: InspectionBatch, _ events: EventBatch) {
        while true {
            let alert = found.first?.alert.flatMap { $0.packetNumber < number ? $0 : nil }
            let record = records.first.flatMap { $0.item.packetNumber < number ? $0 : nil }
            if let alert, record.map({ alert.packetNumber <= $0.item.packetNumber }) ?? true {
                take(found.removeFirst(), alert)
            } else if let record {
                records.removeFirst()
                take(record, inspection, events)
            } else {
                return
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
