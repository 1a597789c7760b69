internal import Events

/// Desktops served to a distance by RFB: TigerVNC's and RealVNC's Connections (VNCServerST.cxx). A client that failed
/// too often is on the blacklist.
let remoteDesktopMessages = MessageFamily(
    [], .application,
    [
        .refused("*Connections: blacklisted: %{ip}"),
        .refused("*Connections: closed: %{ip}::%{port} \\(Authentication fail%{short}\\)"),
        .refused("*Connections: disconnected: %{ip}::%{port} \\(TCP\\) \\(\\[AuthFailure\\] %{reason}\\)"),
        .accepted("*Connections: authenticated: %{ip}::%{port} \\(TCP\\), as %{user} \\(%{text}\\)"),
        .plain("*Connections: (accepted|closed|connected): %{ip}::%{port}%{text}", "network", action: "connection"),
    ])
