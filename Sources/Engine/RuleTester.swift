internal import Acquisition
internal import Correlation
package import Events
internal import Foundation
internal import Primitives
package import Rules
internal import Storage

/// Holds rules to their samples: a rule must find something in its hits and nothing in its misses.
///
/// A folder of samples has `attacks/` (every rule finds something there) and `ordinary/` (no rule that reports at
/// medium or above does), or files of single rules, `NAME.hit.EXTENSION` and `NAME.miss.EXTENSION` by a rule's name or
/// id. Two rules that find exactly the same records have no hit of their own, unless they are declared related.
package struct RuleTester {
    package struct Verdict: Sendable {
        package var rule: RuleInfo
        /// What is wrong; nil: it passes.
        package var failure: String?
    }

    private let desk: RuleDesk
    private let options: EngineOptions
    private let samples: String

    /// Loads the rules. Where no database of places is given, `places.mmdb` among the samples is taken. Throws
    /// `EngineError`.
    package init(options: EngineOptions, samples: String) throws {
        self.samples = samples
        var options = options
        let places = samples + "/places.mmdb"
        if options.placePaths.isEmpty, FileManager.default.fileExists(atPath: places) { options.placePaths = [places] }
        options.detectionsPath = nil
        options.evePath = nil
        self.options = options
        desk = try RuleDesk(options: options)
    }

    /// What was refused while loading.
    package var diagnostics: [Diagnostic] { desk.rules.diagnostics.filter { $0.weight == .error } }

    /// Every rule's verdict, in the order of their files.
    package func test() throws -> [Verdict] {
        let shared = (attacks: samples + "/attacks", ordinary: samples + "/ordinary")
        let attacks = try found(in: [shared.attacks])
        let ordinary = try found(in: [shared.ordinary])
        let files = RuleTester.ownFiles(samples)
        var all = attacks ?? [:]
        var verdicts: [Verdict] = []
        for rule in inOrder {
            let own = files[rule.name ?? rule.id] ?? files[rule.id]
            var hits: [[String: Set<ContentID>]] = []
            for file in own?.hits ?? [] { hits.append(try found(in: [file]) ?? [:]) }
            for hit in hits { all.merge(hit) { $0.union($1) } }
            let failure = try failure(rule, own, hits, attacks: attacks, ordinary: ordinary)
            verdicts.append(Verdict(rule: rule, failure: failure))
        }
        let twins = SharedHits(desk.rules).find(all)
        for index in verdicts.indices where verdicts[index].failure == nil {
            guard let twin = twins[verdicts[index].rule.id].flatMap({ desk.catalogue[$0] }) else { continue }
            verdicts[index].failure =
                "finds the same records as \(twin.name ?? twin.id): give it a hit of its own, or declare it `related`"
        }
        return verdicts
    }

    private var inOrder: [RuleInfo] {
        desk.catalogue.values.sorted {
            ($0.origin.file, $0.origin.line, $0.id) < ($1.origin.file, $1.origin.line, $1.id)
        }
    }

    struct OwnFiles {
        var hits: [String] = []
        var misses: [String] = []
    }

    /// - Parameter hits: what was found in each of the rule's own hits
    private func failure(
        _ rule: RuleInfo, _ own: OwnFiles?, _ hits: [[String: Set<ContentID>]],
        attacks: [String: Set<ContentID>]?, ordinary: [String: Set<ContentID>]?
    ) throws -> String? {
        for (file, found) in zip(own?.hits ?? [], hits) where found[rule.id] == nil {
            return "finds nothing in its hit \(file)"
        }
        for file in own?.misses ?? [] where try found(in: [file])?[rule.id] != nil {
            return "finds something in its miss \(file)"
        }
        if own?.hits.isEmpty ?? true {
            guard let attacks else {
                return "has no hit: there is neither attacks/ nor a file \(rule.name ?? rule.id).hit.*"
            }
            if attacks[rule.id] == nil {
                return "finds nothing in attacks/, and has no file \(rule.name ?? rule.id).hit.*"
            }
        }
        let reports = rule.generates && rule.level >= .medium
        if reports, ordinary?[rule.id] != nil { return "finds something in ordinary/" }
        if ordinary == nil, own?.misses.isEmpty ?? true {
            return "has no miss: there is neither ordinary/ nor a file \(rule.name ?? rule.id).miss.*"
        }
        return nil
    }

    /// Files that bear a rule's name.
    private static func ownFiles(_ folder: String) -> [String: OwnFiles] {
        var files: [String: OwnFiles] = [:]
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names.sorted() {
            for mark in [".hit.", ".miss."] {
                // A folder, `NAME.hit`, is one sample of several inputs.
                let given = name.hasSuffix(mark.dropLast()) ? name + "." : name
                guard let range = given.range(of: mark) else { continue }
                let rule = String(given[..<range.lowerBound])
                let path = folder + "/" + name
                if mark == ".hit." { files[rule, default: OwnFiles()].hits.append(path) }
                if mark == ".miss." { files[rule, default: OwnFiles()].misses.append(path) }
            }
        }
        return files
    }

    /// The rules that find something in `paths`, those that only feed others too, and on which events; nil where there
    /// is nothing.
    private func found(in paths: [String]) throws -> [String: Set<ContentID>]? {
        let there = paths.filter { FileManager.default.fileExists(atPath: $0) }
        if there.isEmpty { return nil }
        let store = try Store(path: ":memory:", mode: .write, command: "rules test")
        let pipeline = Pipeline(desk: desk, store: store, options: options)
        let findings = FindingLog()
        pipeline.findings = findings
        let ledger = try pipeline.scan(there, command: "rules test", started: Pipeline.wallClock())
        if let bad = ledger.inputs.first(where: { $0.problem != nil }) {
            throw EngineError.configuration("\(bad.path): \(bad.problem ?? "")")
        }
        for detection in try store.detections() { findings.add(detection.rule.id, detection.events.map(\.id)) }
        // What a baseline is told of is no finding yet.
        try store.forEachObservation {
            if !desk.isAnomaly($0.subject) { findings.add($0.subject, [$0.event.id]) }
        }
        return findings.events
    }
}

extension RuleTester {
    /// The verdicts as JUnit XML (the schema that CI systems read).
    package static func junit(_ verdicts: [Verdict]) -> String {
        let failures = verdicts.count { $0.failure != nil }
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<testsuites tests=\"\(verdicts.count)\" failures=\"\(failures)\">\n"
        text += "<testsuite name=\"rules\" tests=\"\(verdicts.count)\" failures=\"\(failures)\">\n"
        for verdict in verdicts {
            let rule = verdict.rule
            text += "<testcase classname=\"\(rule.kind.rawValue)\" name=\"\(escaped(rule.name ?? rule.id))\" "
            text += "file=\"\(escaped(rule.origin.file))\" line=\"\(rule.origin.line)\""
            if let failure = verdict.failure {
                text += "><failure message=\"\(escaped(failure))\"/></testcase>\n"
            } else {
                text += "/>\n"
            }
        }
        return text + "</testsuite>\n</testsuites>\n"
    }

    /// Characters that XML 1.0 does not take are left out.
    static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "\t", "\n": out += " "
            default:
                if scalar.value >= 0x20, scalar.value != 0xFFFE, scalar.value != 0xFFFF {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return out
    }
}
