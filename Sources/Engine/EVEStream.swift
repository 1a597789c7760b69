internal import Events
internal import Network
internal import Output
internal import Primitives

/// The EVE lines of one capture batch: its alerts, and the records that were asked for, in packet order.
package enum EVEStream {
    /// EVE record types that can be written.
    package static let types = ["alert"] + RecordKind.allCases.map(\.rawValue)

    static func encode(
        _ detections: [Detection], inspection: InspectionBatch, events: EventBatch, alerts: Bool, masker: Masker?,
        alertedFlows: inout Set<UInt64>
    ) -> [UInt8] {
        var writer = JSONWriter()
        var records = inspection.records[...]
        for detection in detections {
            guard let context = detection.alert else { continue }
            if !inspection.records.isEmpty || context.flow != 0 { alertedFlows.insert(context.flow) }
            // A packet's alerts come before its records.
            while let first = records.first, first.item.packetNumber < context.packetNumber, !first.endsFlow {
                encode(first, inspection, events, alertedFlows, masker, &writer)
                records = records.dropFirst()
            }
            if alerts { EVEAlert.encode(masker?.masked(detection) ?? detection, into: &writer) }
        }
        for record in records {
            encode(record, inspection, events, alertedFlows, masker, &writer)
            if record.endsFlow { alertedFlows.remove(record.item.flow) }
        }
        return writer.bytes.array
    }

    private static func encode(
        _ record: CaptureRecord, _ inspection: InspectionBatch, _ events: EventBatch, _ alerted: Set<UInt64>,
        _ masker: Masker?, _ writer: inout JSONWriter
    ) {
        EVERecord.encode(
            record, inspection, fields: { DetectionMaker.fields(of: record.event, events) }, masker: masker,
            alerted: alerted.contains(record.item.flow), into: &writer)
    }
}

extension CaptureRecord {
    fileprivate var endsFlow: Bool { kind == .flow }
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
