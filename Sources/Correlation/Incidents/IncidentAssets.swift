internal import Events
internal import Primitives

/// Whose systems an incident concerns, by the estate: those it is aimed at, then those it comes from.
struct IncidentAssets {
    let estate: Estate
    /// What `--asset` called the inputs.
    let labels: [ContentID: String]

    struct Found {
        var systems: [EstateSystem] = []
        var agencies: [String] = []

        var criticality: Criticality? { systems.map(\.criticality).max { $0.rank < $1.rank } }
    }

    static let maximumSystems = 20

    /// The systems that detections name, most often named first.
    func find(_ detections: [Detection]) -> Found {
        var found = Found()
        guard estate.isGiven else { return found }
        var counts: [String: (system: EstateSystem, count: Int)] = [:]
        var networks: [String] = []
        for detection in detections {
            var own: [String: EstateSystem] = [:]
            for system in named(by: detection, &networks) { own[system.id] = system }
            for (id, system) in own { counts[id, default: (system, 0)].count += max(1, detection.count) }
        }
        let ordered = counts.values.sorted { ($1.count, $0.system.id) < ($0.count, $1.system.id) }
        found.systems = ordered.prefix(IncidentAssets.maximumSystems).map(\.system)
        for agency in found.systems.compactMap(\.agency) + networks {
            let id = estate.agency(agency)?.id ?? agency
            if !found.agencies.contains(id) { found.agencies.append(id) }
        }
        return found
    }

    private func named(by detection: Detection, _ networks: inout [String]) -> [EstateSystem] {
        var systems: [EstateSystem] = []
        for field in detection.fields {
            switch Entity.kind(ofField: field.name) {
            case "ip":
                guard let address = IPAddress(field.value) else { continue }
                if let system = estate.system(of: address) {
                    systems.append(system)
                } else if let agency = estate.network(of: address)?.agency {
                    networks.append(agency)
                }
            case "host": if let system = estate.system(host: field.value) { systems.append(system) }
            case "domain" where field.name != "source.domain":
                if let system = estate.system(name: field.value) { systems.append(system) }
            case "user": if let system = estate.system(user: field.value) { systems.append(system) }
            default:
                if field.name == "tls.client.server_name", let system = estate.system(name: field.value) {
                    systems.append(system)
                }
            }
        }
        for input in Set(detection.events.map(\.input)) {
            if let system = labels[input].flatMap({ estate.system(label: $0) }) { systems.append(system) }
        }
        return systems
    }
}

extension Criticality {
    /// From 0.
    var rank: Int { Criticality.allCases.firstIndex(of: self) ?? 1 }

    /// What an incident weighs here. What is medium or above weighs one more on a critical system, and what is high one
    /// more on a high one; on a system of low criticality it weighs one less, though never less than medium. What is
    /// low stays low: criticality makes no finding of what is none.
    func weigh(_ severity: Severity) -> Severity {
        guard severity >= .medium else { return severity }
        let more = Severity(rawValue: min(Severity.critical.rawValue, severity.rawValue + 1)) ?? severity
        switch self {
        case .critical: return more
        case .high: return severity >= .high ? more : severity
        case .medium: return severity
        case .low: return max(.medium, Severity(rawValue: severity.rawValue - 1) ?? severity)
        }
    }
}
