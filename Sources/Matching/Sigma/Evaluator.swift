internal import Events
internal import Primitives
internal import Rules

/// Exact evaluation of one rule against one event. No allocation.
struct Evaluator {
    let program: SigmaProgram
    let expressions: RegularExpressionWorker

    func matches(rule: Int, _ event: borrowing EventView) -> Bool { node(Int(program.rules[rule].root), event) }

    func node(_ number: Int, _ event: borrowing EventView) -> Bool {
        let node = program.nodes[number]
        let first = Int(node.first)
        let count = Int(node.count)
        switch node.operation {
        case .test: return test(first, event)
        case .not: return !self.node(Int(program.children[first]), event)
        case .all:
            for index in first..<first + count where !self.node(Int(program.children[index]), event) { return false }
            return true
        case .any:
            for index in first..<first + count where self.node(Int(program.children[index]), event) { return true }
            return false
        case .atLeast:
            var held = 0
            for index in first..<first + count where self.node(Int(program.children[index]), event) { held += 1 }
            return held >= Int(node.needed)
        }
    }

    func test(_ number: Int, _ event: borrowing EventView) -> Bool {
        let test = program.tests[number]
        if test.fieldCount == 0 { return keywordSlot(test, event) != Evaluator.nothing }
        switch test.kind {
        case .exists: return isPresent(test, event)
        case .absent: return !isPresent(test, event)
        case .null: return !hasValue(test, event)
        default: return matchingSlot(test, event) >= 0
        }
    }

    static let nothing = -2
    static let inRecord = -1

    /// Position of the value that has the keyword, `inRecord` for the raw record, `nothing` for none.
    func keywordSlot(_ test: ProgramTest, _ event: borrowing EventView) -> Int {
        let record = event.isDecodedForm ? .empty : event.rawRecord
        if !record.isEmpty, holds(test, record, .text, event) { return Evaluator.inRecord }
        // What words may stand between is in the record if it is in a value that lies there.
        let isCovered = test.kind == .text && !record.isEmpty
        for position in 0..<event.count where !event.isNull(position) && !event.isConstant(position) {
            if isCovered && event.isInRecord(position) { continue }
            if holds(test, event.value(position), event.type(position), event) { return position }
        }
        return Evaluator.nothing
    }

    /// Position of the first value for which the test holds, -1 for none.
    func matchingSlot(_ test: ProgramTest, _ event: borrowing EventView) -> Int {
        let first = Int(test.firstField)
        for index in first..<first + Int(test.fieldCount) {
            var position = event.firstSlot(program.fields[index])
            while position >= 0 {
                if !event.isNull(position), holds(test, event.value(position), event.type(position), event) {
                    return position
                }
                position = event.nextSlot(position)
            }
        }
        return test.kind == .time && isOwnTime(test, event) ? Int(Int32.max) : -1
    }

    private func isPresent(_ test: ProgramTest, _ event: borrowing EventView) -> Bool {
        let first = Int(test.firstField)
        for index in first..<first + Int(test.fieldCount) where event.firstSlot(program.fields[index]) >= 0 {
            return true
        }
        return false
    }

    private func hasValue(_ test: ProgramTest, _ event: borrowing EventView) -> Bool {
        let first = Int(test.firstField)
        for index in first..<first + Int(test.fieldCount) {
            var position = event.firstSlot(program.fields[index])
            while position >= 0 {
                if !event.isNull(position) { return true }
                position = event.nextSlot(position)
            }
        }
        return false
    }

    private func holds(
        _ test: ProgramTest, _ value: Bytes, _ type: ValueType, _ event: borrowing EventView
    ) -> Bool {
        switch test.kind {
        case .text: return program.patterns.matches(Int(test.index), value)
        case .expression: return program.expressions.base[Int(test.index)].matches(value, expressions)
        case .number:
            if program.patterns.matches(Int(test.index), value) { return true }
            return type == .number && Evaluator.plainNumber(value) == test.value
        case .network: return IPAddress(value).map { program.networks[Int(test.index)].contains($0) } ?? false
        case .compare:
            guard let number = ExactNumber(value) else { return false }
            return test.comparison.holds(number, test.value)
        case .time:
            guard let time = EventTime.read(value) else { return false }
            return test.comparison.holds(ExactNumber(EventTime.part(test.part, of: time)), test.value)
        case .field: return holdsField(test, value, event)
        case .exists, .absent, .null: return false
        }
    }

    /// `@timestamp` is no field of the event's table.
    private func isOwnTime(_ test: ProgramTest, _ event: borrowing EventView) -> Bool {
        guard program.fields[Int(test.firstField)] == FieldID(.timestamp).rawValue, !event.record.time.isNone,
            event.firstSlot(FieldID(.timestamp).rawValue) < 0
        else { return false }
        let part = EventTime.part(test.part, of: event.record.time.civil)
        return test.comparison.holds(ExactNumber(part), test.value)
    }

    private func holdsField(_ test: ProgramTest, _ value: Bytes, _ event: borrowing EventView) -> Bool {
        let first = Int(test.index)
        for index in first..<first + Int(test.otherCount) {
            var position = event.firstSlot(program.fields[index])
            while position >= 0 {
                if !event.isNull(position),
                    FieldRelation.holds(value, event.value(position), test.fieldPart, isCased: test.isCased)
                {
                    return true
                }
                position = event.nextSlot(position)
            }
        }
        return false
    }

    /// A number written without an exponent.
    private static func plainNumber(_ value: Bytes) -> ExactNumber? {
        for index in 0..<value.count where value.start[index] | 0x20 == 0x65 { return nil }
        return ExactNumber(value)
    }
}
