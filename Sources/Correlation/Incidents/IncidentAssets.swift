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
        var memory = NameMemory(named)
        for detection in detections {
            var own: [Named] = []
            for (place, field) in detection.fields.enumerated() {
                guard let named = memory.named(by: field, at: place) else { continue }
                if named.system != nil, !own.contains(where: { $0.isOfSystem(of: named) }) { own.append(named) }
                if let network = named.network, !networks.contains(network) { networks.append(network) }
            }
            for system in labelled(detection) {
                let named = Named(system: system)
                if !own.contains(where: { $0.isOfSystem(of: named) }) { own.append(named) }
            }
            for system in own.lazy.compactMap(\.system) {
                counts[system.id, default: (system, 0)].count += max(1, detection.count)
            }
        }
        let ordered = counts.values.sorted { ($1.count, $0.system.id) < ($0.count, $1.system.id) }
        found.systems = ordered.prefix(IncidentAssets.maximumSystems).map(\.system)
        for agency in found.systems.compactMap(\.agency) + networks {
            let id = estate.agency(agency)?.id ?? agency
            if !found.agencies.contains(id) { found.agencies.append(id) }
        }
        return found
    }

    /// What one field names: a system, or an agency's network where no system has the address.
    private final class Named {
        let system: EstateSystem?
        let network: String?

        init(system: EstateSystem? = nil, network: String? = nil) {
            self.system = system
            self.network = network
        }

        func isOfSystem(of other: Named) -> Bool { self === other || system?.id == other.system?.id }
    }

    /// What fields were found to name: the same few values stand in thousands of detections, and most of them where
    /// they stood in the one before.
    private struct NameMemory {
        private var known: [FieldValue: Named?] = [:]
        private var latest: [(field: FieldValue, named: Named?)] = []
        private let find: (FieldValue) -> Named?

        init(_ find: @escaping (FieldValue) -> Named?) { self.find = find }

        mutating func named(by field: FieldValue, at place: Int) -> Named? {
            if place < latest.count, latest[place].field == field { return latest[place].named }
            let named: Named?
            if let found = known[field] {
                named = found
            } else {
                named = find(field)
                known[field] = .some(named)
            }
            if place < latest.count {
                latest[place] = (field, named)
            } else if place == latest.count {
                latest.append((field, named))
            }
            return named
        }
    }

    private func named(by field: FieldValue) -> Named? {
        let named = lookUp(field)
        return named.system == nil && named.network == nil ? nil : named
    }

    private func lookUp(_ field: FieldValue) -> Named {
        switch Entity.kind(ofField: field.name) {
        case "ip":
            guard let address = IPAddress(field.value) else { return Named() }
            if let system = estate.system(of: address) { return Named(system: system) }
            return Named(network: estate.network(of: address)?.agency)
        case "host": return Named(system: estate.system(host: field.value))
        case "domain" where field.name != "source.domain": return Named(system: estate.system(name: field.value))
        case "user": return Named(system: estate.system(user: field.value))
        default:
            guard field.name == "tls.client.server_name" else { return Named() }
            return Named(system: estate.system(name: field.value))
        }
    }

    /// Those that `--asset` called the inputs of its records.
    private func labelled(_ detection: Detection) -> [EstateSystem] {
        if labels.isEmpty { return [] }
        return Set(detection.events.map(\.input)).compactMap { labels[$0].flatMap { estate.system(label: $0) } }
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
