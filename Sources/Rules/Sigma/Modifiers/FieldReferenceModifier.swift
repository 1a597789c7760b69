extension Modifier {
    /// `fieldref`: the value names another field of the event, whose value is compared.
    static let fieldReference = Modifier("fieldref") { item, site in
        if item.isKeyword { throw site.refuse("`fieldref` needs a field name") }
        try item.mapVariants { value in
            guard let pattern = value.asPattern, !pattern.hasWildcards, let bytes = pattern.plainBytes, !bytes.isEmpty
            else {
                throw site.refuse(
                    "`fieldref` needs the name of a field, without wildcards",
                    advice: "Write `fieldref` before `contains`, `startswith` and `endswith`.")
            }
            return .field(String(decoding: bytes, as: UTF8.self), .whole)
        }
    }
}
