internal import Events
internal import Primitives

/// One message of SMB 1 (MS-CIFS section 2.2), read into a connection: sessions, trees, files and pipes by their most
/// used commands.
struct SMB1 {
    let parser: SMBParser
    let connection: UnsafeMutablePointer<SMBConnection>
    let flow: UnsafeMutablePointer<FlowRecord>
    let way: FlowDirection

    private enum Command {
        static let close: UInt8 = 0x04
        static let locking: UInt8 = 0x24
        static let transaction: UInt8 = 0x25
        static let open: UInt8 = 0x2D
        static let read: UInt8 = 0x2E
        static let write: UInt8 = 0x2F
        static let negotiate: UInt8 = 0x72
        static let session: UInt8 = 0x73
        static let logoff: UInt8 = 0x74
        static let tree: UInt8 = 0x75
        static let create: UInt8 = 0xA2
    }

    /// Where the parameter words and the data bytes stand.
    private struct Parts {
        var words: Bytes
        var data: Bytes
        /// Offset of the data in the message.
        var dataAt: Int

        init?(_ message: Bytes, at: Int) {
            guard message.count >= at + 1 else { return nil }
            let count = Int(message[at]) * 2
            guard message.count >= at + 3 + count else { return nil }
            words = message.slice(at + 1, at + 1 + count)
            dataAt = at + 3 + count
            let length = Int(message.littleEndian16(at: at + 1 + count))
            data = message.slice(dataAt, min(dataAt + length, message.count))
        }
    }

    /// Commands that name another one behind them (MS-CIFS section 2.2.3.4).
    private static func isChained(_ command: UInt8) -> Bool {
        switch command {
        case Command.session, Command.tree, Command.create, Command.read, Command.write: true
        case Command.locking, Command.open, Command.logoff: true
        default: false
        }
    }

    func read(_ message: Bytes) {
        var command = message[4]
        var at = 32
        for _ in 0..<8 {
            guard let parts = Parts(message, at: at) else { return }
            if message[9] & 0x80 != 0 { response(message, command, parts) } else { request(message, command, parts) }
            guard SMB1.isChained(command), parts.words.count >= 4, parts.words[0] != 0xFF else { return }
            command = parts.words[0]
            let next = Int(parts.words.littleEndian16(at: 2))
            guard next > at else { return }
            at = next
        }
    }

    private func isWide(_ message: Bytes) -> Bool { message.littleEndian16(at: 10) & 0x8000 != 0 }

    private func identity(_ message: Bytes) -> UInt64 {
        UInt64(message.littleEndian16(at: 26)) << 16 | UInt64(message.littleEndian16(at: 30))
    }

    /// Text from `at` on (aligned to two bytes where characters are wide), up to its zero.
    private func string(_ message: Bytes, _ at: Int) -> (text: Bytes, next: Int) {
        guard at < message.count else { return (.empty, message.count) }
        if isWide(message) {
            let from = min((at + 1) & ~1, message.count)
            var end = from
            while end + 1 < message.count, message[end] != 0 || message[end + 1] != 0 { end += 2 }
            return (message.slice(from, min(end, message.count)), min(end + 2, message.count))
        }
        let end = message.firstIndex(of: 0, from: at) ?? message.count
        return (message.slice(at, end), min(end + 1, message.count))
    }

    // MARK: Requests

    private func request(_ message: Bytes, _ command: UInt8, _ parts: Parts) {
        var request = SMBRequest(
            message: identity(message), command: UInt16(command), transaction: flow.pointee.transactions,
            time: parser.output.dataTime)
        flow.pointee.transactions += 1
        let made = parser.item(flow, .toServer, request.transaction, complete: command != Command.tree)
        parser.output.number(.smbVersion, 1)
        if command == Command.negotiate && !SMB1.areDialects(parts.data) {
            parser.output.anomaly("smb.negotiate_malformed_dialects")
        }
        if command == Command.session {
            _ = request.text.append(parser.authentication(parts.data), limit: 1024, parser.meter)
        }
        if command == Command.tree { tree(message, parts, &request) }
        if command == Command.create {
            _ = request.text.append(parser.narrow(string(message, parts.dataAt).text), limit: 1024, parser.meter)
        }
        if command == Command.read, parts.words.count >= 6 {
            request.file.low = UInt64(parts.words.littleEndian16(at: 4))
        }
        parser.append(made, .toServer)
        data(message, command, parts)
        if parser.keep(request, connection) < 0 { request.text.free(parser.meter) }
    }

    /// Names that end with a zero, each behind a 2 (MS-CIFS section 2.2.4.52.1).
    private static func areDialects(_ data: Bytes) -> Bool {
        var at = 0
        while at < data.count {
            guard data[at] == 2, let end = data.firstIndex(of: 0, from: at + 1), end > at + 1 else { return false }
            at = end + 1
        }
        return true
    }

    private func tree(_ message: Bytes, _ parts: Parts, _ request: inout SMBRequest) {
        guard parts.words.count >= 8 else { return }
        let path = string(message, parts.dataAt + Int(parts.words.littleEndian16(at: 6)))
        _ = request.text.append(parser.narrow(path.text), limit: 1024, parser.meter)
    }

    /// What kind of service it is (MS-CIFS section 2.2.4.55.2): a share or the pipes' one, the answer says.
    private func connected(_ message: Bytes, _ parts: Parts, _ request: SMBRequest, _ isGood: Bool) {
        let isPipe = isGood && parts.data.starts(with: "IPC")
        let path = request.text.bytes
        var made = parser.item(flow, .toServer, request.transaction)
        parser.output.number(.smbVersion, 1)
        parser.output.buffer(isPipe ? .smbNamedPipe : .smbShare, path.count > 1 ? path.dropping(1) : path)
        if isGood {
            made.event = parser.event(
                flow, "SMB1_COMMAND_TREE_CONNECT_ANDX", version: "1", share: path, name: .empty, isPipe: isPipe,
                time: request.time)
        }
        parser.append(made, .toServer)
        guard isGood else { return }
        parser.addTree(SMBTree(id: UInt32(message.littleEndian16(at: 24)), isPipe: isPipe), path, connection)
    }

    private func data(_ message: Bytes, _ command: UInt8, _ parts: Parts) {
        switch command {
        case Command.close where parts.words.count >= 2:
            parser.closeFile(SMBFileID(high: 0, low: UInt64(parts.words.littleEndian16(at: 0))), connection, flow)
        case Command.write where parts.words.count >= 24:
            let length = Int(parts.words.littleEndian16(at: 20))
            let at = Int(parts.words.littleEndian16(at: 22))
            guard at + length <= message.count else { return }
            let content = message.slice(at, at + length)
            let id = SMBFileID(high: 0, low: UInt64(parts.words.littleEndian16(at: 4)))
            let index = parser.file(id, connection)
            if index < 0 || parser.files.states[Int(index)].isPipe {
                parser.call(content, connection, flow, .toServer)
            } else {
                parser.transfer(index, UInt64(parts.words.littleEndian32(at: 6)), content, .toServer, flow)
            }
        case Command.transaction where parts.words.count >= 26:
            let length = Int(parts.words.littleEndian16(at: 22))
            let at = Int(parts.words.littleEndian16(at: 24))
            guard at + length <= message.count else { return }
            parser.call(message.slice(at, at + length), connection, flow, .toServer)
        default: break
        }
    }

    // MARK: Responses

    /// An SMB 1 request to negotiate that was answered by SMB 2 (MS-SMB2 section 3.3.5.3.1).
    static func negotiated(
        _ parser: SMBParser, _ connection: UnsafeMutablePointer<SMBConnection>,
        _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        parser.answer(command: 0x72, connection) { request in
            let made = parser.item(flow, .toClient, request.transaction)
            parser.output.number(.smbVersion, 1)
            parser.append(made, .toClient)
        }
    }

    private func response(_ message: Bytes, _ command: UInt8, _ parts: Parts) {
        let isGood = message.littleEndian32(at: 5) == 0
        if command != Command.tree {
            // A server may refuse a tree with a response of another kind: what was asked for is a share then.
            parser.answer(identity(message), UInt16(Command.tree), connection) {
                connected(message, parts, $0, false)
            }
        }
        parser.answer(identity(message), UInt16(command), connection) { request in
            var made = parser.item(flow, .toClient, request.transaction)
            if command == Command.session {
                made.event = parser.loggedIn(
                    request.text.bytes, status: message.littleEndian32(at: 5),
                    isGuest: parts.words.count >= 6 && parts.words[4] & 1 != 0, flow)
            }
            parser.output.number(.smbVersion, 1)
            parser.append(made, .toClient)
            switch command {
            case Command.tree: connected(message, parts, request, isGood)
            case Command.create where isGood && parts.words.count >= 7: create(message, parts, request)
            case Command.read where parts.words.count >= 14: read(message, parts, request)
            case Command.transaction where parts.words.count >= 16:
                let length = Int(parts.words.littleEndian16(at: 12))
                let at = Int(parts.words.littleEndian16(at: 14))
                guard at + length <= message.count else { return }
                parser.call(message.slice(at, at + length), connection, flow, .toClient)
            default: break
            }
        }
    }

    private func create(_ message: Bytes, _ parts: Parts, _ request: SMBRequest) {
        let tree = parser.tree(UInt32(message.littleEndian16(at: 24)), connection)
        let isPipe = tree?.pointee.isPipe ?? SMBPipes.isOne(request.text.bytes)
        _ = parser.event(
            flow, "SMB1_COMMAND_NT_CREATE_ANDX", version: "1", share: tree?.pointee.name.bytes ?? .empty,
            name: request.text.bytes, isPipe: isPipe, time: request.time)
        let id = SMBFileID(high: 0, low: UInt64(parts.words.littleEndian16(at: 5)))
        parser.addFile(SMBFile(id: id, isPipe: isPipe), request.text.bytes, connection, flow)
    }

    private func read(_ message: Bytes, _ parts: Parts, _ request: SMBRequest) {
        let length = Int(parts.words.littleEndian16(at: 10))
        let at = Int(parts.words.littleEndian16(at: 12))
        guard at + length <= message.count else { return }
        let content = message.slice(at, at + length)
        let index = parser.file(request.file, connection)
        if index < 0 || parser.files.states[Int(index)].isPipe {
            parser.call(content, connection, flow, .toClient)
        } else {
            let offset = UInt64(parser.files.states[Int(index)].content.count)
            parser.transfer(index, offset, content, .toClient, flow)
        }
    }
}
