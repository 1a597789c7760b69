internal import Events
internal import Primitives

/// `<PRI>` in front of a record: facility times eight plus severity (RFC 5424 section 6.2.1).
struct SyslogPriority {
    let value: Int
    /// Length of `<n>`.
    let length: Int

    /// Nil unless one to three digits, at most 191, stand between the angle brackets.
    init?(_ line: Bytes) {
        guard line.count >= 3, line.start[0] == ASCII.less, ASCII.isDigit(line.start[1]) else { return nil }
        var index = 1
        var number = 0
        while index < line.count, index <= 3, ASCII.isDigit(line.start[index]) {
            number = number * 10 + Int(line.start[index] &- 0x30)
            index += 1
        }
        guard index < line.count, line.start[index] == ASCII.greater, number <= 191 else { return nil }
        value = number
        length = index + 1
    }

    func add(to sink: inout EventSink) {
        sink.add(slot: SyslogPriority.facilities[value >> 3])
        sink.add(slot: SyslogPriority.severities[value & 7])
        sink.add(slot: SyslogPriority.facilityNames[value >> 3])
        sink.add(slot: SyslogPriority.severityNames[value & 7])
    }

    nonisolated(unsafe) private static let facilities = persistent(
        (0..<24).map { ConstantText(String($0)).slot(.logSyslogFacilityCode, type: .number) })
    /// Keywords of RFC 5424 tables 1 and 2, as `syslog.h` spells them.
    nonisolated(unsafe) private static let facilityNames = persistent(
        [
            "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp",
            "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
        ].map { ConstantText($0).slot(.logSyslogFacilityName) })
    nonisolated(unsafe) private static let severityNames = persistent(
        ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"].map {
            ConstantText($0).slot(.logSyslogSeverityName)
        })
    nonisolated(unsafe) private static let severities = persistent(
        (0..<8).map { ConstantText(String($0)).slot(.logSyslogSeverityCode, type: .number) })
}
