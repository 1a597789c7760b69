internal import Events
internal import Primitives
internal import Rules

/// The detection that a correlation's group has become.
extension CorrelationPlan {
    func values(of group: WindowGroup) -> [FieldValue] {
        zip(rule.groupBy, group.key).map { FieldValue(name: $0, value: $1) }
    }

    /// The fields of the detection as a hit for those above: the group's own, and else those of what it is over.
    func values(of group: WindowGroup, over below: [FieldValue]) -> [FieldValue] {
        if group.latestValues.below.isStored(with: below) { return group.latestValues.whole }
        var values = values(of: group)
        let own = values.count
        values.reserveCapacity(own + below.count)
        for value in below where !values[..<own].contains(where: { $0.name == value.name }) { values.append(value) }
        group.latestValues = (below, values)
        return values
    }

    /// Id of a detection: of the rule and the first event. A chained detection may open several of the rule above, one
    /// after the other: there what made it fire, and when, is part of it. With aliases one event may be the first of
    /// two groups: then the group key is part of it.
    func name(of group: WindowGroup, _ tally: RecordTally, because event: ContentID) -> ContentID {
        var parts = tally.firstEvents
        if isAboveOthers {
            let moment = ContentID(high: 0, low: UInt64(bitPattern: group.last.nanoseconds))
            parts += [event, group.lastHit, moment]
        }
        if !rule.aliases.isEmpty {
            var hasher = ContentHasher()
            for value in group.key { hasher.add(value) }
            parts.append(hasher.finish())
        }
        return detectionID(rule: rule.info.id, events: parts)
    }

    /// Nil where nothing was found, or the rule only feeds others.
    func detection(of group: WindowGroup) -> Detection? {
        guard rule.info.generates, let tally = group.tally, let id = group.detectionID else { return nil }
        var fields = values(of: group)
        for (place, field) in rule.countedFields.enumerated() {
            var shown = Set<String>()
            for value in tally.values {
                let parts = value.split(separator: CorrelationRule.valueSeparator, omittingEmptySubsequences: false)
                guard place < parts.count, shown.insert(String(parts[place])).inserted else { continue }
                fields.append(FieldValue(name: field, value: String(parts[place])))
            }
        }
        fields += tally.parties.values.filter { !fields.contains($0) }
        var found = Detection(
            id: id, rule: rule.info, first: tally.first, last: tally.last, count: tally.count,
            events: tally.records.map(\.event), fields: fields, entity: entity(of: group), evidence: tally.evidence)
        found.links = tally.links.filter { $0 != id }
        return found
    }

    /// The rule's own choice, else the first group-by field, else the general order over the firing observation.
    private func entity(of group: WindowGroup) -> Entity {
        let values = values(of: group) + group.firingValues
        func named(_ field: String) -> Entity? {
            values.first { $0.name == field && !$0.value.isEmpty }.map { Entity(field: field, value: $0.value) }
        }
        for field in rule.info.entityFields {
            if let entity = named(field) { return entity }
        }
        if let name = rule.groupBy.first, let value = group.key.first {
            return Entity(field: parts.first.map { rule.field(name, in: $0) } ?? name, value: value)
        }
        for field in Entity.fieldOrder {
            if let entity = named(field) { return entity }
        }
        return .none
    }
}
