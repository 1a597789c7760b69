import Events
import Primitives
import Storage
import Testing

@Suite struct SpoolTests {
    private func read(_ store: Store) throws -> [Observation] {
        var all: [Observation] = []
        try store.forEachObservation { all.append($0) }
        return all
    }

    @Test func mergesInOneOrderWhateverTheChunks() throws {
        var results: [[String]] = []
        for size in [7, 100, 1000] {
            let store = try Store(path: ":memory:")
            for input in 1...5 {
                for from in stride(from: 0, to: 1000, by: size) {
                    let to = min(from + size, 1000)
                    let observations = (from..<to).map { number in
                        // Out of order within the input, and with equal times across inputs.
                        Make.observation(number, at: (number * 613) % 500, input: input)
                    }
                    try store.commit(
                        StoredChunk(
                            checkpoint: Make.checkpoint(input: input, offset: Int64(to * 100)),
                            startOffset: Int64(from * 100), observations: observations))
                }
            }
            let all = try read(store)
            #expect(all.count == 5000)
            #expect(zip(all, all.dropFirst()).allSatisfy { $0 < $1 })
            results.append(all.map { "\($0.time.nanoseconds) \($0.subject) \($0.event) \($0.values) \($0.excerpt)" })
        }
        #expect(results[0] == results[1])
        #expect(results[1] == results[2])
    }

    @Test func contentComesBack() throws {
        let store = try Store(path: ":memory:")
        let values = [
            FieldValue(name: "", value: ""), FieldValue(name: "x", value: String(repeating: "é", count: 5000)),
        ]
        var odd = Make.observation(3, at: -5, values: values, excerpt: [])
        odd.linkType = 0
        odd.weight = -7
        odd.event.length = 1 << 40
        odd.event.offset = -1
        odd.event.input = Make.id(99)
        odd.time = .none
        let big = Observation(
            time: Timestamp(nanoseconds: .max), subject: "big", event: Make.event(4), values: [],
            excerpt: [UInt8](repeating: 7, count: 700_000), linkType: .max)
        try store.commit(
            StoredChunk(
                checkpoint: Make.checkpoint(offset: 100), startOffset: 0, observations: [big, odd]))
        let all = try read(store)
        #expect(all.count == 2)
        #expect(all[0].values == odd.values)
        #expect(all.map(\.linkType) == [0, .max])
        #expect(all[0].weight == -7)
        #expect(all[0].event == odd.event)
        #expect(all[0].time.isNone)
        #expect(all[1].excerpt == big.excerpt)
        #expect(all[1].time.nanoseconds == .max)
    }

    /// Values that are those of the record before, all of them or some, or as many with others' names.
    @Test func likeValuesComeBackAsTheyWere() throws {
        let store = try Store(path: ":memory:")
        let names = ["source.ip", "user.name", "url.path", ""]
        var all: [Observation] = []
        for number in 0..<4000 {
            let kind = mix64(UInt64(number / 3))
            let values = (0..<Int(kind % 5)).map { place in
                let roll = mix64(UInt64(number) &* 31 &+ UInt64(place)) % 8
                return FieldValue(
                    name: names[(place + (roll == 0 ? 1 : 0)) % 4],
                    value: roll < 2 ? "" : roll < 4 ? "văn bản \(roll)" : "v\(kind % 3)")
            }
            all.append(Make.observation(number, at: number, subject: "s\(number % 3)", values: values))
        }
        try store.commit(StoredChunk(checkpoint: Make.checkpoint(offset: 100), startOffset: 0, observations: all))
        let read = try read(store)
        #expect(read.count == all.count)
        for (got, given) in zip(read, all) {
            #expect(got.values == given.values && got.subject == given.subject && got.excerpt == given.excerpt)
        }
    }

    @Test func readingAgainInOtherPiecesCountsOnce() throws {
        let store = try Store(path: ":memory:")
        for (from, to) in [(0, 40), (40, 80), (80, 100)] { try store.commit(Make.chunk(from: from, to: to)) }
        #expect(try store.observationCount() == 100)
        for (from, to) in [(0, 30), (30, 100)] { try store.commit(Make.chunk(from: from, to: to)) }
        #expect(try store.observationCount() == 100)
        #expect(try read(store).map(\.event.number) == (1...100).map { UInt64($0) })
    }

    @Test func whatAnInputLeavesAtItsEndStaysWhenItGrows() throws {
        let store = try Store(path: ":memory:")
        try store.commit(Make.chunk(from: 0, to: 10))
        let end = StoredChunk(
            checkpoint: Make.checkpoint(offset: 1000), startOffset: 1000,
            observations: [Make.observation(500, at: 3, subject: "baseline")])
        for _ in 0..<2 { try store.commit(end) }
        #expect(try store.observationCount() == 11)
        try store.commit(Make.chunk(from: 10, to: 20))
        #expect(try store.observationCount() == 21)
        // Read again as a whole, what was left in the middle goes with the rest.
        try store.commit(Make.chunk(from: 0, to: 20))
        #expect(try store.observationCount() == 20)
    }

    @Test func equalObservationsOfTwoInputsAreOne() throws {
        let store = try Store(path: ":memory:")
        let same = (0..<10).map { Make.observation($0, at: $0) }
        for input in [1, 2] {
            try store.commit(
                StoredChunk(
                    checkpoint: Make.checkpoint(input: input, offset: 1000), startOffset: 0, observations: same))
        }
        #expect(try read(store).count == 10)
    }

    /// Whether all blocks are kept in memory or read anew each time.
    @Test(arguments: [1 << 10, 64 << 20])
    func aSpoolIsTheSameEachTimeItIsGoneThrough(memory: Int) throws {
        let store = try Store(path: ":memory:")
        for part in 0..<20 { try store.commit(Make.chunk(from: part * 50, to: part * 50 + 50)) }
        let spool = try store.spool(memory: memory)
        for _ in 0..<3 {
            var numbers: [UInt64] = []
            try spool.forEachObservation { numbers.append($0.event.number) }
            #expect(numbers == (1...1000).map { UInt64($0) })
        }
    }

    @Test func manyOverlappingBlocksThroughSmallWindows() throws {
        let store = try Store(path: ":memory:")
        // 600 blocks over the same hour with long records: windows are far smaller than blocks.
        var chunks: [StoredChunk] = []
        for block in 0..<600 {
            let observations = (0..<40).map { number in
                Make.observation(
                    block * 40 + number, at: number * 90 + block % 90, input: block,
                    excerpt: [UInt8](repeating: UInt8(block & 255), count: 4000))
            }
            chunks.append(
                StoredChunk(
                    checkpoint: Make.checkpoint(input: block, offset: 4000), startOffset: 0, observations: observations)
            )
        }
        try store.commit(chunks)
        var previous: Observation?
        var count = 0
        try store.forEachObservation { observation in
            if let previous { #expect(previous < observation) }
            #expect(observation.excerpt.count == 4000)
            previous = observation
            count += 1
        }
        #expect(count == 24_000)
    }

    @Test func bodyMayStoreDetections() throws {
        let store = try Store(path: ":memory:")
        try store.commit(Make.chunk(from: 0, to: 10))
        try store.forEachObservation { _ in try store.commit(detections: [Make.detection(1)]) }
        #expect(try store.detectionCount() == 10)
    }

    @Test func theSieveLetsTheSameThroughAsItsSlowSide() throws {
        let store = try Store(path: ":memory:")
        let all = (0..<3000).map { number in
            Make.observation(
                number, at: number / 3, subject: ["a", "b", "c"][number % 3],
                values: [
                    FieldValue(name: "source.ip", value: number % 7 == 0 ? "" : "192.0.2.\(number * number % 250)"),
                    FieldValue(name: "user.name", value: "u\(number % 50)"),
                ])
        }
        try store.commit(
            StoredChunk(checkpoint: Make.checkpoint(offset: 100), startOffset: 0, observations: all))
        func makeSieve() -> ObservationSieve {
            ObservationSieve(takers: [
                "a": [.init(fields: ["source.ip"], bound: 3, nanoseconds: 90_000_000_000, seed: 1)],
                "b": [
                    .init(fields: ["source.ip", "user.name"], bound: 2, nanoseconds: 50_000_000_000, seed: 2),
                    .init(fields: ["absent"], bound: 1, nanoseconds: 1_000_000_000, seed: 3),
                ],
            ])
        }
        let (slow, fast) = (makeSieve(), makeSieve())
        for observation in all { slow.count(observation) }
        try store.spool().count(into: [fast])
        var got: [ContentID] = []
        try store.forEachObservation(.sieved(fast)) { got.append($0.event.id) }
        let expected = all.filter { slow.admits($0) }
        #expect(!expected.isEmpty && expected.count < 2000)
        #expect(Set(got) == Set(expected.map(\.event.id)))
    }
}
