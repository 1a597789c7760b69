internal import Events

/// Web applications that write their own log: self-hosted services of every kind. Forms, not programs, tell them apart.
let webApplicationMessages = MessageFamily(
    [], .application,
    [
        // Vaultwarden and Bitwarden
        .refused("*Username or password is incorrect. Try again. IP: %{ip}. Username: %{user}."),
        .refused("*Invalid admin token. IP: %{ip}"),
        .refused("*Invalid TOTP code! Server time: %{short} IP: %{ip}"),
        .refused("*(Token is invalid!|Incorrect password|Invalid captcha|Invalid two-factor code)%{short} IP: %{ip}*"),
        .refused("*Failed login attempt(|, 2FA invalid|, 2FA required). %{ip}"),
        // Guacamole
        .refused("*Authentication attempt from \\[%{ip}, %{text}\\] for user \"%{user}\" failed."),
        .refused("*Authentication attempt from \\[%{ip}\\] for user \"%{user}\" failed."),
        .refused("*Authentication attempt from %{ip} for user \"%{user}\" failed."),
        .refused("*Authentication attempt from %{ip} has been rate-limited*"),
        .accepted("*User \"%{user}\" successfully authenticated from \\[%{ip}*\\]."),
        // Jellyfin, Emby, Home Assistant, Stirling PDF, Immich, Audiobookshelf and the like
        .refused("*Authentication request for (\"%{user}\"|%{user}) has been denied \\(IP: (\"%{ip}\"|%{ip})\\)."),
        .accepted("*Authentication request for (\"%{user}\"|%{user}) has succeeded."),
        .refused("*AUTH-ERROR: %{ip} - *"),
        .refused("*Login attempt or request with invalid authentication from %{anyhost} \\(%{ip}\\).*"),
        .refused("*Failed login attempt from IP: (\\[%{ip}\\]|%{ip})"),
        .refused("*Invalid password for user: %{user} from IP: (\\[%{ip}\\]|%{ip})"),
        .refused("*Failed login attempt for user %{user} from ip address %{ip}(|\\\\x1b*|\u{1B}*)"),
        .refused("*Failed login attempt for username \"%{user}\" from ip %{ip}( \\(%{reason}\\)|)*"),
        .refused("*Failed login for '%{user}' from %{ip} at %{short} UTC"),
        .refused("*Failed login for '%{user}' from %{ip}*"),
        .refused("*Auth-Failure ip %{ip} username '%{user}'"),
        .refused("*Login failed: '%{user}' \\(Remote IP: '%{ip}', X-Forwarded-For: '*'\\)"),
        .refused("Login failed: %{user} \\(Remote IP: %{ip}\\)*"),
        .refused("*Login failed for db:%{token} login:%{user} from %{ip}"),
        .refused("Login failed: '%{user}' \\(Remote IP: '%{ip}'\\)*"),
        // Roundcube: rcmail.php's own log, and its list of log-ins; what follows the address are headers.
        .refused("*(Login failed|Failed login) for user (`%{user}`|'%{user}'|\"%{user}\"|%{user}) from %{ip}"),
        .refused("*(Login failed|Failed login) for %{user} against %{token} from %{ip}(|. *|\\(*| in session *)"),
        .refused("*Failed login for %{user} from %{ip}(|\\(%{text}\\)) in session %{token} \\(error: %{number}\\)"),
        .accepted("*Successful login for %{user} \\(ID: %{number}\\) from %{ip}(|\\(%{text}\\)) in session %{token}"),
        .refused("*Login failed for %{user} from %{ip}(|. AUTHENTICATE *|. LOGIN*|, *| \\(*)"),
        .accepted("*Login successful for db:%{token} login:%{user} from %{ip}"),
        .refused("*Login failed. Attempt for user \"%{user}\" failed. \\(%{ip} -> %{text}\\)"),
        .refused("*MFA failure count is set to %{number}. \\(%{ip} \\(%{user}\\) -> %{text}\\)"),
        // Harbor: the list is X-Forwarded-For with the proxy that handed the request on behind it.
        .refused("*\\[client IP=\"%{ip}(, %{anyip}|)\" %{short}\\]: failed to authenticate user:%{user}, error:*"),
        .refused("*authenticate user:%{user}, error:*"),
        .refused("*App: %{status}: %{verb} %{url:word}: %{ip}: Invalid username or password: {\"email\":\"%{user}\"}"),
        .refused("*(Failed Login|Failed login|Failed password) for %{user} from %{ip} port %{port}"),
        .refused("%{text},%{dstip}:%{dstport},%{ip}:%{port},>,535 *Authentication unsuccessful,*"),
        .refused(
            "*user \\[%{domain}\\]\\\\\\[%{user}\\] at \\[%{short}\\] with \\[%{short}\\] status "
                + "\\[NT_STATUS_%{reason:token}\\] workstation \\[%{short}\\] remote host "
                + "\\[(ipv4|ipv6):%{ip}:%{port}\\]*"
        ),
        .refused("*User is trying to login using \"%{user}\" \\(%{ip} -> %{text}\\)"),
        .refused("*Incorrect username or password for user %{user}. IP=%{ip}"),
        // Zimbra (zmmailbox's audit.log), OpenSMTPD (smtp_session.c), Plesk's SASL daemon.
        .accepted(
            "%{short}\\[(name=%{short};|)ip=%{ip};%{text}security - cmd=Auth; account=%{user:short}; "
                + "protocol=%{token};"),
        .refused("%{token} smtp authentication user=%{user:short} address=%{ip} host=%{word} result=(perm|temp)fail*"),
        .accepted("%{token} smtp authentication user=%{user:short} address=%{ip} host=%{word} result=ok*"),
        .refused("failed mail authentication attempt for user '%{user}' \\(password len=%{number}\\)"),
        // Tomcat's LockOutRealm.
        .refused("*An attempt was made to authenticate the locked user \\[%{user}\\]"),
        // Proxmox (PVE::API2::AccessControl).
        .accepted("<%{word}> successful auth for user '%{user:short}'"),
        .refused("*(Failed Login|Failed login): username=%{user} ip=%{ip}"),
        .refused(
            "*(Web GUI authentication error|webConfigurator authentication error) for( user|) '%{user}' "
                + "from(:|) %{ip}"),
        .accepted("*Successful login for user '%{user}' from: %{ip}*"),
        .refused("%{user:word} %{ip} failed to login"),
        .refused("\\[%{user}\\] failed to login from %{ip}(:%{port}|)"),
        // Kerio Connect
        .refused("Failed %{word} login from %{ip}(, user %{user}|)"),
        .refused(
            "%{word}: (User %{user} doesn't exist|Invalid password for user %{user}). Attempt from IP address %{ip}(.|)"
        ),
        // Synology's DSM
        .refused("(User |)\\[%{user}\\] from \\[%{ip}\\] failed to (log|sign) in*"),
        .accepted("(User |)\\[%{user}\\] from \\[%{ip}\\] (signed|logged) in to *successfully*"),
        .refused("*WebAPI login failure. Reason: %{reason}, IP: %{ip}, username: %{user}"),
        .accepted("*WebAPI login success. IP: %{ip}"),
    ] + drupalForms + [
        .refused("*Login attempt failed for %{user}."),
        .refused("*Login attempt failed from %{ip}(.|)"),
        .refused(
            "*failed to validate user credentials \\(%{reason}\\) ip=%{ip}:%{port} subsystem=%{token} "
                + "username=%{user}"),
        .refused("*User login failed: %{user:short}, %{anyhost}, ip: %{ip}"),
        .refused("*AUTHFAIL: user=%{user} ip=%{ip} time=%{number}"),
        .refused("%{user:word} - %{ip} %{word} %{word} \"failed\" *"),
        .refused("(Invalid login|Non-existent login) as %{user} from %{ip}"),
        .accepted("Successful login as %{user} from %{ip}"),
        .refused("authentication failure; rhost=(\\[%{ip}\\]|%{ip})(:%{port}|) user=%{user:short} msg=%{reason}"),
        .refused("*user denied: %{user} \\(%{reason}\\) from %{ip}"),
        .accepted("user authenticated: %{user} from %{ip}"),
        .refused("*Unsuccessful (1FA|2FA|TOTP|Duo|U2F|WebAuthn) authentication attempt by user '%{user}'*"),
        .refused("*getting details for user with username input '%{user}' which usually *"),
        .accepted("*Successful (1FA|2FA|TOTP|Duo|WebAuthn) authentication attempt (by|made by) user '%{user}'*"),
        .refused("*SOGoRootPage Login from '%{ip}' for user '%{user}' might not have worked*"),
        .refused("SOGoRootPage Login for user '%{user}' from '%{ip}' might not have worked*"),
        .refused("*password doesn't match for %{url} username: %{user}, IP: %{ip}"),
        .refused("*get_password failed, IP: %{ip}"),
        .refused("*digest: auth failed for(| user) %{user}: *, IP: %{ip}"),
        .refused(
            "*=> <%{number}:%{user}\\(-%{number}\\)> Rejected connection from %{ip}:%{port}: "
                + "(Invalid server password|Wrong certificate or password)*"),
        .refused("*Rejected connection from %{ip}:%{port}: (Invalid server password|Wrong certificate or password)*"),
    ] + zimbraForms + [
        .refused("*authentication failed for \\[%{user}\\], *"),
        .refused("*<%{ip}> - \"%{user}\" denied: *"),
        .refused("Authentication: FAILED :: User Name: %{user} :: Viewer Address: %{ip} :: Type: %{text}"),
        .accepted("Authentication: SUCCEEDED :: User Name: %{user} :: Viewer Address: %{ip} :: Type: %{text}"),
        .refused(
            "%{user}: The value for the SHELL variable was not found the /etc/shells file "
                + "\\[USER=%{effective:short}\\] \\[TTY=%{tty:short}\\] \\[CWD=%{cwd:short}\\] "
                + "\\[COMMAND=%{command}\\]",
            action: "privilege_escalation"),
        // Horde (Horde/Core/Auth): what a proxy says of its client is not believed.
        .refused("*FAILED LOGIN for %{user} (\\[%{ip}\\]|\\(%{ip}\\)) (\\(forwarded for *|to {*|\\[pid *)"),
        .refused("*FAILED LOGIN for %{user} (\\[%{ip}\\]|\\(%{ip}\\)) to %{word} \\[%{text}\\]"),
        .accepted("*Login success for %{user} (\\[%{ip}\\]|\\(%{ip}\\)) (\\(forwarded for|to) *"),
        // Squirrelmail's squirrel_logger, Tine 2.0, Murmur, Consul's agent.
        .refused("*\\[LOGIN_ERROR\\] %{user} \\(%{token}\\) from %{ip}: %{reason}"),
        .refused("*Login with username %{user} from %{ip} failed%{text}"),
        .refused(
            "%{short}agent.http: Request error: method=%{verb} url=%{url:word} from=%{ip}:%{port} "
                + "error=\"(Permission denied|ACL not found)%{text}", action: "api_request"),
        // Jira's security log.
        .refused("%{short} %{ip} %{word} The user '%{user}' has FAILED authentication.%{text}"),
        .accepted("%{short} %{ip} %{word} The user '%{user}' has PASSED authentication.%{text}"),
        .refused("HttpRequest: access denied -- client (\\[%{ip}\\]|%{ip}): *"),
        .refused("*Warning: Client '%{ip}' supplied *"),
        .refused("*login failure for user %{user} from %{ip} via %{service}"),
        .accepted("*user %{user} logged in from %{ip} via %{service}"),
    ])

/// Drupal's syslog module: `BASE_URL|TIMESTAMP|TYPE|IP|REQUEST_URI|REFERER|UID|LINK|MESSAGE`. The client chooses URI
/// and
/// referrer, so the message is looked for from the right.
private let drupalForms: [MessageForm] = [
    .refused(drupal + "Login attempt failed from %{anyip}(.|)"),
    .refused(drupal + "Login attempt failed (for|from) %{user}."),
    .refused(drupal + "Login attempt failed (for|from) %{user}"),
    .plain(drupal + "%{text}"),
]

private let drupal = "(http|https)://%{word}|%{number}|%{token}|%{ip}|%{text}|%{number}|%{short}|"

/// Zimbra's mailbox log; its first pairs are Zimbra's own, `ua=` behind them is the client's.
private let zimbraForms: [MessageForm] = [
    .refused(
        zimbra + "\\[%{short}oip=%{ip};%{short}\\] %{short} - %{short}authentication failed for \\[%{user}\\], "
            + "%{reason}"),
    .refused(
        "(INFO|WARN|ERROR)%{_}\\[%{short}\\] \\[%{short}oip=%{ip};%{short}\\] %{short} - %{short}authentication "
            + "failed for \\[%{user}\\](, %{reason}| \\(%{reason}\\))"),
    MessageForm(zimbra + "\\[name=%{user:short};oip=%{ip};%{short}\\] %{short} - *"),
    MessageForm(zimbra + "\\[%{short}oip=%{ip};%{short}\\] %{short} - *"),
]

private let zimbra = "(INFO|WARN|ERROR)%{_}\\[%{short}:%{proto}://%{short}\\] "

/// WordPress with a plug-in that logs to syslog (WP fail2ban's wp-fail2ban.php).
let wordPressMessages = MessageFamily(
    ["wordpress", "wp"], .application,
    [
        .refused("(|XML-RPC )(A|a)uthentication failure for %{user} from %{ip}"),
        .refused("(Blocked authentication|Authentication) attempt for (unknown user |)%{user} from %{ip}"),
        .refused("REST authentication failure for %{user} from %{ip}"),
        .refused("(Empty username|Comment attempt on%{text}|Blocked user enumeration attempt) from %{ip}"),
        .accepted("Accepted password for %{user} from %{ip}"),
    ])

/// Honeypots, intrusion detection and what bans clients.
let intrusionMessages = MessageFamily(
    [], .application,
    [
        alert("ACCEPT host=%{ip} port=%{port} fd=%{number} n=*", "connection"),
        alert("ACCEPT host=%{ip} port=%{port} n=*", "connection"),
        alert("CLOSE host=%{ip} port=%{port} time=*", "connection_closed"),
        alert("CLOSE host=%{ip} port=%{port} fd=%{number} *", "connection_closed"),
        alert("*New connection: %{ip}:%{port} \\(%{dst}:%{dstport}\\) \\[session: %{token}\\]", "connection"),
        alert(
            "\\[\\*\\*\\] \\[%{code}\\] %{rule.name:short} \\[\\*\\*\\]( \\[Classification: %{short}\\]|) "
                + "\\[Priority: %{number}\\] {%{proto:short}} %{ip}:%{port} -> %{dstip}:%{dstport}",
            "ids_alert"),
        alert(
            "\\[\\*\\*\\] \\[%{code}\\] %{rule.name:short} \\[\\*\\*\\]( \\[Classification: %{short}\\]|) "
                + "\\[Priority: %{number}\\] {%{proto:short}} %{ip} -> %{dstip}",
            "ids_alert"),
        alert(
            "\\[%{code:word}\\] %{rule.name:short}( \\[Classification: %{short}\\]|) \\[Priority: %{number}\\](:|) "
                + "{%{proto:short}} %{ip}(:%{port}|) -> %{dstip}(:%{dstport}|)", "ids_alert"),
        alert("*\\[client (\"%{ip}\"|%{ip})\\] Coraza: *", "waf_alert"),
        alert("*\\[client (\"%{ip}\"|%{ip})\\] ModSecurity: *", "waf_alert"),
        alert("*(NOTICE|INFO)%{_}\\[%{service}\\] (Ban|Restore Ban|Increase Ban|Found) %{ip}*", "ban"),
        // psad, CrowdSec.
        alert("scan detected(| \\(%{short}\\)): %{ip} -> %{dstip} *", "port_scan"),
        alert("src: %{ip} signature match: *", "ids_alert"),
        alert("added (iptables|firewalld|) auto-block against %{ip} for *", "ban"),
        alert("*Ip %{ip} performed '%{rule.name:short}' *", "ids_alert"),
        alert("*alert : %{rule.name:word} by ip %{ip}(| *)", "ids_alert"),
        // mailcow's netfilter, sshguard, denyhosts: the address may be a network of one.
        alert("*Banning (%{ip}/%{number}|%{ip}) for %{number} minutes", "ban"),
        alert("Blocking \"(%{ip}/%{number}|%{ip})\" for %{number} secs \\(%{text}", "ban"),
        alert("Blocking \"(%{ip}/%{number}|%{ip})\" forever \\(%{text}", "ban"),
        alert("*Host: %{anyhost}/%{ip} Port: %{dstport} (TCP|UDP) Blocked", "port_scan"),
        alert("attackalert: %{short} from host: %{anyhost}/%{ip} to (TCP|UDP) port: %{dstport}*", "port_scan"),
        alert("%{ip} to %{dstip} ports *", "port_scan"),
        alert("%{ip}:%{port} to %{dstip} ports *", "port_scan"),
        alert("\\(%{short}\\) Failed %{word} login from %{ip} *", "ban"),
        alert(
            "FAIL: %{service} (libwrap|address|load|service_limit|per_source_limit) from=%{ip}", "connection_refused"),
        alert("Host %{ip} is not allowed to talk to us!*", "connection_refused"),
        alert("*block\\(%{number}\\): tcp/accept \\]: %{ip}.%{port} %{word}: error after reading *", "proxy_refused"),
        MessageForm("*\\[client %{ip}\\] (Unknown|\\[list|\\[user)*", "web", "access", action: "access"),
        MessageForm("*\\[session %{number}\\] \\[client %{ip}\\]*", "web", "access", action: "access"),
    ])

private func alert(_ skeleton: String, _ action: String) -> MessageForm {
    MessageForm(skeleton, "intrusion_detection network", "denied", action: action, .failure)
}
