import Primitives
import Synchronization
import Testing

@Suite struct MadeAheadTests {
    private struct Enough: Error {}

    @Test(arguments: [false, true], [0, 1, 64, 65, 1000])
    func allInTheirOrder(_ beside: Bool, _ count: Int) throws {
        var used: [Int] = []
        try MadeAhead.forEach(count, beside: beside) {
            $0 * 3
        } use: { index, value in
            #expect(index == used.count)
            used.append(value)
        }
        #expect(used == (0..<count).map { $0 * 3 })
    }

    /// Whoever uses them gives up: no more are made than had room.
    @Test(arguments: [false, true]) func anErrorEndsBoth(_ beside: Bool) throws {
        let made = Mutex(0)
        #expect(throws: Enough.self) {
            try MadeAhead.forEach(100_000, beside: beside) { index in
                made.withLock { $0 += 1 }
                return index
            } use: { index, _ in
                if index == 100 { throw Enough() }
            }
        }
        #expect(made.withLock { $0 } < 2000)
    }
}
