internal import Events
internal import Primitives

/// Units of protocols for signatures with `frame`: each an item of its own. Nothing is copied where no signature looks
/// into that kind.
extension InspectionOutput {
    @inline(__always) func wants(_ kind: FrameKind) -> Bool {
        frames != 0 && frames >> UInt64(kind.number) & 1 == 1
    }

    /// A unit that lies in one piece, or in two one behind the other. Never while another item is filled.
    @inline(__always) func frame(
        _ kind: FrameKind, _ bytes: Bytes, and more: Bytes = .empty, _ flow: FlowPointer, _ way: FlowDirection
    ) {
        if wants(kind) { keep(kind, bytes, more, flow, way) }
    }

    private func keep(
        _ kind: FrameKind, _ bytes: Bytes, _ more: Bytes, _ flow: FlowPointer, _ way: FlowDirection
    ) {
        // A frame that would not fit whole is left out.
        guard inspection.scratch.reserve(1 + bytes.count + more.count) else { return }
        let offset = inspection.scratch.count
        inspection.scratch.push(kind.number)
        _ = inspection.scratch.append(bytes)
        _ = inspection.scratch.append(more)
        var made = item(.transaction, flow, way)
        made.transaction = .max
        made.complete = true
        append(
            frame: InspectionBuffer(.frame, .scratch, offset: offset, length: 1 + bytes.count + more.count), made)
    }

    /// A unit with its header and what follows it.
    @inline(__always) func frames(
        _ unit: FrameKind, _ header: FrameKind, _ data: FrameKind, _ bytes: Bytes, headerBytes: Int,
        _ flow: FlowPointer, _ way: FlowDirection
    ) {
        if frames == 0 || bytes.count < headerBytes { return }
        frame(unit, bytes, flow, way)
        frame(header, bytes.slice(0, headerBytes), flow, way)
        frame(data, bytes.dropping(headerBytes), flow, way)
    }
}
