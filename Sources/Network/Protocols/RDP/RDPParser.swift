internal import Events
internal import Primitives

/// The beginning of RDP (MS-RDPBCGR section 2.2.1.1): a connection request, and the name in its cookie.
final class RDPParser: FlowStateParser<Bool> {
    init(output: InspectionOutput) { super.init(.rdp, output, initial: false) }

    /// A TPKT header (RFC 1006) of version 3 in front of a connection request or its confirmation (X.224: CR, CC).
    override func recogniseStream(_ bytes: Bytes, _ way: FlowDirection) -> Recognition {
        if bytes[0] != 3 || (bytes.count > 1 && bytes[1] != 0) { return .no }
        guard bytes.count >= 11 else { return .more }
        let isWhole = Int(bytes.bigEndian16(at: 2)) >= 11 && Int(bytes[4]) + 5 == Int(bytes.bigEndian16(at: 2))
        return isWhole && bytes[5] & 0xF0 == (way == .toServer ? 0xE0 : 0xD0) ? .yes : .no
    }

    override func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard way == .toServer, let seen = state(of: flow), !seen.pointee else { return }
        seen.pointee = true
        beginEvent(flow)
        if let from = bytes.firstIndex(of: "mstshash=") {
            let name = bytes.dropping(from + 9)
            writer.text(.rdpCookie, name.slice(0, name.firstIndex(of: ASCII.carriageReturn) ?? 0), output.events)
        }
        _ = writer.end(output, .networkRDP, output.dataTime)
    }

    override func close(_ flow: UnsafeMutablePointer<FlowRecord>) { release(flow) }
}
