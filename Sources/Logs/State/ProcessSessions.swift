internal import Events
internal import Primitives

/// Joins the lines of one server process: the client's address is often in one line and the failure in another.
///
/// OpenSSH and Dropbear serve one connection a process, Postfix's smtpd one after the other; the process is known by
/// host and PID. strongSwan's one process serves all, and numbers its IKE_SAs. A line about a log-in or a session that
/// names no client gets the address and port that its process named last (an sshd's also the user), unless that was
/// further back than `RecordState.windowBytes`. slapd's connections have numbers too, and its results no names.
struct ProcessSessions: @unchecked Sendable {
    /// Address, port and user of an entry.
    private static let textBytes = 128
    private static let addressLimit = 46
    private static let portLimit = 6
    private static let userLimit = textBytes - addressLimit - portLimit

    private enum Server: UInt64 {
        case ssh = 1
        case smtp = 2
        case ike = 3
        case ldap = 4
    }

    private var table = RecentTable(buckets: 512, textBytes: ProcessSessions.textBytes)

    func free() { table.free() }
    mutating func removeAll() { table.removeAll() }

    /// Notes who the client of the event in `sink` is, or adds who it was.
    @inline(__always) mutating func join(_ sink: inout EventSink) {
        guard
            sink.source == .sshd || sink.source == .pam || sink.source == .mail || sink.source == .syslog
                || sink.source == .vpn
                || sink.source == .application && sink.value(of: .processName).map({ $0 == "slapd" }) ?? false
        else { return }
        joinSession(&sink)
    }

    @inline(never) private mutating func joinSession(_ sink: inout EventSink) {
        guard let program = sink.value(of: .processName), let server = ProcessSessions.server(program),
            let pid = sink.value(of: .processPID), pid.count > 0
        else { return }
        let host = sink.value(of: .hostHostname) ?? .empty
        var key = hash64(pid, seed: hash64(host, seed: server.rawValue))
        if server == .ike {
            guard let number = ProcessSessions.securityAssociation(sink) else { return }
            key = hash64(number, seed: key)
        } else if server == .ldap {
            guard let number = ProcessSessions.connection(sink) else { return }
            key = hash64(number, seed: key)
        }
        // charon also names the peer where it sends: the only address of such an event is the one it sends to.
        let peer = sink.value(of: .sourceIP) ?? (server == .ike ? sink.value(of: .destinationIP) : nil)
        if let address = peer {
            note(key, address, server, sink)
        } else if let index = table.find(key, at: sink.lineOffset) {
            if server == .ldap { noteName(index, sink) }
            add(index, server, &sink)
        }
    }

    /// `1000` of `conn=1000 op=0 ...`, as slapd numbers its connections.
    private static func connection(_ sink: EventSink) -> Bytes? {
        guard let text = sink.value(of: .message), text.starts(with: "conn=") else { return nil }
        let number = text.slice(5, text.firstIndex(of: ASCII.space) ?? text.count)
        return number.decimal == nil ? nil : number
    }

    /// Who asks to bind on a connection is who the next result is about; nobody where the name is empty.
    private mutating func noteName(_ index: Int, _ sink: EventSink) {
        guard let text = sink.value(of: .message), text.prefix(64).firstIndex(of: " BIND ") != nil else { return }
        let user = sink.value(of: .userName) ?? .empty
        let isKept =
            user.count <= ProcessSessions.userLimit
            && table.write(user, index, at: ProcessSessions.addressLimit + ProcessSessions.portLimit)
        table[index].lengths.2 = isKept ? UInt16(user.count) : 0
    }

    private static func server(_ program: Bytes) -> Server? {
        if program.starts(with: "sshd") || program.starts(with: "dropbear") { return .ssh }
        if program.starts(with: "postfix"), program.count > 6, program.dropping(program.count - 5) == "smtpd" {
            return .smtp
        }
        if program.starts(with: "charon") { return .ike }
        if program == "slapd" { return .ldap }
        return baseName(program) == "sshd" ? .ssh : nil
    }

    /// `7` of `06[IKE] <NAME|7> ...`: libcharon's bus.c writes the name and the unique number of the IKE_SA at hand.
    private static func securityAssociation(_ sink: EventSink) -> Bytes? {
        guard let text = sink.value(of: .message), let open = text.prefix(16).firstIndex(of: ASCII.less),
            let close = text.firstIndex(of: ASCII.greater, from: open), close - open <= 128
        else { return nil }
        let name = text.slice(open + 1, close)
        let number = name.dropping((name.lastIndex(of: 0x7C) ?? -1) + 1)
        return number.decimal == nil ? nil : number
    }

    private mutating func note(_ key: UInt64, _ address: Bytes, _ server: Server, _ sink: EventSink) {
        guard address.count <= ProcessSessions.addressLimit, !isOfListener(sink) else { return }
        let index = table.renew(key, at: sink.lineOffset)
        var entry = table[index]
        if table.write(address, index, at: 0) { entry.lengths.0 = UInt16(address.count) }
        if let port = sink.value(of: .sourcePort), port.count <= ProcessSessions.portLimit,
            table.write(port, index, at: ProcessSessions.addressLimit)
        {
            entry.lengths.1 = UInt16(port.count)
        }
        if server == .ssh, let user = sink.value(of: .userName), user.count <= ProcessSessions.userLimit,
            table.write(user, index, at: ProcessSessions.addressLimit + ProcessSessions.portLimit)
        {
            entry.lengths.2 = UInt16(user.count)
        }
        // What the process says after this is of no client any more.
        if server == .smtp, let text = sink.value(of: .message), text.starts(with: "disconnect from ") {
            entry.lengths = (0, 0, 0)
        }
        table[index] = entry
    }

    /// Lines in which the process that waits for connections names a client that it turned away.
    private func isOfListener(_ sink: EventSink) -> Bool {
        guard let text = sink.value(of: .message) else { return false }
        return text.starts(with: "drop connection") || text.starts(with: "refused connect")
    }

    private func add(_ index: Int, _ server: Server, _ sink: inout EventSink) {
        guard let category = sink.value(of: .eventCategory), category == "authentication" || category == "session",
            !sink.has(.sourceAddress)
        else { return }
        let lengths = table[index].lengths
        let port = ProcessSessions.addressLimit
        copy(.sourceIP, table.read(index, 0, Int(lengths.0)), &sink)
        if !sink.has(.sourcePort) { copy(.sourcePort, table.read(index, port, Int(lengths.1)), &sink, .number) }
        if !sink.has(.userName) {
            copy(.userName, table.read(index, port + ProcessSessions.portLimit, Int(lengths.2)), &sink)
        }
    }

    private func copy(_ field: Field, _ text: Bytes, _ sink: inout EventSink, _ type: ValueType = .text) {
        guard text.count > 0, let place = sink.batch.scratch.append(text) else { return }
        sink.add(slot: FieldSlot(FieldID(field), .scratch, type, offset: place, length: text.count))
    }
}
