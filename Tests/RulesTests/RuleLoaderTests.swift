import Events
import Glibc
import Rules
import Testing

@Suite struct RuleLoaderTests {
    static func rule(_ title: String, id: String? = nil) -> String {
        "title: \(title)\n" + (id.map { "id: \($0)\n" } ?? "")
            + "logsource: {category: webserver}\ndetection: {s: {f: a}, condition: s}\n"
    }

    @Test func oneBadDocumentLeavesTheOthers() {
        var loader = RuleLoader()
        let rules = loader.load(
            text: RuleLoaderTests.rule("A") + "---\ntitle: B\n---\n" + RuleLoaderTests.rule("C"), file: "a.yml")
        #expect(rules.sigma.map(\.info.title) == ["A", "C"])
        #expect(rules.refusedCount == 1 && rules.diagnostics.count == 1)
        #expect(rules.sigma.map(\.info.origin.line) == [1, 7])
    }

    @Test func anIdBelongsToOneRule() {
        var loader = RuleLoader()
        loader.add(text: RuleLoaderTests.rule("A", id: "x"), file: "a.yml")
        loader.add(text: RuleLoaderTests.rule("B", id: "x"), file: "b.yml")
        let rules = loader.finish()
        #expect(rules.sigma.map(\.info.title) == ["A"])
        #expect(
            rules.diagnostics.map(\.rendered) == [
                """
                b.yml:2:5: error: the id "x" is taken by the rule at a.yml:1
                  id: x
                      ^
                  Give this rule an id of its own, or load only one of the two.
                """
            ])
    }

    @Test func foldersAreReadInOrderAndProblemsAreNamed() throws {
        let folder = "/tmp/nightjar-rules-\(getpid())"
        try #require(mkdir(folder, 0o700) == 0)
        let files = ["b.yml": RuleLoaderTests.rule("B"), "a.yaml": RuleLoaderTests.rule("A"), "c.txt": "no rule"]
        func write(_ name: String, _ bytes: [UInt8]) {
            let file = fopen(folder + "/" + name, "wb")
            _ = fwrite(bytes, 1, bytes.count, file)
            fclose(file)
        }
        for (name, text) in files { write(name, Array(text.utf8)) }
        write("d.yml", [0x74, 0x3A, 0xFF])
        defer {
            for name in ["a.yaml", "b.yml", "c.txt", "d.yml"] { unlink(folder + "/" + name) }
            rmdir(folder)
        }
        var loader = RuleLoader()
        let rules = loader.load(paths: [folder, folder + "/b.yml", folder + "/none"])
        #expect(rules.sigma.map(\.info.title) == ["A", "B"])
        #expect(
            rules.diagnostics.map(\.message) == [
                "cannot be read: not UTF-8 (byte 3): save it as UTF-8", "cannot be read: No such file or directory",
            ])
    }

    @Test func emptyFilesAndDocumentsAreNothing() {
        var loader = RuleLoader()
        let rules = loader.load(text: "---\n# only a comment\n---\n", file: "a.yml")
        #expect(rules.loadedCount == 0 && rules.diagnostics.isEmpty)
    }

    @Test func collectionsShareWhatIsGlobal() throws {
        var loader = RuleLoader()
        let rules = loader.load(
            text: """
                action: global
                title: Shared
                level: high
                logsource: {product: linux}
                detection: {s: {f: a}, condition: s}
                ---
                id: one
                logsource: {service: sshd}
                ---
                action: repeat
                id: two
                level: low
                ---
                action: reset
                ---
                id: three
                title: Alone
                """, file: "a.yml")
        #expect(rules.sigma.map(\.info.id) == ["one", "two"])
        #expect(rules.sigma.map(\.info.level) == [.high, .low])
        #expect(rules.sigma.allSatisfy { $0.logSource == RuleLogSource(product: "linux", service: "sshd") })
        #expect(rules.diagnostics.map(\.message) == ["the rule has no `logsource`"])
    }

    @Test(arguments: [
        ("action: repeat\ntitle: T\n", "`action: repeat` has no rule before it to repeat"),
        ("action: stop\ntitle: T\n", "`action` knows global, reset and repeat"),
        ("title: T\nfilter: {rules: [x], s: {a: 1}, condition: s}\n", "the rule has no `logsource`"),
    ]) func refusedDocuments(text: String, message: String) {
        var loader = RuleLoader()
        #expect(loader.load(text: text, file: "a.yml").diagnostics.map(\.message) == [message])
    }

    @Test func taxonomyNamesAreECS() {
        let known = Set(Field.allCases.map(\.rawValue))
        let ours: Set<String> = ["auditd.log.record_type", "auditd.log.syscall"]
        for source in [
            RuleLogSource(category: "webserver"), RuleLogSource(category: "dns"), RuleLogSource(service: "auditd"),
            RuleLogSource(service: "sshd"), RuleLogSource(category: "firewall"),
            RuleLogSource(category: "process_creation"),
        ] {
            for name in Taxonomy.sigmaNames(for: source) {
                for target in Taxonomy.candidates(name, for: source).dropFirst() {
                    #expect(known.contains(target) || ours.contains(target), "\(name) → \(target)")
                }
            }
        }
    }

    @Test(arguments: [
        ("cs-uri-query", RuleLogSource(category: "webserver"), ["cs-uri-query", "url.original", "url.full"]),
        ("query", RuleLogSource(category: "dns"), ["query", "dns.question.name"]),
        ("query", RuleLogSource(category: "webserver"), ["query"]),
        ("url.path", RuleLogSource(category: "webserver"), ["url.path"]),
        ("src_ip", RuleLogSource(category: "firewall"), ["src_ip", "source.ip", "source.address", "client.ip"]),
    ]) func candidates(name: String, source: RuleLogSource, expected: [String]) {
        #expect(Taxonomy.candidates(name, for: source) == expected)
    }
}

/// The tables of field names as files.
@Suite struct TaxonomyTableTests {
    private func table(_ text: String) -> TaxonomyTable { TaxonomyTable(texts: [("t.yml", text, "")]) }

    @Test func thePackHasTablesForEveryFamily() {
        #expect(TaxonomyTable.standard.problems.isEmpty)
        for source in ["webserver", "dns", "firewall", "process_creation"] {
            #expect(Taxonomy.sigmaNames(for: RuleLogSource(category: source)).count > 60)
        }
        #expect(Taxonomy.canonical("cs(User-Agent)", for: RuleLogSource(category: "proxy")) == "user_agent.original")
    }

    @Test(arguments: [
        ("taxonomy: a\nfields: {b: c}\nmore: 1\n", "more"), ("fields: {b: c}\n", "has a name"),
        ("taxonomy: a\nfields: {b: []}\n", "stands for a field"),
        ("taxonomy: a\nlogsources: {kind: x}\nfields: {b: c}\n", "log sources have"), ("", "were not found"),
    ]) func whatIsWrongIsSaid(text: String, part: String) {
        #expect(table(text).problems.contains { $0.rendered.contains(part) })
    }

    @Test func aTableFromElsewhereIsRefused() {
        var loader = RuleLoader()
        let set = loader.load(text: "taxonomy: acme\nfields: {a: b}\n", file: "a.yml")
        #expect(set.refusedCount == 1 && set.diagnostics[0].message.contains("`taxonomy` alone"))
        loader = RuleLoader()
        #expect(loader.load(text: "taxonomy: web\nfields: {a: b}\n", file: "a.yml").refusedCount == 0)
    }
}
