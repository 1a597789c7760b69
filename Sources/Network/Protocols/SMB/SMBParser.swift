internal import Events
internal import Primitives

/// SMB 1 and 2/3 over TCP (MS-CIFS, MS-SMB2): sessions, shares, files, and DCERPC over named pipes. A transaction is a
/// request with its response.
final class SMBParser: FlowStateParser<SMBConnection> {
    static let maximumMessage = 1 << 20
    let requests = StatePool<SMBRequest>(limit: 1 << 14)
    let trees = StatePool<SMBTree>(limit: 1 << 13)
    let files = StatePool<SMBFile>(limit: 1 << 13)
    let fileLimit: Int
    private let digests: FileDigests?
    var text = ScratchBuffer(capacity: 4096, limit: 1 << 20)

    init(output: InspectionOutput, options: NetworkOptions) {
        fileLimit = options.httpBodyLimit
        digests = output.wants(.fileinfo) ? FileDigests() : nil
        super.init(.smb, output, initial: SMBConnection(), flows: 1 << 15, bytes: 64 << 20)
    }

    /// Its messages do not hurry raw inspection: as in Suricata, that waits for enough data.
    override func append(_ item: consuming InspectionItem, _ way: FlowDirection) { output.append(item) }

    override var refused: Int64 { super.refused + requests.refused + trees.refused + files.refused }

    /// A session message (RFC 1002 section 4.3.1) that holds SMB.
    override func recogniseStream(_ bytes: Bytes, _ way: FlowDirection) -> Recognition {
        if bytes[0] != 0 { return .no }
        guard bytes.count >= 8 else { return .more }
        let isSMB = bytes[4] == 0xFF || bytes[4] == 0xFE || bytes[4] == 0xFD
        return isSMB && bytes.starts(with: "SMB", at: 5) ? .yes : .no
    }

    override func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let connection = state(of: flow), !connection.pointee.isLost else { return }
        var pending = way == .toServer ? connection.pointee.toServer : connection.pointee.toClient
        let kept = pending.take(bytes, limit: SMBParser.maximumMessage + (64 << 10), meter) { held in
            var at = 0
            while held.count - at >= 4, !connection.pointee.isLost {
                let length = Int(held[at + 1]) << 16 | Int(held.bigEndian16(at: at + 2))
                if held[at] != 0 && held[at] < 0x81 || length > SMBParser.maximumMessage {
                    connection.pointee.isLost = true
                    return held.count
                }
                guard held.count - at >= 4 + length else { break }
                output.frames(
                    .nbssUnit, .nbssHeader, .nbssData, held.slice(at, at + 4 + length), headerBytes: 4, flow, way)
                if held[at] == 0 { message(held.slice(at + 4, at + 4 + length), connection, flow, way) }
                at += 4 + length
            }
            return at
        }
        if way == .toServer { connection.pointee.toServer = pending } else { connection.pointee.toClient = pending }
        if !kept { connection.pointee.isLost = true }
    }

    private func message(
        _ bytes: Bytes, _ connection: UnsafeMutablePointer<SMBConnection>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) {
        guard bytes.count >= (bytes.isEmpty || bytes[0] != 0xFE ? 32 : 64), bytes.starts(with: "SMB", at: 1) else {
            return SMBFaults(parser: self, flow: flow).noMessage()
        }
        direct(bytes, flow, way)
        if bytes[0] == 0xFF { output.frames(.smb1Unit, .smb1Header, .smb1Data, bytes, headerBytes: 32, flow, way) }
        if bytes[0] == 0xFD { output.frames(.smb3Unit, .smb3Header, .smb3Data, bytes, headerBytes: 52, flow, way) }
        if bytes[0] == 0xFF { SMB1(parser: self, connection: connection, flow: flow, way: way).read(bytes) }
        guard bytes[0] == 0xFE else { return }
        // Several messages may stand one behind the other (MS-SMB2 section 3.2.4.1.4).
        var rest = bytes
        for _ in 0..<64 {
            guard rest.count >= 64 else { return }
            let next = Int(rest.littleEndian32(at: 20))
            let one = next >= 64 && next < rest.count ? rest.slice(0, next) : rest
            output.frames(.smb2Unit, .smb2Header, .smb2Data, one, headerBytes: 64, flow, way)
            SMB2(parser: self, connection: connection, flow: flow, way: way).read(one)
            guard next >= 64, next < rest.count else { return }
            rest = rest.dropping(next)
        }
    }

    /// Requests go to the server, responses come from it (flags of MS-CIFS section 2.2.3.1, MS-SMB2 section 2.2.1.2).
    private func direct(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        let isResponse: Bool
        switch bytes[0] {
        case 0xFF: isResponse = bytes[9] & 0x80 != 0
        case 0xFE: isResponse = bytes[16] & 1 != 0
        default: return
        }
        guard isResponse == (way == .toServer) else { return }
        raise(
            isResponse ? "smb.response_to_server" : "smb.request_to_client", flow, way,
            max(flow.pointee.transactions, 1) - 1)
    }

    override func gap(_ count: Int, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        known(flow)?.pointee.isLost = true
    }

    override func close(_ flow: UnsafeMutablePointer<FlowRecord>) {
        guard let connection = known(flow) else { return }
        connection.pointee.toServer.free(meter)
        connection.pointee.toClient.free(meter)
        connection.pointee.session.free(meter)
        while connection.pointee.requests >= 0 { dropRequest(connection, after: -1) }
        while connection.pointee.trees >= 0 {
            let index = connection.pointee.trees
            connection.pointee.trees = trees.states[Int(index)].next
            trees.states[Int(index)].name.free(meter)
            trees.give(index)
        }
        while connection.pointee.files >= 0 {
            let index = connection.pointee.files
            report(index, flow)
            connection.pointee.files = files.states[Int(index)].next
            release(file: index)
        }
        release(flow)
    }

    // MARK: Requests

    /// Keeps a request; the one kept longest gives way. -1 where there is no room.
    func keep(_ request: SMBRequest, _ connection: UnsafeMutablePointer<SMBConnection>) -> Int32 {
        if connection.pointee.requestCount >= SMBConnection.maximumRequests { dropOldest(connection) }
        let made = requests.take(request)
        guard made >= 0 else { return -1 }
        requests.states[Int(made)].next = connection.pointee.requests
        connection.pointee.requests = made
        connection.pointee.requestCount += 1
        return made
    }

    private func dropOldest(_ connection: UnsafeMutablePointer<SMBConnection>) {
        var previous: Int32 = -1
        var at = connection.pointee.requests
        while at >= 0, requests.states[Int(at)].next >= 0 {
            previous = at
            at = requests.states[Int(at)].next
        }
        if at >= 0 { dropRequest(connection, after: previous) }
    }

    private func dropRequest(_ connection: UnsafeMutablePointer<SMBConnection>, after previous: Int32) {
        let index = previous >= 0 ? requests.states[Int(previous)].next : connection.pointee.requests
        let next = requests.states[Int(index)].next
        if previous >= 0 { requests.states[Int(previous)].next = next } else { connection.pointee.requests = next }
        requests.states[Int(index)].text.free(meter)
        requests.give(index)
        connection.pointee.requestCount -= 1
    }

    /// Runs `body` on the request that a response answers, and forgets it.
    func answer(
        _ message: UInt64, _ command: UInt16, _ connection: UnsafeMutablePointer<SMBConnection>,
        _ body: (SMBRequest) -> Void
    ) {
        var previous: Int32 = -1
        var at = connection.pointee.requests
        while at >= 0 {
            let request = requests.states[Int(at)]
            if request.message == message && request.command == command {
                body(request)
                dropRequest(connection, after: previous)
                return
            }
            previous = at
            at = request.next
        }
    }

    /// The same for the last request with that command, whatever its number.
    func answer(
        command: UInt16, _ connection: UnsafeMutablePointer<SMBConnection>, _ body: (SMBRequest) -> Void
    ) {
        var at = connection.pointee.requests
        while at >= 0, requests.states[Int(at)].command != command { at = requests.states[Int(at)].next }
        if at >= 0 { answer(requests.states[Int(at)].message, command, connection, body) }
    }

    // MARK: Trees and files

    func addTree(_ tree: SMBTree, _ name: Bytes, _ connection: UnsafeMutablePointer<SMBConnection>) {
        guard connection.pointee.treeCount < SMBConnection.maximumTrees else { return }
        let made = trees.take(tree)
        guard made >= 0 else { return }
        trees.states[Int(made)].next = connection.pointee.trees
        _ = trees.states[Int(made)].name.append(name, limit: 1024, meter)
        connection.pointee.trees = made
        connection.pointee.treeCount += 1
    }

    func tree(_ id: UInt32, _ connection: UnsafeMutablePointer<SMBConnection>) -> UnsafeMutablePointer<SMBTree>? {
        var at = connection.pointee.trees
        while at >= 0 {
            if trees.states[Int(at)].id == id { return trees.states + Int(at) }
            at = trees.states[Int(at)].next
        }
        return nil
    }

    func addFile(
        _ file: SMBFile, _ name: Bytes, _ connection: UnsafeMutablePointer<SMBConnection>,
        _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        if connection.pointee.fileCount >= SMBConnection.maximumFiles, connection.pointee.files >= 0 {
            closeFile(files.states[Int(connection.pointee.files)].id, connection, flow)
        }
        let made = files.take(file)
        guard made >= 0 else { return }
        files.states[Int(made)].next = connection.pointee.files
        _ = files.states[Int(made)].name.append(name, limit: 1024, meter)
        connection.pointee.files = made
        connection.pointee.fileCount += 1
    }

    func file(_ id: SMBFileID, _ connection: UnsafeMutablePointer<SMBConnection>) -> Int32 {
        var at = connection.pointee.files
        while at >= 0, files.states[Int(at)].id != id { at = files.states[Int(at)].next }
        return at
    }

    func closeFile(
        _ id: SMBFileID, _ connection: UnsafeMutablePointer<SMBConnection>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        var previous: Int32 = -1
        var at = connection.pointee.files
        while at >= 0, files.states[Int(at)].id != id {
            previous = at
            at = files.states[Int(at)].next
        }
        guard at >= 0 else { return }
        report(at, flow)
        let next = files.states[Int(at)].next
        if previous >= 0 { files.states[Int(previous)].next = next } else { connection.pointee.files = next }
        release(file: at)
        connection.pointee.fileCount -= 1
    }

    private func release(file index: Int32) {
        files.states[Int(index)].name.free(meter)
        files.states[Int(index)].content.free(meter)
        files.give(index)
    }

    /// Data of a file, if it follows what came before.
    func transfer(
        _ index: Int32, _ offset: UInt64, _ data: Bytes, _ way: FlowDirection,
        _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        let file = files.states + Int(index)
        if offset < UInt64(file.pointee.content.count) {
            raiseBoth("smb.file_overlap", flow, way, max(flow.pointee.transactions, 1) - 1)
        }
        if offset > UInt64(file.pointee.content.count), !file.pointee.isReported {
            file.pointee.ahead += 1
            SMBFaults(parser: self, flow: flow).ahead(file.pointee.ahead)
        }
        guard !file.pointee.isReported, offset == UInt64(file.pointee.content.count) else { return }
        file.pointee.way = way
        if !file.pointee.content.append(data, limit: fileLimit, meter) { report(index, flow) }
    }

    /// The item of a file whose inspected part is there, once.
    private func report(_ index: Int32, _ flow: UnsafeMutablePointer<FlowRecord>) {
        let file = files.states + Int(index)
        guard !file.pointee.isReported, file.pointee.content.count > 0 else { return }
        file.pointee.isReported = true
        let made = item(flow, file.pointee.way, flow.pointee.transactions)
        flow.pointee.transactions += 1
        output.buffer(.fileName, file.pointee.name.bytes)
        output.number(.fileSize, file.pointee.content.count)
        output.buffer(.fileData, file.pointee.content.bytes)
        append(made, file.pointee.way)
        let content = file.pointee.content.bytes
        output.file(
            file.pointee.name.bytes, size: Int64(content.count), content: content, isWhole: content.count < fileLimit,
            digests, flow, file.pointee.way, flow.pointee.transactions - 1)
        file.pointee.content.free(meter)
    }

    // MARK: Calls

    /// DCERPC in what is written to a pipe, or comes back from it.
    func call(
        _ data: Bytes, _ connection: UnsafeMutablePointer<SMBConnection>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) {
        guard let unit = DCERPCUnit(data) else { return }
        if way == .toClient {
            guard let results = unit.results else { return }
            let call = connection.pointee.session.transaction ?? max(flow.pointee.transactions, 1) - 1
            let made = item(flow, .toClient, call)
            DCERPCBuffers.response(results, connection.pointee.session, &text, output)
            return append(made, .toClient)
        }
        guard unit.toServer(&connection.pointee.session, meter) else { return }
        var made = item(flow, .toServer, flow.pointee.transactions)
        connection.pointee.session.transaction = flow.pointee.transactions
        flow.pointee.transactions += 1
        DCERPCBuffers.request(connection.pointee.session, &text, output)
        made.event = DCERPCEvents.write(connection.pointee.session, flow, &writer, output)
        append(made, .toServer)
        // The call is open in both directions: signatures on answers see what it calls before there is one.
        let answer = item(flow, .toClient, made.transaction, complete: false)
        DCERPCBuffers.call(connection.pointee.session, &text, output)
        output.append(answer)
    }

    /// The user and domain of an authentication message (MS-NLMP section 2.2.1.3), found in a security blob. Answers
    /// the user, until the next text is narrowed; empty where none is named.
    func authentication(_ blob: Bytes) -> Bytes {
        guard let from = blob.firstIndex(of: "NTLMSSP\u{0}") else { return .empty }
        let message = blob.dropping(from)
        guard message.count >= 44, message.littleEndian32(at: 8) == 3 else { return .empty }
        var user = Bytes.empty
        for (at, kind) in [(28, BufferKind.smbNTLMDomain), (36, BufferKind.smbNTLMUser)] {
            let length = Int(message.littleEndian16(at: at))
            let offset = Int(message.littleEndian32(at: at + 4))
            guard offset + length <= message.count else { continue }
            let name = narrow(message.slice(offset, offset + length))
            output.buffer(kind, name)
            if kind == .smbNTLMUser { user = name }
        }
        return user
    }

    /// UTF-16 without its zero bytes; valid until the next call.
    func narrow(_ wide: Bytes) -> Bytes {
        text.removeAll()
        guard text.reserve(wide.count) else { return .empty }
        for index in 0..<wide.count where wide.start[index] != 0 { text.push(wide.start[index]) }
        return text.everything
    }

    /// The event of a share or file that was asked for.
    func event(
        _ flow: UnsafeMutablePointer<FlowRecord>, _ command: StaticString, version: StaticString, share: Bytes,
        name: Bytes, isPipe: Bool, time: Timestamp
    ) -> Int32 {
        beginEvent(flow)
        let events = output.events
        writer.text(.smbCommand, Bytes(command), events)
        writer.text(.smbVersion, Bytes(version), events)
        writer.text(.smbShare, share, events)
        writer.text(isPipe ? .smbPipe : .fileName, name, events)
        return writer.end(output, .networkSMB, time)
    }
}
