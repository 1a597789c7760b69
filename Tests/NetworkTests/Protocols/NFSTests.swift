import Events
import Network
import Testing

/// NFS 2 to 4 over TCP and UDP: what is called, and files by their handles.
@Suite struct NFSTests {
    private static let handle: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

    /// Bytes behind their length, filled up to four.
    private static func opaque(_ bytes: [UInt8]) -> [UInt8] {
        Frames.be32(bytes.count) + bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
    }

    private static func call(_ number: Int, version: Int, _ procedure: Int, _ content: [UInt8]) -> [UInt8] {
        let words = [number, 0, 2, 100_003, version, procedure, 1]
        return words.flatMap(Frames.be32) + opaque([9, 9, 9, 9]) + Frames.be32(0) + Frames.be32(0) + content
    }

    private static func reply(_ number: Int, _ content: [UInt8]) -> [UInt8] {
        [number, 1, 0, 0, 0, 0].flatMap(Frames.be32) + content
    }

    private static func marked(_ record: [UInt8]) -> [UInt8] { Frames.be32(record.count | 1 << 31) + record }

    private static let name = opaque(Array("a.txt".utf8))

    /// A name is looked up, its file read to its end, another one written and committed.
    static func talk(size: Int = 1400) -> Conversation {
        let other: [UInt8] = [8, 8, 8, 8]
        let read = Frames.be32(0) + Frames.be32(0) + Frames.be32(2) + Frames.be32(1) + opaque([0x68, 0x69])
        return ProtocolTests.talk(
            2049,
            [
                (true, marked(call(1, version: 3, 3, opaque([1]) + name))),
                (false, marked(reply(1, Frames.be32(0) + opaque(handle)))),
                (true, marked(call(2, version: 3, 6, opaque(handle) + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]))),
                (false, marked(reply(2, read))),
                (
                    true,
                    marked(
                        call(
                            3, version: 3, 7,
                            opaque(other) + [UInt8](repeating: 0, count: 16) + opaque(Array("data".utf8))))
                ),
                (false, marked(reply(3, Frames.be32(0)))),
                (true, marked(call(4, version: 3, 21, opaque(other) + [UInt8](repeating: 0, count: 12)))),
            ], size: size)
    }

    @Test(arguments: [1400, 7, 1]) func callsAndFiles(_ size: Int) {
        let run = Run(NFSTests.talk(size: size).frames)
        #expect(run.items.contains { $0.item.application == .nfs })
        // The end of what is written is no transaction of its own.
        #expect(ProtocolTests.number(run, .nfsProcedure) == [3, 6, 7])
        #expect(ProtocolTests.number(run, .nfsVersion) == [3, 3, 3])
        let files = run.transactions.filter { $0[.fileData] != nil }
        #expect(files.map { $0[.fileData] } == ["hi", "data"])
        #expect(files.map { $0[.fileName] } == ["a.txt", ""])
        #expect(files.map(\.item.direction) == [.toClient, .toServer])
        #expect(ProtocolTests.values(run, .applicationEvent) == [])
        #expect(run.events(.networkNFS).first?[.fileName] == "a.txt")
    }

    @Test func overUDPAndOtherVersions() {
        let root = [UInt8](repeating: 3, count: 32)
        let old = NFSTests.call(1, version: 2, 4, root + NFSTests.name)
        // Compounds: the root, and a name that is looked up there, or removed.
        func compound(_ operation: Int) -> [UInt8] {
            [0, 0, 2, 24, operation].flatMap(Frames.be32) + NFSTests.name
        }
        let looked = NFSTests.call(2, version: 4, 1, compound(15))
        let removed = NFSTests.call(3, version: 4, 1, compound(28))
        let run = Run([old, looked, removed].map { Frames.udpFrame($0, destinationPort: 2049) })
        #expect(ProtocolTests.number(run, .nfsProcedure) == [4, 28])
        #expect(ProtocolTests.number(run, .nfsVersion) == [2, 4])
        #expect(run.events(.networkNFS).compactMap { $0[.fileName] } == ["a.txt", "a.txt", "a.txt"])
    }

    @Test func argumentsAreThere() {
        let cut = NFSTests.marked(NFSTests.call(1, version: 3, 3, NFSTests.opaque([1]) + Frames.be32(50)))
        let run = Run(ProtocolTests.talk(2049, [(true, cut)]).frames)
        #expect(ProtocolTests.values(run, .applicationEvent) == ["nfs.malformed_data"])
    }

    @Test(arguments: [(1024, 0), (1025, 1)]) func callsHaveALimit(_ count: Int, _ wanted: Int) {
        let calls = (0..<count).flatMap { number in
            NFSTests.marked(NFSTests.call(number, version: 3, 1, NFSTests.opaque(NFSTests.handle)))
        }
        let run = Run(ProtocolTests.talk(2049, [(true, calls)]).frames)
        let found = ProtocolTests.values(run, .applicationEvent)
        #expect(found == [String](repeating: "nfs.too_many_transactions", count: wanted))
    }

    /// On another port it is not looked for, as in Suricata's own configuration.
    @Test func portsTell() {
        let call = NFSTests.marked(NFSTests.call(1, version: 3, 1, NFSTests.opaque(NFSTests.handle)))
        let run = Run(ProtocolTests.talk(2050, [(true, call)]).frames)
        #expect(!run.items.contains { $0.item.application == .nfs })
    }
}
