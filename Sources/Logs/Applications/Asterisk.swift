internal import Events

/// Asterisk: chan_sip.c, chan_iax2.c, res_pjsip, res_security_log.c. Peers stand in quotes that clients cannot close:
/// the last ones count.
let asteriskMessages = MessageFamily(
    ["asterisk"], .application,
    forms.map { MessageForm(head + $0, "authentication", "start", action: "sip_registration", .failure) }
        + [MessageForm(head + admission, "authentication", "start", action: "sip_registration", .success)])

/// Level, thread, call and source line (`NOTICE[12]: chan_sip.c:28 handle: `, `WARNING[6][C-1] Ext. s: `) are
/// Asterisk's
/// own up to the first place where the rest fits.
private let head = "(NOTICE|WARNING|ERROR|SECURITY)\\[%{number}\\]%{short}: "

private let admission =
    "SecurityEvent=\"SuccessfulAuth\",%{text},AccountID=\"%{user}\",SessionID=%{text},"
    + "RemoteAddress=\"(IPV4|IPV6)/(UDP|TCP|TLS|WS|WSS)/%{ip}/%{port}\"%{text}"

private let forms: [String] = [
    "Registration from '%{user}' failed for '%{ip}(:%{port}|)' - %{reason}",
    "Request '%{verb}' from '%{short}<(sip|sips):%{user}@%{anyhost}(:%{number}|)>' failed for '%{ip}(:%{port}|)' "
        + "\\(callid: %{text}\\) - %{reason}",
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
    "\"Rejecting unknown SIP connection from %{ip}(:%{port}|)\"",
    "Sending fake auth rejection for (user|device) %{text}<sip:%{user}@%{anyhost}>;tag=*",
    "SecurityEvent=\"(FailedACL|InvalidAccountID|ChallengeResponseFailed|InvalidPassword)\",%{text},"
        + "AccountID=\"%{user}\",SessionID=%{text},RemoteAddress=\"(IPV4|IPV6)/(UDP|TCP|TLS|WS|"
        + "WSS)/%{ip}/%{port}\"%{text}",
]
