internal import Engine
internal import Query

/// What became of a signature in a capture, as lines for a terminal.
enum SignatureStory {
    static func lines(_ found: SignatureExplanation, _ capture: String) -> [String] {
        let counts = "\(found.packets) packets, \(found.flows) flows"
        let verdict = found.fires ? "fires \(found.stages.last?.hits ?? 0) times" : "does not fire"
        var lines = ["\(found.id) \(FindingLine.safe(found.title)): \(verdict) (\(counts))"]
        var failed = false
        for stage in found.stages {
            let word = stage.hits > 0 ? "holds" : failed ? "  -  " : "FAILS"
            if stage.hits == 0 { failed = true }
            let count = stage.hits > 0 ? "   (\(stage.hits) times)" : ""
            lines.append("  \(word)  \(FindingLine.safe(stage.label))\(count)")
        }
        if let closest = found.closest {
            let flow = closest.flow == 0 ? "no flow" : "flow \(closest.flow)"
            lines.append(
                "\(found.fires ? "first" : "closest"): packet \(closest.packet), \(flow), \(closest.parties), "
                    + closest.application)
            if let buffer = closest.buffer {
                lines.append(
                    "  \(buffer.name) has \(buffer.length) bytes: \"\(FindingLine.safe(buffer.excerpt))\"")
            } else if !found.fires {
                lines.append("  the buffer that the failed piece looks into is not there")
            }
        }
        if let problem = found.problem { lines.append("not all of \(capture) was read: \(problem)") }
        return lines
    }
}
