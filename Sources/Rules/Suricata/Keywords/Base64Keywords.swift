internal import Events
internal import Primitives

/// `base64_decode:bytes N, offset N, relative` and `base64_data`. Source: Suricata User Guide, "Base64 keywords".
enum Base64Keywords {
    static let table: [String: Keyword] = ["base64_decode": decode, "base64_data": data]

    private static let decode: Keyword = { option, builder in
        var step = Base64Step()
        if option.value != nil {
            for part in try option.parts() {
                if let argument = part.argument(of: "bytes") {
                    step.bytes = try argument.number("bytes", in: 1...65_535)
                } else if let argument = part.argument(of: "offset") {
                    step.offset = try argument.number("offset", in: 0...65_535)
                } else if part.text == "relative" {
                    step.relative = true
                } else {
                    throw RuleFault(part.place, "\"base64_decode\" does not know \"\(part.text)\"")
                }
            }
        }
        builder.append(.base64(step), relative: step.relative, at: option.valueAt)
        builder.decodesBase64 = true
    }

    private static let data: Keyword = { option, builder in
        try option.noValue()
        guard builder.decodesBase64 else {
            throw RuleFault(option.nameAt, "\"base64_data\" needs a base64_decode before it")
        }
        try builder.select(BufferView(.base64Data), at: option.nameAt)
    }
}
