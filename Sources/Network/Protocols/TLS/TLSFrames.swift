internal import Events
internal import Primitives

/// Frames of records whose content is encrypted: their heads are not.
extension TLSParser {
    private static let headerBytes = 5
    private static let longestRecord = 16_384 + 2048

    func frames(
        _ bytes: Bytes, _ side: UnsafeMutablePointer<TLSSide>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) {
        guard output.wants(.tlsUnit) || output.wants(.tlsHeader) || output.wants(.tlsData) else { return }
        var sealed = side.pointee.sealed
        side.pointee.sealed = ByteStore()
        let kept = sealed.take(bytes, limit: TLSParser.longestRecord + TLSParser.headerBytes + (64 << 10), meter) {
            cut($0, flow, way)
        }
        if !kept { sealed.free(meter) }
        side.pointee.sealed = sealed
    }

    /// Answers the bytes of whole records; all of them where something else stands there.
    private func cut(_ held: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) -> Int {
        var at = 0
        while held.count - at >= TLSParser.headerBytes {
            let length = Int(held.bigEndian16(at: at + 3))
            guard (20...24).contains(held[at]), held[at + 1] == 3, length <= TLSParser.longestRecord else {
                return held.count
            }
            guard held.count - at >= TLSParser.headerBytes + length else { break }
            output.frames(
                .tlsUnit, .tlsHeader, .tlsData, held.slice(at, at + TLSParser.headerBytes + length),
                headerBytes: TLSParser.headerBytes, flow, way)
            at += TLSParser.headerBytes + length
        }
        return at
    }
}
