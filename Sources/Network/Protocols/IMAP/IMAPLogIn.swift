internal import Primitives

/// LOGIN and AUTHENTICATE (RFC 9051 sections 6.2.2 and 6.2.3), as far as the client has got.
extension IMAPSession {
    /// The arguments of LOGIN. The password is not looked at.
    mutating func login(_ arguments: Bytes, _ meter: MemoryMeter) {
        switch IMAPName(arguments) {
        case .text(let name): attempts.nameLast(name, meter)
        case .quoted(let name): IMAPName.unescape(name) { attempts.nameLast($0, meter) }
        case .literal:
            name.clear()
            isNameAwaited = true
        case .unknown: break
        }
    }

    /// The line ends with a literal: the command goes on behind it.
    mutating func announce(_ literal: IMAPLiteral, _ meter: MemoryMeter) {
        toServer.begin(literal)
        if literal.length == 0 { self.literal(.empty, meter) }
    }

    /// Bytes of a literal.
    mutating func literal(_ part: Bytes, _ meter: MemoryMeter) {
        guard isNameAwaited else { return }
        _ = name.append(part, limit: LogInAttempts.nameLimit, meter)
        guard toServer.literal == 0 else { return }
        attempts.nameLast(name.bytes, meter)
        endName(meter)
    }

    /// What follows a literal: another one, or the command's end.
    mutating func goOn(_ line: Bytes, _ meter: MemoryMeter) {
        if let literal = IMAPLiteral(endOf: line) {
            toServer.begin(literal)
        } else {
            tag.free(meter)
        }
    }

    /// A command was answered. One that still waits for its literal is over: the literal was refused.
    mutating func answered(_ tag: Bytes, _ meter: MemoryMeter) {
        guard self.tag.count > 0, self.tag.bytes == tag else { return }
        toServer.beginAnew()
        self.tag.free(meter)
        endName(meter)
    }

    mutating func endExchange() {
        exchange.end()
        expectsAnswer = false
    }

    mutating func forgetLogIns(_ meter: MemoryMeter) {
        attempts.clear(meter)
        endExchange()
        tag.free(meter)
        endName(meter)
    }

    private mutating func endName(_ meter: MemoryMeter) {
        isNameAwaited = false
        name.free(meter)
    }
}
