import Events
import Output
import Primitives
import Testing

@Suite struct EvidenceFileTests {
    private func u32(_ bytes: [UInt8], _ offset: Int) -> Int {
        (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << ($1 * 8) }
    }

    @Test func pcapngBlocks() {
        var file = PcapngFile(application: "nightjar")
        let time = Timestamp(nanoseconds: 1_773_284_281_123_456_789)
        for number in 1...3 {
            let packet = KeptPacket(
                number: UInt64(number), time: time, wireLength: 100, linkType: number == 3 ? 101 : 1,
                bytes: [UInt8](repeating: 7, count: 60 + number))
            file.add(packet, capture: "a.pcap", comment: number == 2 ? "hit" : nil)
        }
        var types: [Int] = []
        var place = 0
        while place < file.bytes.count {
            let length = u32(file.bytes, place + 4)
            #expect(length % 4 == 0)
            #expect(u32(file.bytes, place + length - 4) == length)
            types.append(u32(file.bytes, place))
            if types.last == 6 {
                let ticks = UInt64(u32(file.bytes, place + 12)) << 32 | UInt64(u32(file.bytes, place + 16))
                #expect(ticks == UInt64(time.nanoseconds))
                #expect(u32(file.bytes, place + 24) == 100)
            }
            place += length
        }
        #expect(place == file.bytes.count)
        #expect(types == [0x0A0D_0D0A, 1, 6, 6, 1, 6])
    }

    @Test func archiveComesBackAndAnyByteCounts() {
        let files = [
            TarArchive.File(name: "a.txt", bytes: Array("hello".utf8)), TarArchive.File(name: "empty", bytes: []),
            TarArchive.File(name: "b", bytes: [UInt8](repeating: 9, count: 1024)),
        ]
        let archive = TarArchive.write(files)
        #expect(TarArchive.read(archive) == files)
        var other = archive
        for place in stride(from: 0, to: archive.count, by: 7) {
            other[place] ^= 0x10
            #expect(TarArchive.read(other) != files, "byte \(place)")
            other[place] ^= 0x10
        }
        for end in [0, 1, 511, 512, 700, archive.count - 1] {
            #expect(TarArchive.read(Array(archive.prefix(end))) != files)
        }
        #expect(TarArchive.read(archive + [UInt8](repeating: 0, count: 512)) == nil)
    }
}
