import Events
import Network
import Testing

/// What an SMB 2 server said it reads and writes at once, and what it is asked for.
@Suite struct SMBSizeTests {
    private static func offer(read: Int, write: Int) -> [UInt8] {
        let body =
            ProtocolBytes.le16(65) + [0, 0] + ProtocolBytes.le16(0x0302) + [UInt8](repeating: 0, count: 22)
            + ProtocolBytes.le32(1 << 20) + ProtocolBytes.le32(read) + ProtocolBytes.le32(write)
            + [UInt8](repeating: 0, count: 28)
        return ProtocolBytes.smb2(0, response: true, message: 0, body)
    }

    private static func transfer(_ command: Int, response: Bool = false, message: Int, _ length: Int) -> [UInt8] {
        let body = ProtocolBytes.le16(49) + [0, 0] + ProtocolBytes.le32(length) + [UInt8](repeating: 0, count: 42)
        return ProtocolBytes.smb2(command, response: response, message: message, body)
    }

    private func events(_ turns: [(Bool, [UInt8])]) -> [String] {
        let hello = ProtocolBytes.smb2(0, response: false, message: 0, [UInt8](repeating: 0, count: 40))
        let talk = ProtocolTests.talk(445, [(true, hello)] + turns)
        return ProtocolTests.values(Run(talk.frames), .applicationEvent)
    }

    @Test func offersHaveABound() {
        #expect(events([(false, SMBSizeTests.offer(read: 16 << 20, write: 16 << 20))]) == [])
        let both = [(false, SMBSizeTests.offer(read: (16 << 20) + 1, write: 17 << 20))]
        #expect(
            events(both) == ["smb.negotiate_max_read_size_too_large", "smb.negotiate_max_write_size_too_large"])
    }

    @Test(
        arguments: [
            (8, 65_536, []), (8, 65_537, ["smb.read_request_too_large"]), (9, 4096, []),
            (9, 4097, ["smb.write_request_too_large"]),
        ] as [(Int, Int, [String])])
    func requestsKeepToTheOffer(_ command: Int, _ length: Int, _ wanted: [String]) {
        let offer = (false, SMBSizeTests.offer(read: 65_536, write: 4096))
        #expect(events([offer, (true, SMBSizeTests.transfer(command, message: 1, length))]) == wanted)
    }

    /// Where the server's offer was not seen, only the bound of any offer counts.
    @Test func answersKeepToTheOffer() {
        let asked = (true, SMBSizeTests.transfer(8, message: 1, 100))
        let answer = { (length: Int) in (false, SMBSizeTests.transfer(8, response: true, message: 1, length)) }
        let offer = (false, SMBSizeTests.offer(read: 65_536, write: 4096))
        #expect(events([offer, asked, answer(65_537)]) == ["smb.read_response_too_large"])
        #expect(events([asked, answer(65_537)]) == [])
        #expect(events([asked, answer((16 << 20) + 1)]) == ["smb.read_response_too_large"])
    }
}
