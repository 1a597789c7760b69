internal import Primitives

/// A value on its way through the modifiers of its field, in the order they are written.
enum PendingValue {
    /// As the file has it.
    case written(String, ScalarMeaning)
    case pattern(RawPattern)
    case expression(String, RegularExpressionFlags)
    case comparison(NumberComparison, ExactNumber)
    case time(TimePart, NumberComparison, Int)
    case network(IPNetwork)
    case exists(Bool)
    case field(String, FieldPart)
}

/// The values of one field while modifiers change them.
struct PendingItem {
    /// Each written value with the variants it grew; variants are alternatives.
    var values: [[PendingValue]]
    /// `all`: every value must match, not one of them.
    var matchesAll = false
    /// `neq`: the outcome is turned round.
    var isNegated = false
    var isCased = false
    /// Modifiers applied so far, in order.
    var applied: [String] = []
    let isKeyword: Bool
    let placeholders: Placeholders
}

/// Where a modifier stands, for its errors.
struct ModifierSite {
    let name: String
    let key: RuleNode

    func refuse(_ message: String, advice: String = "") -> RuleError {
        RuleError(key, name, message, advice: advice)
    }
}

/// One modifier of the specification's appendix: its names and what it does.
struct Modifier: Sendable {
    let names: [String]
    let apply: @Sendable (inout PendingItem, ModifierSite) throws -> Void

    init(_ names: String..., apply: @escaping @Sendable (inout PendingItem, ModifierSite) throws -> Void) {
        self.names = names
        self.apply = apply
    }

    /// Every modifier there is (Sigma Modifiers Appendix 2.1). To add one: write it in a file beside this one and name
    /// it here.
    static let all: [Modifier] = [
        // Lists of values
        .every, .negate,
        // Text
        .contains, .startsWith, .endsWith, .cased, .windowsDash,
        // Regular expressions
        .regularExpression, .expressionCaseless, .expressionMultiline, .expressionDotAll,
        // Encodings
        .base64, .base64Offset, .utf16Little, .utf16Big, .utf16,
        // Numbers and times
        .less, .lessOrEqual, .greater, .greaterOrEqual,
        .minute, .hour, .day, .week, .month, .year,
        // Addresses, presence, other fields, placeholders
        .network, .exists, .fieldReference, .expand,
    ]

    static let byName: [String: Modifier] = {
        var table: [String: Modifier] = [:]
        for modifier in all { for name in modifier.names { table[name] = modifier } }
        return table
    }()
}

extension PendingItem {
    /// Replaces each variant by what `change` makes of it.
    mutating func mapVariants(_ change: (PendingValue) throws -> PendingValue) rethrows {
        values = try values.map { try $0.map(change) }
    }

    /// Replaces each variant by several.
    mutating func expandVariants(_ change: (PendingValue) throws -> [PendingValue]) rethrows {
        values = try values.map { try $0.flatMap(change) }
    }
}

extension PendingValue {
    /// The value as a pattern; nil where it is none (null, a regular expression, a network, ...).
    var asPattern: RawPattern? {
        switch self {
        case .written(_, .null): nil
        case .written(let text, _): RawPattern(text)
        case .pattern(let pattern): pattern
        default: nil
        }
    }

    /// The value as a number; nil where it is none.
    var asNumber: ExactNumber? {
        switch self {
        case .written(_, .integer(let number)): ExactNumber(number)
        case .written(_, .fraction(let number)): ExactNumber(number)
        case .written(let text, .text): text.withBytes { ExactNumber($0) }
        default: nil
        }
    }
}
