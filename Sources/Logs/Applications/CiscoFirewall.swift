internal import Events

/// Cisco ASA, PIX and FTD. The number in the tag tells the form; texts: "Cisco ASA Series Syslog Messages".
let ciscoMessages = MessageFamily(
    [], .firewall,
    [
        .refused(
            "*%(ASA|PIX|FTD)-%{number}-605004: Login denied from %{ip}/%{port} to %{token}:%{dst}/%{service} "
                + "for user \"%{user}\"*"
        ),
        .refused("*%(ASA|PIX|FTD)-%{number}-605004: Login denied *"),
        .accepted(
            "*%(ASA|PIX|FTD)-%{number}-605005: Login permitted from %{ip}/%{port} to %{token}:%{dst}/%{service} "
                + "for user \"%{user}\"*"
        ),
        .refused("*%(ASA|PIX|FTD)-%{number}-308001: %{text} password incorrect for %{text} \\(from %{ip}\\)"),
        .refused("*%(ASA|PIX|FTD)-%{number}-308001: %{text} password incorrect for %{text}"),
        .refused(
            "*%(ASA|PIX|FTD)-%{number}-113005: AAA user authentication Rejected( |): reason = %{reason:short}( |): "
                + "server = %{token}( :|) (U|u)ser = %{user:short}( |): user IP = (%{ip}|%{word})"
        ),
        .refused("*%(ASA|PIX|FTD)-%{number}-113005: AAA user authentication Rejected*"),
        .refused(
            "*%(ASA|PIX|FTD)-%{number}-113015: AAA user authentication Rejected( |): reason = %{reason:short}( |): "
                + "local database( |): user = %{user:short}( |): user IP = (%{ip}|%{word})"),
        .accepted(
            "*%(ASA|PIX|FTD)-%{number}-113012: AAA user authentication Successful( |): local database( |): user = "
                + "%{user}"),
        .accepted(
            "*%(ASA|PIX|FTD)-%{number}-113004: AAA user %{short} Successful( |): server = %{short}( |)(:|,) User = "
                + "%{user}"),
        .accepted(
            "*%(ASA|PIX|FTD)-%{number}-716038: Group <%{short}> User <%{user:short}> IP <%{ip}> Authentication: "
                + "successful*", action: "vpn_login"),
        .refused(
            "*%(ASA|PIX|FTD)-%{number}-716039: (Group <%{short}> |Authentication: rejected, group = %{short} )"
                + "(User <%{user:short}> IP <%{ip}>|user = %{user:short}) *", action: "vpn_login"),
        .refused(
            "*%(ASA|PIX|FTD)-%{number}-(113006|113007|113015|113021|109006|109008|109010|109017|109018|109022|"
                + "109023|109024|109025|109028): *"
        ),
        .accepted("*%(ASA|PIX|FTD)-%{number}-113004: AAA user authentication Successful*"),
        .accepted("*%(ASA|PIX|FTD)-%{number}-(113012|109005|113008): *"),
        deny(
            "*%(ASA|PIX|FTD)-%{number}-106023: Deny %{proto} src %{short}:%{ip}(/%{port}|) dst "
                + "%{short}:%{dstip}(/%{dstport}|) *"
        ),
        deny(
            "*%(ASA|PIX|FTD)-%{number}-106100: access-list %{token} denied %{proto} "
                + "%{short}/%{ip}\\(%{port}\\)%{short} -> %{short}/%{dstip}\\(%{dstport}\\)*"
        ),
        MessageForm(
            "*%(ASA|PIX|FTD)-%{number}-106100: access-list %{token} (permitted|est-allowed) %{proto} "
                + "%{short}/%{ip}\\(%{port}\\)%{short} -> %{short}/%{dstip}\\(%{dstport}\\)*", "network", "allowed"),
        deny(
            "*%(ASA|PIX|FTD)-%{number}-(106001|106006|106015|106021|106100|710003|106007|106014|106016|106017|"
                + "106022|106010): *"
        ),
        deny("*%(ASA|PIX|FTD)-%{number}-%{code}: Deny %{text}"),
        MessageForm("*%(ASA|PIX|FTD)-%{number}-%{code}: %{text}", "network", "info"),
    ])

private func deny(_ skeleton: String) -> MessageForm {
    MessageForm(skeleton, "network", "denied", action: "denied", .failure)
}
