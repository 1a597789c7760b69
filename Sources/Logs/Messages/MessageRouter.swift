internal import Events
internal import Primitives

/// Sends a message to whoever reads its kind: the kernel's to netfilter, nginx's own to the error log, access lines sent
/// through syslog to the access log, and everything else to the message forms.
enum MessageRouter {
    /// Adds what the message says. False where it is in no known form.
    static func decode(
        program: Bytes, message: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder
    ) -> Bool {
        guard message.count > 0 else { return true }
        if Netfilter.decode(message, program: program, &sink) { return true }
        if messages.decode(program: program, message: message, into: &sink) { return true }
        return false
    }
}
