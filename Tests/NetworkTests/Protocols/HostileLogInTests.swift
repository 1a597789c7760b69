import Events
import Network
import Testing

/// Log-ins whose names are made to mislead, and dialogues that are cut, torn or shuffled.
@Suite struct HostileLogInTests {
    private static let names = [
        "two words here", "quote\"and'quote", "back\\slash", "tab\there", "nul\u{0}byte", "escape\u{1B}[2J",
        "delete\u{7F}", "café ọ", "user=<root>, rip=10.0.0.1", "a success", "{5}", "*", "+OK", "a1 OK",
        String(repeating: "n", count: 255),
    ]

    /// SASL carries any name but one with a zero byte.
    @Test(arguments: names) func namesInSASL(_ name: String) {
        guard !name.contains("\u{0}") else { return }
        let plain = Dialogue.plain(name)
        let runs = [
            Dialogue.run(110, ["S: +OK hi", "C: AUTH PLAIN \(plain)", "S: -ERR no"]),
            Dialogue.run(587, ["C: EHLO x", "S: 250 y", "C: AUTH PLAIN \(plain)", "S: 535 no"]),
            Dialogue.run(143, ["S: * OK hi", "C: a1 AUTHENTICATE PLAIN", "S: + ", "C: \(plain)", "S: a1 NO no"]),
            Dialogue.run(
                143,
                ["S: * OK hi", "C: a1 LOGIN {\(name.utf8.count)}", "S: + go", "C: \(name) x", "S: a1 NO no"]),
        ]
        for run in runs {
            #expect(run.logIns == ["\(name) failure"])
            LogInTests.expectNoPassword(run)
        }
    }

    /// A line carries any name that has no line in it, without blanks at its ends.
    @Test(arguments: names) func namesInLines(_ name: String) {
        let talks: [(Int, [String])] = [
            (21, ["C: USER \(name)", "S: 331 -", "C: PASS x", "S: 530 no"]),
            (110, ["S: +OK hi", "C: USER \(name)", "S: +OK", "C: PASS x", "S: -ERR no"]),
            (110, ["S: +OK hi", "C: APOP \(name) 0123", "S: -ERR no"]),
        ]
        for talk in talks { #expect(Dialogue.run(talk.0, talk.1).logIns == ["\(name) failure"]) }
    }

    /// Longer names are cut, and nothing else changes.
    @Test(arguments: [256, 700]) func longNames(_ count: Int) {
        let name = String(repeating: "n", count: count)
        let wanted = [String(repeating: "n", count: 255) + " failure"]
        #expect(
            Dialogue.run(110, ["S: +OK hi", "C: USER \(name)", "S: +OK", "C: PASS x", "S: -ERR no"]).logIns == wanted)
        #expect(
            Dialogue.run(587, ["C: EHLO x", "S: 250 y", "C: AUTH PLAIN \(Dialogue.plain(name))", "S: 535 no"]).logIns
                == wanted)
        #expect(Dialogue.run(143, ["S: * OK hi", "C: a LOGIN \"\(name)\" x", "S: a NO no"]).logIns == wanted)
    }

    /// What is no Base64, or no message of its mechanism, names nobody; the answer still says how it ended.
    @Test(arguments: [
        "=", "====", "!", "QQ=A", "QQ===", "Q=Q=", "AGFubmE", "\u{0}\u{1}", "AGFubmEA=", "YW5uYQ==", "{5}", "é",
    ])
    func messagesThatNameNobody(_ text: String) {
        let runs = [
            Dialogue.run(110, ["S: +OK hi", "C: AUTH PLAIN", "S: + ", "C: \(text)", "S: -ERR no"]),
            Dialogue.run(587, ["C: EHLO x", "S: 250 y", "C: AUTH PLAIN", "S: 334 ", "C: \(text)", "S: 535 no"]),
            Dialogue.run(143, ["S: * OK hi", "C: a AUTHENTICATE PLAIN", "S: + ", "C: \(text)", "S: a NO no"]),
        ]
        for run in runs { #expect(run.logIns == ["- failure"]) }
    }

    private static let talks: [(port: Int, lines: [String])] =
        LogInTests.ftp.map { (21, $0.lines) } + LogInTests.pop3.map { (110, ["S: +OK hi"] + $0.lines) }
        + LogInTests.smtp.map { (587, ["C: EHLO x", "S: 250 y"] + $0.lines) }
        + IMAPTests.dialogues.map { (143, ["S: * OK hi"] + $0.lines) }

    private static func talk(
        _ port: Int, client: Int, _ turns: [(fromClient: Bool, bytes: [UInt8])], size: Int = 1400
    ) -> [[UInt8]] {
        var talk = Conversation()
        talk.serverPort = port
        talk.clientPort = client
        talk.handshake()
        for turn in turns { talk.send(fromClient: turn.fromClient, turn.bytes, size: size) }
        talk.close()
        return talk.frames
    }

    /// Users and outcomes by the client's port.
    private static func logIns(_ run: Run) -> [String: [String]] {
        let all = run.events.filter { $0.all(.eventCategory).contains("authentication") }
        return Dictionary(grouping: all) { $0[.sourcePort] ?? "" }
            .mapValues { $0.map { "\($0[.userName] ?? "-") \($0[.eventOutcome] ?? "-")" } }
    }

    /// Cut after any byte: what was seen until then, and nothing else.
    @Test(arguments: talks.indices) func cutAfterEveryByte(_ number: Int) {
        let (port, lines) = Self.talks[number]
        let turns = Dialogue.turns(lines).map { (fromClient: $0.0, bytes: Array($0.1.utf8)) }
        let total = turns.reduce(0) { $0 + $1.bytes.count }
        let frames = (0...total).flatMap { length in
            var left = length
            var some: [(fromClient: Bool, bytes: [UInt8])] = []
            for turn in turns where left > 0 {
                some.append((turn.fromClient, Array(turn.bytes.prefix(left))))
                left -= turn.bytes.count
            }
            return Self.talk(port, client: 10_000 + length, some)
        }
        let run = Run(frames)
        HostileTests.check(run)
        let seen = Self.logIns(run)
        let whole = seen["\(10_000 + total)"] ?? []
        #expect(whole == Dialogue.run(port, lines).logIns)
        for length in 0..<total {
            let some = seen["\(10_000 + length)"] ?? []
            #expect(whole.starts(with: some), "after \(length) bytes: \(some)")
        }
    }

    /// Frames lost: whoever is named was there; the password is nowhere.
    @Test(arguments: talks.indices, [false, true]) func everyFrameLost(_ number: Int, _ midstream: Bool) {
        let (port, lines) = Self.talks[number]
        let turns = Dialogue.turns(lines).map { (fromClient: $0.0, bytes: Array($0.1.utf8)) }
        func name(_ seen: String) -> String { seen.split(separator: " ").dropLast().joined(separator: " ") }
        let known = Set(Dialogue.run(port, lines).logIns.map(name) + ["-"])
        let count = Self.talk(port, client: 1, turns, size: 16).count
        let frames = (0..<count).flatMap { lost in
            var some = Self.talk(port, client: 10_000 + lost, turns, size: 16)
            some.remove(at: lost)
            return some
        }
        let run = Run(frames, options: NetworkOptions(midstream: midstream))
        for (client, seen) in Self.logIns(run) {
            #expect(seen.allSatisfy { known.contains(name($0)) }, "without a frame, port \(client): \(seen)")
        }
        LogInTests.expectNoPassword(run)
    }

    /// Both sides say anything in any order: nothing crashes, and no field has a password.
    @Test(arguments: 0..<4) func shuffled(_ seed: Int) {
        var random = HostileTests.Random(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1)
        let all = Self.talks.flatMap(\.lines)
        for round in 0..<150 {
            let (port, begin) = [
                (21, "C: USER anna"), (110, "S: +OK hi"), (587, "C: EHLO x"), (143, "S: * OK hi"),
            ][round % 4]
            let lines = [begin] + (0..<random.next(60)).map { _ in all[random.next(all.count)] }
            HostileTests.check(Dialogue.run(port, lines, size: 1 + random.next(40)))
        }
    }

    /// More under way than is kept: the account of memory stays, time stays linear.
    @Test func manyAtOnce() {
        HostileTests.expectLinear(
            { count in
                let some = (0..<count).map { "a\($0) LOGIN user\($0) x\r\n" }.joined()
                return ProtocolTests.text(143, [(false, "* OK hi\r\n"), (true, some)]).frames
            }, 3000, "log-ins of IMAP without answers")
        HostileTests.expectLinear(
            { count in
                let some = (0..<count).map { _ in "USER a\r\nPASS b\r\n" }.joined()
                return ProtocolTests.text(21, [(true, some)]).frames
            }, 3000, "log-ins of FTP without answers")
    }
}
