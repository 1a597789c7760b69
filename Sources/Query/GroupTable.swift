internal import Events
internal import Output
internal import Primitives
package import Storage

extension AnalystDesk {
    /// What incidents may be counted by.
    package static var groupings: [String] { IncidentGrouping.allCases.map(\.rawValue) }

    package func groups(_ words: [String], by name: String, limit: Int?) throws -> GroupTable {
        guard let word = completed(name, among: AnalystDesk.groupings), let grouping = IncidentGrouping(rawValue: word)
        else { throw DeskError.word("column to group by", name, AnalystDesk.groupings) }
        let offset = clock.zone.offsetSeconds(atUTC: clock.now.seconds)
        let groups = try store.groups(
            by: grouping, where: condition(words), offsetSeconds: offset, limit: limit, now: clock.now)
        return GroupTable(grouping: grouping, groups: groups, clock: clock, width: width, palette: palette)
    }
}

/// Incidents counted by what they have in common, a line a group.
package struct GroupTable {
    package var grouping: IncidentGrouping
    package var groups: [IncidentGroup]
    package var clock: FilterClock
    package var width: Int
    package var palette: Palette

    /// The group as people read it: a severity's name, a day's date; "-" where there is no value.
    func name(_ group: IncidentGroup) -> String {
        switch grouping {
        case .severity: return Int(group.key).flatMap { Severity(rawValue: $0) }?.name ?? group.key
        case .day: return Int64(group.key).map { String(date($0 * 86_400).prefix(10)) } ?? group.key
        case .hour: return Int64(group.key).map { String(date($0 * 3600).prefix(16)) } ?? group.key
        default: return group.key.isEmpty ? "-" : group.key
        }
    }

    /// Local seconds since 1970 as a date and a time.
    private func date(_ seconds: Int64) -> String {
        let time = CivilTime(secondsAsUTC: seconds)
        let pad = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
        return "\(time.year)-\(pad(time.month))-\(pad(time.day)) \(pad(time.hour)):\(pad(time.minute))"
    }

    package func rendered() -> String {
        if groups.isEmpty { return "" }
        let times = TimeText(clock)
        let numbers = groups.map { grouped(Int64($0.incidents)) }
        let digits = max(9, numbers.map(\.count).max() ?? 0)
        let names = groups.map { TerminalText.escaped(name($0)) }
        let wanted = max(grouping.rawValue.count, names.map { TerminalText.width(of: $0) }.max() ?? 0)
        // On a narrow terminal names tell more than when it began.
        let showsFirst = wanted <= width - digits - 50
        let longest = min(max(12, width - digits - (showsFirst ? 50 : 37)), wanted)
        var text =
            " " + TerminalText.fitted(grouping.rawValue.uppercased(), to: longest) + "  "
            + TerminalText.fitted("INCIDENTS", to: digits, rightAligned: true)
            + "    RECORDS  WORST     " + (showsFirst ? "FIRST        " : "") + "LAST\n"
        for (index, group) in groups.enumerated() {
            let worst = TerminalText.fitted(IncidentTable.severity(group.worst), to: 8)
            text +=
                " " + TerminalText.fitted(names[index], to: longest) + "  "
                + TerminalText.fitted(numbers[index], to: digits, rightAligned: true) + "  "
                + TerminalText.fitted(grouped(group.records), to: 9, rightAligned: true) + "  "
                + palette.paint(worst, group.worst) + "  "
                + (showsFirst ? TerminalText.fitted(times.short(group.first), to: 11) + "  " : "")
                + times.short(group.last) + "\n"
        }
        return text
    }

    package func json() -> [UInt8] {
        var writer = JSONWriter()
        for group in groups {
            writer.beginObject()
            writer.key(named: grouping.rawValue)
            writer.string(name(group))
            writer.key("incidents")
            writer.integer(group.incidents)
            writer.key("records")
            writer.integer(group.records)
            writer.key("worst")
            writer.string(group.worst.name)
            writer.key("first")
            writer.time(group.first)
            writer.key("last")
            writer.time(group.last)
            writer.endObject()
            writer.newline()
        }
        return writer.bytes.array
    }
}
