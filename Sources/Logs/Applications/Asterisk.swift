internal import Events

/// Asterisk: chan_sip.c, chan_iax2.c, res_pjsip, res_security_log.c. Peers stand in quotes that clients cannot close:
/// the last ones count.
let asteriskMessages = MessageFamily(
    ["asterisk"], .application,
    forms.map { MessageForm(head + $0, "authentication", "start", action: "sip_registration", .failure) })

private let head =
    "(NOTICE|WARNING|ERROR|SECURITY)\\[%{token}\\](\\[%{token}\\]|)(:|) (%{token}:%{number} in "
        + "%{word}|%{token}:%{number} %{word}|%{token}:%{number}|%{token}|%{token}: %{token}): "

private let forms: [String] = [
    "Registration from '%{user}' failed for '%{ip}(:%{port}|)' - %{reason}",
    "Request '%{verb}' from '%{user}' failed for '%{ip}(:%{port}|)' \\(callid: %{text}\\) - %{reason}",
    "Request '%{verb}' from '%{user}' failed for '%{ip}(:%{port}|)' (- |)%{reason}",
    "Request from '%{user}' failed for '%{ip}(:%{port}|)' %{reason}",
    "Call from '%{user}' \\(%{ip}(:%{port}|)\\) to extension '%{target}' rejected because %{reason}",
    "Call from '%{user}' \\((TCP|UDP|TLS|WS|WSS):\\[%{ip}\\]:%{port}\\) to extension '%{target}' rejected "
        + "because %{reason}",
    "Call from '%{user}' \\((TCP|UDP|TLS|WS|WSS):%{ip}:%{port}\\) to extension '%{target}' rejected because %{reason}",
    "Host %{ip} failed to authenticate as '%{user}'",
    "Host %{ip} failed MD5 authentication for '%{user}' %{reason}",
    "No registration for peer '%{user}' \\(from %{ip}\\)",
    "Failed to authenticate (user|device) %{user}@%{ip}%{text}",
    "Failed to authenticate (user|device) %{text}<sip:%{user}@%{addr}*>;tag=*",
    "hacking attempt detected '%{ip}'",
    "Rejecting unknown SIP connection from %{ip}(:%{port}|)",
    "Ext. %{text}: \"Rejecting unknown SIP connection from %{ip}(:%{port}|)\"",
    "(%{token}: |)Sending fake auth rejection for (user|device) %{text}<sip:%{user}@%{anyhost}>;tag=*",
    "SecurityEvent=\"(FailedACL|InvalidAccountID|ChallengeResponseFailed|InvalidPassword)\",%{text},"
        + "AccountID=\"%{user}\",SessionID=%{text},RemoteAddress=\"(IPV4|IPV6)/(UDP|TCP|TLS|WS|"
            + "WSS)/%{ip}/%{port}\"%{text}",
]
