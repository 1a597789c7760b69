internal import Primitives

/// What is done to a buffer before it is looked at: `dns.query; dotprefix; content:".example.org";`.
enum Transforms {
    private static let plain: [(String, BufferTransform)] = [
        ("dotprefix", .dotPrefix), ("to_lowercase", .toLowercase), ("to_uppercase", .toUppercase),
        ("strip_whitespace", .stripWhitespace), ("compress_whitespace", .compressWhitespace),
        ("header_lowercase", .headerLowercase), ("strip_pseudo_headers", .stripPseudoHeaders),
        ("url_decode", .urlDecode),
    ]

    static let table: [String: Keyword] = {
        var table: [String: Keyword] = ["xor": xor]
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
}
