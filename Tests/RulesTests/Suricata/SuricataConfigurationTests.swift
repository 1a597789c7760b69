import Events
import Rules
import Testing

private func read(_ alert: String) -> (SuricataConfiguration, [Diagnostic]) {
    SuricataConfiguration.read(
        text: "outputs:\n  - eve-log:\n      types:\n        - alert:\n            xff:\n" + alert, file: "own.yaml")
}

@Test func theHeaderOfProxiesIsTakenOrRefusedByName() throws {
    let enabled = "              enabled: yes\n              mode: overwrite\n"
    let (known, none) = read(enabled + "              header: x-forwarded-for\n")
    #expect(known.forwarded?.overwrites == true && none.isEmpty)
    let (other, said) = read(enabled + "              header: True-Client-IP\n")
    #expect(other.forwarded == nil)
    let diagnostic = try #require(said.first)
    #expect(diagnostic.weight == .warning && diagnostic.line == 8)
    #expect(diagnostic.message.contains("\"True-Client-IP\" is not supported"))
    let (off, nothing) = read("              enabled: no\n              header: True-Client-IP\n")
    #expect(off.forwarded == nil && nothing.isEmpty)
}
