import Events
import Logs
import Primitives
import Testing

/// The domain of a name that was asked for, from the logs of name servers.
@Suite struct QuestionDomainTests {
    @Test(arguments: [
        ("aAbb.T.kho.Example", "kho.example", "aabb.t"), ("www.donghoa.gov.vn.", "donghoa.gov.vn", "www"),
        ("kho.example", "kho.example", nil), ("gov.vn", nil, nil), ("localhost", nil, nil), (".", nil, nil),
    ])
    func theDomainIsTold(_ name: String, _ domain: String?, _ below: String?) throws {
        let line =
            "2026-03-12T09:20:12.000000+07:00 dns-01 named[311]: client @0x7f 10.20.10.73#4711 (\(name)): "
            + "query: \(name) IN TXT +E(0)K (10.20.1.53)"
        let found = try event(line)
        #expect(found["dns.question.name"] == name)
        #expect(found["dns.question.registered_domain"] == domain)
        #expect(found["dns.question.subdomain"] == below)
    }

    @Test func aLongNameIsLeftAlone() throws {
        let name = String(repeating: "a.", count: 600) + "example"
        #expect(try event("{\"dns.question.name\": \"\(name)\"}")["dns.question.registered_domain"] == nil)
    }
}
