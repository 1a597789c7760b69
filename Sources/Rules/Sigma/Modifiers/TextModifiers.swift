extension Modifier {
    /// `contains`: anything may stand before and after the value.
    static let contains = Modifier("contains") { item, site in
        try item.mapVariants { try opened($0, before: true, after: true, .anywhere, site) }
    }

    /// `startswith`: anything may follow the value.
    static let startsWith = Modifier("startswith") { item, site in
        try item.mapVariants { try opened($0, before: false, after: true, .prefix, site) }
    }

    /// `endswith`: anything may stand before the value.
    static let endsWith = Modifier("endswith") { item, site in
        try item.mapVariants { try opened($0, before: true, after: false, .suffix, site) }
    }

    /// `cased`: upper and lower case differ.
    static let cased = Modifier("cased") { item, site in
        for value in item.values.joined() {
            if case .field = value { continue }
            guard value.asPattern != nil else { throw site.refuse("`\(site.name)` works on text only") }
        }
        item.isCased = true
    }

    /// `windash`: a `-` or `/` that begins a parameter stands for any of `-`, `/`, en dash, em dash, horizontal bar.
    static let windowsDash = Modifier("windash") { item, site in
        try item.mapVariants { value in
            guard var pattern = value.asPattern else { throw site.refuse("`windash` works on text only") }
            pattern.parts = pattern.parts.flatMap(splitAtDashes)
            return .pattern(pattern)
        }
    }

    private static func opened(
        _ value: PendingValue, before: Bool, after: Bool, _ part: FieldPart, _ site: ModifierSite
    ) throws -> PendingValue {
        switch value {
        case .expression: return value  // a regular expression is sought anywhere in the field anyway
        case .field(let name, .whole): return .field(name, part)
        default: break
        }
        guard var pattern = value.asPattern else { throw site.refuse("`\(site.name)` works on text only") }
        if before, pattern.parts.first != .gap { pattern.parts.insert(.gap, at: 0) }
        if after, pattern.parts.last != .gap { pattern.parts.append(.gap) }
        return .pattern(pattern)
    }

    private static func splitAtDashes(_ part: RawPattern.Part) -> [RawPattern.Part] {
        guard case .text(let text) = part else { return [part] }
        let scalars = Array(text.unicodeScalars)
        var parts: [RawPattern.Part] = []
        var run = ""
        for (index, scalar) in scalars.enumerated() {
            let begins = index == 0 || !isWord(scalars[index - 1])
            let named = index + 1 < scalars.count && isWord(scalars[index + 1])
            if (scalar == "-" || scalar == "/") && begins && named {
                if !run.isEmpty { parts.append(.text(run)) }
                run = ""
                parts.append(.dash)
            } else {
                run.unicodeScalars.append(scalar)
            }
        }
        if !run.isEmpty { parts.append(.text(run)) }
        return parts
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}
