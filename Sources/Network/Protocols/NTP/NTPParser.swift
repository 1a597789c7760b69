internal import Events
internal import Primitives

/// NTP (RFC 5905). Each packet is a transaction.
final class NTPParser: FlowStateParser<Bool> {
    init(output: InspectionOutput) { super.init(.ntp, output, initial: false) }

    override func recogniseDatagram(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Bool {
        guard flow.pointee.serverPort == 123 || flow.pointee.clientPort == 123, bytes.count >= 12 else { return false }
        let version = bytes[0] >> 3 & 7
        let mode = bytes[0] & 7
        return (1...4).contains(version) && mode > 0 && (mode >= 6 || bytes.count >= 48)
    }

    override func datagram(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard bytes.count >= 12 else {
            return raise("ntp.malformed_data", flow, way, flow.pointee.transactions)
        }
        var made = item(flow, way, flow.pointee.transactions)
        flow.pointee.transactions += 1
        let mode = Int(bytes[0] & 7)
        output.number(.ntpVersion, Int(bytes[0] >> 3 & 7))
        output.number(.ntpMode, mode)
        if mode < 6 && bytes.count >= 48 {
            output.number(.ntpStratum, Int(bytes[1]))
            output.buffer(.ntpReferenceID, bytes.slice(12, 16))
        }
        beginEvent(flow)
        writer.number(.ntpMode, mode, output.events)
        made.event = writer.end(output, .networkNTP, output.dataTime)
        append(made, way)
    }
}
