import Events
import Glibc
import Matching
import Primitives
import Rules
import Testing

@Suite struct AttackFormTests {
    private func forms(_ text: String) -> [(AttackForm, String)] {
        var forms = AttackForms()
        return text.withBytes { bytes in
            forms.begin(bytes, spaces: true)
            var made = [(forms.form, forms.bytes.text)]
            while forms.advance() { made.append((forms.form, forms.bytes.text)) }
            return made
        }
    }

    @Test(arguments: [
        ("a%20b", AttackForm.decoded, "a b"), ("a+b", .decoded, "a b"), ("%2541", .decodedTwice, "A"),
        ("%252541", .decodedThrice, "A"),
        ("%u0041", .decoded, "A"), ("%uff1cx", .decoded, "<x"), ("&lt;b&#62;&#x41", .html, "<b>A"),
        ("\\u0041\\x42\\103", .script, "ABC"),
        ("\u{FF1C}script\u{FF1E}", .folded, "<script>"), ("PHNjcmlwdD5hbGVydCgxKQ==", .base64, "<script>alert(1)"),
        ("ab%zz", .raw, "ab%zz"),
    ])
    func formsAreMade(_ text: String, _ form: AttackForm, _ expected: String) {
        #expect(forms(text).contains { $0.0 == form && $0.1 == expected }, "\(forms(text))")
    }

    @Test func overlongLettersAreFolded() {
        var forms = AttackForms()
        let bytes: [UInt8] = [0xC0, 0xAE, 0xC0, 0xAF, 0xE0, 0x80, 0xAE]
        bytes.withBytes { bytes in
            forms.begin(bytes, spaces: false)
            while forms.advance() {}
            #expect(forms.bytes.text == "./.")
        }
    }

    /// Whatever the bytes, the decoders stay inside their memory and end.
    @Test func anyBytesHaveForms() {
        var state: UInt64 = 7
        var scorer = WebAttackScorer(judges: AttackJudge.allCases, leastScore: 5)
        let alphabet =
            Array("%u&#x;\\'\"<>()[]{}$/.*-|` =aon0193\n\r\0selctrip".utf8) + [0xC0, 0xEF, 0xBC, 0xFF, 0xE2, 0x80]
        for _ in 0..<4000 {
            var bytes: [UInt8] = []
            for _ in 0..<(state % 90) + 1 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes.append(alphabet[Int(state >> 33) % alphabet.count])
            }
            bytes.withBytes {
                scorer.score(WebRequest(target: $0, referrer: $0, agent: $0, cookie: $0, body: $0))
            }
        }
        #expect(scorer.valueCount > 4000)
    }

    /// Work grows with the length of a value, not with its square.
    @Test(arguments: [
        "(", "'", "<", "$(", "${", "../", "or 1", "\\", "/*", "&#", "{{", ";", "a=", "[", "`", "((a)", "%", "\"x\"(",
    ])
    func hostileValuesTakeLinearTime(_ unit: String) {
        var scorer = WebAttackScorer(judges: AttackJudge.allCases, leastScore: 90)
        func time(_ bytes: Int) -> Double {
            let value = "/x?a=" + String(repeating: unit, count: bytes / unit.utf8.count)
            return value.withBytes { value in
                (0..<3).map { _ in
                    let start = threadMilliseconds()
                    scorer.score(WebRequest(target: value))
                    return threadMilliseconds() - start
                }.min() ?? 0
            }
        }
        let small = time(4 << 10)
        let large = time(64 << 10)
        #expect(large < small * 64 + 20, "\(small) ms for 4 KiB, \(large) ms for 64 KiB")
    }
}

/// Processor time of this thread: other tests run beside it.
private func threadMilliseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1e6
}

@Suite struct RequestGateTests {
    /// The gate sees any of these wherever it stands, at every alignment and length.
    @Test func tellingBytesAreSeenAnywhere() {
        for byte in Array("'\"<>()[]{}$;|`\\^*!%@ ".utf8) {
            for length in 1..<70 {
                for place in 0..<length {
                    var text = [UInt8](repeating: 0x61, count: length)
                    text[place] = byte
                    #expect(text.withBytes { RequestGate.target($0) }, "\(byte) at \(place) of \(length)")
                }
            }
        }
    }

    @Test func pairsOfDotsAndSlashesAreSeen() {
        for length in 3..<60 {
            for place in 0..<length - 1 {
                for pair in ["..", "//", "/."] {
                    var text = [UInt8](repeating: 0x61, count: length)
                    text.replaceSubrange(place..<place + 2, with: Array(pair.utf8))
                    #expect(text.withBytes { RequestGate.target($0) }, "\(pair) at \(place) of \(length)")
                }
            }
        }
    }

    @Test(arguments: [
        "/", "/a/b/c.html", "/tin-tuc/2026/03/thong-bao-so-12", "/x?trang=3&loai=a_b-c,d.e", "/a.b-c_d/e=f",
    ])
    func ordinaryTargetsPass(_ target: String) { #expect(!target.withBytes { RequestGate.target($0) }) }

    @Test func addressesAndSpacesInQueriesAreSeen() {
        for target in ["/x?u=http:", "/x?u=a/b", "/x?q=a+b"] { #expect(target.withBytes { RequestGate.target($0) }) }
    }
}

@Suite struct ExclusionTests {
    @Test(arguments: [
        ("*", "x", true), ("a*c", "abbc", true), ("a*c", "abb", false), ("cms.*", "CMS.example.org", true),
        ("", "", true), ("a", "ab", false),
        ("*b*b*", "abxb", true), ("**", "", true),
    ])
    func globsFit(_ pattern: String, _ text: String, _ fits: Bool) {
        #expect(WebAttackExclusions.glob(Array(pattern.utf8), Array(text.utf8)) == fits)
    }

    private func hits(_ exclusions: [WebAttackExclusion], threshold: Int = 5) -> [WebAttackHit] {
        let info = RuleInfo(id: "r", title: "r", level: .medium, kind: .scored, origin: RuleOrigin(file: "", line: 1))
        let rule = WebAttackRule(
            info: info, logSource: RuleLogSource(category: "webserver"), judges: [.sql], threshold: threshold,
            exclusions: exclusions)
        let registry = FieldRegistry()
        let worker = WebAttackMatcher(rules: [rule], logSource: nil).makeWorker()
        let batch = EventBatch(registry: registry)
        var found: [WebAttackHit] = []
        "/cms/luu?bai=x%27%20or%201%3D1--%20&ten=y".withBytes { target in
            batch.reset(input: target)
            let path = FieldSlot(FieldID(.urlPath), .input, .text, offset: 0, length: 8)
            let slots = [FieldSlot(FieldID(.urlOriginal), .input, .text, offset: 0, length: target.count), path]
            slots.withUnsafeBufferPointer {
                batch.append(
                    EventRecord(time: .none, line: 0, offset: 0, length: target.count, logSource: .webAccess), slots: $0
                )
            }
            worker.match(batch, into: &found)
        }
        return found
    }

    @Test func aRuleReportsWhereAndWhy() throws {
        let hit = try #require(hits([]).first)
        #expect(hit.score >= 5 && hit.place == .parameter && hit.form == .decoded)
        #expect(String(decoding: hit.name, as: UTF8.self) == "bai")
        #expect(String(decoding: hit.value, as: UTF8.self) == "x' or 1=1-- ")
        #expect(!hit.parts.isEmpty && hit.parts.reduce(0) { $0 + $1.score } == hit.score)
    }

    @Test func excludedValuesArePassedOver() {
        #expect(hits([WebAttackExclusion(parameter: Array("bai".utf8))]).isEmpty)
        #expect(hits([WebAttackExclusion(path: Array("/cms/*".utf8), parameter: Array("b*".utf8))]).isEmpty)
        #expect(hits([WebAttackExclusion(path: Array("/khac/*".utf8), parameter: Array("bai".utf8))]).count == 1)
        #expect(hits([WebAttackExclusion(host: Array("*".utf8))]).count == 1, "no host in the record")
        #expect(hits([], threshold: 100).isEmpty)
    }

    /// An address without its scheme leads away only from where a page says to go on.
    @Test(arguments: [
        ("/chuyen?next=//h.example/x", true), ("/chuyen?a=1&ReturnURL=%2F%2Fh.example", true),
        ("/anh?src=//h.example/x.png", false), ("/chuyen?next=/trang-chu", false),
        ("/chuyen?returnUrl=https://example.org/ho-so?id=5", false), ("/chuyen?next=//", false),
    ])
    func whereAPageLeadsTo(_ target: String, _ isFound: Bool) {
        #expect(findings(target: target).isEmpty != isFound)
    }
}
