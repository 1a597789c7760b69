internal import Foundation
internal import Matching
internal import Rules

/// `--pipeline` and `--placeholders`: what changes Sigma rules before they are checked.
struct SigmaSettings {
    /// In the order they are applied in.
    private(set) var pipelines: [ProcessingPipeline] = []
    private(set) var placeholders: [String: [String]] = [:]

    /// Throws where a file cannot be read or is refused: without it the rules would not mean what was asked for.
    init(pipelinePaths: [String], placeholderPaths: [String]) throws(EngineError) {
        for path in pipelinePaths {
            let found = PipelineReader.pipelines(
                text: try SigmaSettings.text(path), file: path, expressions: SigmaExpressions.tools)
            try SigmaSettings.check(found.problems)
            pipelines += found.pipelines
        }
        // A stable order: equal priorities stay as given.
        pipelines = pipelines.enumerated().sorted {
            ($0.element.priority, $0.offset) < ($1.element.priority, $1.offset)
        }
        .map(\.element)
        for path in placeholderPaths {
            let found = PipelineReader.placeholders(text: try SigmaSettings.text(path), file: path)
            try SigmaSettings.check(found.problems)
            placeholders.merge(found.values) { $0 + $1 }
        }
    }

    private static func text(_ path: String) throws(EngineError) -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw .configuration("\(path): cannot be read: \(error.localizedDescription)")
        }
    }

    private static func check(_ problems: [Diagnostic]) throws(EngineError) {
        if problems.isEmpty { return }
        throw .configuration(problems.map(\.rendered).joined(separator: "\n"))
    }
}
