import Foundation
import Testing

/// Programs of others that these tests hand things to, where they are installed.
enum ForeignTools {
    /// The first of these programs on the path.
    static func tool(_ names: String...) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return names.lazy.flatMap { name in folders.map { "\($0)/\(name)" } }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Whether Python is there with these modules.
    static func python(has modules: String...) -> Bool {
        guard let python = tool("python3") else { return false }
        let names = modules.joined(separator: ", ")
        return (try? Fixture.run(python, ["-c", "import \(names)"]).status) == 0
    }

    static let browser = tool("chromium", "chromium-browser", "google-chrome")
    static let hasOCSF = python(has: "ocsf_json_schema", "jsonschema")
    static let hasSTIX = python(has: "stix2validator")
    static let hasNavigator = python(has: "mitreattack.navlayers")
    static let hasParquet = python(has: "pyarrow")
}

/// What nightjar writes, in the hands of other programs: each test runs where its program is installed.
@Suite struct ForeignToolsTests {
    /// A folder with a store of the attacks of `Samples/`.
    private func store() throws -> (fixture: Fixture, arguments: [String]) {
        let fixture = try Fixture()
        try fixture.scan([Fixture.samples + "/attacks"], into: fixture.path("db"))
        return (fixture, ["--db", fixture.path("db")] + ProgramTests.day)
    }

    private func nightjar(_ arguments: [String]) throws -> String {
        let result = try Fixture.run(try #require(ProgramTests.program), arguments)
        #expect(result.status == 0, "\(arguments.joined(separator: " ")): \(result.output)")
        return result.output
    }

    private func python(_ script: String, _ arguments: String...) throws -> (status: Int32, output: String) {
        try Fixture.run(try #require(ForeignTools.tool("python3")), ["-c", script] + arguments)
    }

    /// Light and dark, English and Vietnamese: something is drawn, the console says nothing, and nothing is asked for
    /// from anywhere. What the browser itself asks its maker for does not count.
    @Test(.enabled(if: ForeignTools.browser != nil), arguments: [("en", false), ("vi", true)])
    func aBrowserShowsTheReport(_ page: (language: String, isDark: Bool)) throws {
        let (fixture, store) = try store()
        let html = fixture.path("report.html")
        _ = try nightjar(["report", "--lang", page.language, "-o", html] + store)
        var options = [
            "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--user-data-dir=\(fixture.path("profile"))",
            "--enable-logging=stderr", "--log-net-log=\(fixture.path("net.json"))", "--window-size=1280,1600",
            "--screenshot=\(fixture.path("page.png"))",
        ]
        if page.isDark { options.append("--blink-settings=preferredColorScheme=0") }
        let result = try Fixture.run(try #require(ForeignTools.browser), options + ["file://" + html])
        #expect(!result.output.contains("CONSOLE"), "\(result.output)")
        let picture = try Data(contentsOf: URL(fileURLWithPath: fixture.path("page.png")))
        #expect(picture.starts(with: [0x89, 0x50, 0x4E, 0x47]) && picture.count > 50_000)
        let log = try String(contentsOfFile: fixture.path("net.json"), encoding: .utf8)
        let asked = log.components(separatedBy: "\"url\":\"http").dropFirst().map { String($0.prefix(80)) }
        let ours = asked.filter { !$0.contains(".google.com/") && !$0.contains(".googleapis.com/") }
        #expect(ours.isEmpty, "\(ours)")
    }

    @Test(.enabled(if: ForeignTools.tool("tshark") != nil))
    func wiresharkOpensTheCaptureOfABundle() throws {
        let (fixture, store) = try store()
        let list = try nightjar(["incidents", "rule:1:9000001", "--json", "--limit", "1"] + store)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(list.utf8)) as? [String: Any])
        let id = try #require(object["id"] as? String)
        _ = try nightjar(["evidence", "export", id, "-o", fixture.path("case")] + store)
        let result = try Fixture.run(
            try #require(ForeignTools.tool("tshark")), ["-r", fixture.path("case/flow.pcapng"), "-Y", "http.request"])
        #expect(result.status == 0)
        #expect(result.output.contains("POST /"), "\(result.output)")
    }

    @Test(.enabled(if: ForeignTools.hasOCSF)) func findingsFitTheSchemaOfOCSF() throws {
        let (fixture, store) = try store()
        _ = try nightjar(["export", "--format", "ocsf", "-o", fixture.path("x.ocsf")] + store)
        let result = try python(
            """
            import json, sys, jsonschema
            from ocsf_json_schema import get_ocsf_schema, OcsfJsonSchemaEmbedded
            schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version='1.3.0')).get_class_schema(
                class_name='detection_finding', profiles=[])
            check = jsonschema.Draft202012Validator(schema)
            lines = [json.loads(line) for line in open(sys.argv[1])]
            faults = [f"{list(e.path)} {e.message}" for line in lines for e in check.iter_errors(line)]
            print(len(lines), 'findings', faults[:3])
            sys.exit(1 if faults or not lines else 0)
            """, fixture.path("x.ocsf"))
        #expect(result.status == 0, "\(result.output)")
    }

    @Test(.enabled(if: ForeignTools.hasSTIX)) func bundlesFitTheSchemasOfSTIX() throws {
        let (fixture, store) = try store()
        _ = try nightjar(["export", "--format", "stix", "-o", fixture.path("x.json")] + store)
        let result = try python(
            """
            import sys
            from stix2validator import validate_file, ValidationOptions
            results = validate_file(sys.argv[1], ValidationOptions(version='2.1'))
            print([str(e) for r in results.object_results for e in r.errors][:3])
            sys.exit(0 if results.is_valid else 1)
            """, fixture.path("x.json"))
        #expect(result.status == 0, "\(result.output)")
    }

    /// As MITRE's own library reads layers: strictly, a wrong one is refused.
    @Test(.enabled(if: ForeignTools.hasNavigator)) func layersFitTheFormatOfNavigator() throws {
        let (fixture, store) = try store()
        _ = try nightjar(["export", "--format", "navigator", "-o", fixture.path("x.json")] + store)
        let result = try python(
            """
            import contextlib, io, json, sys
            from mitreattack.navlayers import Layer
            text = json.load(open(sys.argv[1]))
            def told(data):
                out = io.StringIO()
                with contextlib.redirect_stdout(out):
                    layer = Layer(strict=True)
                    layer.from_dict(data)
                return layer, out.getvalue()
            layer, faults = told(text)
            read = layer.to_dict()
            lost = [key for key in text if key not in read]
            print(len(read['techniques']), 'techniques', read['versions'], lost, faults)
            isWhole = not faults and not lost and len(read['techniques']) == len(text['techniques'])
            sys.exit(0 if isWhole and told(dict(text, domain='no such domain'))[1] else 1)
            """, fixture.path("x.json"))
        #expect(result.status == 0, "\(result.output)")
    }

    @Test(.enabled(if: ForeignTools.hasParquet)) func viewsAreReadAsParquet() throws {
        let (fixture, store) = try store()
        let wanted = try nightjar(["query", "SELECT count(*) FROM detections", "--format", "csv"] + store)
        _ = try nightjar(["query", "detections", "-o", fixture.path("d.parquet")] + store)
        let result = try python(
            """
            import sys, pyarrow.parquet as q
            t = q.read_table(sys.argv[1])
            print(t.num_rows, t.schema.field('first_ns').type, t.schema.field('title').type, t.column('id').null_count)
            """, fixture.path("d.parquet"))
        let count = try #require(wanted.split(whereSeparator: { !$0.isNumber }).last)
        #expect(result.output.hasPrefix("\(count) timestamp[ns, tz=UTC] string 0"), "\(result.output)")
    }
}
