package import Events
internal import Primitives
internal import Rules

/// What a hit shows. Cold: called for hits only.
extension EventMatchWorker {
    /// The fields and values that made the rule hold, in the form that hit, then those the rule's `fields:` asks for.
    package func matchedFields(_ hit: EventHit, in batch: EventBatch) -> [FieldValue] {
        state.turn(to: hit, in: batch)
        defer { state.view.returnToRaw() }
        var found: [FieldValue] = []
        let rule = Int(hit.rule)
        collect(Int(matcher.program.rules[rule].root), batch, &found)
        for name in matcher.rules[rule].shownFields {
            if let value = value(name, rule, Int(hit.event), batch) { note(value, &found) }
        }
        return found
    }

    /// The values of fields, asked for by Sigma or ECS name, of an event that a rule hit. A field that the event does
    /// not have is left out; a value bears the name that was asked for.
    package func values(_ names: HitNames.Names, of hit: EventHit, in batch: EventBatch) -> [FieldValue] {
        let rule = Int(hit.rule)
        let list =
            self.names.list(names, rule: rule)
            ?? self.names.makeList(
                names, rule: rule, logSource: matcher.rules[rule].logSource, registry: matcher.registry)
        state.view.open(batch)
        state.view.turn(to: Int(hit.event))
        state.view.index()
        let values = state.view.values(list)
        list.note(values)
        return values
    }

    /// The entity that the rule's `entity:` names, else the general order's first field that the event has.
    package func entity(of hit: EventHit, in batch: EventBatch) -> Entity {
        let rule = Int(hit.rule)
        for name in matcher.rules[rule].info.entityFields + Entity.fieldOrder {
            if let found = value(name, rule, Int(hit.event), batch), !found.value.isEmpty {
                return Entity(field: Taxonomy.canonical(name, for: matcher.rules[rule].logSource), value: found.value)
            }
        }
        return .none
    }

    static let maximumFields = 64

    private func value(_ name: String, _ rule: Int, _ event: Int, _ batch: EventBatch) -> FieldValue? {
        let sources = names.sources(
            name, rule: rule, logSource: matcher.rules[rule].logSource, registry: matcher.registry)
        for source in sources {
            for slot in batch.fields(of: event) where slot.field == source.id && slot.type != .null {
                return FieldValue(name: source.name, value: batch.bytes(of: slot).text)
            }
        }
        let time = batch.events[event].time
        return name == Field.timestamp.rawValue && !time.isNone ? FieldValue(name: name, value: time.iso8601) : nil
    }

    /// Every test that holds, outside of negations.
    private func collect(_ number: Int, _ batch: EventBatch, _ found: inout [FieldValue]) {
        let program = matcher.program
        let node = program.nodes[number]
        let first = Int(node.first)
        switch node.operation {
        case .not: return
        case .test: collectTest(first, batch, &found)
        case .all, .any, .atLeast:
            for index in first..<first + Int(node.count) {
                let child = Int(program.children[index])
                if node.operation == .all || state.evaluator.node(child, state.view) { collect(child, batch, &found) }
                if found.count >= EventMatchWorker.maximumFields { return }
            }
        }
    }

    private func collectTest(_ number: Int, _ batch: EventBatch, _ found: inout [FieldValue]) {
        let test = matcher.program.tests[number]
        var position = Evaluator.nothing
        if test.fieldCount == 0 {
            position = state.evaluator.keywordSlot(test, state.view)
            if position == Evaluator.inRecord {
                note(recordValue(test), &found)
                return
            }
        } else if test.kind == .exists {
            let run = Int(test.firstField)..<Int(test.firstField + test.fieldCount)
            position =
                run.lazy.map { self.state.view.firstSlot(self.matcher.program.fields[$0]) }.first { $0 >= 0 } ?? -1
        } else if test.kind != .absent && test.kind != .null {
            position = state.evaluator.matchingSlot(test, state.view)
        }
        guard position >= 0, position < state.view.count, let slots = state.view.slots else { return }
        note(FieldValue(name: batch.name(of: slots[position].field), value: state.view.value(position).text), &found)
    }

    /// The value that has the keyword, where some field has it; else the record.
    private func recordValue(_ test: ProgramTest) -> FieldValue {
        FieldValue(name: "event.original", value: state.view.rawRecord.prefix(Evidence.maximumBytes).text)
    }

    private func note(_ value: FieldValue, _ found: inout [FieldValue]) {
        if found.count < EventMatchWorker.maximumFields, !found.contains(value) { found.append(value) }
    }
}

extension EventView {
    /// Of the event that it is turned to and has indexed.
    fileprivate func values(_ list: HitNames.List) -> [FieldValue] {
        var values: [FieldValue] = []
        values.reserveCapacity(list.names.count)
        for place in list.names.indices {
            let position = firstPosition(of: list.fields[place])
            if position >= 0 {
                values.append(list.value(place, rawValue(position), behind: values))
            } else if list.names[place] == Field.timestamp.rawValue, !record.time.isNone {
                values.append(FieldValue(name: list.names[place], value: record.time.iso8601))
            }
        }
        return values
    }
}
