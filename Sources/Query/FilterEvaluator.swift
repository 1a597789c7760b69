package import Events
internal import Primitives
internal import Storage

/// What a filter is tried on without a store.
package struct FilterSubject: Sendable {
    package var incident: Incident
    /// The fields of its detections.
    package var mentions: [FieldValue]
    /// Path, sensor and asset of its inputs.
    package var inputs: [FilterInputField: [String]]
    /// Runs in which it was new or grew.
    package var runs: [Int64]
    package var lastRun: Int64?

    package init(
        _ incident: Incident, mentions: [FieldValue] = [], inputs: [FilterInputField: [String]] = [:],
        runs: [Int64] = [], lastRun: Int64? = nil
    ) {
        self.incident = incident
        self.inputs = inputs
        self.mentions = mentions
        self.runs = runs
        self.lastRun = lastRun
    }
}

extension FilterExpression {
    /// Whether an incident fits: the meaning that the SQL must agree with.
    package func holds(for subject: FilterSubject) -> Bool {
        let incident = subject.incident
        switch self {
        case .everything: return true
        case .all(let parts): return parts.allSatisfy { $0.holds(for: subject) }
        case .any(let parts): return parts.contains { $0.holds(for: subject) }
        case .not(let inner): return !inner.holds(for: subject)
        case .severity(let comparison, let severity): return comparison.holds(incident.severity, severity)
        case .status(let status): return incident.status == status
        case .text(let field, let pattern): return field.texts(of: incident).contains { pattern.fits($0) }
        case .entity(let kind, let pattern):
            return (kind == nil || kind == incident.entity.kind) && pattern.fits(incident.entity.value)
        case .network(let network): return network.holds(incident.entity.value)
        case .number(let comparison, let number): return comparison.holds(Int64(incident.count), number)
        case .first(let comparison, let time): return comparison.holds(incident.first, time)
        case .last(let comparison, let time): return comparison.holds(incident.last, time)
        case .field(let names, let kind, let pattern):
            return subject.values(of: names, kind: kind).contains { pattern.fits($0) }
        case .fieldNetwork(let names, let kind, let network):
            return subject.values(of: names, kind: kind).contains { network.holds($0) }
        case .input(let field, let pattern): return (subject.inputs[field] ?? []).contains { pattern.fits($0) }
        case .resolution(let resolution): return incident.resolution == resolution.rawValue
        case .untagged: return incident.tags.isEmpty
        case .about(let value): return subject.parties.contains { TextFold.fold($0) == value }
        case .aboutNetwork(let network): return subject.parties.contains { network.holds($0) }
        case .id(let prefix):
            return ([incident.id] + incident.aliases).contains { $0.description.hasPrefix(prefix) }
        case .run(let number): return (number ?? subject.lastRun).map { subject.runs.contains($0) } ?? false
        case .unassigned: return incident.assignee == nil
        }
    }
}

extension FilterSubject {
    fileprivate func values(of names: [String], kind: String?) -> [String] {
        let entity = incident.entity.kind == kind ? [incident.entity.value] : []
        return entity + mentions.filter { names.contains($0.name) }.map(\.value)
    }

    fileprivate var parties: [String] {
        [incident.entity.value] + mentions.filter { Mentions.isParty($0.name) }.map(\.value)
    }
}

extension IPNetwork {
    fileprivate func holds(_ text: String) -> Bool { IPAddress(text).map { contains($0) } ?? false }
}

extension FilterTextField {
    func texts(of incident: Incident) -> [String] {
        switch self {
        case .rule: [incident.rule] + incident.rules
        case .title: [incident.title]
        case .technique: incident.techniques
        case .stage: incident.stages
        case .tag: incident.tags
        case .asset: incident.assets
        case .owner: incident.owners
        case .agency: incident.agencies
        case .assignee: incident.assignee.map { [$0] } ?? []
        }
    }
}

extension FilterPattern {
    func fits(_ text: String) -> Bool {
        let folded = Array(TextFold.fold(text).unicodeScalars)
        switch self {
        case .equal(let wanted): return folded == Array(wanted.unicodeScalars)
        case .contains(let part): return FilterPattern.contains(folded, Array(part.unicodeScalars))
        case .wildcard(let pattern): return FilterPattern.matches(folded, Array(pattern.unicodeScalars))
        }
    }

    private static func contains(_ text: [Unicode.Scalar], _ part: [Unicode.Scalar]) -> Bool {
        guard part.count <= text.count else { return false }
        return (0...(text.count - part.count)).contains { text[$0..<$0 + part.count] == part[...] }
    }

    /// `*` and `?`; goes back to the last star only, which is enough and keeps the time to length times length.
    private static func matches(_ text: [Unicode.Scalar], _ pattern: [Unicode.Scalar]) -> Bool {
        var (at, place) = (0, 0)
        var star: (pattern: Int, text: Int)?
        while at < text.count {
            if place < pattern.count, pattern[place] == "*" {
                star = (place, at)
                place += 1
            } else if place < pattern.count, pattern[place] == "?" || pattern[place] == text[at] {
                at += 1
                place += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                (at, place) = (last.text + 1, last.pattern + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "*" }
    }
}
