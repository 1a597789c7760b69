internal import Events
internal import Primitives

/// Community ID version 1 of a flow (github.com/corelight/community-id-spec): what Zeek, Suricata and others call the
/// same flow by, so that their records can be joined with packets. Computed for hits only.
enum CommunityID {
    static func text(_ key: FlowKey, seed: UInt16 = 0) -> String {
        var source = (address: key.client, port: key.clientPort)
        var target = (address: key.server, port: key.serverPort)
        if (target.address, target.port) < (source.address, source.port) { swap(&source, &target) }
        var bytes: [UInt8] = [UInt8(seed >> 8), UInt8(truncatingIfNeeded: seed)]
        append(source.address, to: &bytes)
        append(target.address, to: &bytes)
        bytes += [key.ipProtocol, 0]
        for port in [source.port, target.port] { bytes += [UInt8(port >> 8), UInt8(truncatingIfNeeded: port)] }
        return "1:" + Base64.encode(sha1(bytes))
    }

    private static func sha1(_ bytes: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: Digest.sha1.length)
        let isDone = output.withUnsafeMutableBufferPointer { room in
            room.baseAddress.map { start in bytes.withBytes { Digest.sha1.write($0, into: start) } } ?? false
        }
        return isDone ? output : []
    }

    private static func append(_ address: IPAddress, to bytes: inout [UInt8]) {
        if let v4 = address.v4 {
            for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: v4 >> UInt32(shift))) }
            return
        }
        for half in [address.high, address.low] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: half >> UInt64(shift)))
            }
        }
    }
}
