import Anomalies
import Primitives
import Testing

@Suite struct SeamsTests {
    private static let minute: Int64 = 60_000_000_000

    private func seams(_ seconds: [Int64]) -> Seams {
        var seams = Seams()
        for second in seconds { seams.note(Timestamp(nanoseconds: second * 1_000_000_000)) }
        return seams
    }

    /// Which of the minutes 0 to 9 a neighbouring drain may add to.
    private func touched(_ seams: Seams) -> [Int64] { (0..<10).filter { seams.touch($0, SeamsTests.minute) } }

    @Test(
        arguments: [
            // In order: the first and the last minute, and those within ten seconds of them.
            ([30, 100, 570], [0, 9]), ([55, 300, 545], [0, 1, 8, 9]), ([0, 599], [0, 9]), ([49, 550], [0, 8, 9]),
            // Forty seconds late: eighty must be reckoned with.
            ([30, 100, 60, 570], [0, 1, 8, 9]),
            // A wild clock makes ten minutes at either side seams, and no more.
            ([30, 1_000_000, 570], Array(0..<10)),
            // Nothing lies within a single moment.
            ([], Array(0..<10)), ([300], Array(0..<10)),
        ] as [([Int64], [Int64])]) func minutes(seconds: [Int64], expected: [Int64])
    {
        #expect(touched(seams(seconds)) == expected)
    }

    @Test func extremesDoNotTrap() {
        var seams = Seams()
        for time: Int64 in [.min + 1, .max - 1, 0] { seams.note(Timestamp(nanoseconds: time)) }
        #expect(seams.touch(.max / 2, SeamsTests.minute))
        #expect(seams.touch(.min / 2, SeamsTests.minute))
    }
}
