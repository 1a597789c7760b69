internal import Events
internal import Primitives

/// The fields of audit records: known keys as ECS fields, all others (`a0`, `key`, `nametype`, ...) under their own
/// names, as rules for auditd ask for them.
/// https://github.com/linux-audit/audit-documentation/blob/main/specs/fields/field-dictionary.csv
struct AuditFields {
    let keys: JSONKeys
    let board: AliasBoard
    /// The pairs are those of the event's SYSCALL record: only what says who and what is taken, and not again.
    var isOfOther = false
    /// The process's title is known from its arguments.
    var skipsTitle = false
    /// Arguments are text (of an EXECVE record), not numbers (of a call).
    var hasArguments = false
    /// Names of users are those of the process.
    var isCall = false
    /// The call is one of the architecture whose numbers `AuditSyscalls` knows.
    private var isX8664 = false

    init(keys: JSONKeys, board: AliasBoard) {
        self.keys = keys
        self.board = board
    }

    mutating func add(_ key: Bytes, _ value: Bytes, _ sink: inout EventSink) {
        if value.count == 0 || value == "?" || value == "(none)" || value == "(null)" { return }
        if addIdentity(key, value, &sink) || isOfOther || addOwn(key, value, &sink) { return }
        addUnderOwnName(key, value, &sink)
    }

    /// Who and what: the same for all records of an event.
    private mutating func addIdentity(_ key: Bytes, _ value: Bytes, _ sink: inout EventSink) -> Bool {
        switch key.count {
        case 3 where key == "pid": addOnce(.processPID, value, &sink, .number)
        case 3 where key == "uid": addOnce(.userID, value, &sink)
        case 3 where key == "exe": addText(.processExecutable, value, &sink)
        case 3 where key == "cwd": addText(.processWorkingDirectory, value, &sink)
        case 3 where key == "res": addOutcome(value, &sink)
        case 3 where key == "tty": addOnce(.processTTY, value, &sink)
        case 3 where key == "UID": if isCall { addOnce(.userName, value, &sink) }
        case 4 where key == "ppid": addOnce(.processParentPID, value, &sink, .number)
        case 4 where key == "comm": addText(.processName, value, &sink)
        case 4 where key == "euid": addOnce(.userEffectiveID, value, &sink)
        case 4 where key == "EUID": addOnce(.userEffectiveName, value, &sink)
        case 4 where key == "arch": isX8664 = value == "c000003e"
        case 7 where key == "success": addOutcome(value, &sink)
        case 7 where key == "syscall": addCall(value, &sink)
        case 7 where key == "SYSCALL": addOnce(.auditSyscall, value, &sink)
        case 8 where key == "terminal": addOnce(.processTTY, value, &sink)
        default: return false
        }
        return true
    }

    private func addOwn(_ key: Bytes, _ value: Bytes, _ sink: inout EventSink) -> Bool {
        switch key.count {
        case 2 where key == "id": addOnce(.userTargetID, value, &sink)
        case 3 where key == "cmd": addText(.processCommandLine, value, &sink)
        case 3 where key == "key": addText(.tags, value, &sink)
        case 4 where key == "acct": addText(.userName, value, &sink)
        case 4 where key == "addr": if !sink.has(.sourceIP) { PeerText.add(value, .source, &sink) }
        case 4 where key == "name": addText(.filePath, value, &sink)
        case 4 where key == "unit": addOnce(.serviceName, value, &sink)
        case 8 where key == "hostname": if !sink.has(.sourceIP), plainAddress(value) != nil { sink.addSource(value) }
        case 9 where key == "proctitle": if !skipsTitle { addText(.processCommandLine, value, &sink) }
        default: return false
        }
        return true
    }

    private func addUnderOwnName(_ key: Bytes, _ value: Bytes, _ sink: inout EventSink) {
        let isArgument = hasArguments && key.start[0] == 0x61 && key.count <= 4 && key.dropping(1).decimal != nil
        let slot = isArgument ? decoded(value, &sink) : nil
        keys.add(slot ?? sink.view(value, type: .text), name: keys.join(0, key), &sink, board)
    }

    /// The arguments of an EXECVE record, each decoded, as `process.args`, and with blanks between them as the command
    /// line.
    func addArguments(_ text: Bytes, _ sink: inout EventSink) {
        let batch = sink.batch
        let first = sink.count
        var length = 0
        AuditFormat.forEachPair(text) { key, value in
            guard key.start[0] == 0x61, key.count <= 4, key.dropping(1).decimal != nil else { return }
            var slot = decoded(value, &sink) ?? sink.view(value, type: .text)
            slot.field = FieldID(.processArgs)
            sink.add(slot: slot)
            length += Int(slot.length) + 1
        }
        guard sink.count > first, batch.scratch.reserve(length) else { return }
        let from = batch.scratch.count
        for index in first..<sink.count {
            if index > first { batch.scratch.push(ASCII.space) }
            _ = batch.scratch.append(sink.bytes(of: sink.slots[index]))
        }
        let slot = FieldSlot(
            FieldID(.processCommandLine), .scratch, .text, offset: from, length: batch.scratch.count - from)
        sink.add(slot: slot)
    }

    private func addOnce(_ field: Field, _ value: Bytes, _ sink: inout EventSink, _ type: ValueType = .text) {
        if !sink.has(field) { sink.add(field, value, type: type) }
    }

    private func addText(_ field: Field, _ value: Bytes, _ sink: inout EventSink) {
        if sink.has(field) { return }
        guard var slot = decoded(value, &sink) else { return sink.add(field, value) }
        slot.field = FieldID(field)
        sink.add(slot: slot)
    }

    /// Text that is all hexadecimal digits in pairs, and not in quotes, was encoded because it holds odd bytes; NUL
    /// parts arguments. Nil for any other.
    private func decoded(_ value: Bytes, _ sink: inout EventSink) -> FieldSlot? {
        guard value.count >= 4, value.count % 2 == 0, !isQuoted(value, sink), isHex(value),
            sink.batch.scratch.reserve(value.count)
        else { return nil }
        let from = sink.batch.scratch.count
        for index in stride(from: 0, to: value.count, by: 2) {
            let high = ASCII.hexValue(value.start[index]) ?? 0
            let low = ASCII.hexValue(value.start[index + 1]) ?? 0
            let byte = high << 4 | low
            sink.batch.scratch.push(byte == 0 ? ASCII.space : byte)
        }
        return FieldSlot(FieldID(.message), .scratch, .text, offset: from, length: sink.batch.scratch.count - from)
    }

    /// Pairs are views of a line or of a copy of one, in which the `=` stands before them.
    private func isQuoted(_ value: Bytes, _ sink: EventSink) -> Bool { (value.start - 1).pointee == ASCII.quote }

    private func isHex(_ value: Bytes) -> Bool {
        for index in 0..<value.count {
            let byte = value.start[index]
            guard ASCII.isDigit(byte) || byte >= 0x41 && byte <= 0x46 else { return false }
        }
        return true
    }

    private func addOutcome(_ value: Bytes, _ sink: inout EventSink) {
        if sink.has(.eventOutcome) { return }
        if value.starts(with: "fail") || value == "no" || value == "0" { sink.add(slot: CombinedFormat.failure) }
        if value.starts(with: "succ") || value == "yes" || value == "1" { sink.add(slot: AuditWords.success) }
    }

    /// A call's number; its name where the architecture's numbers are known.
    private func addCall(_ value: Bytes, _ sink: inout EventSink) {
        if sink.has(.auditSyscall) { return }
        if isX8664, let name = AuditSyscalls.name(value) {
            sink.add(slot: name)
        } else {
            sink.add(.auditSyscall, value)
        }
    }
}

/// Numbers of x86-64 system calls that rules ask for by name (arch/x86/entry/syscalls/syscall_64.tbl of Linux).
enum AuditSyscalls {
    static func name(_ number: Bytes) -> FieldSlot? {
        guard let value = number.decimal, value >= 0, value < names.count, names[value].length > 0 else { return nil }
        return names[value]
    }

    private static let none = FieldSlot(FieldID(.auditSyscall), .constant, .text, offset: 0, length: 0)

    private static let names: [FieldSlot] = {
        var table = [FieldSlot](repeating: none, count: 512)
        for (number, name) in known { table[number] = ConstantText("\(name)").slot(.auditSyscall) }
        return table
    }()

    private static let known: [(Int, StaticString)] = [
        (2, "open"), (41, "socket"), (42, "connect"), (43, "accept"), (44, "sendto"), (49, "bind"), (50, "listen"),
        (56, "clone"), (57, "fork"), (58, "vfork"), (59, "execve"), (62, "kill"), (76, "truncate"), (77, "ftruncate"),
        (82, "rename"), (83, "mkdir"), (84, "rmdir"), (85, "creat"), (86, "link"), (87, "unlink"), (88, "symlink"),
        (90, "chmod"), (91, "fchmod"), (92, "chown"), (93, "fchown"), (94, "lchown"), (101, "ptrace"), (105, "setuid"),
        (106, "setgid"), (113, "setreuid"), (114, "setregid"), (117, "setresuid"), (119, "setresgid"),
        (133, "mknod"), (155, "pivot_root"), (159, "adjtimex"), (161, "chroot"), (164, "settimeofday"), (165, "mount"),
        (166, "umount2"), (169, "reboot"), (170, "sethostname"), (171, "setdomainname"), (175, "init_module"),
        (176, "delete_module"), (188, "setxattr"), (190, "fsetxattr"), (197, "removexattr"), (227, "clock_settime"),
        (246, "kexec_load"), (257, "openat"), (258, "mkdirat"), (260, "fchownat"), (263, "unlinkat"),
        (264, "renameat"), (265, "linkat"), (266, "symlinkat"), (268, "fchmodat"), (272, "unshare"), (288, "accept4"),
        (298, "perf_event_open"), (304, "open_by_handle_at"), (308, "setns"), (310, "process_vm_readv"),
        (311, "process_vm_writev"), (313, "finit_module"), (316, "renameat2"), (319, "memfd_create"),
        (320, "kexec_file_load"), (321, "bpf"), (322, "execveat"), (323, "userfaultfd"), (435, "clone3"),
        (437, "openat2"),
    ]
}
