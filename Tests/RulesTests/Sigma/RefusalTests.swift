import Events
import Rules
import Testing

/// A `detection:` block that must be refused, and the diagnostic as a reader sees it.
struct RefusedDetection: Sendable, CustomStringConvertible {
    var detection: String
    var rendered: String

    init(_ detection: String, _ rendered: String) {
        self.detection = detection
        self.rendered = rendered
    }

    var description: String { detection }
}

@Suite struct SigmaRefusalTests {
    private static let head = "title: T\nid: t\nlogsource: {category: webserver}\ndetection:\n"

    @Test(arguments: [
        RefusedDetection(
            "  s: {f|containz: a}\n  condition: s",
            """
            a.yml:5:9: error: unknown modifier `containz`
                s: {f|containz: a}
                      ^~~~~~~~
              Did you mean `contains`?
            """),
        RefusedDetection(
            "  s:\n    f|cidr: 10.0.0.0/40\n  condition: s",
            """
            a.yml:6:7: error: `cidr` needs a network, and "10.0.0.0/40" is none
                  f|cidr: 10.0.0.0/40
                    ^~~~
              Write it like 192.0.2.0/24 or 2001:db8::/32, with `cidr` directly behind the field name.
            """),
        RefusedDetection(
            "  s:\n    f|contains|re: a\n  condition: s",
            """
            a.yml:6:16: error: `re` must come first: the value is a regular expression as written
                  f|contains|re: a
                             ^~
              Write `re` directly behind the field name.
            """),
        RefusedDetection(
            "  s:\n    f|i: a\n  condition: s",
            """
            a.yml:6:7: error: `i` belongs to a regular expression
                  f|i: a
                    ^
              Write `re|i`.
            """),
        RefusedDetection(
            "  s:\n    f|gt: many\n  condition: s",
            """
            a.yml:6:7: error: `gt` needs a number
                  f|gt: many
                    ^~
            """),
        RefusedDetection(
            "  s:\n    f|hour: 24\n  condition: s",
            """
            a.yml:6:7: error: `hour` needs a whole number from 0 to 23
                  f|hour: 24
                    ^~~~
            """),
        RefusedDetection(
            "  s:\n    f|contains|base64: a\n  condition: s",
            """
            a.yml:6:16: error: `base64` cannot encode a value with wildcards
                  f|contains|base64: a
                             ^~~~~~
              Write `base64` before `contains`, `startswith`, `endswith` and `windash`.
            """),
        RefusedDetection(
            "  s:\n    f|expand: '%Servers%'\n  condition: s",
            """
            a.yml:6:7: error: no values are known for the placeholder %Servers%
                  f|expand: '%Servers%'
                    ^~~~~~
              Give its values in a file (--placeholders), or take `expand` away where it is meant literally.
            """),
        RefusedDetection(
            "  s:\n    f|contains: null\n  condition: s",
            """
            a.yml:6:7: error: `contains` works on text only
                  f|contains: null
                    ^~~~~~~~
            """),
        RefusedDetection(
            "  s:\n    f: []\n  condition: s",
            """
            a.yml:6:5: error: the list of values is empty
                  f: []
                  ^
              Write '' or null where that is meant.
            """),
        RefusedDetection(
            "  s:\n    f: {a: b}\n  condition: s",
            """
            a.yml:6:5: error: a field takes a value or a list of values, and this is a mapping
                  f: {a: b}
                  ^
            """),
        RefusedDetection(
            "  s: {}\n  condition: s",
            """
            a.yml:5:3: error: the selection "s" is empty
                s: {}
                ^
            """),
    ]) func modifiersAndValues(refusal: RefusedDetection) { check(refusal) }

    @Test(arguments: [
        RefusedDetection(
            "  selection: {f: a}\n  condition: selektion",
            """
            a.yml:6:14: error: there is no selection "selektion"
                condition: selektion
                           ^~~~~~~~~
              Did you mean "selection"?
            """),
        RefusedDetection(
            "  s: {f: a}\n  condition: s and not",
            """
            a.yml:6:20: error: the condition ends where a selection is expected
                condition: s and not
                                 ^~~
            """),
        RefusedDetection(
            "  s: {f: a}\n  condition: (s or s",
            """
            a.yml:6:14: error: a parenthesis is not closed
                condition: (s or s
                           ^
            """),
        RefusedDetection(
            "  s: {f: a}\n  condition: s s",
            """
            a.yml:6:14: error: `s` does not continue the condition
                condition: s s
                           ^
              Join parts by and, or.
            """),
        RefusedDetection(
            "  s: {f: a}\n  condition: 1 of x*",
            """
            a.yml:6:19: error: no selection is called "x*"
                condition: 1 of x*
                                ^~
            """),
        RefusedDetection(
            "  s: {f: a}\n  condition: 2 of s*",
            """
            a.yml:6:14: error: 2 of 1 selections can never match
                condition: 2 of s*
                           ^
            """),
        RefusedDetection(
            "  s: {f: a}\n  condition: s*",
            """
            a.yml:6:14: error: a pattern needs a quantifier
                condition: s*
                           ^~
              Write `1 of s*` or `all of s*`.
            """),
        RefusedDetection(
            "  s: {f: a}\n  condition: s | count() by c > 5",
            """
            a.yml:6:18: error: aggregation `| count` is not part of Sigma 2
                condition: s | count() by c > 5
                               ^~~~~
              Write the selection as a rule and count its hits with a correlation (event_count, value_count, temporal).
            """),
        RefusedDetection(
            "  s: {f: a}\n  timeframe: 5m\n  condition: s",
            """
            a.yml:6:3: error: `timeframe` belongs to the aggregations that Sigma 2 took out of conditions
                timeframe: 5m
                ^~~~~~~~~
              Write a correlation with `timespan`.
            """),
        RefusedDetection(
            "  s: {f: a}",
            """
            a.yml:5:3: error: `detection` has no `condition`
                s: {f: a}
                ^
            """),
    ]) func conditions(refusal: RefusedDetection) { check(refusal) }

    private func check(_ refusal: RefusedDetection) {
        var loader = RuleLoader()
        let rules = loader.load(text: SigmaRefusalTests.head + refusal.detection + "\n", file: "a.yml")
        #expect(rules.sigma.isEmpty && rules.refusedCount == 1)
        #expect(rules.diagnostics.map(\.rendered) == [refusal.rendered])
    }

    @Test(arguments: [
        ("- a\n", "a.yml:1:1: error: a rule is a mapping, and this is a list"),
        ("title: T\ndetection: {s: {f: a}, condition: s}\n", "a.yml:1:1: error: the rule has no `logsource`"),
        ("id: x\nlogsource: {}\n", "a.yml:1:1: error: the rule has no title"),
        ("title: T\nlevel: mild\nlogsource: {}\n", "a.yml:2:8: error: unknown level \"mild\""),
        (
            "title: T\nlogsource: {}\ndetection: x\n",
            "a.yml:3:1: error: `detection` must be a mapping of selections and a condition"
        ),
        (
            "title: T\n\tid: x\n",
            "a.yml:2:1: error: not YAML: found a tab character that violates indentation"
                + " (while scanning a plain scalar in line 1)"
        ),
        ("title: T\ntitle: U\n", "a.yml:1:1: error: the key \"title\" stands twice in one mapping"),
        (
            "title: T\nstatus: unsupported\nlogsource: {category: a}\ndetection: {s: {f: a}, condition: s}\n",
            "a.yml:2:9: error: the rule calls itself unsupported: its author says it cannot be used as it is"
        ),
        (
            "title: T\nlogsource: {service: auditd}\ndetection:\n  s: {type: SYSCALL, cwd: /tmp}\n  condition: s\n",
            "a.yml:4:22: error: audit records of type SYSCALL have no field `cwd`: CWD records have it"
        ),
    ]) func wholeRules(text: String, firstLine: String) {
        var loader = RuleLoader()
        let rules = loader.load(text: text, file: "a.yml")
        #expect(rules.loadedCount == 0 && rules.refusedCount == 1)
        #expect(rules.diagnostics.map { String($0.rendered.split(separator: "\n")[0]) } == [firstLine])
    }

    @Test func aliasesThatMultiplyAreBounded() {
        var text = "title: T\na: &a [x, x, x, x, x, x, x, x, x, x]\n"
        for (name, of) in zip("bcdefgh", "abcdefg") {
            text += "\(name): &\(name) [" + [String](repeating: "*\(of)", count: 10).joined(separator: ", ") + "]\n"
        }
        var loader = RuleLoader()
        let rules = loader.load(text: text, file: "a.yml")
        #expect(rules.diagnostics.map(\.message) == ["the document has more than 200000 values"])
    }

    @Test func deepParenthesesAreBounded() {
        let condition = String(repeating: "(", count: 100) + "s" + String(repeating: ")", count: 100)
        var loader = RuleLoader()
        let rules = loader.load(
            text: SigmaRefusalTests.head + "  s: {f: a}\n  condition: \(condition)\n", file: "a.yml")
        #expect(rules.diagnostics.map(\.message) == ["parentheses are nested more than 64 deep"])
    }
}
