internal import Primitives

/// Calls of NFS 2 (RFC 1094) and 3 (RFC 1813).
enum NFSRequests {
    /// NFS 3: attributes and their kin have a handle only; these have a handle and a name behind it.
    private static func isNamed(_ procedure: UInt32) -> Bool {
        switch procedure {
        case 3, 8, 9, 10, 11, 12, 13, 14: true
        default: false
        }
    }

    static func version3(_ procedure: UInt32, _ content: Bytes) -> NFSRequest {
        var request = NFSRequest(procedure: procedure)
        if procedure == 0 { return request }
        var reader = XDRReader(content)
        request.handle = reader.opaque()
        if isNamed(procedure) {
            request.name = reader.opaque()
            request.opens = procedure == 3 || procedure == 8
        } else if procedure == 6 {
            (request.reads, request.offset) = (true, reader.u64())
            _ = reader.u32()
        } else if procedure == 7 {
            (request.writes, request.offset) = (true, reader.u64())
            _ = reader.u32()
            _ = reader.u32()
            request.data = reader.opaque()
        } else if procedure == 21 {
            request.commits = true
        }
        request.isDamaged = reader.failed
        return request
    }

    static func version2(_ procedure: UInt32, _ content: Bytes) -> NFSRequest {
        var request = NFSRequest(procedure: procedure)
        guard procedure > 0 else { return request }
        var reader = XDRReader(content)
        request.handle = reader.fixed(32)
        switch procedure {
        case 4, 9, 10, 11, 14, 15:
            request.name = reader.opaque()
            request.opens = procedure == 4 || procedure == 9
        case 6: (request.reads, request.offset) = (true, UInt64(reader.u32()))
        case 8:
            _ = reader.u32()
            (request.writes, request.offset) = (true, UInt64(reader.u32()))
            _ = reader.u32()
            request.data = reader.opaque()
        default: break
        }
        request.isDamaged = reader.failed
        return request
    }
}
