public import Primitives

/// Which way data goes within a flow.
public enum FlowDirection: UInt8, Sendable {
    case toServer
    case toClient

    public var reversed: FlowDirection { self == .toServer ? .toClient : .toServer }
}

/// A bidirectional flow's name, seen from the side that opened it: client is the source.
public struct FlowKey: Hashable, Sendable {
    public var client: IPAddress
    public var server: IPAddress
    public var clientPort: UInt16
    public var serverPort: UInt16
    /// IANA protocol number (6 TCP, 17 UDP, 1 ICMP, 58 ICMPv6, ...).
    public var ipProtocol: UInt8
    /// Outer and inner VLAN id (0 where there is none).
    public var vlan: UInt32

    public init(
        client: IPAddress, server: IPAddress, clientPort: UInt16, serverPort: UInt16, ipProtocol: UInt8,
        vlan: UInt32 = 0
    ) {
        self.client = client
        self.server = server
        self.clientPort = clientPort
        self.serverPort = serverPort
        self.ipProtocol = ipProtocol
        self.vlan = vlan
    }
}

/// Application protocol of a flow, as recognised by content. The raw value is Suricata's name for it.
public enum ApplicationProtocol: String, CaseIterable, Sendable {
    case unknown
    case failed
    case http
    case dns
    case mdns
    case tls
    case ssh
    case smtp
    case ftp
    case ftpData = "ftp-data"
    case smb
    case tftp
    case ntp
    case snmp
    case dhcp
    case sip
    case rdp
    case krb5
    case mqtt
    case ike
    case rfb
    case modbus
    case dnp3
    case pop3
    case imap
    case telnet
    case nfs
    case http2
    /// DNS over HTTP/2 (RFC 8484).
    case doh2
    case quic
    case ldap
    case dcerpc
    case enip
    case websocket
    case pgsql
    case bittorrent = "bittorrent-dht"
}
