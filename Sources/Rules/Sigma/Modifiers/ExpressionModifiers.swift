extension Modifier {
    /// `re`: the value is a regular expression, sought anywhere in the field, case-sensitive.
    static let regularExpression = Modifier("re") { item, site in
        guard item.applied.allSatisfy({ $0 == "expand" || $0 == "all" || $0 == "neq" }) else {
            throw site.refuse(
                "`re` must come first: the value is a regular expression as written",
                advice: "Write `re` directly behind the field name.")
        }
        try item.mapVariants { value in
            guard case .written(let text, let meaning) = value, meaning != .null else {
                throw site.refuse("`re` needs a regular expression")
            }
            return .expression(text, [])
        }
    }

    /// `re|i`: upper and lower case are the same.
    static let expressionCaseless = flag("i", "ignorecase", .caseless)

    /// `re|m`: `^` and `$` match at line ends.
    static let expressionMultiline = flag("m", "multiline", .multiline)

    /// `re|s`: `.` matches line ends too.
    static let expressionDotAll = flag("s", "dotall", .dotAll)

    private static func flag(_ name: String, _ long: String, _ flag: RegularExpressionFlags) -> Modifier {
        Modifier(name, long) { item, site in
            try item.mapVariants { value in
                guard case .expression(let pattern, let flags) = value else {
                    throw site.refuse(
                        "`\(site.name)` belongs to a regular expression", advice: "Write `re|\(site.name)`.")
                }
                return .expression(pattern, flags.union(flag))
            }
        }
    }
}
