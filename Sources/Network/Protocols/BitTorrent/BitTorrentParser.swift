internal import Events
internal import Primitives

/// Mainline DHT (BEP 5): datagrams of one dictionary in bencoding (BEP 3) each. A datagram is a transaction.
final class BitTorrentParser: FlowStateParser<Bool> {
    /// Arguments, an answer, an address (BEP 42) or an error come first.
    private static let openings = [
        Pattern("d1:ad2:id20:"), Pattern("d1:rd2:id20:"), Pattern("d2:ip"), Pattern("d1:el"),
    ]

    init(output: InspectionOutput) { super.init(.bittorrent, output, initial: false) }

    override func recogniseDatagram(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Bool { BitTorrentParser.openings.contains { $0.test(bytes) == .yes } }

    override func datagram(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        let made = item(flow, way, flow.pointee.transactions)
        flow.pointee.transactions += 1
        if !BitTorrentMessage.isSound(bytes) { output.anomaly("bittorrent-dht.malformed_packet") }
        append(made, way)
    }
}

/// The dictionary of a datagram, as far as its form goes.
enum BitTorrentMessage {
    /// Dictionaries and lists within each other that are read.
    private static let maximumDepth = 16

    /// It has a transaction, a kind, and what that kind must have: a method and its arguments, an answer, an error.
    static func isSound(_ bytes: Bytes) -> Bool {
        guard bytes.count >= 2, bytes[0] == 0x64 else { return false }
        var at = 1
        var (hasTransaction, hasMethod, hasArguments, hasAnswer, hasError) = (false, false, false, false, false)
        var kind: UInt8 = 0
        while at < bytes.count, bytes[at] != 0x65 {
            guard let key = text(bytes, at), let end = skip(bytes, key.end, depth: 1) else { return false }
            if key.value.count == 1 {
                switch key.value[0] {
                case 0x74: hasTransaction = true
                case 0x71: hasMethod = true
                case 0x61: hasArguments = true
                case 0x72: hasAnswer = true
                case 0x65: hasError = true
                case 0x79: kind = text(bytes, key.end).map { $0.value.count == 1 ? $0.value[0] : 0 } ?? 0
                default: break
                }
            }
            at = end
        }
        guard at < bytes.count, hasTransaction else { return false }
        switch kind {
        case 0x71: return hasMethod && hasArguments
        case 0x72: return hasAnswer
        case 0x65: return hasError
        default: return false
        }
    }

    /// A byte string: its length in decimal, a colon, its bytes.
    private static func text(_ bytes: Bytes, _ from: Int) -> (value: Bytes, end: Int)? {
        var at = from
        while at < bytes.count, at - from < 6, ASCII.isDigit(bytes[at]) { at += 1 }
        guard at > from, at < bytes.count, bytes[at] == ASCII.colon, let length = bytes.slice(from, at).decimal,
            length <= bytes.count - at - 1
        else { return nil }
        return (bytes.slice(at + 1, at + 1 + length), at + 1 + length)
    }

    /// Where the value that begins at `from` ends; nil where it is none.
    private static func skip(_ bytes: Bytes, _ from: Int, depth: Int) -> Int? {
        guard from < bytes.count, depth <= maximumDepth else { return nil }
        switch bytes[from] {
        case 0x69:
            guard let end = bytes.firstIndex(of: 0x65, from: from + 1) else { return nil }
            return bytes.slice(from + 1, end).decimal == nil && bytes[from + 1] != ASCII.minus ? nil : end + 1
        case 0x6C, 0x64:
            var at = from + 1
            while at < bytes.count, bytes[at] != 0x65 {
                guard let end = skip(bytes, at, depth: depth + 1) else { return nil }
                at = end
            }
            return at < bytes.count ? at + 1 : nil
        default: return text(bytes, from)?.end
        }
    }
}
