internal import Events
internal import Primitives

/// The frames of a record: its RPC, and the NFS in it. A record over TCP shows its mark.
struct NFSFrames {
    let output: InspectionOutput
    let flow: UnsafeMutablePointer<FlowRecord>
    let way: FlowDirection

    /// Identifier and kind stand before everything else.
    private static let headerBytes = 8
    private static let markBytes = 4

    func write(_ message: RemoteCallMessage, _ bytes: Bytes, _ memory: UnsafePointer<NFSMemory>) {
        let isStream = flow.pointee.key.ipProtocol == 6
        let whole =
            isStream ? Bytes(start: bytes.start - NFSFrames.markBytes, count: bytes.count + NFSFrames.markBytes) : bytes
        output.frame(.rpcUnit, whole, flow, way)
        var version = message.call?.version ?? 3
        if message.call != nil {
            output.frame(.rpcCredentials, message.credentials, flow, way)
        } else {
            let head = NFSFrames.headerBytes + (isStream ? NFSFrames.markBytes : 0)
            output.frame(.rpcHeader, whole.prefix(head), flow, way)
            output.frame(.rpcData, whole.dropping(min(head, whole.count)), flow, way)
            for place in 0..<memory.pointee.open
            where memory.pointee.calls[place].identifier == message.identifier {
                version = memory.pointee.calls[place].version
            }
        }
        content(message.content, version, isReply: message.call == nil)
    }

    private func content(_ content: Bytes, _ version: UInt32, isReply: Bool) {
        guard version == 4 else {
            output.frame(.nfsUnit, content, flow, way)
            if isReply { output.frame(.nfsStatus, content.prefix(4), flow, way) }
            return
        }
        output.frame(.nfs4Unit, content, flow, way)
        if isReply { output.frame(.nfs4Status, content.prefix(4), flow, way) }
        output.frame(.nfs4Header, content.prefix(NFSFrames.headerBytes), flow, way)
        output.frame(.nfs4Operations, content.dropping(min(NFSFrames.headerBytes, content.count)), flow, way)
    }
}
