package import Events
internal import Primitives
internal import Yams

/// What has a meaning here in a suricata.yaml; everything else is listed as ignored. Source: Suricata User Guide,
/// "Suricata.yaml".
package struct SuricataConfiguration: Sendable {
    package var variables = RuleVariables(addresses: [:], ports: [:])
    package var midstream: Bool?
    /// `stream.async-oneside`.
    package var oneSided: Bool?
    /// `stream.checksum-validation`, `pcap-file.checksum-checks`: "auto", "none", "all".
    package var checksums: String?
    /// `stream.reassembly.depth`, bytes; 0: no bound.
    package var streamDepthBytes: Int?
    package var streamChunkBytes: Int?
    /// `request-body-limit` and `response-body-limit` of HTTP, bytes; 0: no bound.
    package var requestBodyBytes: Int?
    package var dnp3Objects: Int?
    /// By protocol, whether payloads are searched though they are encrypted.
    package var looksIntoEncrypted: [String: Bool] = [:]
    package var responseBodyBytes: Int?
    /// Paths as written.
    package var classificationFile: String?
    package var referenceFile: String?
    package var thresholdFile: String?
    package var reputationCategoriesFile: String?
    package var reputationFiles: [String] = []
    /// Where `reputationFiles` lie.
    package var reputationFolder: String?
    /// A MaxMind DB of countries.
    package var countryDatabase: String?
    /// `xff` of the alerts that `outputs` has in eve.json.
    package var forwarded: ForwardedFor?
    private var otherHeaders: [OtherHeader] = []
    package var includes: [String] = []
    /// Keys, with dots, that were not read.
    package var ignored: [String] = []

    package init() {}

    /// Reads one file's text. A text that is no YAML mapping gives a diagnostic and nothing else.
    package static func read(text: String, file: String) -> (SuricataConfiguration, [Diagnostic]) {
        var configuration = SuricataConfiguration()
        do {
            guard let node = try Yams.compose(yaml: text) else { return (configuration, []) }
            guard let mapping = node.mapping else {
                return (
                    configuration, [Diagnostic(.error, file: file, line: 1, message: "this is no mapping of settings")]
                )
            }
            for (key, value) in mapping { configuration.take(key.string ?? "", value) }
            return (configuration, configuration.otherHeaders.map { $0.diagnostic(file) })
        } catch {
            return (configuration, [YAMLFault.diagnostic(error, file: file)])
        }
    }

    /// These settings, and `other`'s where these are silent. Variables of both are joined.
    package mutating func merge(_ other: SuricataConfiguration) {
        variables.addresses.merge(other.variables.addresses) { own, _ in own }
        variables.ports.merge(other.variables.ports) { own, _ in own }
        midstream = midstream ?? other.midstream
        oneSided = oneSided ?? other.oneSided
        checksums = checksums ?? other.checksums
        streamDepthBytes = streamDepthBytes ?? other.streamDepthBytes
        streamChunkBytes = streamChunkBytes ?? other.streamChunkBytes
        requestBodyBytes = requestBodyBytes ?? other.requestBodyBytes
        dnp3Objects = dnp3Objects ?? other.dnp3Objects
        looksIntoEncrypted.merge(other.looksIntoEncrypted) { mine, _ in mine }
        responseBodyBytes = responseBodyBytes ?? other.responseBodyBytes
        classificationFile = classificationFile ?? other.classificationFile
        referenceFile = referenceFile ?? other.referenceFile
        thresholdFile = thresholdFile ?? other.thresholdFile
        reputationCategoriesFile = reputationCategoriesFile ?? other.reputationCategoriesFile
        reputationFolder = reputationFolder ?? other.reputationFolder
        reputationFiles += other.reputationFiles
        countryDatabase = countryDatabase ?? other.countryDatabase
        forwarded = forwarded ?? other.forwarded
        ignored += other.ignored
    }

    private mutating func take(_ key: String, _ value: Node) {
        switch key {
        case "vars": readVariables(value)
        case "stream": readStream(value)
        case "pcap-file": readCapture(value)
        case "app-layer": readApplications(value)
        case "classification-file": classificationFile = value.string
        case "reference-config-file": referenceFile = value.string
        case "threshold-file": thresholdFile = value.string
        case "reputation-categories-file": reputationCategoriesFile = value.string
        case "default-reputation-path": reputationFolder = value.string
        case "reputation-files": reputationFiles += value.sequence?.compactMap(\.string) ?? []
        case "geoip-database": countryDatabase = value.string
        case "outputs":
            readOutputs(value)
            ignored.append(key)
        case "include": includes += value.sequence?.compactMap(\.string) ?? [value.string].compactMap { $0 }
        default: ignored.append(key)
        }
    }

    private mutating func readVariables(_ node: Node) {
        for (key, group) in pairs(node) {
            switch key {
            case "address-groups": for (name, value) in pairs(group) { variables.addresses[name] = value.string }
            case "port-groups": for (name, value) in pairs(group) { variables.ports[name] = value.string }
            default: ignored.append("vars.\(key)")
            }
        }
    }

    private mutating func readStream(_ node: Node) {
        for (key, value) in pairs(node) {
            switch key {
            case "midstream": midstream = SuricataConfiguration.flag(value)
            case "async-oneside": oneSided = SuricataConfiguration.flag(value)
            case "checksum-validation": if SuricataConfiguration.flag(value) == false { checksums = "none" }
            case "reassembly": readReassembly(value)
            default: ignored.append("stream.\(key)")
            }
        }
    }

    private mutating func readReassembly(_ node: Node) {
        for (key, value) in pairs(node) {
            switch key {
            case "depth": streamDepthBytes = SuricataConfiguration.size(value)
            case "toserver-chunk-size": streamChunkBytes = SuricataConfiguration.size(value)
            default: ignored.append("stream.reassembly.\(key)")
            }
        }
    }

    private mutating func readCapture(_ node: Node) {
        for (key, value) in pairs(node) {
            guard key == "checksum-checks" else {
                ignored.append("pcap-file.\(key)")
                continue
            }
            switch value.string {
            case "auto": checksums = "auto"
            default: checksums = SuricataConfiguration.flag(value).map { $0 ? "all" : "none" } ?? checksums
            }
        }
    }

    private mutating func readApplications(_ node: Node) {
        let http = node["protocols"]?["http"]?["libhtp"]?["default-config"]
        requestBodyBytes = http?["request-body-limit"].flatMap { SuricataConfiguration.size($0) }
        responseBodyBytes = http?["response-body-limit"].flatMap { SuricataConfiguration.size($0) }
        dnp3Objects = node["protocols"]?["dnp3"]?["max-objects"].flatMap { SuricataConfiguration.size($0) }
        for name in ["tls", "ssh"] {
            let handling = node["protocols"]?[name]?["encryption-handling"]?.string
            looksIntoEncrypted[name] = handling.map { $0 == "full" }
        }
        for (key, value) in pairs(node) {
            guard key == "protocols" else {
                ignored.append("app-layer.\(key)")
                continue
            }
            ignored += pairs(value).map { "app-layer.protocols.\($0.0)" }.filter { $0 != "app-layer.protocols.http" }
        }
    }

    /// Of all that Suricata writes, what changes the alerts' addresses; the header is X-Forwarded-For.
    private mutating func readOutputs(_ node: Node) {
        let types = node.sequence?.compactMap { $0["eve-log"]?["types"]?.sequence }.flatMap { $0 } ?? []
        for case let xff? in types.map({ $0.mapping?["alert"]?["xff"] })
        where xff["enabled"].flatMap({ SuricataConfiguration.flag($0) }) == true {
            if let header = xff["header"], header.string?.lowercased() != "x-forwarded-for" {
                otherHeaders.append(OtherHeader(name: header.string ?? "", line: header.mark?.line ?? 1))
                continue
            }
            forwarded = ForwardedFor(
                overwrites: xff["mode"]?.string == "overwrite", takesLast: xff["deployment"]?.string == "reverse")
        }
    }

    /// A header that a proxy names its client in, and that alerts are not read for.
    private struct OtherHeader {
        var name: String
        var line: Int

        func diagnostic(_ file: String) -> Diagnostic {
            Diagnostic(
                .warning, file: file, line: line,
                message: "the xff header \"\(name)\" is not supported: alerts show the proxy's address; "
                    + "only X-Forwarded-For is read")
        }
    }

    private func pairs(_ node: Node) -> [(String, Node)] {
        node.mapping?.compactMap { key, value in key.string.map { ($0, value) } } ?? []
    }

    private static func flag(_ node: Node) -> Bool? {
        switch node.string?.lowercased() {
        case "yes", "true", "1", "on": true
        case "no", "false", "0", "off": false
        default: nil
        }
    }

    /// `1mb`, `2560`, `100 KiB`: bytes.
    private static func size(_ node: Node) -> Int? {
        guard let text = node.string?.lowercased().filter({ $0 != " " }) else { return nil }
        let digits = text.prefix { $0.isNumber }
        guard let number = Int(digits), number < 1 << 40 else { return nil }
        switch text.dropFirst(digits.count) {
        case "", "b": return number
        case "kb", "kib": return number << 10
        case "mb", "mib": return number << 20
        case "gb", "gib": return number << 30
        default: return nil
        }
    }
}

/// A parser's complaint as a diagnostic.
enum YAMLFault {
    static func diagnostic(_ error: any Error, file: String) -> Diagnostic {
        guard let error = error as? YamlError else {
            return Diagnostic(.error, file: file, line: 0, message: "\(error)")
        }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return Diagnostic(.error, file: file, line: mark.line, column: mark.column, message: problem)
        default: return Diagnostic(.error, file: file, line: 0, message: "this is no YAML that can be read")
        }
    }
}
