internal import Events

/// OpenLDAP's slapd (servers/slapd/connection.c, bind.c, result.c; loglevel stats). The client stands in the line that
/// accepts the connection, the name in the one that asks to bind, and how it ended in the result (tag 97 is the
/// BindResponse of RFC 4511, 0 success, 14 asks for more): `ProcessSessions` joins them by the connection's number.
let slapdMessages = MessageFamily(
    ["slapd"], .application,
    [
        MessageForm(
            "conn=%{number} fd=%{number} ACCEPT from IP=(\\[%{ip}\\]|%{ip}):%{port} "
                + "\\(IP=(\\[%{dstip}\\]|%{dstip}):%{dstport}\\)", "network", "connection start",
            action: "ldap_connection"),
        .accepted(bind + " mech=%{token} (bind_ssf|ssf)=*", action: "ldap_bind"),
        .plain(bind + " method=%{number}*", "authentication", action: "ldap_bind"),
        .plain("conn=%{number} op=%{number} BIND *", action: "ldap_bind"),
        .plain("conn=%{number} op=%{number} RESULT tag=97 err=(0|14) *", "authentication", action: "ldap_bind"),
        .refused("conn=%{number} op=%{number} RESULT tag=97 err=%{code:number} %{text}", action: "ldap_bind"),
        .plain("conn=%{number} (op|fd)=%{number} *", action: "ldap_operation"),
        .plain("connection_input: conn=%{number} *", action: "ldap_operation"),
    ])

/// The name of the entry that somebody says he is; of a distinguished name the first part's value.
private let bind =
    "conn=%{number} op=%{number} BIND dn=\"(uid=%{user:short},%{text}|cn=%{user:short},%{text}|"
    + "mail=%{user:short},%{text}|UID=%{user:short},%{text}|CN=%{user:short},%{text}|%{user:short})\""
