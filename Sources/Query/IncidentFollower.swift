package import Events
internal import Primitives
internal import Storage

/// Watches one incident: what is found and done after it was shown, a line each.
package final class IncidentFollower {
    private let desk: AnalystDesk
    private var incident: Incident
    private var seenDetections: Set<ContentID>
    private var seenActs: Set<Int64>
    private var version: Int64

    package init(_ incident: Incident, desk: AnalystDesk) throws {
        self.desk = desk
        self.incident = incident
        seenDetections = Set(incident.detections)
        seenActs = Set(try desk.store.history(of: incident.id).map(\.sequence))
        version = try desk.store.dataVersion()
    }

    /// New lines since the last time; none where nobody has written. An incident that got a new id is followed under
    /// it.
    package func poll() throws -> [String] {
        let now = try desk.store.dataVersion()
        guard now != version else { return [] }
        version = now
        var lines: [String] = []
        let current = try desk.incident(incident.id.description)
        if current.id != incident.id {
            lines.append("the incident is now \(current.id)")
        }
        if current.title != incident.title || current.severity != incident.severity {
            lines.append("it is now: \(current.severity.name), \(TerminalText.escaped(current.title))")
        }
        incident = current
        let new = current.detections.filter { seenDetections.insert($0).inserted }
        let times = TimeText(desk.clock)
        for detection in try desk.store.detections(ids: new, evidence: false) {
            let count = detection.count > 1 ? " (\(counted(Int64(detection.count), "record")))" : ""
            lines.append("\(times.full(detection.first))  \(TerminalText.escaped(detection.rule.title))\(count)")
        }
        for entry in try desk.store.history(of: current.id) where seenActs.insert(entry.sequence).inserted {
            let detail = entry.detail.map { ": \($0)" } ?? ""
            lines.append(TerminalText.escaped("\(times.full(entry.time))  \(entry.who)  \(entry.act)\(detail)"))
        }
        return lines.map { TerminalText.cut($0, to: desk.width) }
    }
}
