internal import Events

/// The client: the name that its address resolves to, its greeting in parentheses, and the address. All of them are
/// words, so that nothing behind them can be taken for the address.
private let peer = "(H=|)(%{anyhost} \\(%{word}\\) |%{anyhost} |\\(%{word}\\) |)\\[%{ip}\\]"

/// Exim's main log: smtp_in.c, acl.c. The address in brackets behind the greeting is Exim's own; the greeting in
/// parentheses is the client's. Who a refused message was for (`RCPT <ADDRESS>`) is the user it was about.
let eximMessages = MessageFamily(
    ["exim", "exim4"], .mail,
    ["", "%{word} ", "\\[%{number}\\] "].flatMap { prefix -> [MessageForm] in
        [
            .refused(
                "\(prefix)%{method:word} authenticator failed for \(peer):%{port}(: %{number}| "
                    + "I=%{word}: %{number}| I=%{word} *: %{number}) %{reason:short} \\(set_id=%{user}\\)",
                action: "smtp_auth"),
            .refused(
                "\(prefix)%{method:word} authenticator failed for \(peer)(: %{number}| I=%{word}: "
                    + "%{number}| I=%{word} *: %{number}) %{reason:short} \\(set_id=%{user}\\)",
                action: "smtp_auth"),
            .refused(
                "\(prefix)%{method:word} authenticator failed for \(peer)(:%{port}|)(: %{number}| "
                    + "I=%{word}: %{number}) %{reason}",
                action: "smtp_auth"),
            rejected(
                "\(prefix)H=\(peer)(:%{port}|) (%{short} |)F=<%{from:short}> (%{short} |)rejected RCPT "
                    + "<%{user:short}>: %{reason}"
            ),
            rejected("\(prefix)H=\(peer)(:%{port}|) sender verify (fail|defer) for <%{from:short}>: %{reason}"),
            rejected("\(prefix)H=\(peer)(:%{port}|)( *|): rejected %{reason}"),
            rejected("\(prefix)H=\(peer)(:%{port}|) *F=<%{from:short}> *rejected %{reason}"),
            rejected("\(prefix)H=\(peer)(:%{port}|) *rejected %{reason}"),
            rejected("\(prefix)SMTP (protocol synchronization error|protocol error in)*H=\(peer)*"),
            rejected("\(prefix)SMTP call from \(peer)(:%{port}|) *(dropped|rejected): %{reason}"),
            rejected("\(prefix)rejected (HELO|EHLO) from \(peer)(:%{port}|)( *|): %{reason}"),
            rejected("\(prefix)F=%{from:word} H=\(peer) *rejected by local_scan\\(\\): %{reason}"),
            rejected(
                "\(prefix)SA: Action: (silently tossed|permanently rejected) message: *From <%{from:short}> "
                    + "\\(host=%{anyhost} \\[%{ip}\\]\\)*"
            ),
            .plain("\(prefix)no MAIL in SMTP connection from \(peer)*", "network", action: "smtp_idle"),
            // Handed in by somebody who logged in: words only up to his name, as a subject may hold anything.
            MessageForm(
                "\(prefix)<= %{from:word} H=\(peer)(:%{port}|) (I=%{word} |)P=%{word} "
                    + "(X=%{word} CV=%{word} |X=%{word} |)A=%{token}:%{user:word} S=%{number}*",
                "email authentication", "info start", action: "smtp_received", .success),
            .plain("\(prefix)<= %{from:word} H=\(peer)*", "email", action: "smtp_received"),
        ]
    })

private func rejected(_ skeleton: String) -> MessageForm {
    MessageForm(skeleton, "email", "denied", action: "smtp_reject", .failure)
}
