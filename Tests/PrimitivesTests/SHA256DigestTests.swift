import Primitives
import Testing

@Suite struct SHA256DigestTests {
    /// FIPS 180-4's own example, and nothing at all.
    @Test(arguments: [
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ])
    func known(_ text: String, _ hex: String) {
        let digest = text.withBytes { SHA256Digest(of: $0) }
        #expect(digest.hex == hex)
        var bytes: [UInt8] = [7]
        digest.append(to: &bytes)
        #expect(bytes.dropFirst().elementsEqual(text.withBytes { sha256Digest($0) }))
        #expect(bytes.withBytes { SHA256Digest(stored: $0.dropping(1)) } == digest)
        #expect(bytes.withBytes { SHA256Digest(stored: $0) } == nil)
    }
}
