internal import Events
internal import Foundation
internal import Network
internal import Primitives
package import Rules

/// `--suricata-config`: a suricata.yaml with its includes, and what follows from it for this run.
package struct SuricataSettings: Sendable {
    package private(set) var configuration = SuricataConfiguration()
    package private(set) var diagnostics: [Diagnostic] = []
    /// Text of the threshold file, once `parseOptions` has read it.
    private(set) var thresholdText: String?
    private let file: String
    private let folder: String

    /// Throws where the file cannot be read or is no YAML.
    package init(path: String) throws {
        file = path
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

    /// Signature options with the file's variables; what it does not name keeps Suricata's defaults. Reads the files
    /// that it names.
    mutating func parseOptions() -> SignatureParseOptions {
        var options = SignatureParseOptions()
        options.variables = configuration.variables.overStandard()
        if let name = configuration.reputationCategoriesFile,
            let categories = text(of: resolved(name), "reputation-categories-file")
        {
            options.reputation.readCategories(categories)
            let folder = configuration.reputationFolder.map(resolved) ?? self.folder
            for file in configuration.reputationFiles {
                let path = file.hasPrefix("/") || folder.isEmpty ? file : folder + "/" + file
                if let scores = text(of: path, "reputation-files") { options.reputation.readScores(scores) }
            }
        }
        if let path = configuration.countryDatabase.map(resolved) {
            do {
                options.countries = try CountryDatabase(path: path)
            } catch {
                tell("geoip-database", path, (error as? PlaceError)?.reason ?? "\(error)")
            }
        }
        thresholdText = configuration.thresholdFile.flatMap { text(of: resolved($0), "threshold-file") }
        return options
    }

    /// Text of a file that is named under `key`. One that cannot be read stops nothing, as with Suricata, but it is
    /// told of: rules work otherwise than their owner meant.
    private mutating func text(of path: String, _ key: String) -> String? {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            tell(key, path, error.localizedDescription)
            return nil
        }
    }

    private mutating func tell(_ key: String, _ path: String, _ reason: String) {
        diagnostics.append(
            Diagnostic(.warning, file: file, line: 0, message: "\(key): \(path) cannot be read: \(reason)"))
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
