import Primitives
import Testing

@Suite struct FrozenTableTests {
    @Test func elementsAreThereInTheirOrder() {
        let table = FrozenTable([3, 1, 2])
        defer { table.free() }
        #expect(table.count == 3)
        #expect((0..<3).map { table[$0] } == [3, 1, 2])
        #expect((0..<3).map { table.start[$0] } == [3, 1, 2])
    }

    @Test func whatIsWrittenStays() {
        let table = FrozenTable<UInt8>(repeating: 7, count: 4)
        defer { table.free() }
        table[2] = 9
        #expect((0..<4).map { table[$0] } == [7, 7, 9, 7])
    }

    @Test func nothingIsATableToo() {
        let table = FrozenTable<Int>([])
        table.free()
        #expect(table.count == 0)
        let lists = FrozenLists<Int>([])
        #expect(lists.starts.count == 1 && lists.starts[0] == 0 && lists.elements.count == 0)
        lists.free()
    }

    /// What the elements hold is let go with the table, not before.
    @Test func elementsLiveAsLongAsTheTable() {
        final class Witness {}
        weak var seen: Witness?
        let table: FrozenTable<Witness>
        do {
            let witness = Witness()
            seen = witness
            table = FrozenTable([witness, witness])
        }
        #expect(seen != nil)
        table.free()
        #expect(seen == nil)
    }

    @Test func listsLieOneBehindTheOther() {
        let lists = FrozenLists([[1, 2], [], [3]])
        defer { lists.free() }
        let read = (0..<3).map { list in
            (lists.starts[list]..<lists.starts[list + 1]).map { lists.elements[Int($0)] }
        }
        #expect(read == [[1, 2], [], [3]])
    }
}
