import Events
import Primitives
import Rules
import Testing

@Suite struct EstateReaderTests {
    static let text = """
        networks:
          - 10.0.0.0/16
          - {network: 10.8.0.0/24, name: VPN, agency: doh, kind: vpn}
        agencies:
          - {id: doh, name: Department of Health, name_vi: Sở Y tế}
        systems:
          - id: portal
            name: Provincial portal
            owner: An
            agency: doh
            criticality: critical
            hosts: [web-01]
            addresses: [10.0.1.0/28]
            virtual_hosts: [portal.example.org, '*.portal.example.org']
            roles: [http]
            users: [deploy]
            labels: [portal-*]
          - {id: db, addresses: [10.0.1.5], roles: [sql]}
        sensors:
          - {id: tap, networks: [10.0.0.0/16]}
        variables: {HTTP_PORTS: '[80,8080]'}
        """

    private func estate() throws -> Estate {
        let (estate, diagnostics) = EstateReader.read(text: Self.text, file: "estate.yml")
        #expect(diagnostics.isEmpty)
        return try #require(estate)
    }

    @Test func theClosestSystemAnswers() throws {
        let estate = try estate()
        func of(_ text: String) -> String? { IPAddress(text).flatMap { estate.system(of: $0) }?.id }
        #expect(of("10.0.1.3") == "portal")
        #expect(of("10.0.1.5") == "db")
        #expect(of("10.0.1.99") == nil)
        #expect(estate.system(host: "WEB-01.example.org")?.id == "portal")
        #expect(estate.system(name: "x.portal.example.org:8443")?.id == "portal")
        #expect(estate.system(name: "other.example.org") == nil)
        #expect(estate.isOwnName("other.example.org") && !estate.isOwnName("example.com"))
        #expect(estate.system(user: "Deploy")?.id == "portal")
        #expect(estate.system(label: "portal-access")?.id == "portal" && estate.system(label: "xportal") == nil)
        #expect(estate.agency("Sở Y tế")?.id == "doh")
    }

    @Test func givenNetworksAreInsideAndElseThePrivateOnes() throws {
        let estate = try estate()
        func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }
        #expect(try estate.isInternal(address("10.8.0.9")) && !estate.isInternal(address("192.168.1.1")))
        #expect(try estate.network(of: address("10.8.0.9"))?.kind == "vpn")
        #expect(try Estate.standard.isInternal(address("192.168.1.1")))
        #expect(try Estate.standard.isInternal(address("fd00::1")))
        #expect(try !Estate.standard.isInternal(address("203.0.113.1")))
    }

    @Test func variablesFollowFromNetworksAndRoles() throws {
        let variables = EstateVariables.variables(of: try estate())
        #expect(variables.addresses["HOME_NET"] == "[10.0.0.0/16,10.8.0.0/24]")
        #expect(variables.addresses["HTTP_SERVERS"] == "[10.0.1.0/28]")
        #expect(variables.addresses["SQL_SERVERS"] == "[10.0.1.5]")
        #expect(variables.addresses["DNS_SERVERS"] == nil)
        #expect(variables.ports["HTTP_PORTS"] == "[80,8080]")
        #expect(EstateVariables.variables(of: .standard).addresses.isEmpty)
    }

    /// Text, line and column of the fault, what is said of it.
    static let faults: [(String, Int, Int, String)] = [
        ("systms: []\n", 1, 1, "Did you mean 'systems'?"),
        ("systems:\n  - {id: a, critical: high}\n", 2, 13, "criticality"),
        ("systems:\n  - id: a\n    criticality: huge\n", 3, 18, "low, medium, high, critical"),
        ("systems:\n  - name: a\n", 2, 5, "needs `id`"),
        ("systems:\n  - {id: a}\n  - {id: a}\n", 3, 10, "two systems"),
        ("networks: [10.0.0.0/40]\n", 1, 12, "no address and no network"),
        ("systems:\n  - {id: a, virtual_hosts: ['a.*.b']}\n", 2, 30, "no name of a host"),
        ("systems: 5\n", 1, 10, "is a list"), ("- a\n", 1, 1, "is a mapping"),
        ("systems:\n  - id: a\n    roles: [htp]\n", 3, 13, "ftp"),
    ]

    @Test(arguments: faults) func faultsAreShownWhereTheyAre(text: String, line: Int, column: Int, says: String) throws
    {
        let (estate, diagnostics) = EstateReader.read(text: text, file: "e.yml")
        #expect(estate == nil)
        let fault = try #require(diagnostics.first)
        #expect(fault.line == line && fault.column == column, "\(fault.rendered)")
        #expect(fault.rendered.contains(says), "\(fault.rendered)")
        #expect(fault.rendered.contains("^"))
    }
}
