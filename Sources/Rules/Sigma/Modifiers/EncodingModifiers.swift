extension Modifier {
    /// `base64`: the value as Base64 (RFC 4648) text.
    static let base64 = Modifier("base64") { item, site in
        try item.mapVariants { value in
            .pattern(RawPattern(plain: Base64.encode(try plainBytes(value, site))))
        }
    }

    /// `base64offset`: what is fixed of the value's Base64 text at each of the three places it may begin.
    static let base64Offset = Modifier("base64offset") { item, site in
        try item.expandVariants { value in
            let bytes = try plainBytes(value, site)
            guard !bytes.isEmpty else { throw site.refuse("`base64offset` needs a value") }
            return (0..<3).map { .pattern(RawPattern(plain: Base64.fixedPart(bytes, shift: $0))) }
        }
    }

    /// `wide`, `utf16le`: the value in UTF-16, low byte first.
    static let utf16Little = Modifier("wide", "utf16le") { item, site in
        try encode(&item, site) { $0.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }
    }

    /// `utf16be`: the value in UTF-16, high byte first.
    static let utf16Big = Modifier("utf16be") { item, site in
        try encode(&item, site) { $0.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } }
    }

    /// `utf16`: the value in UTF-16, low byte first, behind the byte order mark.
    static let utf16 = Modifier("utf16") { item, site in
        try encode(&item, site) { $0.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }
        item.values = item.values.map { variants in
            variants.map { value in
                guard case .pattern(var pattern) = value else { return value }
                pattern.parts.insert(.bytes([0xFF, 0xFE]), at: 0)
                return .pattern(pattern)
            }
        }
    }

    private static func encode(
        _ item: inout PendingItem, _ site: ModifierSite, _ code: (String) -> [UInt8]
    ) throws {
        try item.mapVariants { value in
            guard var pattern = value.asPattern else { throw site.refuse("`\(site.name)` works on text only") }
            pattern.parts = pattern.parts.map { part in
                if case .text(let text) = part { return .bytes(code(text)) }
                return part
            }
            return .pattern(pattern)
        }
    }

    private static func plainBytes(_ value: PendingValue, _ site: ModifierSite) throws -> [UInt8] {
        guard let pattern = value.asPattern else { throw site.refuse("`\(site.name)` works on text only") }
        guard let bytes = pattern.plainBytes else {
            throw site.refuse(
                "`\(site.name)` cannot encode a value with wildcards",
                advice: "Write `\(site.name)` before `contains`, `startswith`, `endswith` and `windash`.")
        }
        return bytes
    }
}

/// RFC 4648 section 4.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group: UInt32 = 0
            for index in 0..<3 { group = group << 8 | (index < count ? UInt32(bytes[start + index]) : 0) }
            for index in 0..<4 {
                text.append(index <= count ? alphabet[Int(group >> UInt32(18 - 6 * index) & 63)] : 0x3D)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The characters that do not depend on what stands before (`shift` bytes of a group) and behind the value.
    static func fixedPart(_ bytes: [UInt8], shift: Int) -> String {
        let whole = encode([UInt8](repeating: 0x20, count: shift) + bytes)
        let leading = [0, 2, 3][shift]
        let trailing = [0, 3, 2][(bytes.count + shift) % 3]
        return String(whole.dropFirst(leading).dropLast(trailing))
    }
}
