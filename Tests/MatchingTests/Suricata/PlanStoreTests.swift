import Events
import Foundation
import Matching
import Primitives
import Rules
import Testing

/// A cache folder of its own; gone with the test.
private struct CacheFolder: ~Copyable {
    let path = NSTemporaryDirectory() + "cache-\(UUID().uuidString)/nightjar"

    deinit { try? FileManager.default.removeItem(atPath: (path as NSString).deletingLastPathComponent) }

    var files: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

    func cache(engine: String = "engine", maximumBytes: Int = 1 << 20, maximumFiles: Int = 8) -> RuleCache {
        RuleCache(
            folder: path, engine: Array(engine.utf8), maximumBytes: maximumBytes, maximumFiles: maximumFiles)
    }
}

private func key(_ number: UInt64) -> ContentID { ContentID(high: 7, low: number) }

@Suite struct RuleCacheTests {
    @Test func givesBackWhatWasKept() {
        let folder = CacheFolder()
        #expect(folder.cache().read(key(1)) == nil)
        folder.cache().write(key(1), [1, 2, 3])
        #expect(folder.cache().read(key(1)) == [1, 2, 3])
        #expect(folder.cache().read(key(2)) == nil, "another key")
        #expect(folder.cache(engine: "other").read(key(1)) == nil, "another engine or processor")
        folder.cache().write(key(1), [4])
        #expect(folder.cache().read(key(1)) == [4], "written anew")
        #expect(folder.files.count == 1, "nothing is left beside it")
    }

    /// One damaged byte anywhere, a cut and a longer file are passed over, and the next write heals them.
    @Test func passesOverWhatIsDamaged() throws {
        let folder = CacheFolder()
        folder.cache().write(key(1), Array(repeating: 9, count: 100))
        let file = folder.path + "/" + (try #require(folder.files.first))
        let good = try Data(contentsOf: URL(fileURLWithPath: file))
        func put(_ bytes: Data) throws {
            let handle = try #require(FileHandle(forWritingAtPath: file))
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: bytes)
        }
        for place in stride(from: 0, to: good.count, by: 3) {
            var bad = good
            bad[place] ^= 0x10
            try put(bad)
            #expect(folder.cache().read(key(1)) == nil, "byte \(place)")
        }
        try put(good.dropLast(1))
        #expect(folder.cache().read(key(1)) == nil)
        try put(good + [0])
        #expect(folder.cache().read(key(1)) == nil)
        try put(Data())
        #expect(folder.cache().read(key(1)) == nil)
        folder.cache().write(key(1), [5])
        #expect(folder.cache().read(key(1)) == [5])
    }

    @Test func trustsNoFileThatOthersCanWrite() throws {
        let folder = CacheFolder()
        folder.cache().write(key(1), [1])
        let file = folder.path + "/" + (try #require(folder.files.first))
        #expect(chmod(file, 0o622) == 0)
        #expect(folder.cache().read(key(1)) == nil)
    }

    @Test func doesWithoutAFolder() {
        let cache = RuleCache(folder: "/dev/null/nowhere", engine: [])
        cache.write(key(1), [1])
        #expect(cache.read(key(1)) == nil)
    }

    @Test func isBoundedInSizeAndNumber() {
        let folder = CacheFolder()
        let cache = folder.cache(maximumBytes: 1000, maximumFiles: 3)
        for number in 1...6 { cache.write(key(UInt64(number)), [UInt8(number)]) }
        #expect(folder.files.count <= 3)
        #expect(cache.read(key(6)) == [6], "the one just written stays")
        cache.write(key(9), Array(repeating: 1, count: 950))
        #expect(cache.read(key(9)) != nil)
        #expect(folder.files.count == 1)
    }
}

@Suite struct PlanStoreTests {
    static let rules = """
        alert http any any -> any any (msg:"a"; http.uri; xor:"0102"; content:"x"; pcre:"/x+y/"; flowbits:set,a; metadata:k v; reference:cve,2021-1; sid:1;)
        alert http any [80,!81] -> ![10.9.0.0/16] any (msg:"b"; http.uri; from_base64: mode strict, offset 1; content:"yes"; sid:2; rev:3;)
        alert http any any -> any any (http.uri; pcrexform:"q=(.*)"; content:"deep"; startswith; sid:3;)
        alert tcp any any -> any any (content:"GET"; depth:3; flowint:n,+,1; threshold:type limit,track by_src,count 1,seconds 60; classtype:own; sid:4;)
        alert tcp any any -> any any (content:"GET"; flowint:n,>,1; flags:PA,12; dsize:>3; stream_size:client,<,9; tcp.mss:<1; sid:5;)
        pass udp any any -> any 53 (content:"|00 01|"; byte_test:2,>,4,0; byte_extract:1,0,v; byte_math:bytes 1,offset 0,oper +,rvalue 1,result w; sid:6;)
        alert tcp any any -> any any (content:"YXR0"; base64_decode:relative; base64_data; content:"k"; xbits:set,b,track ip_src; sid:7;)
        """

    private func build(_ builder: InspectionBuilder) {
        builder.packet("GET /")
        builder.packet("GET /")
        builder.transaction([(.httpURI, "?q=deeper"), (.httpHeader, "A: b\r\n")])
        builder.transaction([(.httpURI, "_eWVz")], number: 1)
        builder.transaction([(.httpURI, "yz")], number: 2)
    }

    private func hits(_ matcher: SignatureMatcher) -> [SignatureHit] {
        let builder = InspectionBuilder()
        build(builder)
        var found: [SignatureHit] = []
        matcher.makeSession().match(builder.batch, into: &found)
        return found
    }

    @Test func aPlanComesBackAsItWas() throws {
        let folder = CacheFolder()
        let store = PlanStore(cache: folder.cache())
        let parsed = SignatureParser.parse(text: PlanStoreTests.rules, file: "own.rules")
        #expect(parsed.refused == 0)
        let fresh = SignatureMatcher(signatures: parsed.signatures)
        let expected = hits(fresh)
        #expect(!expected.isEmpty)
        let report = [Diagnostic(.warning, file: "own.rules", line: 2, message: "odd", rule: "1:2")]
        store.write(
            key(1),
            RememberedSignatures(infos: parsed.signatures.map(\.info), diagnostics: report, refusedCount: 4), fresh)
        let (signatures, matcher) = try #require(store.read(key(1), options: SignatureOptions()))
        #expect(hits(matcher) == expected)
        #expect(matcher.signatureCount == fresh.signatureCount)
        #expect(signatures.refusedCount == 4)
        #expect(signatures.diagnostics.map(\.rendered) == report.map(\.rendered))
        for (info, signature) in zip(signatures.infos, parsed.signatures) {
            #expect(info.id == signature.info.id && info.title == signature.info.title)
            #expect(info.level == signature.info.level && info.origin == signature.info.origin)
            #expect(info.references == signature.info.references && info.tags == signature.info.tags)
            #expect(info.signature?.revision == signature.info.signature?.revision)
            #expect(info.signature?.metadata.map(\.value) == signature.info.signature?.metadata.map(\.value))
        }
    }

    /// Every cut of an entry whose seal holds is noticed, not followed.
    @Test func aCutEntryIsNoPlan() throws {
        let folder = CacheFolder()
        let cache = folder.cache()
        let store = PlanStore(cache: cache)
        let parsed = SignatureParser.parse(text: PlanStoreTests.rules, file: "own.rules")
        let fresh = SignatureMatcher(signatures: parsed.signatures)
        store.write(
            key(1), RememberedSignatures(infos: parsed.signatures.map(\.info), diagnostics: [], refusedCount: 0), fresh)
        let whole = try #require(cache.read(key(1)))
        for length in stride(from: 0, to: whole.count, by: max(1, whole.count / 97)) {
            cache.write(key(2), Array(whole[..<length]))
            #expect(store.read(key(2), options: SignatureOptions()) == nil, "\(length) of \(whole.count) bytes")
        }
    }

    /// Datasets are files of their own, which may change: such signatures are compiled each time.
    @Test func signaturesWithDatasetsAreNotKept() throws {
        let folder = CacheFolder()
        let store = PlanStore(cache: folder.cache())
        let text = "alert http any any -> any any (http.host; dataset:set,seen,type string; sid:1;)"
        let parsed = SignatureParser.parse(text: text, file: "own.rules")
        store.write(
            key(1), RememberedSignatures(infos: parsed.signatures.map(\.info), diagnostics: [], refusedCount: 0),
            SignatureMatcher(signatures: parsed.signatures))
        #expect(folder.files.isEmpty)
    }
}
