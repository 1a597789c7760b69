package import Events
internal import Primitives

/// Writes kept packets as pcapng (draft-ietf-opsawg-pcapng), little-endian, with nanoseconds: an interface for each
/// capture and link type, and a comment on each packet that was hit.
package struct PcapngFile {
    package private(set) var bytes: [UInt8] = []
    private var interfaces: [Interface: UInt32] = [:]

    private struct Interface: Hashable {
        var name: String
        var linkType: UInt16
    }

    private enum Block {
        static let section: UInt32 = 0x0A0D_0D0A
        static let interface: UInt32 = 1
        static let packet: UInt32 = 6
    }

    package init(application: String) {
        var body: [UInt8] = []
        append(UInt32(0x1A2B_3C4D), to: &body)
        append(UInt16(1), to: &body)
        append(UInt16(0), to: &body)
        append(UInt64.max, to: &body)
        option(4, Array(application.utf8), to: &body)
        end(&body)
        block(Block.section, body)
    }

    /// Adds a packet of the capture called `capture`. Packets are written in the order they come.
    package mutating func add(_ packet: KeptPacket, capture: String, comment: String? = nil) {
        let interface = interface(Interface(name: capture, linkType: packet.linkType))
        var body: [UInt8] = []
        append(interface, to: &body)
        let time = UInt64(bitPattern: packet.time.nanoseconds)
        append(UInt32(truncatingIfNeeded: time >> 32), to: &body)
        append(UInt32(truncatingIfNeeded: time), to: &body)
        append(UInt32(packet.bytes.count), to: &body)
        append(max(packet.wireLength, UInt32(packet.bytes.count)), to: &body)
        body += packet.bytes
        pad(&body)
        if let comment {
            option(1, Array(comment.utf8.prefix(1000)), to: &body)
            end(&body)
        }
        block(Block.packet, body)
    }

    private mutating func interface(_ wanted: Interface) -> UInt32 {
        if let known = interfaces[wanted] { return known }
        let number = UInt32(interfaces.count)
        interfaces[wanted] = number
        var body: [UInt8] = []
        append(wanted.linkType, to: &body)
        append(UInt16(0), to: &body)
        append(UInt32(0), to: &body)
        option(2, Array(wanted.name.utf8.prefix(1000)), to: &body)
        option(9, [9], to: &body)
        end(&body)
        block(Block.interface, body)
        return number
    }

    private mutating func block(_ type: UInt32, _ body: [UInt8]) {
        let length = UInt32(body.count + 12)
        append(type, to: &bytes)
        append(length, to: &bytes)
        bytes += body
        append(length, to: &bytes)
    }

    private func option(_ code: UInt16, _ value: [UInt8], to body: inout [UInt8]) {
        append(code, to: &body)
        append(UInt16(value.count), to: &body)
        body += value
        pad(&body)
    }

    private func end(_ body: inout [UInt8]) { append(UInt32(0), to: &body) }

    private func pad(_ body: inout [UInt8]) { while body.count % 4 != 0 { body.append(0) } }

    private func append(_ value: some FixedWidthInteger, to body: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { body.append(contentsOf: $0) }
    }
}
