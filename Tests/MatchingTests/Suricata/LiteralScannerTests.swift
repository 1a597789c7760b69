import Events
import Matching
import Rules
import Testing

/// The search for many literals at once against a look at every place for every literal.
@Suite struct LiteralScannerTests {
    private struct Wanted {
        var bytes: [UInt8]
        var isCaseless: Bool
        var offset: Int?
        var depth: Int?

        init(_ alphabet: [UInt8], _ dice: inout Dice) {
            let length =
                Bool.random(using: &dice) ? Int.random(in: 1...5, using: &dice) : Int.random(in: 1...12, using: &dice)
            let isRun = Int.random(in: 0..<6, using: &dice) == 0
            let byte = alphabet.randomElement(using: &dice) ?? 0
            bytes = (0..<length).map { _ in isRun ? byte : alphabet.randomElement(using: &dice) ?? 0 }
            isCaseless = Int.random(in: 0..<3, using: &dice) == 0
            if Int.random(in: 0..<3, using: &dice) == 0 { depth = length + Int.random(in: 0...70, using: &dice) }
            if Int.random(in: 0..<4, using: &dice) == 0 { offset = Int.random(in: 0...9, using: &dice) }
        }

        func rule(_ sid: Int) -> String {
            let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
            let place = (offset.map { "offset:\($0); " } ?? "") + (depth.map { "depth:\($0); " } ?? "")
            let options = "content:\"|\(digits)|\"; \(isCaseless ? "nocase; " : "")\(place)"
            return "alert udp any any -> any any (\(options)sid:\(sid);)"
        }

        func isIn(_ payload: [UInt8]) -> Bool {
            let from = offset ?? 0
            let to = min(payload.count, depth.map { from + $0 } ?? payload.count)
            guard to - from >= bytes.count else { return false }
            return (from...to - bytes.count).contains { start in
                bytes.indices.allSatisfy { same(bytes[$0], payload[start + $0]) }
            }
        }

        private func same(_ left: UInt8, _ right: UInt8) -> Bool {
            isCaseless ? lower(left) == lower(right) : left == right
        }

        private func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 32 : byte }
    }

    /// The item's number of each payload, and the signatures that alert on it.
    private func found(_ rules: String, _ payloads: [[UInt8]]) throws -> [[Int]] {
        var found: [[Int]] = Array(repeating: [], count: payloads.count)
        let all = try hits(rules) { build in
            build.ipProtocol = 17
            for payload in payloads { build.packet(bytes: payload) }
        }
        for hit in all { found[hit.item].append(hit.sid) }
        return found.map { $0.sorted() }
    }

    private static let alphabets: [[UInt8]] = [
        [0], [0, 0x20], Array("aAbB ".utf8), [0x40, 0x60, 0x41, 0x61], Array("GET /index.html?HTTP".utf8),
        Array(0...255),
    ]

    @Test(arguments: alphabets.indices) func everyLiteralIsFoundWhereItStands(_ number: Int) throws {
        var dice = Dice(seed: UInt64(number) + 1)
        let alphabet = LiteralScannerTests.alphabets[number]
        for _ in 0..<12 {
            let wanted = (0..<40).map { _ in Wanted(alphabet, &dice) }
            var payloads: [[UInt8]] = []
            for length in Array(0...24) + [63, 64, 65, 100, 300, 301] {
                var payload = (0..<length).map { _ in alphabet.randomElement(using: &dice) ?? 0 }
                // One of the literals, at an odd or an even place, up to the very end.
                if let one = wanted.randomElement(using: &dice), one.bytes.count <= length {
                    let start = Int.random(in: 0...length - one.bytes.count, using: &dice)
                    payload.replaceSubrange(start..<start + one.bytes.count, with: one.bytes)
                }
                payloads.append(payload)
            }
            let rules = wanted.enumerated().map { $1.rule($0 + 1) }.joined(separator: "\n")
            let expected = payloads.map { payload in wanted.indices.filter { wanted[$0].isIn(payload) }.map { $0 + 1 } }
            #expect(try found(rules, payloads) == expected)
        }
    }

    /// Runs of one byte are looked through once: the literal may stand at their start, in them and at their end.
    @Test func runsAreLookedThrough() throws {
        let wanted = ["00 00 00 00 00", "00 00 00 47", "47 00 00 00 00", "20 00 20", "00 00 18", "41 41 41 41 41 41"]
        let rules = wanted.enumerated().map {
            "alert udp any any -> any any (content:\"|\($1)|\"; sid:\($0 + 1);)"
        }.joined(separator: "\n")
        let zeros = { (count: Int) in [UInt8](repeating: 0, count: count) }
        let payloads: [[UInt8]] = [
            zeros(40) + [0x47], [0x47] + zeros(40), [1] + zeros(5), zeros(4), [1, 2] + zeros(4) + [0x20],
            zeros(9) + [0x20] + zeros(1) + [0x20], zeros(30) + [0x18], [0x61] + [UInt8](repeating: 0x41, count: 6),
            [UInt8](repeating: 0x61, count: 50), [UInt8](repeating: 0x20, count: 50) + zeros(5),
            zeros(3) + [0x47, 0x47],
        ]
        let expected: [[Int]] = [
            [1, 2], [1, 3], [1], [], [], [1, 4], [1, 5], [6], [], [1], [2],
        ]
        #expect(try found(rules, payloads) == expected)
    }

    /// What is told apart only behind the first hundreds of bytes is found all the same.
    @Test func longContentsAreFound() throws {
        let runs = [255, 256, 257, 300, 1500].map { [UInt8](repeating: 0x41, count: $0) + [0x42] }
        let rules = runs.enumerated().map { number, bytes in
            let digits = bytes.map { String($0, radix: 16) }.joined(separator: " ")
            return "alert udp any any -> any any (content:\"|\(digits)|\"; sid:\(number + 1);)"
        }.joined(separator: "\n")
        let payloads = runs.flatMap { [$0, [0x2D] + $0, [UInt8](repeating: 0x41, count: 40) + $0 + [0x43, 0x44]] }
        let expected = payloads.map { payload in
            let letters = payload.filter { $0 == 0x41 }.count
            return runs.indices.filter { runs[$0].count - 1 <= letters }.map { $0 + 1 }
        }
        #expect(try found(rules, payloads) == expected)
    }

    /// More kinds of payloads than have indexes of their own.
    @Test func portsWithoutEndAreTold() throws {
        let ports = Array(1000..<1600)
        let rules = ports.map { "alert udp any any -> any \($0) (content:\"needle\"; sid:\($0);)" }
        let all = try hits(rules.joined(separator: "\n")) { build in
            build.ipProtocol = 17
            for port in ports + ports.reversed() {
                build.serverPort = UInt16(port)
                build.packet("a needle")
            }
        }
        #expect(all.map(\.sid) == ports + ports.reversed())
    }
}

/// A repeatable stream of numbers (xorshift64*).
private struct Dice: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 2_685_821_657_736_338_717
    }
}
