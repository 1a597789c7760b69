extension Modifier {
    static let less = comparison("lt", .less)
    static let lessOrEqual = comparison("lte", .lessOrEqual)
    static let greater = comparison("gt", .greater)
    static let greaterOrEqual = comparison("gte", .greaterOrEqual)

    /// `lt`, `lte`, `gt`, `gte`: the field as a number against the value; behind a time modifier, the part of the time.
    private static func comparison(_ name: String, _ comparison: NumberComparison) -> Modifier {
        Modifier(name) { item, site in
            try item.mapVariants { value in
                if case .time(let part, .equal, let bound) = value { return .time(part, comparison, bound) }
                guard let number = value.asNumber else { throw site.refuse("`\(name)` needs a number") }
                return .comparison(comparison, number)
            }
        }
    }
}
