public import Events

/// A Sigma correlation (specification 2.1, "Sigma Correlation Rules"), checked, with its references resolved.
public struct CorrelationRule: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case eventCount = "event_count"
        case valueCount = "value_count"
        case temporal
        case temporalOrdered = "temporal_ordered"
        case valueSum = "value_sum"
        case valueAverage = "value_avg"
        case valuePercentile = "value_percentile"
        case valueMedian = "value_median"

        /// Whether it reckons with the numbers in the counted field. Its bounds are in thousandths.
        public var isNumeric: Bool {
            switch self {
            case .valueSum, .valueAverage, .valuePercentile, .valueMedian: true
            case .eventCount, .valueCount, .temporal, .temporalOrdered: false
            }
        }

        public var isTemporal: Bool { self == .temporal || self == .temporalOrdered }

        /// Whether its condition names a field.
        public var hasField: Bool { self == .valueCount || isNumeric }
    }

    public enum Comparison: String, Sendable {
        case greater = "gt"
        case greaterOrEqual = "gte"
        case less = "lt"
        case lessOrEqual = "lte"
        case equal = "eq"
        case notEqual = "neq"

        public func holds(_ value: Int, _ bound: Int) -> Bool {
            switch self {
            case .greater: value > bound
            case .greaterOrEqual: value >= bound
            case .less: value < bound
            case .lessOrEqual: value <= bound
            case .equal: value == bound
            case .notEqual: value != bound
            }
        }
    }

    /// A group-by name that stands for a different field in each referred rule.
    public struct Alias: Sendable {
        public var name: String
        /// Referred rule's id to field name (ECS).
        public var fields: [String: String]

        public init(name: String, fields: [String: String]) {
            self.name = name
            self.fields = fields
        }
    }

    public var info: RuleInfo
    public var kind: Kind
    /// Ids of the referred rules (Sigma, signature, correlation or anomaly), in the order given.
    public var rules: [String]
    /// Of those that mean many rules (`tag:...`, `classtype:...`, `sid:...`): the ids of the rules that are meant.
    public var selections: [String: [String]] = [:]
    /// Field names (ECS, after the taxonomy) or aliases.
    public var groupBy: [String]
    public var aliases: [Alias]
    public var timespanNanoseconds: Int64
    /// All must hold. Empty where every rule of a temporal kind has to hit.
    public var conditions: [(comparison: Comparison, bound: Int)]
    /// Of `value_count` and the numeric kinds: the counted field (ECS). Several, of `value_count` alone: their
    /// combinations are counted.
    public var countedFields: [String]
    /// Of `value_percentile`: which, 1 to 100.
    public var percentile: Int?
    /// Of a temporal kind with a condition over rules ("extended"): what must have hit, over the places in `rules`.
    public var pattern: SigmaExpression?
    /// Whether referred rules report on their own as well (`generate`).
    public var generate: Bool
    /// Ours (`chain: true`): the steps of an attack, which stay findings of their own rules. What it ties becomes one
    /// incident by what it stands on, not because its rules were one family; only rules that are informational, which
    /// are there to feed, do not report for its sake.
    public var isChain = false

    public init(
        info: RuleInfo, kind: Kind, rules: [String], groupBy: [String], aliases: [Alias] = [],
        timespanNanoseconds: Int64, conditions: [(comparison: Comparison, bound: Int)], countedFields: [String] = [],
        generate: Bool = false
    ) {
        self.info = info
        self.kind = kind
        self.rules = rules
        self.groupBy = groupBy
        self.aliases = aliases
        self.timespanNanoseconds = timespanNanoseconds
        self.conditions = conditions
        self.countedFields = countedFields
        self.generate = generate
    }

    /// Between the values of several counted fields: no log has it in a value.
    package static let valueSeparator = "\u{0}"

    /// The field of referred rule `rule` that group-by name `name` means.
    public func field(_ name: String, in rule: String) -> String {
        aliases.first { $0.name == name }?.fields[rule] ?? name
    }

    /// The rules that a part stands for: itself, or those that its selection means.
    public func members(of part: String) -> [String] { selections[part] ?? [part] }
}
