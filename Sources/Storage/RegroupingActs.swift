package import Events
internal import GRDB
package import Primitives

extension Store {
    /// Makes one incident of several, named and titled after the first; their earlier ids lead to it from now on.
    package func merge(
        _ ids: [ContentID], by analyst: Analyst, at time: Timestamp = wallClock()
    ) throws(StoreError) -> Incident {
        try write { database in
            var bases: [ContentID] = []
            var states: [TriageState] = []
            for id in ids {
                let canonical = try IncidentTable.canonical(id, database)
                guard let state = try IncidentTable.state(canonical, database) else {
                    throw StoreError.refused(reason: "there is no incident \(id)")
                }
                if bases.contains(canonical) { continue }
                bases.append(canonical)
                states.append(state)
            }
            guard bases.count > 1 else {
                throw StoreError.refused(reason: "merging needs two incidents or more")
            }
            let state = states.dropFirst().reduce(states[0]) { $0.merged($1) }
            let made = try Regrouping(database).make(Regrouping.Recipe(bases: bases), state: state)
            let before = zip(bases, states).map { JSONValue.Member($0.description, $1.json) }
            try AuditTrail.append(
                "merge", subject: made.description, before: .object(before),
                after: state.json.adding("merged", .texts(bases.map(\.description))), by: analyst, at: time, database)
            return try IncidentTable.one(made, now: time, database)
        }
    }

    /// Takes detections out of an incident into one of their own. Answers both: the new one, and what is left.
    package func split(
        _ id: ContentID, detections: [ContentID], by analyst: Analyst, at time: Timestamp = wallClock()
    ) throws(StoreError) -> (taken: Incident, rest: Incident) {
        try write { database in
            let canonical = try IncidentTable.canonical(id, database)
            guard let state = try IncidentTable.state(canonical, database),
                let whole = try IncidentTable.incidents([canonical], now: time, database).first
            else { throw StoreError.refused(reason: "there is no incident \(id)") }
            let taken = Array(Set(detections)).sorted()
            guard !taken.isEmpty, taken.allSatisfy({ whole.detections.contains($0) }) else {
                throw StoreError.refused(reason: "the incident does not hold all of these detections")
            }
            guard taken.count < whole.detections.count else {
                throw StoreError.refused(reason: "nothing would be left in the incident")
            }
            let regrouping = Regrouping(database)
            let new = try regrouping.make(
                Regrouping.Recipe(bases: [canonical], detections: taken, takes: true), state: state)
            let rest = try regrouping.make(Regrouping.Recipe(bases: [canonical], detections: taken), state: state)
            let parts: [JSONValue.Member] = [
                .init("detections", .texts(taken.map(\.description))), .init("taken", .text(new.description)),
                .init("rest", .text(rest.description)),
            ]
            try AuditTrail.append(
                "split", subject: canonical.description, before: state.json, after: .object(parts), by: analyst,
                at: time, database)
            return (
                try IncidentTable.one(new, now: time, database), try IncidentTable.one(rest, now: time, database)
            )
        }
    }
}

extension IncidentTable {
    static func one(_ id: ContentID, now: Timestamp, _ database: Database) throws -> Incident {
        guard let incident = try incidents([id], now: now, database).first else {
            throw StoreError.refused(reason: "there is no incident \(id)")
        }
        return incident
    }
}

extension JSONValue {
    /// An object with one more member.
    func adding(_ name: String, _ value: JSONValue) -> JSONValue { .object(members + [Member(name, value)]) }
}
