import Events
import Logs
import Primitives
import Testing

@Test func aFittingLineIsExplained() throws {
    let explanation = try explain("Mar 12 02:58:01 h sshd[1]: Failed password for root from 203.0.113.7 port 1 ssh2")
    let format = text(explanation.formats.last?.name)
    #expect(format == "syslog" && explanation.formats.last?.isRead == true)
    #expect(explanation.isProgramKnown && text(explanation.program) == "sshd" && explanation.messageStart == 27)
    #expect(explanation.forms.last?.fits == true)
    let skeleton = text(explanation.forms.last?.skeleton)
    #expect(skeleton.contains("%{source.port:number}"))
}

@Test func aLineThatStopsSaysWhere() throws {
    let explanation = try explain("Mar 12 02:58:01 h sshd[1]: Server listening on 192.0.2.1 prt 22.")
    let furthest = explanation.forms.max { ($0.stopped, $0.fitted) < ($1.stopped, $1.fitted) }
    #expect(furthest?.fits == false && furthest?.fitted == 2 && furthest?.stopped == 29)
    let before = text(furthest?.before)
    #expect(before == " port ")
}

@Test func formatsThatDoNotReadItAreNamed() throws {
    let explanation = try explain("{\"a\":")
    let json = explanation.formats.first { text($0.name) == "json" }
    #expect(json?.wasTried == true && json?.isRead == false && json?.reason == .badJSON)
    #expect(explanation.formats.contains { text($0.name) == "apache-error" && !$0.wasTried })
}

private func explain(_ line: String) throws -> LineExplanation {
    let registry = FieldRegistry()
    registry.freeze()
    return try Array(line.utf8).withBytes {
        try LogDecoder(
            options: LogOptions(yearReference: moment("2026-03-12T12:00:00Z")), registry: registry, head: .empty
        ).explain($0)
    }
}

private func text(_ bytes: [UInt8]?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }
