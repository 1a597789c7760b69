import Primitives
import Testing

/// RFC 4648 section 10, and what the lenient modes make of text that is not quite base64.
@Suite struct Base64Tests {
    static func decode(_ text: String, _ mode: Base64.Mode) -> String? {
        let room = UnsafeMutablePointer<UInt8>.allocate(capacity: text.utf8.count + 8)
        defer { room.deallocate() }
        return text.withBytes { Base64.decode($0, mode: mode, into: room) }
            .map { String(decoding: UnsafeBufferPointer(start: room, count: $0), as: UTF8.self) }
    }

    @Test(arguments: [
        ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmE=", "fooba"),
        ("Zm9vYmFy", "foobar"),
    ])
    func decodesTheRFCsExamples(_ text: String, _ plain: String) {
        for mode in [Base64.Mode.strict, .skipping, .stopping] { #expect(Base64Tests.decode(text, mode) == plain) }
    }

    @Test func modesDifferInWhatTheyPassOver() {
        #expect(Base64Tests.decode("Zm 9v", .strict) == nil)
        #expect(Base64Tests.decode("Zm 9v", .skipping) == "foo")
        #expect(Base64Tests.decode("Zm9v!Zm9v", .stopping) == "foo")
        #expect(Base64Tests.decode("Zm9", .strict) == nil)
        #expect(Base64Tests.decode("Zm9", .stopping) == "fo")
        #expect(Base64.decode(Array("Zm9v".utf8)) == Array("foo".utf8))
        #expect(Base64.decode(Array("?".utf8)) == nil)
    }
}
