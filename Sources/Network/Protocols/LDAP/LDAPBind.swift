internal import Events
internal import Primitives

/// A request to bind that waits for its answer (RFC 4511 section 4.2): a client sends nothing else meanwhile.
struct LDAPBind {
    private var number: UInt32?
    private var user = ByteStore()

    /// Choices of a proof: a password, a mechanism of SASL.
    private enum Proof {
        static let simple: UInt8 = 0x80
        static let sasl: UInt8 = 0xA3
    }

    /// Result codes (appendix A).
    private enum Result {
        static let success: UInt8 = 0
        static let inProgress: UInt8 = 14
        static let invalidCredentials: UInt8 = 49
    }

    /// - Parameter content: of the request: version, name, proof
    mutating func ask(_ content: Bytes, _ number: UInt32, _ meter: MemoryMeter) {
        user.clear()
        self.number = nil
        var parts = DERReader(content)
        guard parts.next(DERTag.integer) != nil, let name = parts.next(DERTag.octets), let proof = parts.next() else {
            return
        }
        // Without a password nobody proves anything, whatever name is given (RFC 4513 section 5.1).
        guard proof.tag == Proof.sasl || proof.tag == Proof.simple && !proof.content.isEmpty else { return }
        self.number = number
        let kept = name.content.prefix(LogInAttempts.nameLimit)
        _ = user.append(kept, limit: LogInAttempts.nameLimit, meter)
    }

    /// The answer with result code `code`: hands over how the log-in ended and whose it was, where it has.
    mutating func answer(
        _ number: UInt32, _ code: UInt8, _ meter: MemoryMeter, _ tell: (LogInOutcome, Bytes) -> Void
    ) {
        guard self.number == number else { return }
        self.number = nil
        switch code {
        case Result.success: tell(.success, user.bytes)
        case Result.invalidCredentials: tell(.failure, user.bytes)
        case Result.inProgress: break
        default: tell(.undecided, user.bytes)
        }
        user.clear()
    }

    mutating func free(_ meter: MemoryMeter) { user.free(meter) }
}
