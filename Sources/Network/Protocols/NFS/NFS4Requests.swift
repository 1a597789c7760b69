internal import Primitives

/// Compounds of NFS 4 (RFC 7530 section 16, RFC 8881 section 18): several operations in one call, read up to the first
/// one whose arguments are not known. The call is taken for the operation that says most of it.
enum NFS4Requests {
    private static let maximumOperations = 64

    private enum Operation {
        static let access: UInt32 = 3
        static let close: UInt32 = 4
        static let commit: UInt32 = 5
        static let create: UInt32 = 6
        static let getAttributes: UInt32 = 9
        static let getHandle: UInt32 = 10
        static let lookup: UInt32 = 15
        static let open: UInt32 = 18
        static let putHandle: UInt32 = 22
        static let putPublic: UInt32 = 23
        static let putRoot: UInt32 = 24
        static let read: UInt32 = 25
        static let remove: UInt32 = 28
        static let rename: UInt32 = 29
        static let renew: UInt32 = 30
        static let restore: UInt32 = 31
        static let save: UInt32 = 32
        static let write: UInt32 = 38
        static let sequence: UInt32 = 53
        static let reclaim: UInt32 = 58
    }

    /// - Parameters:
    ///   - procedure: 0 does nothing, 1 is a compound
    ///   - content: a tag, a minor version, the number of operations, and these
    static func read(_ procedure: UInt32, _ content: Bytes) -> NFSRequest {
        var request = NFSRequest(procedure: procedure)
        guard procedure == 1 else { return request }
        var reader = XDRReader(content)
        _ = reader.opaque()
        _ = reader.u32()
        let count = Int(reader.u32())
        if count > 0 { request.procedure = 0 }
        for _ in 0..<min(count, maximumOperations) {
            let operation = reader.u32()
            if reader.failed || !argument(operation, &reader, &request) { break }
        }
        request.isDamaged = reader.failed
        return request
    }

    /// False where the operation is not known: where its arguments end is not known either.
    private static func argument(_ operation: UInt32, _ reader: inout XDRReader, _ request: inout NFSRequest) -> Bool {
        switch operation {
        case Operation.putHandle: request.handle = reader.opaque()
        case Operation.getHandle, Operation.putPublic, Operation.putRoot, Operation.restore, Operation.save: break
        case Operation.access, Operation.reclaim: _ = reader.u32()
        case Operation.getAttributes: skipWords(Int(reader.u32()), &reader)
        case Operation.renew: _ = reader.u64()
        case Operation.sequence:
            _ = reader.fixed(16)
            for _ in 0..<4 { _ = reader.u32() }
        case Operation.lookup, Operation.remove: name(operation, &reader, &request)
        case Operation.rename:
            request.procedure = operation
            request.name = reader.opaque()
            _ = reader.opaque()
        case Operation.close:
            request.procedure = operation
            _ = reader.u32()
            _ = reader.fixed(16)
            request.commits = true
        case Operation.commit:
            request.procedure = operation
            _ = reader.u64()
            _ = reader.u32()
            request.commits = true
        case Operation.open: open(&reader, &request)
        case Operation.create: create(&reader, &request)
        case Operation.read:
            request.procedure = operation
            _ = reader.fixed(16)
            (request.reads, request.offset) = (true, reader.u64())
            _ = reader.u32()
        case Operation.write:
            request.procedure = operation
            _ = reader.fixed(16)
            (request.writes, request.offset) = (true, reader.u64())
            _ = reader.u32()
            request.data = reader.opaque()
        default: return false
        }
        return true
    }

    private static func name(_ operation: UInt32, _ reader: inout XDRReader, _ request: inout NFSRequest) {
        request.procedure = operation
        request.name = reader.opaque()
        request.opens = operation == Operation.lookup
    }

    /// RFC 7530 section 16.4: what kind of object, its name, its attributes.
    private static func create(_ reader: inout XDRReader, _ request: inout NFSRequest) {
        request.procedure = Operation.create
        switch reader.u32() {
        case 3, 4: _ = reader.u64()
        case 5: _ = reader.opaque()
        default: break
        }
        request.name = reader.opaque()
        skipWords(Int(reader.u32()), &reader)
        _ = reader.opaque()
    }

    private static func skipWords(_ count: Int, _ reader: inout XDRReader) {
        for _ in 0..<min(count, 16) { _ = reader.u32() }
    }

    /// RFC 7530 section 16.16: who opens, how, and by which name.
    private static func open(_ reader: inout XDRReader, _ request: inout NFSRequest) {
        request.procedure = Operation.open
        for _ in 0..<3 { _ = reader.u32() }
        _ = reader.u64()
        _ = reader.opaque()
        if reader.u32() == 1 {
            switch reader.u32() {
            case 0, 1:
                skipWords(Int(reader.u32()), &reader)
                _ = reader.opaque()
            case 2: _ = reader.u64()
            default:
                _ = reader.u64()
                skipWords(Int(reader.u32()), &reader)
                _ = reader.opaque()
            }
        }
        if reader.u32() == 0 {
            request.name = reader.opaque()
            request.opens = true
        }
    }
}
