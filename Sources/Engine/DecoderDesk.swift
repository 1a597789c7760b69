internal import Events
internal import Logs
internal import Primitives
internal import Rules

/// Makes message forms of the decoders that were loaded. A decoder whose skeleton cannot be compiled, or one of whose
/// examples is not read as it says, is refused like a rule.
enum DecoderDesk {
    /// The forms to read by; nil where there are none but the built-in ones. Refused decoders leave `rules`.
    /// Examples that were read as they should be are not read again, where a cache remembers it.
    static func forms(of rules: inout RuleSet, _ cache: RuleCache? = nil) -> MessageForms? {
        if rules.decoders.isEmpty { return nil }
        let proof = cache.map { (cache: $0, key: key(rules.decoders)) }
        refuse(from: &rules) { compileProblem($0) }
        if rules.decoders.isEmpty { return nil }
        let forms = MessageForms(rules.decoders.map(family))
        if let proof, proof.cache.read(proof.key) != nil { return forms }
        let before = rules.decoders.count
        refuse(from: &rules) { exampleProblem($0, forms) }
        if rules.decoders.count == before {
            if let proof { proof.cache.write(proof.key, Array("examples hold".utf8)) }
            return forms
        }
        return rules.decoders.isEmpty ? nil : MessageForms(rules.decoders.map(family))
    }

    /// Of everything that decides how the examples are read.
    private static func key(_ decoders: [DecoderRule]) -> ContentID {
        var hasher = ContentHasher()
        hasher.add("decoder examples 1")
        for decoder in decoders { hasher.add("\(decoder)") }
        return hasher.finish()
    }

    private static func refuse(from rules: inout RuleSet, where problem: (DecoderRule) -> Diagnostic?) {
        var kept: [DecoderRule] = []
        for decoder in rules.decoders {
            guard let diagnostic = problem(decoder) else {
                kept.append(decoder)
                continue
            }
            rules.diagnostics.append(diagnostic)
            rules.refusedCount += 1
        }
        rules.decoders = kept
    }

    // MARK: - Compiling

    private static func compileProblem(_ decoder: DecoderRule) -> Diagnostic? {
        if let source = decoder.source, logSource(source.text) == nil {
            let names = LogSource.allCases.map { "\($0)" }.joined(separator: ", ")
            return source.diagnostic(source.text, "unknown source \"\(source.text)\"", advice: "Sources: \(names).")
        }
        for form in decoder.forms {
            for field in form.fields where Field(rawValue: field.name.text) == nil {
                return field.name.diagnostic(
                    field.name.text, "no field of ECS's is called \"\(field.name.text)\"",
                    advice: "`nightjar parse` shows the fields that there are.")
            }
            let bytes = Array(form.skeleton.text.utf8)
            guard let problem = bytes.withBytes({ MessageForms.problem($0) }) else { continue }
            let subject = String(decoding: bytes[problem.offset..<problem.offset + problem.length], as: UTF8.self)
            return form.skeleton.diagnostic(
                problem.length == bytes.count ? "" : subject, "skeleton: \(problem.message)",
                advice: "A skeleton is the message's text with captures such as %{user}, %{ip} and %{port} in it.")
        }
        return nil
    }

    private static func logSource(_ name: String) -> LogSource? { LogSource.allCases.first { "\($0)" == name } }

    private static func family(_ decoder: DecoderRule) -> MessageFamily {
        MessageFamily(
            decoder.programs, decoder.source.flatMap { logSource($0.text) } ?? .application, decoder.forms.map(form))
    }

    private static func form(_ form: DecoderForm) -> MessageForm {
        MessageForm(
            form.skeleton.text, form.category.joined(separator: " "), form.type.joined(separator: " "),
            action: form.action,
            form.outcome == "success" ? .success : form.outcome == "failure" ? .failure : .none,
            further: form.fields.compactMap { field in
                Field(rawValue: field.name.text).map { ($0, field.value) }
            })
    }

    // MARK: - Examples

    private static func exampleProblem(_ decoder: DecoderRule, _ forms: MessageForms) -> Diagnostic? {
        for example in decoder.forms.flatMap(\.examples) {
            let found = fields(of: example.line.text, forms)
            for (name, value) in example.expected where found[name]?.contains(value) != true {
                let got = found[name]?.first.map { "\"\($0)\"" } ?? "nothing"
                return example.line.diagnostic(
                    "", "the example is read otherwise: \(name) is \(got), and \"\(value)\" was expected",
                    advice: "`nightjar parse --explain` on this line shows which forms were tried.")
            }
        }
        return nil
    }

    private static func fields(of line: String, _ forms: MessageForms) -> [String: [String]] {
        let registry = FieldRegistry()
        registry.freeze()
        var options = LogOptions(yearReference: Timestamp(seconds: 1_767_225_600) ?? .none)
        options.messageForms = forms
        let raw = RawBatch()
        let bytes = Array(line.utf8.prefix(RawBatch.capacity))
        raw.storage.update(from: bytes, count: bytes.count)
        raw.count = bytes.count
        guard let decoder = try? LogDecoder(options: options, registry: registry, head: raw.bytes) else { return [:] }
        let events = EventBatch(registry: registry)
        decoder.decode(raw, into: events)
        guard events.count > 0 else { return [:] }
        var found: [String: [String]] = [:]
        for slot in events.fields(of: 0) {
            found[events.name(of: slot.field), default: []].append(events.bytes(of: slot).text)
        }
        return found
    }
}
