/// A TCP conversation between 192.0.2.10:40000 and 198.51.100.80:80, written as frames. Positions are offsets from the
/// first data byte of each side.
struct Conversation {
    private(set) var frames: [[UInt8]] = []
    let client = "192.0.2.10"
    let server = "198.51.100.80"
    var clientPort = 40_000
    var serverPort = 80
    var clientISN = 1000
    var serverISN = 5_000_000
    private(set) var sent = 0
    private(set) var received = 0

    mutating func segment(
        fromClient: Bool, at position: Int, flags: Int = 0x18, acknowledging: Int? = nil, window: Int = 65_535,
        _ data: [UInt8] = [], badChecksum: Bool = false
    ) {
        let ack = acknowledging ?? (fromClient ? received : sent)
        let own = (fromClient ? clientISN : serverISN) + 1 + position
        let other = (fromClient ? serverISN : clientISN) + 1 + ack
        var bytes = Frames.tcp(
            fromClient ? client : server, fromClient ? clientPort : serverPort, fromClient ? server : client,
            fromClient ? serverPort : clientPort, flags: flags, sequence: own & 0xFFFF_FFFF,
            acknowledgement: flags & 16 != 0 ? other & 0xFFFF_FFFF : 0, window: window, data)
        if badChecksum { bytes[16] ^= 0x55 }
        frames.append(
            Frames.ethernet(
                0x0800, Frames.ipv4(fromClient ? client : server, fromClient ? server : client, 6, bytes)))
    }

    mutating func handshake() {
        segment(fromClient: true, at: -1, flags: 2)
        segment(fromClient: false, at: -1, flags: 0x12, acknowledging: 0)
        segment(fromClient: true, at: 0, flags: 0x10)
    }

    /// Data in segments of at most `size` bytes, each acknowledged at once.
    mutating func send(fromClient: Bool, _ data: [UInt8], size: Int = 1400) {
        var at = 0
        while at < data.count {
            let part = Array(data[at..<min(at + size, data.count)])
            segment(fromClient: fromClient, at: fromClient ? sent : received, part)
            if fromClient { sent += part.count } else { received += part.count }
            segment(fromClient: !fromClient, at: fromClient ? received : sent, flags: 0x10)
            at += part.count
        }
    }

    mutating func send(fromClient: Bool, _ text: String, size: Int = 1400) {
        send(fromClient: fromClient, Array(text.utf8), size: size)
    }

    mutating func acknowledge(fromClient: Bool, upTo position: Int) {
        segment(fromClient: fromClient, at: fromClient ? sent : received, flags: 0x10, acknowledging: position)
    }

    mutating func close() {
        segment(fromClient: true, at: sent, flags: 0x11)
        segment(fromClient: false, at: received, flags: 0x11, acknowledging: sent + 1)
        segment(fromClient: true, at: sent + 1, flags: 0x10, acknowledging: received + 1)
    }

    mutating func reset(fromClient: Bool) {
        segment(fromClient: fromClient, at: fromClient ? sent : received, flags: 0x14)
    }
}
