/// Made-up ordinary traffic, the same every time: what the benchmarks read.
struct Traffic {
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }

    private static let paths = [
        "/", "/trang-chu", "/dich-vu-cong/nop-ho-so", "/tin-tuc/2026/03/thong-bao", "/assets/app.js",
        "/assets/site.css",
        "/api/v1/ho-so", "/tra-cuu", "/images/logo.png", "/van-ban/quyet-dinh", "/login", "/lien-he",
    ]
    private static let agents = [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
        "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
    ]

    private func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    mutating func accessLines(_ count: Int) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(count * 220)
        for line in 0..<count {
            let second = line * 86_400 / count
            var target = Traffic.paths[next(Traffic.paths.count)]
            if next(3) == 0 { target += "?q=th%E1%BB%A7+t%E1%BB%A5c&trang=\(next(40))" }
            let status = [200, 200, 200, 200, 200, 304, 302, 404][next(8)]
            text += Array(
                ("10.\(next(4)).\(next(256)).\(next(256)) - - [12/Mar/2026:\(two(second / 3600)):\(two(second / 60 % 60)):"
                    + "\(two(second % 60)) +0700] \"GET \(target) HTTP/1.1\" \(status) \(next(90_000)) "
                    + "\"https://portal.example.org\(Traffic.paths[next(Traffic.paths.count)])\" "
                    + "\"\(Traffic.agents[next(Traffic.agents.count)])\"\n").utf8)
        }
        return text
    }

    mutating func sshLines(_ count: Int) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(count * 110)
        for line in 0..<count {
            let second = line * 86_400 / count
            let user = ["root", "admin", "deploy", "nguyenvana", "tranthib"][next(5)]
            let address = "203.0.113.\(next(256))"
            let port = 1024 + next(60_000)
            let message =
                next(4) == 0
                ? "Accepted password for \(user) from \(address) port \(port) ssh2"
                : "Failed password for \(user) from \(address) port \(port) ssh2"
            text += Array(
                "Mar 12 \(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60)) web-01 sshd[\(1000 + next(30_000))]: \(message)\n"
                    .utf8)
        }
        return text
    }

    /// A classic pcap: TCP conversations of 20 packets each, 64 of them under way at a time: handshake, data both ways
    /// that the other side acknowledges, both ends closed. Checksums in order.
    mutating func capture(packets count: Int) -> [UInt8] {
        var file: [UInt8] = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0]
        var talks = (0..<64).map { Talk(flow: $0) }
        func little(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        for number in 0..<count {
            let place = number % talks.count
            if talks[place].step == 20 { talks[place] = Talk(flow: talks[place].flow + talks.count) }
            let frame = talks[place].next(payload: next(1200))
            file +=
                little(1_773_345_481 + number / 50_000) + little(number % 50_000 * 20) + little(frame.count)
                + little(frame.count)
            file += frame
        }
        return file
    }

    /// One conversation under way.
    private struct Talk {
        let flow: Int
        var step = 0
        private var sent = 1
        private var received = 1

        init(flow: Int) { self.flow = flow }

        mutating func next(payload length: Int) -> [UInt8] {
            let toServer = step == 0 || step == 2 || step == 19 || (step > 2 && step < 18 && step % 3 != 1)
            let isSYN = step < 2
            let isFIN = step == 17 || step == 18
            let payload = step < 3 || step > 16 ? 0 : length
            let flags = step == 0 ? 2 : isSYN ? 18 : isFIN ? 17 : 16
            let (own, other) = toServer ? (sent, received) : (received, sent)
            let client: [UInt8] = [10, UInt8(flow >> 16 & 255), UInt8(flow >> 8 & 255), UInt8(flow & 255)]
            let server: [UInt8] = [192, 0, 2, UInt8(flow % 200)]
            let port = 10_000 + flow % 50_000
            let frame = Traffic.frame(
                source: toServer ? client : server, destination: toServer ? server : client,
                ports: toServer ? (port, 443) : (443, port), flags: flags, sequence: isSYN ? 0 : own,
                acknowledgement: step == 0 ? 0 : other, payload: payload)
            let used = payload + (isFIN ? 1 : 0)
            if toServer { sent += used } else { received += used }
            step += 1
            return frame
        }
    }

    private static func frame(
        source: [UInt8], destination: [UInt8], ports: (Int, Int), flags: Int, sequence: Int,
        acknowledgement: Int, payload: Int
    ) -> [UInt8] {
        func big16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }
        var tcp =
            big16(ports.0) + big16(ports.1) + big16(sequence >> 16) + big16(sequence) + big16(acknowledgement >> 16)
            + big16(acknowledgement) + [0x50, UInt8(flags), 0xFF, 0xFF, 0, 0, 0, 0]
        for index in 0..<payload { tcp.append(UInt8(truncatingIfNeeded: index &* 31 &+ sequence)) }
        var ip = [0x45, 0] + big16(20 + tcp.count) + big16(sequence) + [0x40, 0, 64, 6, 0, 0] + source + destination
        let header = checksum(ip)
        ip.replaceSubrange(10..<12, with: header)
        let pseudo = source + destination + [0, 6] + big16(tcp.count)
        tcp.replaceSubrange(16..<18, with: checksum(pseudo + tcp))
        return [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0] + ip + tcp
    }

    private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        var sum = 0
        for index in stride(from: 0, to: bytes.count, by: 2) {
            sum += Int(bytes[index]) << 8 + (index + 1 < bytes.count ? Int(bytes[index + 1]) : 0)
        }
        while sum >> 16 != 0 { sum = sum & 0xFFFF + sum >> 16 }
        return [UInt8(~sum >> 8 & 255), UInt8(~sum & 255)]
    }
}
