internal import Events
internal import Primitives

/// Records of what the capture shows. Only those that somebody wants are made, so nothing here is on the hot path of an
/// ordinary scan.
extension InspectionOutput {
    func wants(_ kind: RecordKind) -> Bool { recordKinds.wants(kind) }

    /// A value of the record that is appended next.
    func recordValue(_ field: RecordField, _ bytes: Bytes) {
        guard let offset = inspection.scratch.append(bytes) else { return }
        inspection.recordValues.append(RecordValue(field, offset: offset, length: bytes.count))
    }

    func recordWord(_ field: RecordField, _ word: StaticString) {
        recordValue(field, Bytes(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    func recordNumber(_ field: RecordField, _ value: Int) {
        guard let place = inspection.scratch.appendDecimal(value) else { return }
        inspection.recordValues.append(RecordValue(field, offset: place.offset, length: place.length))
    }

    /// Appends a record with the values given since the last one.
    func record(
        _ kind: RecordKind, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection, _ transaction: UInt32,
        event: Int32 = -1
    ) {
        guard wants(kind) else { return }
        var item = item(.transaction, flow, way)
        item.transaction = transaction
        record(kind, item, event: event)
    }

    func record(_ kind: RecordKind, _ item: InspectionItem, event: Int32) {
        let from = firstValue
        firstValue = inspection.recordValues.count
        records.pointee.append(
            CaptureRecord(
                kind: kind, item: item, event: event, firstValue: from,
                valueCount: inspection.recordValues.count - from))
    }

    var stamp: PacketStamp { PacketStamp(number: packetNumber, index: packetIndex, time: time, origin: origin) }

    /// Gives the record that was appended last to the packet that it is about, which came before this one.
    func redate(_ kind: RecordKind, _ stamp: PacketStamp) {
        guard wants(kind), let last = records.pointee.indices.last, records.pointee[last].kind == kind else { return }
        records.pointee[last].item.packetNumber = stamp.number
        records.pointee[last].item.packetIndex = max(stamp.index, 0)
        records.pointee[last].item.time = stamp.time
        records.pointee[last].item.header.origin = stamp.origin
    }

    /// A flow that is over.
    func record(_ facts: FlowFacts, _ item: InspectionItem) {
        records.pointee.append(
            CaptureRecord(
                kind: .flow, item: item, event: -1, firstValue: flowFacts.pointee.count, valueCount: 0))
        flowFacts.pointee.append(facts)
    }

    /// A file that was seen: its name, its size, and what is known of its content.
    func file(
        _ name: Bytes, size: Int64, content: Bytes, isWhole: Bool, _ digests: FileDigests?,
        _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection, _ transaction: UInt32, event: Int32 = -1
    ) {
        guard wants(.fileinfo) else { return }
        recordValue(.fileName, name)
        recordWord(.fileState, isWhole ? "CLOSED" : "TRUNCATED")
        recordNumber(.fileSize, Int(size))
        if isWhole, Int64(content.count) == size, let digits = digests?.digits(content) {
            recordValue(.fileMD5, digits.md5)
            recordValue(.fileSHA1, digits.sha1)
            recordValue(.fileSHA256, digits.sha256)
        }
        record(.fileinfo, flow, way, transaction, event: event)
    }
}

/// Which packet a record is about.
struct PacketStamp {
    var number: UInt64
    var index: Int32
    var time: Timestamp
    var origin: PacketOrigin
}
