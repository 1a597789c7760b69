import Events
import Matching
import Rules
import Testing

/// Signatures with `frame`: each frame is looked at by itself, and only by those that are about it.
@Suite struct FrameMatchingTests {
    private func bytes(_ kind: FrameKind, _ text: String) -> [(BufferKind, String)] {
        [(.frame, String(UnicodeScalar(kind.number)) + text)]
    }

    @Test func framesAreMetOneByOne() throws {
        let rules = """
            alert smb any any -> any any (frame:nbss.pdu; content:"abc"; startswith; sid:1;)
            alert smb any any -> any any (frame:nbss.hdr; content:"abc"; sid:2;)
            alert smb any any -> any any (frame:nbss.pdu; content:"ab"; content:"ef"; distance:2; within:2; sid:3;)
            alert smb any any -> any any (frame:nbss.pdu; content:"abc"; frame:nbss.data; content:"c"; sid:4;)
            alert smb any any -> any any (smb.share; content:!"x"; sid:5;)
            """
        let found = try hits(rules) {
            $0.application = .smb
            $0.transaction(bytes(.nbssUnit, "abcdef"), number: .max)
            $0.transaction(bytes(.nbssHeader, "abc"), number: .max)
            $0.transaction(bytes(.nbssUnit, "abc"), number: .max)
            $0.transaction(bytes(.nbssUnit, "xabc"), number: .max)
        }
        #expect(found.filter { $0.item == 0 }.map(\.sid).sorted() == [1, 3])
        #expect(found.filter { $0.item == 1 }.map(\.sid) == [2])
        #expect(found.filter { $0.item == 2 }.map(\.sid) == [1])
        #expect(found.filter { $0.item == 3 }.map(\.sid) == [])
    }

    /// What is cut out of the stream is what some signature asks for.
    @Test func framesThatAreAskedFor() throws {
        func asked(_ rules: String) -> UInt64 {
            SignatureMatcher(signatures: SignatureParser.parse(text: rules, file: "own.rules").signatures).frames
        }
        #expect(asked("alert tcp any any -> any any (content:\"x\"; sid:1;)") == 0)
        let one = "alert tcp any any -> any any (frame:tls.pdu; content:\"x\"; sid:1;)\n"
        let two = "alert dns any any -> any any (frame:pdu; pcre:\"/x/\"; sid:2;)"
        #expect(asked(one) == 1 << UInt64(FrameKind.tlsUnit.number))
        #expect(asked(one + two) == 1 << UInt64(FrameKind.tlsUnit.number) | 1 << UInt64(FrameKind.dnsUnit.number))
    }
}
