import Events
import Foundation
import Matching
import Rules
import Testing

/// A folder with a rule file's datasets beside it; gone with the test.
private struct RuleFolder: ~Copyable {
    let path = NSTemporaryDirectory() + "datasets-\(UUID().uuidString)"

    init(_ files: [String: String]) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files { try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func sids(_ rules: String, _ build: (InspectionBuilder) -> Void) throws -> [Int] {
        let parsed = SignatureParser.parse(text: rules, file: path + "/own.rules")
        #expect(parsed.diagnostics.filter { $0.weight == .error }.map(\.rendered) == [])
        let matcher = SignatureMatcher(signatures: parsed.signatures)
        let builder = InspectionBuilder()
        build(builder)
        var found: [SignatureHit] = []
        matcher.makeSession().match(builder.batch, into: &found)
        return found.map { parsed.signatures[Int($0.signature)].sid }
    }

    func problem(_ rules: String) -> String? {
        SignatureParser.parse(text: rules, file: path + "/own.rules").diagnostics.first?.message
    }
}

@Suite struct DatasetTests {
    @Test func valuesAreLookedUp() throws {
        let folder = try RuleFolder([
            // "bad.example" in base64.
            "hosts.lst": "YmFkLmV4YW1wbGU=\n# a comment\n", "md5.lst": "900150983cd24fb0d6963f7d28e17f72\n",
            "ip.lst": "10.0.0.1\n2001:db8::1\n",
        ])
        let rules = """
            alert tcp any any -> any any (http.host; dataset:isset,hosts,type string,load hosts.lst; sid:1;)
            alert tcp any any -> any any (http.host; dataset:isnotset,hosts; sid:2;)
            alert tcp any any -> any any (http.uri; to_md5; dataset:isset,sums,type md5,load md5.lst; sid:3;)
            alert tcp any any -> any any (http.uri; content:"a"; ip.src; dataset:isset,peers,type ip,load ip.lst; sid:4;)
            """
        #expect(
            try folder.sids(rules) { $0.transaction([(.httpHost, "bad.example"), (.httpURI, "abc")]) } == [1, 3, 4])
        #expect(
            try folder.sids(rules) { builder in
                builder.client = "10.0.0.2"
                builder.transaction([(.httpHost, "good.example"), (.httpURI, "abd")])
            } == [2])
    }

    @Test func reputationsAreCompared() throws {
        let folder = try RuleFolder(["rep.lst": "YQ==,200\nYg==,100\n"])
        let rules = "alert tcp any any -> any any (http.host; datarep:names,>,150,load rep.lst,type string; sid:1;)"
        for (host, expected) in [("a", [1]), ("b", []), ("c", [])] {
            #expect(try folder.sids(rules) { $0.transaction([(.httpHost, host)]) } == expected)
        }
    }

    @Test func objectsGiveValuesToo() throws {
        let folder = try RuleFolder([
            "a.json": #"{"info": {"list": [{"host": {"name": "a.example"}}, {"host": {"other": 1}}]}}"#,
            "b.ndjson": #"{"host": "b.example"}"# + "\n" + #"{"host": "c.example"}"# + "\n",
        ])
        let rules = """
            alert tcp any any -> any any (http.host; dataset:isset,a,type string,load a.json,format json,value_key host.name,array_key info.list; sid:1;)
            alert tcp any any -> any any (http.host; dataset:isset,b,type string,load b.ndjson,format ndjson,value_key host,remove_key; sid:2;)
            """
        for (host, expected) in [("a.example", [1]), ("c.example", [2]), ("d.example", [])] {
            #expect(try folder.sids(rules) { $0.transaction([(.httpHost, host)]) } == expected)
        }
    }

    /// `set` holds for what is new, `unset` for what was there; both are forgotten with the capture.
    @Test func signaturesChangeSetsWithinACapture() throws {
        let folder = try RuleFolder([:])
        let rules = """
            alert tcp any any -> any any (http.host; dataset:set,seen,type string; sid:1;)
            alert tcp any any -> any any (http.uri; content:"forget"; http.host; dataset:unset,seen; sid:2;)
            """
        for _ in 0..<2 {
            let found = try folder.sids(rules) { builder in
                for (number, uri) in ["/a", "/b", "/forget", "/c"].enumerated() {
                    builder.transaction([(.httpHost, "h"), (.httpURI, uri)], number: UInt32(number))
                }
            }
            #expect(found == [1, 2, 1])
        }
    }

    @Test func filesThatCannotBeReadRefuseTheSignature() throws {
        let folder = try RuleFolder(["odd.lst": "not base64!\n", "sum.lst": "12\n"])
        let start = "alert tcp any any -> any any (http.host; dataset:isset,x,"
        #expect(
            folder.problem(start + "type string,load none.lst; sid:1;)")?.contains("none.lst cannot be read") == true)
        #expect(folder.problem(start + "type string,load odd.lst; sid:1;)")?.contains("odd.lst, line 1") == true)
        #expect(folder.problem(start + "type md5,load sum.lst; sid:1;)")?.contains("is no md5") == true)
        #expect(folder.problem(start + "load odd.lst; sid:1;)")?.contains("its type is missing") == true)
    }
}
