internal import Events
internal import Primitives
internal import Storage

extension AnalystDesk {
    /// What is most common: one column, or the ones that are usually asked for.
    package func top(_ column: String?, _ words: [String], limit: Int) throws -> String {
        let columns =
            try column.map { name in
                guard let word = completed(name, among: AnalystDesk.groupings) else {
                    throw DeskError.word("column to count by", name, AnalystDesk.groupings)
                }
                return [word]
            } ?? ["entity", "title", "technique", "asset", "agency"]
        let tables = try columns.map { try groups(words, by: $0, limit: limit) }
        return tables.filter { column != nil || !($0.groups.count == 1 && $0.groups[0].key.isEmpty) }
            .map { $0.rendered() }.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static let rows = 48

    /// Incidents over time as bars, a line for each hour, day or longer stretch; the worst severity of each painted.
    package func timeline(_ words: [String]) throws -> String {
        let slots = try slots(words)
        let most = slots.map { $0.counts.reduce(0, +) }.max() ?? 1
        let room = max(10, width - 40)
        let times = TimeText(clock)
        var text = ""
        for slot in slots {
            let total = slot.counts.reduce(0, +)
            let label = String(times.full(slot.start).dropLast(3))
            let long = total == 0 ? 0 : max(1, total * room / most)
            let worst = slot.counts.lastIndex { $0 > 0 }.flatMap { Severity(rawValue: $0) } ?? .informational
            let bar = palette.paint(String(repeating: "▇", count: long), worst)
            text += " \(label)  \(TerminalText.fitted("\(total)", to: 7, rightAligned: true))"
            text += total == 0 ? "\n" : "  \(bar) \(IncidentTable.severity(worst))\n"
        }
        return text
    }

    /// Stretches of time from the first incident that fits to the last, with how many there are of each severity.
    func slots(_ words: [String]) throws -> [ReportData.TimeSlot] {
        let condition = try self.condition(words)
        let tally = try store.tally(where: condition, now: clock.now)
        guard let span = tally.span else { return [] }
        let hour: Int64 = 3_600_000_000_000
        let widths = [hour, 3 * hour, 6 * hour, 24 * hour, 7 * 24 * hour, 30 * 24 * hour, 365 * 24 * hour]
        let length = max(1, span.last.nanoseconds - span.first.nanoseconds)
        let slot = widths.first { length / $0 < Int64(AnalystDesk.rows) } ?? 3650 * 24 * hour
        let local = clock.civil(span.first)
        let into = (Int64(local.hour) * 3600 + Int64(local.minute) * 60 + Int64(local.second)) * 1_000_000_000
        let start = span.first.adding(nanoseconds: -(into % min(slot, 24 * hour)))
        let counts = tally.histogram(from: start, width: slot)
        let none = [Int](repeating: 0, count: Severity.allCases.count)
        return (0...((span.last.nanoseconds - start.nanoseconds) / slot)).map { index in
            ReportData.TimeSlot(start: start.adding(nanoseconds: index * slot), counts: counts[index] ?? none)
        }
    }

    /// Sums: severity by status, what was decided, and who did how much.
    package func stats(_ words: [String]) throws -> String {
        let filter = try Filter.parse(arguments: words, clock: clock)
        let times = TimeText(clock)
        var lines: [String] = []
        let tally = try store.tally(where: filter.condition, now: clock.now)
        if let span = tally.span {
            lines.append(" from \(times.full(span.first)) to \(times.full(span.last)) \(clock.zone.name)")
        }
        let states = IncidentStatus.allCases
        let head = (["", "ALL"] + states.map { $0.rawValue.uppercased() }).map {
            TerminalText.fitted($0, to: 13, rightAligned: true)
        }
        lines.append(head.joined())
        for severity in Severity.allCases.reversed() {
            let numbers = tally.states[severity.rawValue]
            let cells = ([numbers.reduce(0, +)] + numbers).map { grouped(Int64($0)) }
            let name = palette.paint(TerminalText.fitted(severity.name, to: 13, rightAligned: true), severity)
            lines.append(name + cells.map { TerminalText.fitted($0, to: 13, rightAligned: true) }.joined())
        }
        for (resolution, count) in tally.decided {
            lines.append(" closed as \(TerminalText.escaped(resolution)): \(grouped(Int64(count)))")
        }
        for (act, count) in try store.actCounts() {
            lines.append(" \(TerminalText.escaped(act)): \(grouped(Int64(count))) acts")
        }
        return lines.map { String($0.reversed().drop { $0 == " " }.reversed()) + "\n" }.joined()
    }

    /// All that is known of an address, a network, a user, a host, a domain or a hash.
    package func who(_ value: String) throws -> String {
        let network = value.contains("/") ? IPNetwork(value) : nil
        let expression = network.map { FilterExpression.aboutNetwork($0) } ?? .about(TextFold.fold(value))
        let condition = try store.settled(expression.condition)
        let found = try store.incidents(
            where: condition, order: .severity, limit: 25, complete: false, now: clock.now)
        let groups = try store.groups(by: .severity, where: condition, now: clock.now)
        let all = groups.reduce(0) { $0 + $1.incidents }
        let times = TimeText(clock)
        var lines = [palette.heading(TerminalText.escaped(value))]
        let history = network == nil ? try bindings(of: value) : []
        guard let first = groups.map(\.first).min(), let last = groups.map(\.last).max() else {
            if !history.isEmpty { return (lines + bindingLines(history, value)).map { $0 + "\n" }.joined() }
            return lines[0] + "\n  nothing is known of it\n"
        }
        lines.append(
            "  \(counted(Int64(all), "incident")), first \(times.full(first)), last \(times.full(last))")
        let severities = groups.map { group in
            "\(grouped(Int64(group.incidents))) \(Int(group.key).flatMap { Severity(rawValue: $0) }?.name ?? group.key)"
        }
        lines.append("  \(severities.joined(separator: ", "))")
        for role in try store.roles(of: TextFold.fold(value), limit: 20) where network == nil {
            lines.append("  \(TerminalText.escaped(role.field)) in \(counted(Int64(role.count), "incident"))")
        }
        if network == nil, let address = IPAddress(value) { lines += try neighbours(address) }
        let companions = try store.companions(of: TextFold.fold(value), limit: 12)
        if network == nil, !companions.isEmpty {
            lines.append(palette.heading("Named with it, in so many incidents"))
            let longest = companions.map { TerminalText.width(of: TerminalText.escaped($0.field)) }.max() ?? 0
            for party in companions {
                let field = TerminalText.fitted(TerminalText.escaped(party.field), to: min(28, longest))
                let number = TerminalText.fitted(grouped(Int64(party.count)), to: 7, rightAligned: true)
                lines.append(
                    TerminalText.cut("  \(number)  \(field)  \(TerminalText.escaped(party.value))", to: width))
            }
        }
        lines += bindingLines(history, value)
        var covering: [Suppression] = []
        for incident in found {
            for one in try store.suppressions(of: incident) where one.until > clock.now && !covering.contains(one) {
                covering.append(one)
            }
        }
        for suppression in covering {
            lines.append(
                "  suppressed until \(times.full(suppression.until)): \(TerminalText.escaped(suppression.reason))")
        }
        lines.append(palette.heading("Incidents"))
        let more =
            all > found.count
            ? "  ... nightjar incidents 'about \(TerminalText.escaped(value))' lists all \(all)\n" : ""
        return lines.map { $0 + "\n" }.joined() + (try table(found)) + more
    }

    static let maximumHistory = 40

    /// What an address was called, or which addresses a name had, latest first.
    func bindings(of value: String) throws -> [Binding] {
        if let address = IPAddress(value) {
            // A server that is asked for by its address is no name of it.
            return try store.bindings(address: address, limit: AnalystDesk.maximumHistory).filter { $0.name != value }
        }
        return try store.bindings(name: value, limit: AnalystDesk.maximumHistory)
    }

    private func bindingLines(_ history: [Binding], _ value: String) -> [String] {
        if history.isEmpty { return [] }
        let isAddress = IPAddress(value) != nil
        return [palette.heading("Names and addresses")]
            + history.map { BindingText.line($0, TimeText(clock), named: !isAddress, width: width) }
    }

    /// Others of the same /24 (IPv6: /64).
    private func neighbours(_ address: IPAddress) throws -> [String] {
        guard let network = IPNetwork("\(address)/\(address.isV4 ? 24 : 64)") else { return [] }
        let around = FilterExpression.all([.network(network), .not(.network(IPNetwork(address: address, prefix: 128)))])
        let count = try store.incidentCount(where: around.condition, now: clock.now)
        return count == 0 ? [] : ["  \(counted(Int64(count), "incident")) about others in \(network)"]
    }
}
