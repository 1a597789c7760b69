import Events
import Matching
import Testing

/// A buffer, a transform, and what the buffer must be afterwards.
struct TransformCase: Sendable, CustomTestStringConvertible {
    var transform: String
    var buffer: String
    /// A content that must be the whole of it, as a rule writes it.
    var becomes: String
    var testDescription: String { transform }
}

/// Digests by `printf abc | md5sum` and its kin, gzip and zlib by Python's modules, written in base64 for the first
/// transform to undo.
private let cases: [TransformCase] = [
    TransformCase(transform: "dotprefix;", buffer: "example.org", becomes: ".example.org"),
    TransformCase(transform: "domain;", buffer: "www.example.co.uk", becomes: "example.co.uk"),
    TransformCase(transform: "domain;", buffer: "a.b.Example.Org.", becomes: "Example.Org."),
    TransformCase(transform: "tld;", buffer: "www.soyte.gov.vn", becomes: "gov.vn"),
    TransformCase(transform: "tld;", buffer: "www.example.org", becomes: "org"),
    TransformCase(transform: "to_uppercase;", buffer: "aBc1", becomes: "ABC1"),
    TransformCase(transform: "to_md5;", buffer: "abc", becomes: "|900150983cd24fb0d6963f7d28e17f72|"),
    TransformCase(transform: "to_sha1;", buffer: "abc", becomes: "|a9993e364706816aba3e25717850c26c9cd0d89d|"),
    TransformCase(
        transform: "to_sha256;", buffer: "abc",
        becomes: "|ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad|"),
    TransformCase(transform: "pcrexform:\"id=(\\d+)\";", buffer: "/a?id=42&x", becomes: "42"),
    TransformCase(transform: "pcrexform:\"nothing=(\\d+)\";", buffer: "/a?id=42", becomes: "/a?id=42"),
    TransformCase(transform: "from_base64;", buffer: "YXR0YWNr", becomes: "attack"),
    TransformCase(transform: "from_base64: offset 3;", buffer: "?q=YXR0YWNr", becomes: "attack"),
    TransformCase(transform: "from_base64: bytes 4, offset 3;", buffer: "?q=YXR0YWNr", becomes: "att"),
    TransformCase(transform: "from_base64: mode rfc2045;", buffer: "YX R0 YW Nr", becomes: "attack"),
    TransformCase(transform: "from_base64: mode strict;", buffer: "YX R0 YW Nr", becomes: "YX R0 YW Nr"),
    TransformCase(transform: "from_base64: mode rfc4648;", buffer: "YXR0!YWNr", becomes: "att"),
    TransformCase(
        transform: "from_base64; gunzip;", buffer: "H4sIAAAAAAAC/0ssKUlMzlZILFFISSzPAwAKdTRaDgAAAA==",
        becomes: "attack at dawn"),
    TransformCase(
        transform: "from_base64; gunzip: max-size 6;", buffer: "H4sIAAAAAAAC/0ssKUlMzlZILFFISSzPAwAKdTRaDgAAAA==",
        becomes: "attack"),
    TransformCase(
        transform: "from_base64; zlib_deflate;", buffer: "eNpLLClJTM5WSCxRSEkszwMAJ4oFOA==", becomes: "attack at dawn"),
    TransformCase(transform: "url_decode; strip_whitespace;", buffer: "a+%62%20c", becomes: "abc"),
]

@Test(arguments: cases)
func transformsMakeOfABufferWhatTheyShould(_ one: TransformCase) throws {
    let rule =
        "alert tcp any any -> any any (http.uri; \(one.transform) content:\"\(one.becomes)\"; startswith; endswith; sid:1;)"
    let found = try sids(rule) { $0.transaction([(.httpURI, one.buffer)]) }
    #expect(found == [1])
}

/// Behind a content, a transform opens the buffer anew: the content before it sees the buffer as it was.
@Test func aTransformBehindAContentOpensTheBufferAnew() throws {
    let rule =
        "alert tcp any any -> any any (http.uri; content:\"q=YXR0\"; from_base64: offset 3; content:\"attack\"; sid:1;)"
    #expect(try sids(rule) { $0.transaction([(.httpURI, "?q=YXR0YWNr")]) } == [1])
    #expect(try sids(rule) { $0.transaction([(.httpURI, "?p=YXR0YWNr")]) } == [])
}

@Test func whatIsDecodedFromBase64IsLookedInto() throws {
    let rule =
        "alert tcp any any -> any any (http.header; content:\"Basic \"; base64_decode:bytes 12, relative; "
        + "base64_data; content:\"root\"; startswith; content:\"toor\"; distance:1; endswith; sid:1;)"
    let yes = "Authorization: Basic cm9vdDp0b29y\r\n"
    let no = "Authorization: Basic cm9vdDphYmNk\r\n"
    #expect(try sids(rule) { $0.transaction([(.httpHeader, yes)]) } == [1])
    #expect(try sids(rule) { $0.transaction([(.httpHeader, no)]) } == [])
    #expect(try sids(rule) { $0.transaction([(.httpHeader, "Authorization: Basic ")]) } == [])
}

/// A name that is itself a suffix was registered by nobody.
@Test(arguments: ["co.uk", "org", "", "."])
func aSuffixHasNoDomain(_ name: String) throws {
    let rules = """
        alert tcp any any -> any any (http.host; domain; bsize:0; sid:1;)
        alert tcp any any -> any any (http.host; domain; bsize:>0; sid:2;)
        alert tcp any any -> any any (http.host; tld; bsize:>0; sid:3;)
        """
    #expect(try sids(rules) { $0.transaction([(.httpHost, name)]) } == [1])
}
