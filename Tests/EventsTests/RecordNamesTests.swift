import Events
import Primitives
import Testing

@Suite struct RecordNamesTests {
    private static func input(_ number: UInt64) -> ContentID { ContentID(high: 7, low: number) }

    /// Whatever was asked before, and more records than are remembered.
    @Test func everyIdIsThatOfTheRecord() {
        let names = RecordNames()
        for round in 0..<3 {
            for number in UInt64(0)..<3000 {
                let input = Self.input(number % 2)
                let line = Array("line \(number / 3) \(round / 2)".utf8)
                line.withBytes { bytes in
                    let id = names.id(input: input, place: Int64(number * 40), number: number, bytes: bytes)
                    #expect(id == eventID(input: input, offset: Int64(number * 40), bytes: bytes))
                }
                let packet = names.id(input: input, packet: number, hash: number / 5)
                #expect(packet == eventID(input: input, packet: number, hash: number / 5))
            }
        }
    }

    /// What differs in one thing alone is another record: the input, the place, the bytes of files that begin alike.
    @Test func likeRecordsAreNotTakenForEachOther() {
        let names = RecordNames()
        let lines = [Array("a".utf8), Array("b".utf8)]
        var ids = Set<ContentID>()
        for input in [Self.input(1), Self.input(2)] {
            for place in [Int64(0), 1024] {
                for line in lines {
                    line.withBytes { _ = ids.insert(names.id(input: input, place: place, number: 1, bytes: $0)) }
                }
            }
            for hash in [UInt64(0), 1] { ids.insert(names.id(input: input, packet: 1, hash: hash)) }
        }
        #expect(ids.count == 12)
    }
}
