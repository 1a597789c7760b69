extension Modifier {
    /// `exists`: whether the event has the field at all, whatever its value.
    static let exists = Modifier("exists") { item, site in
        if item.isKeyword { throw site.refuse("`exists` needs a field name") }
        guard item.values.count == 1, item.applied.isEmpty else {
            throw site.refuse("`exists` stands alone and takes one value")
        }
        try item.mapVariants { value in
            guard case .written(let text, let meaning) = value else {
                throw site.refuse("`exists` takes true or false")
            }
            switch (meaning, text.lowercased()) {
            case (.boolean(let wanted), _): return .exists(wanted)
            case (_, "true"), (_, "yes"): return .exists(true)
            case (_, "false"), (_, "no"): return .exists(false)
            default: throw site.refuse("`exists` takes true or false")
            }
        }
    }
}
