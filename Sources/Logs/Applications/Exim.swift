internal import Events

/// Exim's main log: smtp_in.c, acl.c. The address in brackets behind the greeting is Exim's own; the greeting in
/// parentheses is the client's.
let eximMessages = MessageFamily(
    ["exim", "exim4"], .mail,
    ["", "%{word} ", "\\[%{number}\\] "].flatMap { prefix -> [MessageForm] in
        [
            .refused(
                "\(prefix)%{method:word} authenticator failed for %{short}\\[%{ip}\\]:%{port}(: %{number}| "
                    + "I=%{word}: %{number}| I=%{word} *: %{number}) %{reason:short} \\(set_id=%{user}\\)",
                action: "smtp_auth"),
            .refused(
                "\(prefix)%{method:word} authenticator failed for %{short}\\[%{ip}\\](: %{number}| I=%{word}: "
                    + "%{number}| I=%{word} *: %{number}) %{reason:short} \\(set_id=%{user}\\)",
                action: "smtp_auth"),
            .refused(
                "\(prefix)%{method:word} authenticator failed for %{short}\\[%{ip}\\](:%{port}|)(: %{number}| "
                    + "I=%{word}: %{number}) %{reason}",
                action: "smtp_auth"),
            rejected("\(prefix)H=%{short}\\[%{ip}\\](:%{port}|)( *|): rejected %{reason}"),
            rejected("\(prefix)H=%{short}\\[%{ip}\\](:%{port}|) *F=<%{from:short}> *rejected %{reason}"),
            rejected("\(prefix)H=%{short}\\[%{ip}\\](:%{port}|) *rejected %{reason}"),
            rejected("\(prefix)SMTP (protocol synchronization error|protocol error in)*H=%{short}\\[%{ip}\\]*"),
            rejected("\(prefix)SMTP call from %{short}\\[%{ip}\\](:%{port}|) *(dropped|rejected): %{reason}"),
            rejected("\(prefix)rejected (HELO|EHLO) from %{short}\\[%{ip}\\](:%{port}|)( *|): %{reason}"),
            rejected("\(prefix)F=%{from:word} H=%{short}\\[%{ip}\\] *rejected by local_scan\\(\\): %{reason}"),
            rejected(
                "\(prefix)SA: Action: (silently tossed|permanently rejected) message: *From <%{from:short}> "
                    + "\\(host=%{anyhost} \\[%{ip}\\]\\)*"
            ),
            .plain("\(prefix)no MAIL in SMTP connection from %{short}\\[%{ip}\\]*", "network", action: "smtp_idle"),
            .plain("\(prefix)<= %{from:word} H=%{short}\\[%{ip}\\]*", "email", action: "smtp_received"),
        ]
    })

private func rejected(_ skeleton: String) -> MessageForm {
    MessageForm(skeleton, "email", "denied", action: "smtp_reject", .failure)
}
