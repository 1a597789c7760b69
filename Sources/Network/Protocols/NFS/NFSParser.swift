internal import Events
internal import Primitives

/// NFS 2 to 4 (RFC 1094, 1813, 7530, 8881) over TCP and UDP, in ONC RPC (RFC 5531). A transaction is a call; data that
/// is read or written is put together by handle, and is a file.
final class NFSParser: FramedParser<NFSMemory> {
    private static let port: UInt16 = 2049
    private static let program: UInt32 = 100_003
    private static let markBytes = 4
    /// Calls without a reply that are in order (Suricata: `nfs.max-tx`).
    private static let mostUnanswered = 1024

    let files = StatePool<NFSFile>(limit: 1 << 12)
    private let fileLimit: Int
    private let digests: FileDigests?

    init(output: InspectionOutput, options: NetworkOptions) {
        fileLimit = options.httpBodyLimit
        digests = output.wants(.fileinfo) ? FileDigests() : nil
        super.init(.nfs, output, memory: NFSMemory(), maximumMessage: 1 << 20)
    }

    override var refused: Int64 { super.refused + files.refused }

    // MARK: Records

    /// A record's mark (RFC 5531 section 11): the last bit says that nothing of it follows, the rest is its length.
    override func length(_ bytes: Bytes, _ way: FlowDirection) -> Int? {
        guard bytes.count >= NFSParser.markBytes else { return 0 }
        return NFSParser.markBytes + Int(bytes.bigEndian32(at: 0) & 0x7FFF_FFFF)
    }

    private static func isExpected(_ flow: UnsafeMutablePointer<FlowRecord>) -> Bool {
        flow.pointee.serverPort == port || flow.pointee.clientPort == port
    }

    /// Its head alone: what a record holds may be long.
    private static func isCall(_ bytes: Bytes) -> Bool {
        guard bytes.count >= 24 else { return false }
        return bytes.bigEndian32(at: 4) == 0 && bytes.bigEndian32(at: 8) == 2 && bytes.bigEndian32(at: 12) == program
            && (2...4).contains(bytes.bigEndian32(at: 16))
    }

    override func recogniseStream(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Recognition {
        guard way == .toServer, NFSParser.isExpected(flow) else { return .no }
        if bytes.count < NFSParser.markBytes + 24 { return bytes[0] & 0x80 != 0 ? .more : .no }
        return NFSParser.isCall(bytes.dropping(NFSParser.markBytes)) ? .yes : .no
    }

    override func recogniseDatagram(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Bool { NFSParser.isExpected(flow) && NFSParser.isCall(bytes) }

    override func datagram(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let state = state(of: flow) else { return }
        record(bytes, &state.pointee.memory, flow, way)
    }

    override func message(
        _ bytes: Bytes, _ memory: UnsafeMutablePointer<NFSMemory>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) { record(bytes.dropping(NFSParser.markBytes), memory, flow, way) }

    private func record(
        _ bytes: Bytes, _ memory: UnsafeMutablePointer<NFSMemory>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) {
        guard let message = RemoteCallMessage(bytes) else { return malformed(flow) }
        if output.frames != 0 { NFSFrames(output: output, flow: flow, way: way).write(message, bytes, memory) }
        if let call = message.call {
            if way == .toServer, call.program == NFSParser.program { request(message, call, memory, flow) }
        } else if way == .toClient {
            reply(message, memory, flow)
        }
    }

    /// The last transaction has the fault; its request was seen before.
    private func malformed(_ flow: UnsafeMutablePointer<FlowRecord>) {
        guard flow.pointee.transactions > 0 else { return }
        raise("nfs.malformed_data", flow, .toClient, flow.pointee.transactions - 1)
    }

    // MARK: Calls

    private func request(
        _ message: RemoteCallMessage, _ call: RemoteCallMessage.Call, _ memory: UnsafeMutablePointer<NFSMemory>,
        _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        let request =
            switch call.version {
            case 4: NFS4Requests.read(call.procedure, message.content)
            case 3: NFSRequests.version3(call.procedure, message.content)
            default: NFSRequests.version2(call.procedure, message.content)
            }
        let transaction = flow.pointee.transactions
        flow.pointee.transactions += 1
        let place = event(request, call.version, flow)
        if request.isTransaction(version: call.version) {
            var made = item(flow, .toServer, transaction)
            output.number(.nfsProcedure, Int(request.procedure))
            output.number(.nfsVersion, Int(call.version))
            made.event = place
            append(made, .toServer)
        }
        if request.isDamaged { raise("nfs.malformed_data", flow, .toClient, transaction) }
        var file: Int32 = -1
        if !request.handle.isEmpty, request.reads || request.writes || request.commits {
            file = self.file(request.handle, memory, flow)
        }
        if request.opens, !request.name.isEmpty { file = named(request.name, memory, flow) }
        if file >= 0, request.writes { transfer(file, request.offset, request.data, .toServer, flow) }
        if file >= 0, request.commits { report(file, flow) }
        keep(
            NFSCall(
                identifier: message.identifier, version: call.version, procedure: request.procedure,
                transaction: transaction, offset: request.offset,
                file: request.reads || request.opens ? file : -1), memory, flow)
    }

    private func keep(
        _ call: NFSCall, _ memory: UnsafeMutablePointer<NFSMemory>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        if memory.pointee.open == NFSMemory.maximumOpen { drop(0, memory) }
        memory.pointee.calls[memory.pointee.open] = call
        memory.pointee.open += 1
        memory.pointee.unanswered += 1
        guard memory.pointee.unanswered > NFSParser.mostUnanswered, !memory.pointee.isCrowded else { return }
        memory.pointee.isCrowded = true
        raise("nfs.too_many_transactions", flow, .toClient, call.transaction)
    }

    private func drop(_ place: Int, _ memory: UnsafeMutablePointer<NFSMemory>) {
        for index in place..<memory.pointee.open - 1 { memory.pointee.calls[index] = memory.pointee.calls[index + 1] }
        memory.pointee.open -= 1
    }

    private func event(
        _ request: NFSRequest, _ version: UInt32, _ flow: UnsafeMutablePointer<FlowRecord>
    ) -> Int32 {
        beginEvent(flow)
        writer.number(.nfsVersion, Int(version), output.events)
        writer.number(.nfsProcedure, Int(request.procedure), output.events)
        writer.text(.fileName, request.name, output.events)
        return writer.end(output, .networkNFS, output.dataTime)
    }

    // MARK: Replies

    private func reply(
        _ message: RemoteCallMessage, _ memory: UnsafeMutablePointer<NFSMemory>,
        _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        var place = 0
        while place < memory.pointee.open, memory.pointee.calls[place].identifier != message.identifier { place += 1 }
        memory.pointee.unanswered = max(memory.pointee.unanswered - 1, 0)
        guard place < memory.pointee.open else { return }
        let call = memory.pointee.calls[place]
        drop(place, memory)
        append(item(flow, .toClient, call.transaction), .toClient)
        guard message.isAccepted, call.file >= 0, call.version == 3 else { return }
        results(message.content, call, memory, flow)
    }

    /// Results of NFS 3: the handle of what was named, or data of a file (RFC 1813 sections 3.3.3, 3.3.6, 3.3.8).
    private func results(
        _ content: Bytes, _ call: NFSCall, _ memory: UnsafeMutablePointer<NFSMemory>,
        _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        var reader = XDRReader(content)
        guard reader.u32() == 0, holds(call.file, memory) else { return }
        let fault: StaticString = "nfs.malformed_data"
        switch call.procedure {
        case 3, 8:
            if call.procedure == 8, reader.u32() == 0, !reader.failed { return }
            let handle = reader.opaque()
            if reader.failed || handle.count > 64 { return raiseBoth(fault, flow, .toClient, call.transaction) }
            files.states[Int(call.file)].handle.clear()
            _ = files.states[Int(call.file)].handle.append(handle, limit: 64, meter)
        case 6:
            if reader.u32() == 1 { _ = reader.fixed(84) }
            _ = reader.u32()
            let isEnd = reader.u32() == 1
            let data = reader.opaque()
            if reader.failed { return raiseBoth(fault, flow, .toClient, call.transaction) }
            transfer(call.file, call.offset, data, .toClient, flow)
            if isEnd { report(call.file, flow) }
        default: break
        }
    }

    override func forget(_ memory: inout NFSMemory) {
        while memory.files >= 0 {
            let index = memory.files
            memory.files = files.states[Int(index)].next
            release(index)
        }
    }

    override func close(_ flow: UnsafeMutablePointer<FlowRecord>) {
        if let state = known(flow) {
            var at = state.pointee.memory.files
            while at >= 0 {
                report(at, flow)
                at = files.states[Int(at)].next
            }
        }
        super.close(flow)
    }

    /// The item of a file, once.
    func report(_ index: Int32, _ flow: UnsafeMutablePointer<FlowRecord>) {
        let file = files.states + Int(index)
        guard !file.pointee.isReported, file.pointee.content.count > 0 else { return }
        file.pointee.isReported = true
        let content = file.pointee.content.bytes
        let made = item(flow, file.pointee.way, flow.pointee.transactions)
        flow.pointee.transactions += 1
        output.buffer(.fileName, file.pointee.name.bytes)
        output.number(.fileSize, content.count)
        output.buffer(.fileData, content)
        append(made, file.pointee.way)
        output.file(
            file.pointee.name.bytes, size: Int64(content.count), content: content, isWhole: content.count < fileLimit,
            digests, flow, file.pointee.way, flow.pointee.transactions - 1)
        file.pointee.content.free(meter)
    }

    /// Data of a file, if it follows what came before.
    private func transfer(
        _ index: Int32, _ offset: UInt64, _ data: Bytes, _ way: FlowDirection,
        _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        let file = files.states + Int(index)
        if offset == 0, file.pointee.isReported { file.pointee.isReported = false }
        guard !file.pointee.isReported, offset == UInt64(file.pointee.content.count) else { return }
        file.pointee.way = way
        if !file.pointee.content.append(data, limit: fileLimit, meter) { report(index, flow) }
    }
}
