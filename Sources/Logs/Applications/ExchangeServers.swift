internal import Events

/// WSO2's servers (API Manager, Identity Server, Enterprise Integrator: what data-sharing gateways are often built of).
/// `CarbonAuthenticationUtil` tells of log-ins in the server's log and in its audit log: the level and the class in
/// braces, then the user, the tenant's number and the moment in brackets, and where the server is reached over the
/// network the client's address. Older releases name the class once more at the end.
let carbonServerMessages = MessageFamily(
    [], .application,
    [
        .refused(carbonRefusal + " from IP address %{ip}( \\{%{token}\\}|)"),
        .refused(carbonRefusal + "( \\{%{token}\\}|)"),
        .accepted(carbonWelcome + " from IP address %{ip}( \\{%{token}\\}|)"),
        .accepted(carbonWelcome + "( \\{%{token}\\}|)"),
    ])

private let carbonMoment = "at \\[%{token} %{word}\\]"
private let carbonRefusal = "*Failed Administrator login attempt '%{user}\\[%{token}\\]' " + carbonMoment
private let carbonWelcome = "*'%{user}@%{token} \\[%{token}\\]' logged in " + carbonMoment

/// X-Road's security and central servers (SPEC-AL, "Audit log events", 1.1): who did what as JSON behind the moment. An
/// event that failed says so at its end. The record names no address.
let roadServerMessages = MessageFamily(
    [], .application,
    [
        .refused(roadHead + "\"event\":\"Log in user failed\",\"user\":\"%{user:short}\"*"),
        .accepted(roadHead + "\"event\":\"Log in user\",\"user\":\"%{user:short}\"*"),
        .plain(roadHead + "\"event\":\"Log out user\",\"user\":\"%{user:short}\"*", "authentication", action: "logout"),
    ])

private let roadHead = "*\\[X-Road %{short}\\] %{short} - \\{"
