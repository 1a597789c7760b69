internal import Events
internal import Primitives

/// TFTP requests (RFC 1350): which file is asked for.
final class TFTPParser: FlowStateParser<Bool> {
    init(output: InspectionOutput) { super.init(.tftp, output, initial: false) }

    /// A read or write request: a name and a mode, each ended by a zero.
    override func recogniseDatagram(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Bool {
        flow.pointee.serverPort == 69 && TFTPParser.request(bytes) != nil
    }

    private static func request(_ bytes: Bytes) -> Bytes? {
        guard bytes.count >= 6, bytes[0] == 0, bytes[1] == 1 || bytes[1] == 2,
            let nameEnd = bytes.firstIndex(of: 0, from: 2), nameEnd > 2,
            let modeEnd = bytes.firstIndex(of: 0, from: nameEnd + 1)
        else { return nil }
        let mode = bytes.slice(nameEnd + 1, modeEnd)
        let isKnown =
            mode.equalsIgnoringCase("octet") || mode.equalsIgnoringCase("netascii") || mode.equalsIgnoringCase("mail")
        return isKnown ? bytes.slice(2, nameEnd) : nil
    }

    override func datagram(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let name = TFTPParser.request(bytes) else { return }
        beginEvent(flow)
        writer.text(.fileName, name, output.events)
        _ = writer.end(output, .networkTFTP, output.dataTime)
        flow.pointee.transactions += 1
    }
}
