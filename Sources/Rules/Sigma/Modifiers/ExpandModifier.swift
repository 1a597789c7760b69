extension Modifier {
    /// `expand`: `%name%` stands for each of the values known under that name. `\%` is a plain percent sign.
    static let expand = Modifier("expand") { item, site in
        let known = item.placeholders
        try item.expandVariants { value in
            guard case .written(let text, let meaning) = value, meaning != .null else {
                throw site.refuse("`expand` must come first, on text")
            }
            return try fill(split(text), known, site).map { .written($0, .text) }
        }
    }

    private enum Piece {
        case text(String)
        case name(String)
    }

    private static func split(_ text: String) -> [Piece] {
        var pieces: [Piece] = []
        var run = ""
        var rest = Array(text.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            if scalar == "\\", rest.first == "%" {
                rest.removeFirst()
                run += "%"
            } else if scalar == "%", let end = rest.firstIndex(of: "%"), end > rest.startIndex {
                pieces.append(.text(run))
                run = ""
                pieces.append(.name(rest[..<end].reduce(into: "") { $0.unicodeScalars.append($1) }))
                rest = rest[(end + 1)...]
            } else {
                run.unicodeScalars.append(scalar)
            }
        }
        return pieces + [.text(run)]
    }

    private static func fill(
        _ pieces: [Piece], _ known: Placeholders, _ site: ModifierSite
    ) throws -> [String] {
        var results = [""]
        for piece in pieces {
            switch piece {
            case .text(let text): results = results.map { $0 + text }
            case .name(let name):
                guard let values = known[name] else {
                    throw site.refuse(
                        "no values are known for the placeholder %\(name)%",
                        advice:
                            "Give its values in a file (--placeholders), or take `expand` away where it is meant literally."
                    )
                }
                results = results.flatMap { head in values.map { head + $0 } }
                if results.count > 100_000 { throw site.refuse("the placeholders make more than 100000 values") }
            }
        }
        return results
    }
}
