import Rules
import Testing

@Suite struct RuleLoaderTests {
    @Test func loadsOneRule() {
        var loader = RuleLoader()
        let set = loader.load(
            text: "title: T\nlogsource: {category: webserver}\ndetection: {s: {a: b}, condition: s}\n", file: "a.yml")
        #expect(set.sigma.count == 1)
        #expect(set.diagnostics.isEmpty)
    }
}
