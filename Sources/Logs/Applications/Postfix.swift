internal import Events

/// Postfix: smtpd.c, smtpd_check.c, smtpd_sasl_glue.c, postscreen. A name in front of `[ADDRESS]` comes from reverse
/// resolution and has no brackets; what stands behind the address may hold what the client said.
let postfixMessages = MessageFamily(
    ["postfix", "postfix-smtpd"], .mail,
    [
        .refused(
            "warning: %{anyhost}\\[%{ip}\\](:%{port}|): SASL %{method:token} authentication failed: %{reason:short}, "
                + "sasl_username=%{user}", action: "smtp_auth"),
        .refused(
            "warning: %{anyhost}\\[%{ip}\\](:%{port}|): SASL %{method:token} authentication failed: %{reason}",
            action: "smtp_auth"),
        .refused(
            "warning: %{anyhost}\\[%{ip}\\](:%{port}|): SASL %{method:token} authentication failed:",
            action: "smtp_auth"),
        .refused(
            "warning: %{anyhost}\\[%{ip}\\](:%{port}|): SASL authentication failure: %{reason}", action: "smtp_auth"),
        // The client is in other lines of the process.
        .refused("warning: SASL authentication failure: %{reason}", action: "smtp_auth"),
        rejected("NOQUEUE: (reject|milter-reject): %{word} from (%{anyhost}|)\\[%{ip}\\](:%{port}|): %{reason}"),
        rejected(
            "%{token}: (reject|milter-reject): "
                + "(RCPT|MAIL|DATA|HELO|EHLO|VRFY|ETRN|CONNECT|END-OF-MESSAGE|BDAT|AUTH|UNKNOWN) from "
                + "%{anyhost}\\[%{ip}\\](:%{port}|): %{reason}"
        ),
        rejected("improper command pipelining after %{word} from %{anyhost}\\[%{ip}\\]: *"),
        rejected("too many errors after %{word} from %{anyhost}\\[%{ip}\\]"),
        .plain(
            "(lost connection|timeout) after %{word} (\\(%{text}\\) |)from %{anyhost}\\[%{ip}\\]", "network",
            action: "smtp_lost"),
        rejected("warning: non-SMTP command from %{anyhost}\\[%{ip}\\](:%{port}|): *"),
        .plain("(connect|disconnect) from %{anyhost}\\[%{ip}\\](:%{port}|)( *|)", "network", action: "smtp_connection"),
        rejected(
            "(PREGREET|COMMAND PIPELINING|COMMAND TIME LIMIT|COMMAND LENGTH LIMIT|COMMAND COUNT LIMIT|BARE "
                + "NEWLINE|NON-SMTP COMMAND|HANGUP|DNSBL rank|BLACKLISTED|DENYLISTED|BLOCKLISTED)%{short} from "
                + "\\[%{ip}\\]:%{port}(: *| *)"
        ),
        rejected(
            "(PREGREET|COMMAND PIPELINING|COMMAND TIME LIMIT|COMMAND LENGTH LIMIT|COMMAND COUNT LIMIT|BARE "
                + "NEWLINE|NON-SMTP COMMAND|HANGUP|DNSBL rank|BLACKLISTED|DENYLISTED|BLOCKLISTED)%{short}(| "
                + "for) \\[%{ip}\\]:%{port}"
        ),
        .accepted(
            "%{token}: client=%{anyhost}\\[%{ip}\\](:%{port}|), sasl_method=%{method:token}, sasl_username=%{user}",
            action: "smtp_auth"),
        .plain("%{token}: client=%{anyhost}\\[%{ip}\\](*|)", "email", action: "smtp_client"),
        .plain("%{token}: from=<%{from:short}>, size=%{number}, *", "email", action: "smtp_queued"),
        .plain("%{token}: to=<%{to:short}>, relay=*", "email", action: "smtp_delivered"),
        .plain("%{token}: (removed|message-id=*)", "email"),
    ])

private func rejected(_ skeleton: String) -> MessageForm {
    MessageForm(skeleton, "email", "denied", action: "smtp_reject", .failure)
}
