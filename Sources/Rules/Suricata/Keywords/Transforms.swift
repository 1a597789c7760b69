internal import Primitives

/// What is done to a buffer before it is looked at: `dns.query; dotprefix; content:".example.org";`.
enum Transforms {
    private static let plain: [(String, BufferTransform)] = [
        ("dotprefix", .dotPrefix), ("to_lowercase", .toLowercase), ("to_uppercase", .toUppercase),
        ("strip_whitespace", .stripWhitespace), ("compress_whitespace", .compressWhitespace),
        ("header_lowercase", .headerLowercase), ("strip_pseudo_headers", .stripPseudoHeaders),
        ("url_decode", .urlDecode), ("domain", .domain), ("tld", .topLevelDomain),
        ("to_md5", .md5), ("to_sha1", .sha1), ("to_sha256", .sha256),
    ]

    static let table: [String: Keyword] = {
        var table: [String: Keyword] = [
            "xor": xor, "pcrexform": expression, "from_base64": fromBase64, "gunzip": inflate { .gunzip($0) },
            "zlib_deflate": inflate { .inflate($0) },
        ]
        for (name, transform) in plain {
            table[name] = { option, builder in
                try option.noValue()
                try builder.transform(transform, at: option.nameAt)
            }
        }
        return table
    }()

    /// `xor:"0d0ac8ff"`: bytes of the key in hexadecimal, used over and over.
    private static let xor: Keyword = { option, builder in
        let digits = Array(try option.words().utf8)
        var key: [UInt8] = []
        guard digits.count % 2 == 0, digits.count <= 512 else {
            throw option.fault("the key of \"xor\" is an even number of hexadecimal digits, 512 at most")
        }
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = ASCII.hexValue(digits[index]), let low = ASCII.hexValue(digits[index + 1]) else {
                throw option.fault("the key of \"xor\" must be hexadecimal")
            }
            key.append(high << 4 | low)
        }
        try builder.transform(.xor(key), at: option.nameAt)
    }

    /// `pcrexform:"expression"`
    private static let expression: Keyword = { option, builder in
        guard option.quoted, let value = option.value, !value.isEmpty else {
            throw option.fault("the expression of \"pcrexform\" must stand in quotes")
        }
        try builder.transform(.expression(value), at: option.nameAt)
    }

    /// `from_base64: mode strict, bytes 8, offset 4`
    private static let fromBase64: Keyword = { option, builder in
        var transform = Base64Transform()
        if option.value != nil {
            for part in try option.parts() {
                if let argument = part.argument(of: "mode") {
                    guard let mode = Base64Transform.Mode(rawValue: argument.text) else {
                        throw RuleFault(part.place, "the mode is strict, rfc2045 or rfc4648")
                    }
                    transform.mode = mode
                } else if let argument = part.argument(of: "bytes") {
                    transform.bytes = try argument.number("bytes", in: 1...65_535)
                } else if let argument = part.argument(of: "offset") {
                    transform.offset = try argument.number("offset", in: 0...65_535)
                } else {
                    throw RuleFault(part.place, "\"from_base64\" does not know \"\(part.text)\"")
                }
            }
        }
        try builder.transform(.base64(transform), at: option.nameAt)
    }

    /// `gunzip: max-size 2048`: most bytes of output, 1024 where nothing is said.
    private static func inflate(_ make: @escaping @Sendable (Int) -> BufferTransform) -> Keyword {
        { option, builder in
            var most = 1024
            if option.value != nil {
                for part in try option.parts() {
                    guard let argument = part.argument(of: "max-size") else {
                        throw RuleFault(part.place, "\"\(option.name)\" knows max-size only")
                    }
                    most = try argument.number("max-size", in: 1...(1 << 20))
                }
            }
            try builder.transform(make(most), at: option.nameAt)
        }
    }
}
