internal import Events

/// `filemd5:LIST`, `filesha1:LIST`, `filesha256:LIST`: a file as a whole. Source: Suricata User Guide, "File Keywords".
///
/// A list is a dataset of digests, beside the rule file, one a line in hexadecimal; what follows the digest in a line
/// (a name, as md5sum writes it) is passed over.
enum FileDigestKeywords {
    static let table: [String: Keyword] = [
        "filemd5": digest(.md5, .md5), "filesha1": digest(.sha1, .sha1), "filesha256": digest(.sha256, .sha256),
    ]

    private static func digest(_ transform: BufferTransform, _ kind: Dataset.Kind) -> Keyword {
        { option, builder in
            var name = try option.words()
            let negated = option.negated || name.hasPrefix("!")
            if name.hasPrefix("!") { name = String(name.dropFirst()).trimmed }
            let path = DatasetKeywords.resolved(name, builder.signature.info.origin.file)
            let library = builder.options.datasets
            let key = "\(kind.rawValue) \(path)"
            if library.find(key) == nil {
                var file = DatasetFile(kind: kind, format: DatasetFormat())
                if let problem = file.read(path, passingOver: true) { throw option.fault(problem) }
                library.add(Dataset(name: key, kind: kind, values: file.values))
            }
            guard let set = library.find(key) else { return }
            let view = BufferView(.fileData, transforms: [.wholeFile, transform])
            let section = builder.section(for: view, fresh: true, at: option.nameAt)
            builder.signature.sections[section].steps.append(
                .dataset(DatasetStep(dataset: set, verb: negated ? .isNotSet : .isSet)))
        }
    }
}
