import Events
import Rules
import Testing

@Suite struct FilterTests {
    private static let rules = """
        title: One
        id: id-one
        name: one
        logsource: {category: webserver}
        detection: {s: {c-ip: 192.0.2.1}, condition: s}
        ---
        title: Two
        id: id-two
        logsource: {product: linux, service: sshd}
        detection: {a: {x: 1}, b: {y: 2}, condition: a or b}

        """

    private func load(_ filter: String, before: Bool = false) -> RuleSet {
        var loader = RuleLoader()
        let text =
            before ? filter + "\n---\n" + FilterTests.rules : FilterTests.rules + "---\n" + filter
        return loader.load(text: text, file: "f.yml")
    }

    private static let scanner = """
        title: Own scanner
        logsource: {category: webserver}
        filter:
          rules: [one]
          selection: {c-ip: 10.0.0.5}
          condition: not selection
        """

    @Test(arguments: [false, true]) func aFilterIsJoinedToTheRuleItNames(before: Bool) throws {
        let rules = load(FilterTests.scanner, before: before)
        #expect(rules.diagnostics.isEmpty && rules.refusedCount == 0)
        let one = try #require(rules.sigma.first { $0.info.id == "id-one" })
        #expect(one.selections.map(\.name) == ["s", "selection"])
        guard case .all(let parts) = one.condition, case .not(.selection(let place)) = parts[1] else {
            Issue.record("\(one.condition)")
            return
        }
        #expect(place == 1)
        let two = try #require(rules.sigma.first { $0.info.id == "id-two" })
        #expect(two.selections.count == 2)
    }

    @Test func anyMeansEveryRuleOfTheLogSource() {
        let rules = load(FilterTests.scanner.replacing("[one]", with: "any"))
        #expect(rules.sigma.map(\.selections.count) == [2, 2])
        let all = load(
            FilterTests.scanner.replacing("[one]", with: "any").replacing("{category: webserver}", with: "{}"))
        #expect(all.sigma.map(\.selections.count) == [2, 3])
    }

    @Test func aRuleOfAnotherLogSourceIsLeftAlone() {
        let rules = load(FilterTests.scanner.replacing("[one]", with: "[id-two]"))
        #expect(rules.sigma.map(\.selections.count) == [1, 2])
        #expect(
            rules.diagnostics.map(\.message) == [
                "the rule \"id-two\" is for another log source: the filter leaves it alone"
            ])
    }

    @Test(arguments: [
        ("[one]", "[onw]", "no loaded Sigma rule has the id or name \"onw\""),
        ("  condition: not selection", "  condition: not selektion", "there is no selection \"selektion\""),
        ("  rules: [one]\n", "", "the filter names no `rules`"),
        ("title: Own scanner\n", "", "the filter has no title"),
    ]) func refusals(part: String, by other: String, message: String) {
        let rules = load(FilterTests.scanner.replacing(part, with: other))
        #expect(rules.refusedCount == 1 && rules.diagnostics.map(\.message) == [message])
        #expect(rules.sigma.map(\.selections.count) == [1, 2])
    }
}
