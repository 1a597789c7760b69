import Engine
import Rules
import Testing

/// A suricata.yaml and the files that it names.
@Suite struct SuricataSettingsTests {
    private static func warnings(_ yaml: String, _ fixture: Fixture) throws -> [String] {
        let rules = try fixture.write(
            "own.rules", "alert tcp any any -> any any (msg:\"m\"; content:\"abc\"; sid:1;)\n")
        let path = try fixture.write("suricata.yaml", yaml)
        let checked = try RuleDesk.check([rules], suricataConfiguration: path)
        #expect(checked.loadedCount == 1 && checked.refusedCount == 0)
        return checked.diagnostics.map(\.rendered)
    }

    /// What cannot be read stops nothing, and is told of by the key that names it.
    @Test(arguments: [
        ("geoip-database: gone.mmdb", "geoip-database"), ("threshold-file: gone.config", "threshold-file"),
        ("reputation-categories-file: gone.txt", "reputation-categories-file"),
        ("reputation-categories-file: categories.txt\nreputation-files: [gone.list]", "reputation-files"),
        ("geoip-database: categories.txt", "geoip-database"),
    ])
    func aFileThatCannotBeReadIsToldOf(_ yaml: String, _ key: String) throws {
        let fixture = try Fixture()
        try fixture.write("categories.txt", "1,BadHosts,Known bad hosts\n")
        let told = try Self.warnings(yaml + "\n", fixture)
        #expect(told.count == 1, "\(told)")
        #expect(told.first?.contains("suricata.yaml: warning: \(key): ") ?? false, "\(told)")
        #expect(told.first?.contains("cannot be read") ?? false, "\(told)")
    }

    /// What is wrong in the file itself is told of too, where rules are read.
    @Test func whatIsWrongInTheFileIsToldOf() throws {
        let fixture = try Fixture()
        let include = try Self.warnings("include: gone.yaml\n", fixture)
        #expect(include.count == 1 && include[0].contains("the included file gone.yaml does not exist"), "\(include)")
        let header = """
            outputs:
              - eve-log:
                  types:
                    - alert:
                        xff:
                          enabled: yes
                          header: True-Client-IP

            """
        let told = try Self.warnings(header, fixture)
        #expect(told.contains { $0.contains("suricata.yaml:7:") && $0.contains("not supported") }, "\(told)")
    }

    @Test func whatCanBeReadIsNotToldOf() throws {
        let fixture = try Fixture()
        try fixture.write("categories.txt", "1,BadHosts,Known bad hosts\n")
        try fixture.write("hosts.list", "203.0.113.7,1,100\n")
        try fixture.write("threshold.config", "suppress gen_id 1, sig_id 1, track by_src, ip 203.0.113.7\n")
        let yaml = """
            reputation-categories-file: categories.txt
            reputation-files: [hosts.list]
            threshold-file: threshold.config

            """
        #expect(try Self.warnings(yaml, fixture) == [])
    }
}
