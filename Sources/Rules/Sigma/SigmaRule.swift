public import Events
public import Primitives

/// A Sigma rule, checked: what it looks for, in the terms of its own field names.
public struct SigmaRule: Sendable {
    public var info: RuleInfo
    public var logSource: RuleLogSource
    /// The named selections of `detection:`, in the order written.
    public var selections: [SigmaSelection]
    /// What must hold, over `selections` (a list of conditions is already joined by "or").
    public var condition: SigmaExpression
    /// `fields:`, shown to the analyst beside what matched.
    public var shownFields: [String]
    /// "stable", "test", "experimental", "deprecated"; nil where the rule does not say.
    public var status: String?

    public init(
        info: RuleInfo, logSource: RuleLogSource, selections: [SigmaSelection], condition: SigmaExpression,
        shownFields: [String] = [], status: String? = nil
    ) {
        self.info = info
        self.logSource = logSource
        self.selections = selections
        self.condition = condition
        self.shownFields = shownFields
        self.status = status
    }
}

/// `logsource:` of a rule. Nil: any.
public struct RuleLogSource: Sendable, Hashable {
    public var category: String?
    public var product: String?
    public var service: String?

    public init(category: String? = nil, product: String? = nil, service: String? = nil) {
        self.category = category
        self.product = product
        self.service = service
    }

    /// Whether an event under these names is one the rule was written for.
    public func isOpen(categories: [String], products: [String], services: [String]) -> Bool {
        (category.map { categories.contains($0) } ?? true) && (product.map { products.contains($0) } ?? true)
            && (service.map { services.contains($0) } ?? true)
    }
}

/// A search identifier and what it stands for.
public struct SigmaSelection: Sendable {
    public var name: String
    public var expression: SigmaExpression

    public init(name: String, expression: SigmaExpression) {
        self.name = name
        self.expression = expression
    }
}

public indirect enum SigmaExpression: Sendable {
    /// Holds where every part holds (also where there is none).
    case all([SigmaExpression])
    /// Holds where some part holds.
    case any([SigmaExpression])
    /// Holds where at least this many parts hold.
    case atLeast(Int, [SigmaExpression])
    case not(SigmaExpression)
    /// Index into the rule's `selections`.
    case selection(Int)
    case test(SigmaItem)

    /// Whether `not` stands anywhere in it.
    package var hasNegation: Bool {
        switch self {
        case .not: true
        case .all(let parts), .any(let parts), .atLeast(_, let parts): parts.contains { $0.hasNegation }
        case .selection, .test: false
        }
    }
}

/// One value that one field is held against. `field` nil: a keyword, sought in every value and the raw record.
public struct SigmaItem: Sendable {
    public var field: String?
    public var test: SigmaTest

    public init(field: String?, test: SigmaTest) {
        self.field = field
        self.test = test
    }
}

public enum SigmaTest: Sendable, Hashable {
    case text(TextPattern)
    /// Text or, where both are numbers, equal value.
    case number(ExactNumber, text: String)
    case regularExpression(pattern: String, options: RegularExpressionFlags)
    case network(IPNetwork)
    case exists(Bool)
    /// Absent, or null in the event.
    case null
    case compare(NumberComparison, ExactNumber)
    case time(TimePart, NumberComparison, Int)
    case field(name: String, part: FieldPart, cased: Bool)
}

/// Sub-modifiers of `re`: `i`, `m`, `s`.
public struct RegularExpressionFlags: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static var caseless: RegularExpressionFlags { RegularExpressionFlags(rawValue: 1) }
    public static var multiline: RegularExpressionFlags { RegularExpressionFlags(rawValue: 2) }
    public static var dotAll: RegularExpressionFlags { RegularExpressionFlags(rawValue: 4) }
}

public enum NumberComparison: String, Sendable, Hashable {
    case less = "lt"
    case lessOrEqual = "lte"
    case greater = "gt"
    case greaterOrEqual = "gte"
    case equal = "eq"

    public func holds<Number: Comparable>(_ value: Number, _ bound: Number) -> Bool {
        switch self {
        case .less: value < bound
        case .lessOrEqual: value <= bound
        case .greater: value > bound
        case .greaterOrEqual: value >= bound
        case .equal: value == bound
        }
    }
}

/// A part of a date and time, as the time modifiers name it. `week` is the week of ISO 8601.
public enum TimePart: String, Sendable, Hashable, CaseIterable {
    case minute
    case hour
    case day
    case week
    case month
    case year
}

/// Which part of a field another field's value must be.
public enum FieldPart: String, Sendable, Hashable {
    case whole
    case prefix = "startswith"
    case suffix = "endswith"
    case anywhere = "contains"
}
