internal import Events
internal import Primitives

/// The interfaces that a connection has bound, and the call under way in it. A plain value: whoever owns it calls
/// `free`.
struct DCERPCSession {
    /// Context (2 bytes), interface (16) and its version (2) of each binding.
    var bindings = ByteStore()
    /// Arguments of the request under way, put together from its fragments.
    var stub = ByteStore()
    var operation = 0
    var context = 0
    /// Transaction of the call that was made last; nil before the first.
    var transaction: UInt32?

    mutating func free(_ meter: MemoryMeter) {
        bindings.free(meter)
        stub.free(meter)
    }
}

/// One protocol data unit (The Open Group C706, chapter 12): its header, and what signatures want of it.
struct DCERPCUnit {
    static let headerBytes = 16
    private static let bindingBytes = 20
    private static let maximumBindings = 32
    private static let stubLimit = 64 << 10

    let type: UInt8
    let flags: UInt8
    let isLittleEndian: Bool
    let length: Int
    private let bytes: Bytes

    /// Nil where it is no unit of version 5.
    init?(_ bytes: Bytes) {
        guard bytes.count >= DCERPCUnit.headerBytes, bytes[0] == 5, bytes[1] <= 1, bytes[2] <= 19 else { return nil }
        type = bytes[2]
        flags = bytes[3]
        isLittleEndian = bytes[4] & 0x10 != 0
        length = DCERPCUnit.u16(bytes, 8, isLittleEndian)
        self.bytes = bytes
        guard length >= DCERPCUnit.headerBytes else { return nil }
    }

    private static func u16(_ bytes: Bytes, _ at: Int, _ little: Bool) -> Int {
        Int(little ? bytes.littleEndian16(at: at) : bytes.bigEndian16(at: at))
    }

    /// Reads a unit sent to the server. The name of the interface called, where a request ends with this unit.
    func toServer(_ session: inout DCERPCSession, _ meter: MemoryMeter) -> Bool {
        let body = bytes.prefix(length)
        switch type {
        case 11, 14:
            bind(body, &session, meter)
            return false
        case 0:
            guard body.count >= 24 else { return false }
            if flags & 1 != 0 { session.stub.clear() }
            session.context = DCERPCUnit.u16(body, 20, isLittleEndian)
            session.operation = DCERPCUnit.u16(body, 22, isLittleEndian)
            let from = min(24 + (flags & 0x80 != 0 ? 16 : 0), body.count)
            _ = session.stub.append(body.dropping(from), limit: DCERPCUnit.stubLimit, meter)
            return flags & 2 != 0
        default: return false
        }
    }

    /// Results of a response; nil for other units.
    var results: Bytes? {
        let body = bytes.prefix(length)
        return type == 2 && body.count >= 24 ? body.dropping(24) : nil
    }

    private func bind(_ body: Bytes, _ session: inout DCERPCSession, _ meter: MemoryMeter) {
        // Only the first fragment of a bind is one.
        guard body.count >= 28, flags & 1 != 0 else { return }
        if type == 11 { session.bindings.clear() }
        let limit = DCERPCUnit.bindingBytes * DCERPCUnit.maximumBindings
        var at = 28
        for _ in 0..<Int(body[24]) {
            guard body.count >= at + 24 else { return }
            let transfers = Int(body[at + 2])
            let id = UInt16(truncatingIfNeeded: DCERPCUnit.u16(body, at, isLittleEndian))
            withUnsafeBytes(of: id) { _ = session.bindings.append(Bytes($0), limit: limit, meter) }
            _ = session.bindings.append(body.slice(at + 4, at + 22), limit: limit, meter)
            at += 24 + 20 * transfers
        }
    }
}

/// What signatures and events see of a call.
enum DCERPCBuffers {
    /// The binding that a call's context names; nil where it was not seen.
    static func binding(_ session: DCERPCSession) -> Bytes? {
        let all = session.bindings.bytes
        var at = 0
        while at + 20 <= all.count {
            if Int(all.littleEndian16(at: at)) == session.context { return all.slice(at + 2, at + 20) }
            at += 20
        }
        return nil
    }

    /// `12345778-1234-abcd-ef00-0123456789ab/1.0` in the text form of C706, appendix A.
    static func append(_ binding: Bytes, to text: inout ScratchBuffer) {
        guard binding.count >= 18, text.reserve(64) else { return }
        let order = [3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15]
        for place in order {
            if place < 0 {
                text.push(ASCII.minus)
            } else {
                text.push(HexDigits.lower(binding[place] >> 4))
                text.push(HexDigits.lower(binding[place] & 15))
            }
        }
        text.push(ASCII.slash)
        _ = text.appendDecimal(Int(binding.littleEndian16(at: 16)))
    }

    static func request(_ session: DCERPCSession, _ text: inout ScratchBuffer, _ output: InspectionOutput) {
        name(session, &text, output)
        output.buffer(.dcerpcStubData, session.stub.bytes)
    }

    /// What both directions of a call show.
    static func call(_ session: DCERPCSession, _ text: inout ScratchBuffer, _ output: InspectionOutput) {
        name(session, &text, output)
    }

    /// The response to the call that was made last.
    static func response(
        _ results: Bytes, _ session: DCERPCSession, _ text: inout ScratchBuffer, _ output: InspectionOutput
    ) {
        name(session, &text, output)
        output.buffer(.dcerpcStubData, results)
    }

    private static func name(
        _ session: DCERPCSession, _ text: inout ScratchBuffer, _ output: InspectionOutput
    ) {
        if let binding = binding(session) {
            text.removeAll()
            append(binding, to: &text)
            output.buffer(.dcerpcInterface, text.everything)
        }
        output.number(.dcerpcOperation, session.operation)
    }
}
