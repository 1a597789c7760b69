internal import Primitives

/// A signature's text taken apart into what it asks, one thing after the other: each stage is a signature of its own
/// that asks what the ones before it ask, and one thing more. The first stage that never matches is what a signature
/// failed at.
package struct SignatureStages {
    package struct Stage {
        /// What is asked, as it is written.
        package var label: String
        /// A whole signature, with sid 1.
        package var text: String
    }

    package private(set) var stages: [Stage] = []

    /// Options that ask nothing of traffic.
    private static let silent: Set<String> = [
        "msg", "reference", "classtype", "sid", "rev", "gid", "metadata", "priority", "threshold", "detection_filter",
        "noalert", "alert", "target", "tag", "requires", "logto",
    ]

    /// Options that belong to the content before them.
    private static let modifiers: Set<String> = [
        "nocase", "depth", "offset", "distance", "within", "startswith", "endswith", "fast_pattern", "rawbytes",
        "http_uri", "http_raw_uri", "http_header", "http_raw_header", "http_cookie", "http_method", "http_client_body",
        "http_server_body", "http_stat_code", "http_stat_msg", "http_user_agent", "http_host", "http_raw_host",
        "http_request_line", "http_response_line",
    ]

    /// Nil where the text is no signature.
    package init?(_ text: String) {
        guard let rule = RuleText.split(Array(text.utf8)).first else { return nil }
        var parser = HeaderParser(rule)
        guard let head = try? parser.parse() else { return nil }
        var scanner = OptionScanner(rule.bytes, head.options)
        var options: [(name: String, text: String, hasValue: Bool)] = []
        while let option = try? scanner.next() {
            let valueEnd = option.valueAt.upperBound + (option.quoted ? 1 : 0)
            let end = option.value == nil ? option.nameAt.upperBound : valueEnd
            options.append((option.name, rule.text(option.nameAt.lowerBound..<end) + ";", option.value != nil))
        }
        addHeader(rule, head)
        addOptions(options, header: stages.last?.text ?? "")
    }

    private mutating func addHeader(_ rule: RuleText, _ head: HeaderParser.Result) {
        let parts = rule.text(0..<head.options.lowerBound).split(separator: " ", maxSplits: 2).map(String.init)
        let word = parts.count > 1 ? parts[1] : "ip"
        let (source, destination) = (rule.text(head.source), rule.text(head.destination))
        let (sourcePorts, destinationPorts) = (rule.text(head.sourcePorts), rule.text(head.destinationPorts))
        let arrow = parts.count > 2 && parts[2].contains("<>") ? "<>" : "->"
        stages.append(Stage(label: "protocol \(word)", text: "alert \(word) any any \(arrow) any any "))
        if source != "any" || destination != "any" {
            let label = "addresses \(source) \(arrow) \(destination)"
            stages.append(Stage(label: label, text: "alert \(word) \(source) any \(arrow) \(destination) any "))
        }
        if sourcePorts != "any" || destinationPorts != "any" {
            stages.append(
                Stage(
                    label: "ports \(sourcePorts) \(arrow) \(destinationPorts)",
                    text: "alert \(word) \(source) \(sourcePorts) \(arrow) \(destination) \(destinationPorts) "))
        }
    }

    /// Flow state comes first, then the rest as written; a buffer's name alone asks whether the buffer is there.
    private mutating func addOptions(
        _ options: [(name: String, text: String, hasValue: Bool)], header: String
    ) {
        for index in stages.indices { stages[index].text += "(sid:1;)" }
        var groups: [(label: String, probe: String?)] = []
        for option in options where !SignatureStages.silent.contains(option.name) {
            if SignatureStages.modifiers.contains(option.name), let last = groups.indices.last {
                groups[last].label += " " + option.text
            } else if !option.hasValue && option.name.contains(".") || option.name.hasSuffix("_data") {
                groups.append((option.text, option.text + " pcre:\"/^/\";"))
            } else {
                groups.append((option.text, nil))
            }
        }
        groups = groups.filter { $0.label.hasPrefix("flow:") } + groups.filter { !$0.label.hasPrefix("flow:") }
        var asked = ""
        for group in groups {
            if let probe = group.probe {
                let label = "buffer " + group.label.dropLast()
                stages.append(Stage(label: label, text: header + "(" + asked + probe + " sid:1;)"))
                asked += group.label + " "
            } else {
                asked += group.label + " "
                stages.append(Stage(label: group.label, text: header + "(" + asked + "sid:1;)"))
            }
        }
    }

    /// The signature of that number in a file's text, as it is written.
    package static func find(_ id: String, in text: String) -> String? {
        let parts = id.split(separator: ":")
        guard let sid = parts.last.flatMap({ Int($0) }) else { return nil }
        for rule in RuleText.split(Array(text.utf8)) {
            let whole = rule.text(0..<rule.bytes.count)
            guard whole.contains("sid"), let head = try? HeaderParser.head(of: rule) else { continue }
            var scanner = OptionScanner(rule.bytes, head.options)
            while let option = try? scanner.next() {
                if option.name == "sid", let value = try? option.words(), Int(value) == sid { return whole }
            }
        }
        return nil
    }
}

extension HeaderParser {
    fileprivate static func head(of rule: RuleText) throws -> Result {
        var parser = HeaderParser(rule)
        return try parser.parse()
    }
}
