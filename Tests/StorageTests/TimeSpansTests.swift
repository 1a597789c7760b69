import Storage
import Testing

@Suite struct TimeSpansTests {
    @Test(
        arguments: [
            ([], 0, []),
            ([5...9, 1...3], 0, [1...3, 5...9]),
            ([1...3, 3...4, 2...2], 0, [1...4]),
            ([1...3, 5...9], 1, [1...3, 5...9]),
            ([1...3, 5...9], 2, [1...9]),
            ([.min...0, 5...(.max)], 10, [.min ... .max]),
        ] as [([ClosedRange<Int64>], Int64, [ClosedRange<Int64>])])
    func whatTouchesIsOne(_ list: [ClosedRange<Int64>], _ gap: Int64, _ expected: [ClosedRange<Int64>]) {
        #expect(TimeSpans(list, bridging: gap).spans == expected)
    }

    @Test func widensAndSaturates() {
        #expect(TimeSpans([10...20, 30...40]).widened(by: 4).spans == [6...24, 26...44])
        #expect(TimeSpans([10...20, 30...40]).widened(by: 5).spans == [5...45])
        #expect(TimeSpans([10...20]).widened(by: .max).spans == [(.min + 11)...(.max)])
        #expect(TimeSpans.everything.widened(by: 1) == .everything)
        #expect(TimeSpans([]).widened(by: 5).isEmpty)
    }

    @Test func covers() {
        let spans = TimeSpans([0...10, 20...30])
        #expect(spans.covers(TimeSpans([0...4, 5...10, 21...22])))
        #expect(!spans.covers(TimeSpans([9...11])))
        #expect(!spans.covers(TimeSpans([10...20])))
        #expect(spans.covers(TimeSpans([])) && !TimeSpans([]).covers(spans))
        #expect(TimeSpans.everything.covers(spans))
        #expect(spans.union([11...19]).spans == [0...10, 11...19, 20...30])
    }
}
