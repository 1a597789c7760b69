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
    }

    nonisolated(unsafe) private static let facilities = persistent(
        (0..<24).map { ConstantText(String($0)).slot(.logSyslogFacilityCode, type: .number) })
    nonisolated(unsafe) private static let severities = persistent(
        (0..<8).map { ConstantText(String($0)).slot(.logSyslogSeverityCode, type: .number) })
}
