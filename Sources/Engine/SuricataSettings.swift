internal import Events
internal import Foundation
internal import Network
package import Rules

/// `--suricata-config`: a suricata.yaml with its includes, and what follows from it for this run.
package struct SuricataSettings: Sendable {
    package private(set) var configuration = SuricataConfiguration()
    package private(set) var diagnostics: [Diagnostic] = []
    private let folder: String

    /// Throws where the file cannot be read or is no YAML.
    package init(path: String) throws {
        folder = (path as NSString).deletingLastPathComponent
        configuration = try read(path)
        var seen: Set<String> = [path]
        var pending = configuration.includes
        while let next = pending.popLast() {
            let file = resolved(next)
            guard seen.count < 64, seen.insert(file).inserted else { continue }
            guard FileManager.default.fileExists(atPath: file) else {
                diagnostics.append(
                    Diagnostic(.warning, file: path, line: 1, message: "the included file \(next) does not exist"))
                continue
            }
            let more = try read(file)
            pending += more.includes
            configuration.merge(more)
        }
    }

    private mutating func read(_ path: String) throws -> SuricataConfiguration {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw EngineError.configuration("\(path): cannot be read: \(error.localizedDescription)")
        }
        let (found, problems) = SuricataConfiguration.read(text: text, file: path)
        if let first = problems.first(where: { $0.weight == .error }) {
            throw EngineError.configuration(first.rendered)
        }
        diagnostics += problems
        return found
    }

    private func resolved(_ path: String) -> String {
        path.hasPrefix("/") || folder.isEmpty ? path : folder + "/" + path
    }

    /// Classification and reference files that exist; those of another installation are passed over.
    var rulePaths: [String] {
        [configuration.classificationFile, configuration.referenceFile].compactMap { $0 }.map(resolved)
            .filter { FileManager.default.fileExists(atPath: $0) }
    }

    /// Signature options with the file's variables; what it does not name keeps Suricata's defaults.
    func parseOptions() -> SignatureParseOptions {
        var options = SignatureParseOptions()
        options.variables = configuration.variables.overStandard()
        if let path = configuration.reputationCategoriesFile, let categories = text(of: resolved(path)) {
            options.reputation.readCategories(categories)
            let folder = configuration.reputationFolder.map(resolved) ?? self.folder
            for file in configuration.reputationFiles {
                let path = file.hasPrefix("/") || folder.isEmpty ? file : folder + "/" + file
                if let scores = text(of: path) { options.reputation.readScores(scores) }
            }
        }
        if let path = configuration.countryDatabase.map(resolved), let countries = try? CountryDatabase(path: path) {
            options.countries = countries
        }
        return options
    }

    private func text(of path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    /// Text of the threshold file; nil where there is none.
    var thresholdText: String? {
        guard let path = configuration.thresholdFile.map(resolved), FileManager.default.fileExists(atPath: path) else {
            return nil
        }
        return try? String(contentsOfFile: path, encoding: .utf8)
    }

    /// Applies the threshold file to loaded signatures.
    func applyThresholds(to rules: inout RuleSet, variables: RuleVariables) {
        guard let path = configuration.thresholdFile.map(resolved), let text = thresholdText else { return }
        var file = ThresholdFile()
        file.read(text: text, file: path, variables: variables)
        rules.diagnostics += file.diagnostics
        file.apply(to: &rules.signatures)
    }

    /// Stream and body settings. `checksums` and `midstream` of the command line come first; "auto" means no wish.
    func apply(to options: inout EngineOptions) {
        if let mode = configuration.checksums.flatMap({ ChecksumMode(rawValue: $0) }),
            options.network.checksums == .auto
        {
            options.network.checksums = mode
        }
        if let midstream = configuration.midstream, !options.midstreamIsGiven { options.network.midstream = midstream }
        if configuration.oneSided == true { options.network.followsOneSided = true }
        if let depth = configuration.streamDepthBytes { options.network.streamDepth = depth }
        if let chunk = configuration.streamChunkBytes { options.network.streamChunk = chunk }
        for (name, looks) in configuration.looksIntoEncrypted where looks {
            if let application = ApplicationProtocol(rawValue: name) {
                options.network.looksIntoEncrypted.insert(application)
            }
        }
        if let most = configuration.dnp3Objects { options.network.dnp3Objects = most }
        options.eveForwarded = configuration.forwarded ?? options.eveForwarded
        let bodies = [configuration.requestBodyBytes, configuration.responseBodyBytes].compactMap { $0 }
        if bodies.contains(0) {
            options.network.httpBodyLimit = 64 << 20
        } else if let most = bodies.max() {
            options.network.httpBodyLimit = most
        }
    }
}
