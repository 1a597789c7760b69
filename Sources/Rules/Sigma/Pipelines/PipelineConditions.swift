internal import Events

/// What may stand in `rule_conditions`.
enum RuleCondition: Sendable {
    case logSource(RuleLogSource)
    case containsField(String)
    case containsItem(field: String, value: String)
    case isRule(Bool)
    case attribute(String, AttributeRelation, String)
    case tag(String)
    case state(String, String)
    case applied(String)

    func holds(_ subject: ProcessingSubject) -> Bool {
        switch self {
        case .logSource(let wanted):
            (wanted.category == nil || wanted.category == subject.logSource.category)
                && (wanted.product == nil || wanted.product == subject.logSource.product)
                && (wanted.service == nil || wanted.service == subject.logSource.service)
        case .containsField(let name): subject.contains { $0.field == name }
        case .containsItem(let name, let value):
            subject.contains { $0.field == name && $0.values.values.joined().contains { $0.plainText == value } }
        case .isRule(let wanted): wanted
        case .attribute(let name, let relation, let value): relation.holds(name, subject, value)
        case .tag(let tag): subject.document["tags"]?.texts.contains(tag) ?? false
        case .state(let key, let value): subject.state[key] == value
        case .applied(let id): subject.applied.contains(id)
        }
    }
}

/// `op` of a `rule_attribute` condition.
enum AttributeRelation: String, Sendable, CaseIterable {
    case equal = "eq"
    case notEqual = "ne"
    case greaterOrEqual = "gte"
    case greater = "gt"
    case lessOrEqual = "lte"
    case less = "lt"
    case member = "in"
    case notMember = "not_in"

    private static let statuses = ["unsupported", "deprecated", "experimental", "test", "stable"]

    /// A rule without the attribute meets none of them.
    func holds(_ name: String, _ subject: ProcessingSubject, _ value: String) -> Bool {
        if let list = subject.document[name]?.items {
            let isMember = list.contains { $0.text == value }
            return self == .member ? isMember : self == .notMember ? !isMember : self == .notEqual
        }
        guard let own = subject.attribute(name) else { return false }
        switch self {
        case .equal: return own == value
        case .notEqual: return own != value
        case .member: return own == value
        case .notMember: return own != value
        default: break
        }
        guard let (left, right) = AttributeRelation.numbers(name, own, value) else {
            return holds(order: own < value ? -1 : own == value ? 0 : 1)  // dates: ISO 8601 sorts as text
        }
        return holds(order: left < right ? -1 : left == right ? 0 : 1)
    }

    private func holds(order: Int) -> Bool {
        switch self {
        case .greaterOrEqual: order >= 0
        case .greater: order > 0
        case .lessOrEqual: order <= 0
        case .less: order < 0
        default: false
        }
    }

    private static func numbers(_ name: String, _ left: String, _ right: String) -> (Double, Double)? {
        func number(_ text: String) -> Double? {
            switch name {
            case "level": Severity(name: text).map { Double($0.rawValue) }
            case "status": statuses.firstIndex(of: text).map { Double($0) }
            default: Double(text)
            }
        }
        guard let left = number(left), let right = number(right) else { return nil }
        return (left, right)
    }
}

/// What may stand in `detection_item_conditions`.
enum DetectionCondition: Sendable {
    /// `cond: all`: every value must; else one.
    case matchString(pattern: String, isNegated: Bool, all: Bool)
    case matchValue(String, all: Bool)
    case containsWildcard(all: Bool)
    case isNull(all: Bool)
    case state(String, String)
    case applied(String)

    func holds(_ item: PendingDetection, _ subject: ProcessingSubject, _ tools: ExpressionTools) -> Bool {
        func values(_ all: Bool, _ test: (PendingValue) -> Bool) -> Bool {
            let values = item.values.values.joined()
            return all ? values.allSatisfy(test) : values.contains(where: test)
        }
        switch self {
        case .matchString(let pattern, let isNegated, let all):
            return values(all) { ($0.asPattern.map { tools.matches(pattern, $0.written) } ?? false) != isNegated }
        case .matchValue(let value, let all): return values(all) { $0.plainText == value }
        case .containsWildcard(let all): return values(all) { $0.asPattern?.hasWildcards ?? false }
        case .isNull(let all): return values(all) { if case .written(_, .null) = $0 { true } else { false } }
        case .state(let key, let value): return subject.state[key] == value
        case .applied(let id): return item.applied.contains(id)
        }
    }
}

/// What may stand in `field_name_conditions`.
enum FieldCondition: Sendable {
    case include([String], isPattern: Bool)
    case exclude([String], isPattern: Bool)
    case state(String, String)
    case applied(String)

    func holds(
        _ field: String, _ subject: ProcessingSubject, _ tools: ExpressionTools, _ applied: Set<String>
    ) -> Bool {
        func isListed(_ names: [String], _ isPattern: Bool) -> Bool {
            isPattern ? names.contains { tools.matches($0, field) } : names.contains(field)
        }
        switch self {
        case .include(let names, let isPattern): return isListed(names, isPattern)
        case .exclude(let names, let isPattern): return !isListed(names, isPattern)
        case .state(let key, let value): return subject.state[key] == value
        case .applied(let id): return applied.contains(id)
        }
    }
}

extension PendingValue {
    /// Text without wildcards, or a number as written; nil for anything else.
    var plainText: String? {
        if case .written(let text, let meaning) = self, meaning != .null, meaning != .text { return text }
        guard let pattern = asPattern, !pattern.hasWildcards else { return nil }
        return pattern.plainBytes.map { String(decoding: $0, as: UTF8.self) }
    }
}

extension RawPattern {
    /// The pattern as text: `*` and `?` are wildcards, escaped where they are meant literally.
    var written: String {
        parts.reduce(into: "") { text, part in
            switch part {
            case .text(let run):
                for scalar in run.unicodeScalars {
                    if scalar == "*" || scalar == "?" { text.unicodeScalars.append("\\") }
                    text.unicodeScalars.append(scalar)
                }
            case .bytes(let bytes): text += String(decoding: bytes, as: UTF8.self)
            case .oneCharacter: text += "?"
            case .gap: text += "*"
            case .dash: text += "-"
            }
        }
    }

    /// Whether `written` says all there is.
    var isText: Bool {
        parts.allSatisfy { part in
            if case .bytes = part { return false }
            return part != .dash
        }
    }
}
