import Primitives
import Rules
import Testing

@Suite struct IndicatorListTests {
    private func read(_ text: String, name: String = "list") -> (found: [Indicator], list: IndicatorList) {
        var found: [Indicator] = []
        let list = IndicatorList(name: name, text: Array(text.utf8)) { found.append($0) }
        return (found, list)
    }

    @Test func linesOfText() {
        let (found, list) = read(
            """
            # known
            203.0.113.9 # command server
            198.51.100.0/24
            hxxp://Bad[.]example/Path?q=1
            *.Evil.example.
            0.0.0.0 ads.example
            44d88612fea8a8f36de82e1278abb02f
            t13d1516h2_8daaf6152771_e5627efa2ab1
            not an indicator
            """)
        #expect(
            found == [
                Indicator(kind: .address, value: "203.0.113.9", note: "command server"),
                Indicator(kind: .network, value: "198.51.100.0/24"),
                Indicator(kind: .url, value: "bad.example/Path?q=1"), Indicator(kind: .domain, value: "evil.example"),
                Indicator(kind: .domain, value: "ads.example"),
                Indicator(kind: .hash, value: "44d88612fea8a8f36de82e1278abb02f"),
                Indicator(kind: .ja4, value: "t13d1516h2_8daaf6152771_e5627efa2ab1"),
            ])
        #expect(list.taken == 7 && list.passedOver == ["no indicator": 1])
        #expect(read("44d88612fea8a8f36de82e1278abb02f\n", name: "ja3-bad").found.map(\.kind) == [.ja3])
    }

    @Test func columnsByTheirNames() {
        let (found, _) = read(
            """
            # "first_seen","ioc_value","ioc_type","malware_printable","expires"
            "2026-01-01","203.0.113.9:443","ip:port","Emo ""x"", y","2026-03-01"
            "2026-01-01","bad.example","domain","", ""
            """)
        #expect(
            found == [
                Indicator(kind: .address, value: "203.0.113.9", note: "Emo \"x\", y", expires: 1_772_409_599),
                Indicator(kind: .domain, value: "bad.example"),
            ])
    }

    @Test func stixBundles() {
        let (found, list) = read(
            #"""
            {"type": "bundle", "objects": [
              {"type": "identity", "name": "x"},
              {"type": "indicator", "name": "Câu cá", "pattern_type": "stix", "valid_until": "2026-03-01T00:00:00Z",
               "pattern": "[domain-name:value = 'bad.example' OR ipv4-addr:value IN ('203.0.113.9', '203.0.113.10')]"},
              {"type": "indicator", "pattern": "[file:hashes.'SHA-256' = '\#(String(repeating: "aB", count: 32))']"},
              {"type": "indicator", "pattern": "[url:value = 'https://bad.example:443/a\\'b'] AND [x:y = '1']"},
              {"type": "indicator", "pattern_type": "sigma", "pattern": "title: x"}
            ]}
            """#)
        #expect(found.map(\.kind) == [.domain, .address, .address, .hash])
        #expect(found[0] == Indicator(kind: .domain, value: "bad.example", note: "Câu cá", expires: 1_772_323_200))
        #expect(found[3].value == String(repeating: "ab", count: 32))
        #expect(list.passedOver.values.reduce(0, +) == 2)
    }

    @Test func mispEvents() {
        let (found, list) = read(
            """
            {"Event": {"info": "Campaign 7", "Attribute": [
              {"type": "ip-dst|port", "value": "203.0.113.9|8080", "to_ids": true, "comment": ""},
              {"type": "filename|md5", "value": "a.exe|44D88612FEA8A8F36DE82E1278ABB02F", "to_ids": true, "comment": "dropper"},
              {"type": "domain", "value": "bad.example", "to_ids": false},
              {"type": "text", "value": "hello", "to_ids": true}],
             "Object": [{"name": "x", "Attribute": [{"type": "hostname", "value": "c2.bad.example", "to_ids": true}]}]}}
            """)
        #expect(
            found == [
                Indicator(kind: .address, value: "203.0.113.9", note: "Campaign 7"),
                Indicator(kind: .hash, value: "44d88612fea8a8f36de82e1278abb02f", note: "dropper"),
                Indicator(kind: .domain, value: "c2.bad.example", note: "Campaign 7"),
            ])
        #expect(list.passedOver.values.reduce(0, +) == 2)
    }

    @Test(arguments: [
        "{", "{\"a\":", "[1,2", "{\"objects\": [{\"type\": \"indicator\", \"pattern\": \"[x = '\"}]}", "\u{0}\u{1}",
        "[[[[",
        String(repeating: "[", count: 5000), "{\"a\": \"\\ud800\\u0041\"}", "\"\\u12\"",
    ]) func damagedListsHarmNobody(_ text: String) { #expect(read(text).found.isEmpty) }
}
