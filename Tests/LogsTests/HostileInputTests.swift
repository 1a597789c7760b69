import Events
import Logs
import Primitives
import Testing

/// One line of about a mebibyte in each of these shapes must not take long: work is linear in the line.
@Test(arguments: [
    "a", " ", "\"", "[", "=", "{", "<", ":", "\\", "a=", "a=\"", " from ", "{\"a\":", "[[", "1.2.3.4 ", "::", "user=<",
    ", client: ",
    "Failed password for ", " - - [12/Mar/2026:", "type=", "login failed 1.2.3.4 ", "\u{1B}[", "logname= uid=0 ", "|",
])
func longHostileLine(_ shape: String) throws {
    let heads = [
        "", "Mar 12 02:58:01 h sshd[1]: ", "203.0.113.7 - - [12/Mar/2026:02:58:01 +0000] \"", "{\"a\":\"",
        "2026-03-12 02:58:01 ", "2026-03-12T02:58:01Z stdout F ", "{\"log\":\"", "LEEF:1.0|a|b|c|d|",
        "#Fields: date time c-ip\n2026-03-12 02:58:01 ",
    ]
    let body = String(repeating: shape, count: (RawBatch.capacity - 128) / shape.utf8.count)
    for head in heads {
        let clock = ContinuousClock()
        let elapsed = try clock.measure { _ = try decode(head + body) }
        #expect(elapsed < .seconds(4), "\(shape) behind \(head): \(elapsed)")
    }
}

@Test(arguments: [
    ("", nil), ("\r\n", UnreadReason.empty), ("# comment", .comment), ("no format at all", .unknownFormat),
    ("{\"a\":", .badJSON), ("{\"a\":1} x", .badJSON), ("\u{0}\u{1}\u{2}\u{3}\u{0}\u{0}", .binary),
])
func unreadLine(_ line: String, _ reason: UnreadReason?) throws {
    let lines = try decode(line)
    #expect(lines.first?.unread == reason)
}

/// Mutations of good lines: nothing traps, every line is an event or unread, and every slot lies where it says.
@Test func mutatedLinesNeverTrap() throws {
    let seeds =
        applicationLines.map { "Mar 12 02:58:01 web-01 \($0.program): \($0.message)" } + [
            #"{"@timestamp":"2026-03-12T02:58:01Z","a":{"b":[1,"x\u00e9\n",null,true]},"message":"login failed "#
                + #"from 203.0.113.7"}"#,
            #"www.example.org:443 203.0.113.7 - - [12/Mar/2026:02:58:01 +0700] "GET /a?b HTTP/1.1" 200 5 "-" "x""#,
            "<165>1 2026-03-12T02:58:01.003Z h a p m [x@1 y=\"z\"] text",
            "type=USER_LOGIN msg=audit(1773283081.123:7): pid=1 uid=0 msg='op=login acct=\"root\" "
                + "addr=203.0.113.7 res=failed'",
            "time=\"2026-03-12T02:58:01Z\" level=error msg=\"login failed\" ip=203.0.113.7",
            "@4000000069b2a1b307a9e94c [2026-03-12 02:58:01.5 +0700] 203.0.113.7:5 x",
        ]
    var random = Generator(state: 0x9E37_79B9_7F4A_7C15)
    var text: [UInt8] = []
    for round in 0..<20_000 {
        var line = Array(seeds[round % seeds.count].utf8)
        for _ in 0..<(1 + Int(random.next() % 4)) { mutate(&line, &random, seeds) }
        text += line.filter { $0 != 0x0A } + [0x0A]
    }
    let lines = try decode(text, batchBytes: 200_000)
    #expect(lines.count == 20_000)
    for line in lines { #expect(line.unread != nil || !line.fields.isEmpty) }
}

/// What a line becomes does not depend on where batches are cut.
@Test func batchCutsDoNotMatter() throws {
    let text =
        applicationLines.map { "Mar 12 02:58:01 web-01 \($0.program): \($0.message)\n" }.joined()
        + "{\"new.key\":1,\"other\":\"x\"}\n2026-03-12 02:58:01 WARN text\n"
    let whole = try decode(Array(text.utf8))
    for size in [1, 300, 4000] {
        let cut = try decode(Array(text.utf8), batchBytes: size)
        #expect(cut.map(\.fields) == whole.map(\.fields))
        #expect(cut.map(\.time) == whole.map(\.time))
    }
}

@Test func cutLineIsMarked() throws {
    let registry = FieldRegistry()
    let decoder = try LogDecoder(
        options: LogOptions(yearReference: moment("2026-03-12T00:00:00Z")), registry: registry, head: .empty)
    let raw = RawBatch()
    let line = Array("Mar 12 02:58:01 h app: text".utf8)
    raw.storage.update(from: line, count: line.count)
    raw.count = line.count
    raw.lastLineCut = true
    let events = EventBatch(registry: registry)
    decoder.decode(raw, into: events)
    #expect(events.count == 1)
    #expect(events.events[0].flags.contains(.lineCut))
}

@Test func unknownFormatIsRefusedByName() {
    #expect(throws: UnknownLogFormat.self) { try decode("x", format: "no-such-format") }
}

/// xorshift64*: the same numbers in every run.
struct Generator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

private func mutate(_ line: inout [UInt8], _ random: inout Generator, _ seeds: [String]) {
    guard !line.isEmpty else { return }
    let at = Int(random.next() % UInt64(line.count))
    switch random.next() % 6 {
    case 0: line[at] = UInt8(truncatingIfNeeded: random.next())
    case 1: line.remove(at: at)
    case 2: line.removeLast(line.count - at)
    case 3: line.insert(contentsOf: line[at..<min(line.count, at + 12)], at: at)
    case 4: line.insert(UInt8(truncatingIfNeeded: random.next()), at: at)
    default: line += Array(seeds[Int(random.next() % UInt64(seeds.count))].utf8).suffix(20)
    }
}

/// A format that is forced gets lines of any length, and each is an event or unread.
@Test(arguments: LogFormats.table.map(\.name))
func forcedFormatTakesAnyLine(_ format: String) throws {
    let whole =
        "2026-03-12\t02:58:01 {\"log\":\"a\",\"stream\":\"stdout\",\"time\":\"x\"} <13>1 - - - - - - LEEF:2.0|a|b|c|d|x"
    for length in 1...whole.utf8.count {
        let lines = try decode(Array(whole.utf8.prefix(length)), format: format)
        #expect(lines.count == 1)
    }
}
