import Events
import Rules
import Testing

/// What a signature is refused for, and the word that the caret stands under. Own rules throughout.
struct SignatureRefusal: Sendable, CustomTestStringConvertible {
    var rule: String
    var subject: String
    var message: String
    var testDescription: String { message }
}

private let refusals: [SignatureRefusal] = [
    SignatureRefusal(
        rule: "alret tcp any any -> any any (sid:1;)", subject: "alret", message: "\"alret\" is no action"),
    SignatureRefusal(
        rule: "config tcp any any -> any any (sid:1;)", subject: "config",
        message: "the action \"config\" is not supported"),
    SignatureRefusal(
        rule: "alert tpc any any -> any any (sid:1;)", subject: "tpc",
        message: "\"tpc\" is no protocol that is known here"),
    SignatureRefusal(
        rule: "alert http1:request_started any any -> any any (sid:1;)", subject: "http1:request_started",
        message: "the rule hook \"http1:request_started\" is not supported"),
    SignatureRefusal(rule: "alert tcp any any <- any any (sid:1;)", subject: "<-", message: "\"<-\" is no arrow"),
    SignatureRefusal(
        rule: "alert tcp 10.0.0.300 any -> any any (sid:1;)", subject: "10.0.0.300",
        message: "\"10.0.0.300\" is no address"),
    SignatureRefusal(
        rule: "alert tcp any 70000 -> any any (sid:1;)", subject: "70000", message: "\"70000\" is no port"),
    SignatureRefusal(
        rule: "alert tcp $HOME any -> any any (sid:1;)", subject: "$HOME",
        message: "the address variable $HOME is not defined"),
    SignatureRefusal(
        rule: "alert tcp [10.0.0.0/8,!10.0.0.0/8] any -> any any (sid:1;)", subject: "[10.0.0.0/8,!10.0.0.0/8]",
        message: "this address list allows nothing: all of it is negated"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (msg:\"x\";)", subject: "a", message: "the signature has no sid"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (sid:none;)", subject: "none",
        message: "\"sid\" must be a whole number, not \"none\""),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (sid:1)", subject: "sid", message: "no \";\" after the value of \"sid\""),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (contnet:\"x\"; sid:1;)", subject: "contnet",
        message: "\"contnet\" is no keyword that is known here"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (lua:x.lua; sid:1;)", subject: "lua",
        message: "the keyword \"lua\" is not supported"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (content:\"a|4z|\"; sid:1;)", subject: "z",
        message: "this is no hexadecimal digit"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (content:\"a|41\"; sid:1;)", subject: "|41",
        message: "no closing | for this hexadecimal run"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (content:abc; sid:1;)", subject: "abc",
        message: "the value of \"content\" must stand in quotes"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (content:\"abcd\"; depth:3; sid:1;)", subject: "3",
        message: "a depth of 3 has no room for this content of 4 bytes"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (content:\"abcd\"; within:3; sid:1;)", subject: "3",
        message: "within 3 has no room for this content of 4 bytes"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (content:\"a\"; depth:3; distance:1; sid:1;)", subject: "distance",
        message: "\"distance\" cannot be combined with depth or offset"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (content:\"a\"; startswith; offset:2; sid:1;)", subject: "offset",
        message: "\"offset\" cannot be combined with startswith"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (nocase; sid:1;)", subject: "nocase",
        message: "\"nocase\" needs a content before it"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (content:!\"a\"; offset:3; fast_pattern; sid:1;)", subject: "a",
        message: "a negated content with a position cannot be the fast_pattern"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (content:\"ab\"; fast_pattern:1,4; sid:1;)", subject: "1,4",
        message: "the content has 2 bytes; bytes 1 to 5 are asked for"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (content:\"ab\"; fast_pattern; content:\"cd\"; fast_pattern; sid:1;)",
        subject: "fast_pattern", message: "a signature has one fast_pattern only"),
    SignatureRefusal(
        rule: "alert http any any -> any any (http.uri; http.method; content:\"GET\"; sid:1;)", subject: "http.uri",
        message: "nothing looks into this buffer"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (content:\"a\"; to_lowercase; content:\"b\"; sid:1;)",
        subject: "to_lowercase", message: "a transform must follow its buffer"),
    SignatureRefusal(
        rule: "alert http any any -> any any (http.uri; from_base64: mode odd; content:\"b\"; sid:1;)",
        subject: "mode odd", message: "the mode is strict, rfc2045 or rfc4648"),
    SignatureRefusal(
        rule: "alert http any any -> any any (http.uri; gunzip: size 9; content:\"b\"; sid:1;)",
        subject: "size 9", message: "\"gunzip\" knows max-size only"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (base64_data; content:\"b\"; sid:1;)", subject: "base64_data",
        message: "\"base64_data\" needs a base64_decode before it"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (base64_decode:bits 3; sid:1;)", subject: "bits 3",
        message: "\"base64_decode\" does not know \"bits 3\""),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (flowint:a,~,1; sid:1;)", subject: "~",
        message: "\"flowint\" does not know \"~\""),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (flowint:a,isset,1; sid:1;)", subject: "1",
        message: "\"isset\" takes no value"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (stream_size:left,>,1; sid:1;)", subject: "left",
        message: "the side is server, client, both or either"),
    SignatureRefusal(
        rule: "alert ip any any -> any any (ipopts:none; sid:1;)", subject: "none",
        message: "\"none\" is no IPv4 option"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (tcp.mss:70000; sid:1;)", subject: "70000",
        message: "\"70000\" is no number from 0 to 65535, nor a comparison with one"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (app-layer-protocol:http,later; sid:1;)", subject: "later",
        message: "the mode is to_server, to_client, final, original, either or direction"),
    SignatureRefusal(
        rule: "alert http any any -> any any (http.host; dataset:has,a,type string; sid:1;)", subject: "has",
        message: "\"has\" is none of isset, isnotset, set, unset"),
    SignatureRefusal(
        rule: "alert http any any -> any any (http.host; dataset:set,a,type text; sid:1;)", subject: "type text",
        message: "the type of a dataset is string, md5, sha256, ipv4 or ip"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (dataset:set,a,type string; sid:1;)", subject: "dataset",
        message: "\"dataset\" needs a sticky buffer before it"),
    SignatureRefusal(
        rule: "alert ip any any -> any any (geoip:src,VN; sid:1;)", subject: "src,VN",
        message: "there is no database of countries"),
    SignatureRefusal(
        rule: "alert http any any -> any any (file.magic; content:\"PDF\"; sid:1;)", subject: "file.magic",
        message: "the keyword \"file.magic\" is not supported"),
    SignatureRefusal(
        rule: "alert http any any -> any any (http.uri; content:\"a\"; http.stat_code; content:\"200\"; sid:1;)",
        subject: "http.stat_code",
        message: "http.stat_code is never seen in requests, which the signature asks for as well"),
    SignatureRefusal(
        rule: "alert http any any -> any any (flow:to_client; http.uri; content:\"a\"; sid:1;)", subject: "http.uri",
        message: "http.uri is never seen in responses, which the signature asks for as well"),
    SignatureRefusal(
        rule: "alert dns any any -> any any (http.uri; content:\"a\"; sid:1;)", subject: "http.uri",
        message: "dns has no http.uri"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (pcre:\"abc\"; sid:1;)", subject: "abc",
        message: "\"pcre\" is written \"/expression/flags\""),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (pcre:\"/abc/k\"; sid:1;)", subject: "k",
        message: "\"k\" is no flag of pcre"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (byte_test:4,~,1,0; sid:1;)", subject: "~", message: "\"~\" is no operator"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (byte_test:4,>,length,0; sid:1;)", subject: "length",
        message: "\"length\" was not extracted before"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (byte_jump:4,0,dce; sid:1;)", subject: "dce",
        message: "byte order by DCERPC (\"dce\") is not supported"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (flow:to_server,to_client; sid:1;)", subject: "to_client",
        message: "both directions are given"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (flowbits:put,a; sid:1;)", subject: "put",
        message: "\"flowbits\" does not know \"put\""),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (threshold:type limit, track by_src, count 1; sid:1;)",
        subject: "type limit, track by_src, count 1", message: "\"threshold\" needs track, count and seconds"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (flags:X; sid:1;)", subject: "X",
        message: "TCP flags are letters of F, S, R, P, A, U, E, C, or 0"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (dsize:9<>8; sid:1;)", subject: "9<>8",
        message: "the first number must be the smaller one"),
    SignatureRefusal(
        rule: "alert http any any -> any any (http.uri; bsize:2; content:\"abc\"; sid:1;)", subject: "abc",
        message: "this content has 3 bytes, but the buffer must have 2"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (msg:\"a;b\"; sid:1;)", subject: "\"a",
        message: "the value of \"msg\" has no closing quote"),
    SignatureRefusal(
        rule: "alert tcp any any -> any any (sid:1;) extra", subject: "extra",
        message: "nothing may follow the closing parenthesis"),
]

@Test(arguments: refusals)
func refusesWithPlaceAndReason(_ refusal: SignatureRefusal) throws {
    let result = SignatureParser.parse(text: "# a comment\n" + refusal.rule + "\n", file: "own.rules")
    #expect(result.signatures.isEmpty)
    #expect(result.refused == 1)
    let diagnostic = try #require(result.diagnostics.first { $0.weight == .error })
    #expect(diagnostic.message == refusal.message)
    #expect(diagnostic.subject == refusal.subject)
    #expect(diagnostic.line == 2)
    let column = try #require(
        refusal.rule.ranges(of: refusal.subject).map {
            refusal.rule.distance(from: refusal.rule.startIndex, to: $0.lowerBound) + 1
        }.first { $0 == diagnostic.column })
    #expect(diagnostic.column == column)
    #expect(diagnostic.sourceLine == refusal.rule)
}

@Test func pointsIntoContinuationLines() throws {
    let text = "alert tcp any any -> any any ( \\\n  msg:\"two lines\"; \\\n  flwo:to_server; sid:5;)\n"
    let result = SignatureParser.parse(text: text, file: "own.rules")
    let diagnostic = try #require(result.diagnostics.first)
    #expect(diagnostic.line == 3)
    #expect(diagnostic.column == 3)
    #expect(diagnostic.subject == "flwo")
    #expect(diagnostic.rule == nil)
    #expect(diagnostic.rendered.hasSuffix("\n    flwo:to_server; sid:5;)\n    ^~~~"))
}

@Test func keepsTheOthersWhenOneIsRefused() {
    let text = """
        alert tcp any any -> any any (msg:"one"; sid:1;)
        alert tcp any any -> any any (msg:"two"; lua:x; sid:2;)
        #alert tcp any any -> any any (msg:"off"; sid:3;)
        alert tcp any any -> any any (msg:"four"; sid:4;)
        alert tcp any any -> any any (msg:"again"; sid:4;)
        alert tcp any any -> any any (msg:"newer"; sid:1; rev:2;)
        """
    let result = SignatureParser.parse(text: text, file: "own.rules")
    #expect(result.signatures.map(\.info.title) == ["newer", "four"])
    #expect(result.refused == 2)
    #expect(result.diagnostics.map(\.line) == [2, 5])
}
