import Foundation
import Rules
import Testing

/// The same rules, the same diagnostics with the same places, whether or not the documents come from the cache.
@Suite struct DocumentMemoryTests {
    private let folder = NSTemporaryDirectory() + "nightjar-documents-\(UUID().uuidString)"
    private var rules: String { folder + "/rules" }
    private var kept: String { folder + "/kept" }

    private static let good = """
        title: good
        id: g
        logsource: {category: webserver}
        detection:
          s:
            c-uri|contains: ['x', "thủ tục", 12]
            cs-user-agent: null
          condition: s
        """
    private static var files: [String: String] {
        let second = good.replacingOccurrences(of: "id: g", with: "id: second")
        return [
            "a.yml": good + "\n---\n" + second,
            "b.yml": good.replacingOccurrences(of: "contains", with: "kontains").replacingOccurrences(
                of: "id: g", with: "id: b"),
            "c.yml": "title: [broken\n", "d.yml": "", "e.yml": "title: T\ntitle: T\n",
        ]
    }

    private func write(_ files: [String: String]) throws {
        try FileManager.default.createDirectory(atPath: rules, withIntermediateDirectories: true)
        for (name, text) in files { try text.write(toFile: "\(rules)/\(name)", atomically: true, encoding: .utf8) }
    }

    private func load(_ cache: RuleCache?) -> [String] {
        var loader = RuleLoader(options: RuleLoadOptions(cache: cache))
        let set = loader.load(paths: [rules])
        return set.diagnostics.map(\.rendered) + set.sigma.map { "\($0)" }
    }

    private var cache: RuleCache { RuleCache(folder: kept, engine: [1]) }

    private var entries: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: kept)) ?? []).sorted().map { kept + "/" + $0 }
    }

    @Test func theCacheChangesNothing() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write(DocumentMemoryTests.files)
        let plain = load(nil)
        #expect(plain.filter { $0.contains("kontains") }.count == 1)
        #expect(plain.filter { $0.hasPrefix("SigmaRule") }.count == 2)
        #expect(entries.isEmpty)
        for _ in 0..<3 {
            #expect(load(cache) == plain)
            #expect(entries.count == 1)
        }
    }

    @Test func whatChangedIsReadAnew() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write(DocumentMemoryTests.files)
        _ = load(cache)
        try write(["b.yml": DocumentMemoryTests.good.replacingOccurrences(of: "id: g", with: "id: mended")])
        #expect(load(cache) == load(nil))
        #expect(load(cache).contains { $0.contains("mended") })
        #expect(entries.count == 2)
    }

    /// Whatever byte is damaged, the entry is not used.
    @Test func damageIsNoHarm() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write(DocumentMemoryTests.files)
        let plain = load(cache)
        let entry = try #require(entries.first)
        let whole = try Data(contentsOf: URL(fileURLWithPath: entry))
        for place in stride(from: 0, to: whole.count, by: max(1, whole.count / 40)) {
            var damaged = whole
            damaged[place] ^= 0x41
            try damaged.write(to: URL(fileURLWithPath: entry))
            #expect(load(cache) == plain)
        }
        try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: entry))
        #expect(load(cache) == plain)
    }
}
