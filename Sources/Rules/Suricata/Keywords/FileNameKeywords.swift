internal import Events

/// `file.name` and its older spellings. Source: Suricata User Guide, "File Keywords".
enum FileNameKeywords {
    static let family = ProtocolFamily(
        applications: [.http, .smtp, .ftpData, .smb, .nfs, .http2],
        buffers: [ProtocolBuffer(.fileName), ProtocolBuffer(.fileSize, form: .number())],
        keywords: ["filename": contains, "fileext": ending, "file.ext": ending])

    /// `filename:"secret"`: it stands somewhere in the name, whatever its case.
    private static let contains: Keyword = { option, builder in
        append(try option.words(), option, &builder, endsWith: false)
    }

    /// `fileext:"jpg"`: the name ends so, behind a dot.
    private static let ending: Keyword = { option, builder in
        append("." + (try option.words()), option, &builder, endsWith: true)
    }

    private static func append(
        _ text: String, _ option: RuleOption, _ builder: inout SignatureBuilder, endsWith: Bool
    ) {
        var content = ContentStep(bytes: Array(text.utf8), negated: option.negated)
        content.caseless = true
        content.endsWith = endsWith
        let section = builder.section(for: BufferView(.fileName), fresh: false, at: option.valueAt)
        builder.signature.sections[section].steps.append(.content(content))
    }
}
