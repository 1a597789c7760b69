import Events
import Output
import Primitives
import Testing

@Suite struct LedgerJSONTests {
    @Test func everythingIsInIt() throws {
        var input = InputLedger(path: "a\u{7}.log")
        input.kind = .log
        input.format = "syslog+gzip"
        input.bytesRead = 10
        input.bytesDecoded = 100
        input.records = 7
        input.events = 4
        input.unread = ["empty line": 1, "binary data": 1]
        input.dropped = ["limit": 1]
        input.firstEvent = SampleDetection.start
        for seconds in [-7300, -3600, 604_800, -4000, 1_000_000] as [Int64] {
            let later = SampleDetection.start.adding(nanoseconds: seconds * 1_000_000_000)
            input.jumps.step(from: SampleDetection.start, to: later)
        }
        input.problem = "gzip data ends early, at offset 10"
        var run = RunLedger()
        run.id = 3
        run.command = "scan a.log"
        run.started = SampleDetection.start
        run.inputs = [input]
        run.rulesLoaded = 12
        run.evictions = ["flows": 2]
        run.deadRules = [DeadRule(rule: "r", title: "t\u{1b}", reason: "none")]
        var writer = JSONWriter()
        LedgerJSON.encode(run, into: &writer)
        let expected =
            #"{"run":3,"command":"scan a.log","started":"2026-03-12T02:58:01.000Z","finished":null,"#
            + #""complete":false,"rules_loaded":12,"rules_refused":0,"detections":0,"new_incidents":0,"#
            + #""grown_incidents":0,"evictions":{"flows":2},"inputs":[{"path":"a\u0007.log","input":null,"#
            + #""sensor":null,"#
            + #""kind":"log","format":"syslog+gzip","bytes_read":10,"bytes_decoded":100,"records":7,"events":4,"#
            + #""messages_not_understood":0,"transactions":0,"unread":{"binary data":1,"empty line":1},"#
            + #""dropped":{"limit":1},"bytes_dropped":0,"known_bytes":0,"known_records":0,"#
            + #""first_event":"2026-03-12T02:58:01.000Z","last_event":null,"#
            + #""time":{"jumps_back":2,"longest_back_seconds":7300,"jumps_forward":1,"#
            + #""longest_forward_seconds":1000000},"#
            + #""adds_up":true,"#
            + #""problem":"gzip data ends early, at offset 10"}],"dead_rules":[{"rule.id":"r","rule.name":"t\u001b","reason":"none"}]}"#
            + "\n"
        #expect(writer.text == expected)
        #expect(try parsed(writer.bytes) is [String: Any])
    }
}
