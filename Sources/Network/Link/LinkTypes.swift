/// Reads the layer that begins at an offset, and hands on to the next. Nil: read as far as it is understood.
typealias LayerReader = @Sendable (inout PacketView, Int) -> UnreadPacketReason?

/// The link types that are read (https://www.tcpdump.org/linktypes.html), one line each.
enum LinkTypes {
    static let table: [(number: UInt16, name: String, read: LayerReader)] = [
        (0, "NULL", Loopback.read),
        (1, "ETHERNET", Ethernet.read),
        (9, "PPP", PPP.readFramed),
        (12, "RAW (BSD)", RawIP.read),
        (14, "RAW (OpenBSD)", RawIP.read),
        (50, "PPP_HDLC", PPP.readFramed),
        (51, "PPP_ETHER", PPPoE.read),
        (101, "RAW", RawIP.read),
        (104, "C_HDLC", CiscoHDLC.read),
        (105, "IEEE802_11", IEEE80211.read),
        (108, "LOOP", Loopback.read),
        (113, "LINUX_SLL", LinuxCooked.readVersion1),
        (127, "IEEE802_11_RADIOTAP", IEEE80211.readRadiotap),
        (228, "IPV4", RawIP.readIPv4),
        (229, "IPV6", RawIP.readIPv6),
        (276, "LINUX_SLL2", LinuxCooked.readVersion2),
    ]

    static func reader(of number: UInt16) -> LayerReader? { table.first { $0.number == number }?.read }
}
