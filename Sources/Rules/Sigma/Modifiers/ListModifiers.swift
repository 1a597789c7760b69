extension Modifier {
    /// `all`: all values must match, where one would do.
    static let every = Modifier("all") { item, _ in item.matchesAll = true }

    /// `neq`: the field is different from the values given (so it also holds where the field is absent).
    static let negate = Modifier("neq") { item, _ in item.isNegated = true }
}
