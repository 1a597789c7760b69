internal import Events
internal import Primitives

/// What a message's reader finds becomes buffers and facts of the session's transaction.
extension SMTPParser: MIMEListener {
    /// Header fields that have a buffer, and the event's field where there is one.
    private static func place(_ name: Bytes) -> (kind: BufferKind, field: Field?)? {
        if name.equalsIgnoringCase("from") { return (.emailFrom, .emailFrom) }
        if name.equalsIgnoringCase("to") { return (.emailTo, .emailTo) }
        if name.equalsIgnoringCase("cc") { return (.emailCC, .emailCC) }
        if name.equalsIgnoringCase("subject") { return (.emailSubject, .emailSubject) }
        if name.equalsIgnoringCase("date") { return (.emailDate, .emailDate) }
        if name.equalsIgnoringCase("message-id") { return (.emailMessageID, .emailMessageID) }
        if name.equalsIgnoringCase("x-mailer") { return (.emailMailer, .emailMailer) }
        if name.equalsIgnoringCase("received") { return (.emailReceived, nil) }
        return nil
    }

    func header(_ name: Bytes, _ value: Bytes) {
        guard let current, let place = SMTPParser.place(name) else { return }
        single(place.kind, value, current)
        if let field = place.field { current.session.pointee.facts.add(field, value, meter) }
    }

    func attachment(_ name: Bytes, _ content: Bytes) {
        guard let current else { return }
        let made = item(current.flow, .toServer, current.session.pointee.transaction, complete: false)
        output.buffer(.fileName, name)
        output.number(.fileSize, content.count)
        output.buffer(.fileData, content)
        append(made, .toServer)
        output.file(
            name, size: Int64(content.count), content: content, isWhole: true, digests, current.flow, .toServer,
            current.session.pointee.transaction)
        current.session.pointee.facts.add(.emailAttachmentName, name, meter)
    }

    func odd(_ event: StaticString) {
        guard let current else { return }
        raise(event, current.flow, .toServer, current.session.pointee.transaction)
    }

    /// Addresses of the web in a text, up to the next blank or bracket.
    func text(_ line: Bytes) {
        guard let current else { return }
        var at = 0
        while let mark = line.firstIndex(of: "://", from: at) {
            var from = mark
            while from > at, ASCII.isLetter(line[from - 1]) { from -= 1 }
            var to = mark + 3
            while to < line.count, !SMTPParser.endsAddress(line[to]) { to += 1 }
            if from < mark, to > mark + 3 { single(.emailURL, line.slice(from, to), current) }
            at = to
        }
    }

    private static func endsAddress(_ byte: UInt8) -> Bool {
        byte <= ASCII.space || byte == ASCII.quote || byte == ASCII.less || byte == ASCII.greater || byte == 0x27
            || byte == ASCII.closeParenthesis
    }

    /// An item of one buffer: more of the transaction follows.
    private func single(
        _ kind: BufferKind, _ value: Bytes,
        _ current: (flow: UnsafeMutablePointer<FlowRecord>, session: UnsafeMutablePointer<SMTPSession>)
    ) {
        let made = item(current.flow, .toServer, current.session.pointee.transaction, complete: false)
        output.buffer(kind, value)
        output.append(made)
    }
}
