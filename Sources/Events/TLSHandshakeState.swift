/// The last handshake message that says how far a TLS connection has come: what `ssl_state` asks.
public struct TLSHandshakeState: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static var clientHello: TLSHandshakeState { TLSHandshakeState(rawValue: 1) }
    public static var serverHello: TLSHandshakeState { TLSHandshakeState(rawValue: 2) }
    public static var clientKeyExchange: TLSHandshakeState { TLSHandshakeState(rawValue: 4) }
    public static var serverKeyExchange: TLSHandshakeState { TLSHandshakeState(rawValue: 8) }
    public static var unknown: TLSHandshakeState { TLSHandshakeState(rawValue: 16) }
}
