internal import Events
internal import Primitives

/// One message of SMB 2 or 3 (MS-SMB2 section 2.2), read into a connection.
struct SMB2 {
    let parser: SMBParser
    let connection: UnsafeMutablePointer<SMBConnection>
    let flow: UnsafeMutablePointer<FlowRecord>
    let way: FlowDirection

    private static let headerBytes = 64

    private enum Command {
        static let negotiate: UInt16 = 0
        static let session: UInt16 = 1
        static let tree: UInt16 = 3
        static let create: UInt16 = 5
        static let close: UInt16 = 6
        static let read: UInt16 = 8
        static let write: UInt16 = 9
        static let control: UInt16 = 11
    }

    private var sizes: SMBSizes { SMBSizes(parser: parser, connection: connection, flow: flow, way: way) }

    func read(_ message: Bytes) {
        let command = message.littleEndian16(at: 12)
        let isResponse = message[16] & 1 == 1
        if isResponse {
            SMBFaults(parser: parser, flow: flow).answered(connection)
            response(message, command)
        } else {
            request(message, command)
        }
    }

    /// `length` bytes at `offset` of the message; empty where they do not lie in it.
    private func part(_ message: Bytes, _ offset: Int, _ length: Int) -> Bytes {
        guard offset >= SMB2.headerBytes, length >= 0, offset + length <= message.count else { return .empty }
        return message.slice(offset, offset + length)
    }

    private func fileID(_ message: Bytes, _ at: Int) -> SMBFileID {
        guard message.count >= at + 16 else { return SMBFileID() }
        let halves = message.slice(at, at + 16)
        return SMBFileID(
            high: UInt64(halves.littleEndian32(at: 0)) << 32 | UInt64(halves.littleEndian32(at: 4)),
            low: UInt64(halves.littleEndian32(at: 8)) << 32 | UInt64(halves.littleEndian32(at: 12)))
    }

    private func messageID(_ message: Bytes) -> UInt64 {
        UInt64(message.littleEndian32(at: 28)) << 32 | UInt64(message.littleEndian32(at: 24))
    }

    // MARK: Requests

    private func request(_ message: Bytes, _ command: UInt16) {
        let body = SMB2.headerBytes
        var request = SMBRequest(
            message: messageID(message), command: command, transaction: flow.pointee.transactions,
            time: parser.output.dataTime)
        flow.pointee.transactions += 1
        let made = parser.item(flow, .toServer, request.transaction, complete: command != Command.tree)
        parser.output.number(.smbVersion, 2)
        switch command {
        case Command.session where message.count >= body + 16:
            let blob = part(
                message, Int(message.littleEndian16(at: body + 12)), Int(message.littleEndian16(at: body + 14)))
            _ = request.text.append(parser.authentication(blob), limit: 1024, parser.meter)
        case Command.tree where message.count >= body + 8:
            let path = part(
                message, Int(message.littleEndian16(at: body + 4)), Int(message.littleEndian16(at: body + 6)))
            _ = request.text.append(parser.narrow(path), limit: 1024, parser.meter)
        case Command.create where message.count >= body + 48:
            let name = part(
                message, Int(message.littleEndian16(at: body + 44)), Int(message.littleEndian16(at: body + 46)))
            _ = request.text.append(parser.narrow(name), limit: 1024, parser.meter)
        case Command.read: request.file = fileID(message, body + 16)
        default: break
        }
        parser.append(made, .toServer)
        let faults = SMBFaults(parser: parser, flow: flow)
        if message.count < body + SMBFaults.fixedBytes(command) { faults.short(request.transaction) }
        faults.asked(connection, request.transaction)
        if command == Command.read { sizes.read(message, "smb.read_request_too_large") }
        if command == Command.write { sizes.write(message) }
        data(message, command)
        if parser.keep(request, connection) < 0 { request.text.free(parser.meter) }
    }

    private func data(_ message: Bytes, _ command: UInt16) {
        let body = SMB2.headerBytes
        switch command {
        case Command.close: parser.closeFile(fileID(message, body + 8), connection, flow)
        case Command.write where message.count >= body + 32:
            let length = Int(message.littleEndian32(at: body + 4))
            let content = part(message, Int(message.littleEndian16(at: body + 2)), length)
            write(fileID(message, body + 16), UInt64(message.littleEndian32(at: body + 8)), content)
        case Command.control where message.count >= body + 32:
            let input = part(
                message, Int(message.littleEndian32(at: body + 24)), Int(message.littleEndian32(at: body + 28)))
            parser.call(input, connection, flow, .toServer)
        default: break
        }
    }

    private func write(_ id: SMBFileID, _ offset: UInt64, _ content: Bytes) {
        let index = parser.file(id, connection)
        if index < 0 || parser.files.states[Int(index)].isPipe {
            parser.call(content, connection, flow, .toServer)
        } else {
            parser.transfer(index, offset, content, .toServer, flow)
        }
    }

    // MARK: Responses

    private func response(_ message: Bytes, _ command: UInt16) {
        let isGood = message.littleEndian32(at: 8) == 0
        if command == Command.negotiate {
            SMB1.negotiated(parser, connection, flow)
            sizes.offered(message)
        }
        // STATUS_BUFFER_OVERFLOW: more of it follows.
        if command == Command.read && (isGood || message.littleEndian32(at: 8) == 0x8000_0005) {
            sizes.read(message, "smb.read_response_too_large")
        }
        parser.answer(messageID(message), command, connection) { request in
            var made = parser.item(flow, .toClient, request.transaction)
            if command == Command.session { made.event = loggedIn(message, request.text.bytes) }
            parser.output.number(.smbVersion, 2)
            parser.append(made, .toClient)
            switch command {
            case Command.tree: tree(message, request, isGood)
            case Command.create where isGood: create(message, request)
            case Command.read: read(message, request)
            case Command.control: control(message)
            default: break
            }
        }
    }

    private func loggedIn(_ message: Bytes, _ user: Bytes) -> Int32 {
        let flags = SMB2.headerBytes + 2
        return parser.loggedIn(
            user, status: message.littleEndian32(at: 8),
            isGuest: message.count > flags && message[flags] & 1 != 0, flow)
    }

    private func tree(_ message: Bytes, _ request: SMBRequest, _ isGood: Bool) {
        let isPipe = isGood && message.count >= SMB2.headerBytes + 3 && message[SMB2.headerBytes + 2] == 2
        let path = request.text.bytes
        // Without the first of the two backslashes, as Suricata has it.
        let shown = path.count > 1 ? path.dropping(1) : path
        var made = parser.item(flow, .toServer, request.transaction)
        parser.output.number(.smbVersion, 2)
        parser.output.buffer(isPipe ? .smbNamedPipe : .smbShare, shown)
        made.event = parser.event(
            flow, "SMB2_COMMAND_TREE_CONNECT", version: "2", share: path, name: .empty, isPipe: isPipe,
            time: request.time)
        parser.append(made, .toServer)
        guard isGood else { return }
        parser.addTree(SMBTree(id: message.littleEndian32(at: 36), isPipe: isPipe), path, connection)
    }

    private func create(_ message: Bytes, _ request: SMBRequest) {
        guard message.count >= SMB2.headerBytes + 80 else { return }
        let tree = parser.tree(message.littleEndian32(at: 36), connection)
        let isPipe = tree?.pointee.isPipe ?? SMBPipes.isOne(request.text.bytes)
        let share = tree?.pointee.name.bytes ?? .empty
        _ = parser.event(
            flow, "SMB2_COMMAND_CREATE", version: "2", share: share, name: request.text.bytes, isPipe: isPipe,
            time: request.time)
        let file = SMBFile(id: fileID(message, SMB2.headerBytes + 64), isPipe: isPipe)
        parser.addFile(file, request.text.bytes, connection, flow)
    }

    private func read(_ message: Bytes, _ request: SMBRequest) {
        guard message.count >= SMB2.headerBytes + 16 else { return }
        let content = part(
            message, Int(message[SMB2.headerBytes + 2]), Int(message.littleEndian32(at: SMB2.headerBytes + 4)))
        let index = parser.file(request.file, connection)
        if index < 0 || parser.files.states[Int(index)].isPipe {
            parser.call(content, connection, flow, .toClient)
        } else {
            let offset = UInt64(parser.files.states[Int(index)].content.count)
            parser.transfer(index, offset, content, .toClient, flow)
        }
    }

    private func control(_ message: Bytes) {
        let body = SMB2.headerBytes
        guard message.count >= body + 40 else { return }
        let result = part(
            message, Int(message.littleEndian32(at: body + 32)), Int(message.littleEndian32(at: body + 36)))
        parser.call(result, connection, flow, .toClient)
    }
}
