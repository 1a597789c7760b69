package import Events
package import Primitives
package import Storage

/// A checked filter: what it means, with names resolved, times computed and values read.
package indirect enum FilterExpression: Equatable, Sendable {
    case all([FilterExpression])
    case any([FilterExpression])
    case not(FilterExpression)
    case everything
    case severity(FilterComparison, Severity)
    case status(IncidentStatus)
    /// Any of the incident's texts of this name fits the pattern.
    case text(FilterTextField, FilterPattern)
    /// The entity has this kind (any, where nil) and its value fits.
    case entity(kind: String?, FilterPattern)
    /// The entity is an address in this network.
    case network(IPNetwork)
    /// A field of one of these names of any of its detections fits; so does an entity of this kind.
    case field([String], kind: String?, FilterPattern)
    /// The same for an address in a network.
    case fieldNetwork([String], kind: String?, IPNetwork)
    /// Where its records came from.
    case input(FilterInputField, FilterPattern)
    case resolution(Resolution)
    case untagged
    case number(FilterComparison, Int64)
    /// First or last record, against a moment.
    case first(FilterComparison, Timestamp)
    case last(FilterComparison, Timestamp)
    /// The entity, or a party that any of its detections names, has this value, or is an address in this network.
    case about(String)
    case aboutNetwork(IPNetwork)
    /// The beginning of an id, present or past; hexadecimal digits.
    case id(String)
    /// New or grown in this run; nil is the last.
    case run(Int64?)
    case unassigned
}

package enum FilterComparison: String, Equatable, Sendable, CaseIterable {
    case equal = "="
    case greater = ">"
    case greaterOrEqual = ">="
    case less = "<"
    case lessOrEqual = "<="

    package func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
        switch self {
        case .equal: left == right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        case .less: left < right
        case .lessOrEqual: left <= right
        }
    }
}

package enum FilterTextField: String, Equatable, Sendable, CaseIterable {
    /// The rule or chain that made it, or any that hit.
    case rule
    case title
    case technique
    case stage
    case tag
    case assignee
    /// Systems of the estate, who answers for them, whose they are.
    case asset
    case owner
    case agency
}

package enum FilterInputField: String, Equatable, Sendable, CaseIterable {
    /// Where the input was last seen.
    case path
    case sensor
    case asset
}

/// How text fits: folded (`TextFold`), with `*` for any run and `?` for any one letter.
package enum FilterPattern: Equatable, Sendable {
    case equal(String)
    case wildcard(String)
    case contains(String)
}
