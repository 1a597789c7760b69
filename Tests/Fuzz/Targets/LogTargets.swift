internal import Events
internal import Logs
internal import Primitives
internal import Synchronization

/// Lines of any format, and one target for each family of formats.
///
/// What a line becomes must not depend on where batches are cut, nor on who decoded those before: each target decodes
/// its input in one piece and in two, the second by a decoder that knows the first only from `RecordState`.
enum LogTargets {
    /// The format is found from the bytes.
    static let detected = lines("logs", formats: ["auto"])

    /// Any format, as `--as` names it.
    static let forced = lines("logs-as", formats: LogFormats.table.map(\.name))

    static let families: [FuzzTarget] = [
        lines("logs-syslog", formats: ["syslog", "rfc5424"]),
        lines("logs-access", formats: ["combined"]),
        lines("logs-columns", formats: ["w3c", "zeek"], head: "#Fields: date time c-ip\n#fields\tts\tid.orig_h\tx\n"),
        lines("logs-containers", formats: ["docker", "cri"]),
        lines("logs-errors", formats: ["apache-error", "nginx-error"]),
        lines("logs-json", formats: ["json"]),
        lines("logs-pairs", formats: ["key-value", "cef", "leef", "audit"]),
        lines("logs-stamped", formats: ["application", "glog"]),
        lines("logs-records", formats: ["windows-xml", "snare", "flow-record", "s3-access"]),
        messages, custom, skeleton,
    ]

    /// The first byte chooses the format, the second where the input is cut.
    private static func lines(_ name: String, formats: [String], head: String = "") -> FuzzTarget {
        FuzzTarget(name, maximumBytes: 16 << 10) { bytes in
            guard bytes.count > 2 else { return }
            var options = LogOptions(yearReference: Timestamp(nanoseconds: 1_773_300_000_000_000_000))
            options.format = formats[Int(bytes[0]) % formats.count]
            check(Array(head.utf8) + bytes.dropping(2).array, cut: Int(bytes[1]) * 64, options)
        }
    }

    /// What programs write: the first byte chooses the program.
    private static let messages = FuzzTarget("logs-messages", maximumBytes: 4 << 10) { bytes in
        guard bytes.count > 2 else { return }
        let programs = [
            "sshd", "sudo", "su", "login", "postfix/smtpd", "dovecot", "exim", "named", "asterisk", "vsftpd", "proftpd",
            "openvpn", "charon", "kernel", "filterlog", "CEF", "httpd", "mysqld", "useradd", "CRON", "",
            "MSWinEventLog", "WinEvtLog", "%ASA-6-106023", "snort",
        ]
        let program = programs[Int(bytes[0]) % programs.count]
        var text: [UInt8] = []
        for line in bytes.dropping(2).array.split(separator: ASCII.newline) {
            text += Array("Mar 12 02:58:01 h \(program)[7]: ".utf8) + line + [ASCII.newline]
        }
        check(text, cut: Int(bytes[1]) * 64, LogOptions(yearReference: .none))
    }

    /// A format string, a newline, and lines to read by it.
    private static let custom = FuzzTarget("logs-custom", maximumBytes: 4 << 10) { bytes in
        guard let newline = bytes.firstIndex(of: ASCII.newline) else { return }
        guard let format = try? CustomFormat(bytes.prefix(newline)) else { return }
        var options = LogOptions(yearReference: .none)
        options.customFormat = format
        check(bytes.dropping(newline + 1).array, cut: 0, options)
    }

    /// A skeleton of the user's own: what is found to be in order can be compiled.
    private static let skeleton = FuzzTarget("logs-skeleton", maximumBytes: 256) { bytes in
        if let problem = MessageForms.problem(bytes) {
            precondition(problem.offset >= 0 && problem.length >= 0 && problem.offset + problem.length <= bytes.count)
        }
    }

    private static func check(_ text: [UInt8], cut: Int, _ options: LogOptions) {
        text.withBytes { all in
            let whole = read(all, behind: nil, head: all, options)
            let first = end(all, cut)
            guard first > 0, first < all.count else { return }
            let state = RecordState(
                offset: Int64(first), before: all.prefix(first).array, directives: directives(all, first))
            let parts =
                read(all.prefix(first), behind: nil, head: all, options)
                + read(all.dropping(first), behind: state, head: all, options)
            precondition(whole == parts, "events depend on where batches are cut")
        }
    }

    /// A batch ends behind a line, and before a record that may go on.
    private static func end(_ text: Bytes, _ wanted: Int) -> Int {
        let line = (text.lastIndex(of: ASCII.newline, before: min(wanted, text.count)) ?? -1) + 1
        let length = RecordLines.lengthWithoutLast(text.prefix(line))
        // A batch that is one record and no more is longer than any input here.
        return length == line ? 0 : length
    }

    /// The last run of directives before `end` that names columns.
    private static func directives(_ text: Bytes, _ end: Int) -> [UInt8] {
        var run: [UInt8] = []
        var found: [UInt8] = []
        for line in text.prefix(end).array.split(separator: ASCII.newline, omittingEmptySubsequences: false) {
            guard line.first == 0x23 else {
                run = []
                continue
            }
            run += line + [ASCII.newline]
            if line.starts(with: Array("#Fields:".utf8)) || line.starts(with: Array("#fields\t".utf8)) {
                found = run
                run = []
            }
        }
        return found
    }

    /// Made once: they cost more than most inputs. Behind a lock, as tests replay inputs on several threads.
    private static let memory = Mutex<(registry: FieldRegistry, raw: RawBatch, events: EventBatch)>(
        {
            let registry = FieldRegistry()
            registry.freeze()
            return (registry, RawBatch(), EventBatch(registry: registry))
        }())

    /// A number for every record, of its time, source and values; traps where a slot lies outside of its memory.
    private static func read(
        _ text: Bytes, behind state: RecordState?, head: Bytes, _ options: LogOptions
    ) -> [UInt64] {
        memory.withLock { read(text, behind: state, head: head, options, $0.registry, $0.raw, $0.events) }
    }

    private static func read(
        _ text: Bytes, behind state: RecordState?, head: Bytes, _ options: LogOptions, _ registry: FieldRegistry,
        _ raw: RawBatch, _ events: EventBatch
    ) -> [UInt64] {
        guard let decoder = try? LogDecoder(options: options, registry: registry, head: head.prefix(64 << 10)) else {
            return []
        }
        if let state { decoder.begin(behind: state, using: events) }
        raw.reset()
        raw.storage.update(from: text.start, count: text.count)
        raw.count = text.count
        raw.streamOffset = state?.offset ?? 0
        decoder.decode(raw, into: events)
        precondition(events.recordCount == events.count + events.unread.count, "a record is lost")
        return (0..<events.count).map { index in
            let record = events.events[index]
            let start = UInt64(bitPattern: record.time.nanoseconds) ^ UInt64(record.logSource.rawValue) << 56
            return events.fields(of: index).reduce(mix64(start)) { number, slot in
                // Names of a batch's own have numbers of that batch.
                let field =
                    slot.field.isOfBatch
                    ? events.name(of: slot.field).withBytes { hash64($0) } : UInt64(slot.field.rawValue)
                return hash64(events.bytes(of: slot), seed: number ^ field)
            }
        }
    }
}
