/// Messages of application protocols written byte by byte, as their documents draw them.
enum ProtocolBytes {
    static func vector8(_ bytes: [UInt8]) -> [UInt8] { [UInt8(bytes.count)] + bytes }
    static func vector16(_ bytes: [UInt8]) -> [UInt8] { Frames.be16(bytes.count) + bytes }
    static func vector24(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8(bytes.count >> 16)] + Frames.be16(bytes.count & 0xFFFF) + bytes
    }
    static func words(_ numbers: [Int]) -> [UInt8] { numbers.flatMap { Frames.be16($0) } }
    static func le16(_ value: Int) -> [UInt8] { Frames.be16(value).reversed() }
    static func le32(_ value: Int) -> [UInt8] { Frames.be32(value).reversed() }
    static func wide(_ text: String) -> [UInt8] { text.utf8.flatMap { [$0, 0] } }

    // MARK: TLS

    static func record(_ type: UInt8, _ body: [UInt8], version: Int = 0x0301) -> [UInt8] {
        [type] + Frames.be16(version) + vector16(body)
    }

    static func handshake(_ type: UInt8, _ body: [UInt8]) -> [UInt8] { record(22, [type] + vector24(body)) }

    static func extensions(_ list: [(Int, [UInt8])]) -> [UInt8] {
        vector16(list.flatMap { Frames.be16($0.0) + vector16($0.1) })
    }

    static func serverName(_ name: String) -> (Int, [UInt8]) { (0, vector16([0] + vector16(Array(name.utf8)))) }

    static func clientHello(
        version: Int = 0x0303, ciphers: [Int], _ list: [(Int, [UInt8])]
    ) -> [UInt8] {
        let random = (0..<32).map { UInt8($0) }
        return handshake(
            1, Frames.be16(version) + random + [0] + vector16(words(ciphers)) + [1, 0] + extensions(list))
    }

    static func serverHello(version: Int = 0x0303, cipher: Int, _ list: [(Int, [UInt8])]) -> [UInt8] {
        let random = (0..<32).map { UInt8(255 - $0) }
        return handshake(2, Frames.be16(version) + random + [0] + Frames.be16(cipher) + [0] + extensions(list))
    }

    // MARK: DER

    static func der(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        if content.count < 128 { return [tag, UInt8(content.count)] + content }
        return [tag, 0x82] + Frames.be16(content.count) + content
    }

    static func name(_ parts: [(UInt8, String)]) -> [UInt8] {
        der(
            0x30,
            parts.flatMap { part in
                der(0x31, der(0x30, der(6, [0x55, 4, part.0]) + der(0x0C, Array(part.1.utf8))))
            })
    }

    /// A version 3 certificate without a key worth the name.
    static func certificate() -> [UInt8] {
        let algorithm = der(0x30, der(6, [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 11]))
        let validity = der(0x30, der(0x17, Array("260101000000Z".utf8)) + der(0x18, Array("20270102030405Z".utf8)))
        let alternatives = der(0x30, der(0x82, Array("www.example.vn".utf8)) + der(0x82, Array("example.vn".utf8)))
        let body =
            der(0xA0, der(2, [2])) + der(2, [0x0A, 0xBC, 0x01]) + algorithm
            + name([(6, "VN"), (10, "Example CA")]) + validity + name([(6, "VN"), (3, "www.example.vn")])
            + der(0x30, algorithm + der(3, [0]))
            + der(0xA3, der(0x30, der(0x30, der(6, [0x55, 0x1D, 0x11]) + der(4, alternatives))))
        return der(0x30, der(0x30, body) + algorithm + der(3, [0]))
    }

    // MARK: SSH

    static func keyExchange(_ lists: [String]) -> [UInt8] {
        let body =
            [20] + [UInt8](repeating: 7, count: 16)
            + lists.flatMap { Frames.be32($0.utf8.count) + Array($0.utf8) } + [0, 0, 0, 0, 0]
        return Frames.be32(body.count + 5) + [4] + body + [0, 0, 0, 0]
    }

    // MARK: SMB and DCERPC

    static func session(_ message: [UInt8]) -> [UInt8] { [0] + vector24(message) }

    static func smb2(
        _ command: Int, response: Bool, message: Int, tree: Int = 5, status: Int = 0, _ body: [UInt8]
    ) -> [UInt8] {
        session(
            [0xFE] + Array("SMB".utf8) + le16(64) + le16(0) + le32(status) + le16(command) + le16(1)
                + le32(response ? 1 : 0) + le32(0) + le32(message) + le32(0) + le32(0) + le32(tree)
                + [UInt8](repeating: 0, count: 24) + body)
    }

    static let svcctl: [UInt8] = [
        0x81, 0xBB, 0x7A, 0x36, 0x44, 0x98, 0xF1, 0x35, 0xAD, 0x32, 0x98, 0xF0, 0x38, 0x00, 0x10, 0x03,
    ]

    static func dcerpc(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
        [5, 0, type, 3, 0x10, 0, 0, 0] + le16(16 + body.count) + le16(0) + le32(1) + body
    }

    static var bind: [UInt8] {
        dcerpc(
            11,
            le16(4280) + le16(4280) + le32(0) + [1, 0, 0, 0] + le16(0) + [1, 0] + svcctl + le16(2) + le16(0)
                + [UInt8](repeating: 9, count: 20))
    }

    static func call(_ operation: Int, _ stub: [UInt8]) -> [UInt8] {
        dcerpc(0, le32(stub.count) + le16(0) + le16(operation) + stub)
    }
}
