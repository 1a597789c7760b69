import Testing

/// WSO2's server log (with the correlation id of 5.9 and without, with the tenant before the time, with the class
/// repeated) and its audit log. The lines are ours, made by the patterns of `log4j2.properties`.
private let carbonLines: [MeantLine] = [
    MeantLine(
        "[2026-03-04 11:22:33,123] [a1b2c3d4-0000-4000-8000-000000000001]  WARN "
            + "{org.wso2.carbon.core.services.util.CarbonAuthenticationUtil} - Failed Administrator login attempt "
            + "'canbo[-1234]' at [2026-03-04 11:22:33,122+0700] from IP address 198.51.100.8",
        [
            "source.ip": "198.51.100.8", "user.name": "canbo", "event.outcome": "failure",
            "event.category": "authentication", "log.level": "WARN", "time": "2026-03-04T11:22:33",
        ]),
    MeantLine(
        "TID: [0] [ESB] [2026-03-04 11:22:33,123]  WARN "
            + "{org.wso2.carbon.core.services.util.CarbonAuthenticationUtil} -  Failed Administrator login attempt "
            + "'canbo@tinh.example[12]' at [2026-03-04 11:22:33,122+0700] from IP address 198.51.100.8 "
            + "{org.wso2.carbon.core.services.util.CarbonAuthenticationUtil}",
        ["source.ip": "198.51.100.8", "user.name": "canbo@tinh.example", "event.outcome": "failure"]),
    MeantLine(
        "[2026-03-04 11:22:33,123]  WARN {org.wso2.carbon.core.services.util.CarbonAuthenticationUtil} - Failed "
            + "Administrator login attempt 'canbo[-1]' at [2026-03-04 11:22:33,122+0700]",
        ["user.name": "canbo", "event.outcome": "failure", "event.category": "authentication"]),
    MeantLine(
        "TID: [-1234] [2026-03-04 11:22:33,123]  INFO {AUDIT_LOG}-  'canbo@carbon.super [-1234]' logged in at "
            + "[2026-03-04 11:22:33,122+0700] from IP address 198.51.100.8",
        ["source.ip": "198.51.100.8", "user.name": "canbo", "event.outcome": "success"]),
    MeantLine(
        "[2026-03-04 11:22:33,123]  INFO {org.wso2.carbon.core.services.util.CarbonAuthenticationUtil} -  "
            + "'canbo@tinh.example@lgsp.example [12]' logged in at [2026-03-04 11:22:33,122+0700]",
        ["user.name": "canbo@tinh.example", "event.outcome": "success", "event.category": "authentication"]),
]

@Test(arguments: carbonLines) func carbonServersTellWhoLoggedIn(_ line: MeantLine) throws { try line.check() }

/// A name that looks like the rest of the line.
@Test(arguments: hostileNames + ["x[1]' at [2026-03-04 11:22:33,122+0700] from IP address 198.51.100.66"])
func nameForgesNoAddressOfACarbonServer(_ name: String) throws {
    let found = try event(
        "[2026-03-04 11:22:33,123]  WARN {org.wso2.carbon.core.services.util.CarbonAuthenticationUtil} - Failed "
            + "Administrator login attempt '\(name)[-1234]' at [2026-03-04 11:22:33,122+0700] from IP address "
            + "203.0.113.7")
    #expect(found["source.ip"] == "203.0.113.7" && found["event.outcome"] == "failure", "\(found.fields)")
}

/// X-Road's audit log, by SPEC-AL 1.1.1 and as it was before.
private let roadLines: [MeantLine] = [
    MeantLine(
        "2026-03-04T11:22:33+00:00 ss1 correlation-id: [e4591e2949c156e7] INFO [X-Road Proxy Admin REST API] "
            + "2026-03-04T11:22:33.801Z - {\"event\":\"Log in user failed\",\"user\":\"canbo\",\"reason\":\"Bad "
            + "credentials\",\"warning\":false,\"auth\":\"Session\",\"url\":\"/login\",\"data\":{}}",
        [
            "user.name": "canbo", "event.outcome": "failure", "event.category": "authentication",
            "time": "2026-03-04T11:22:33",
        ]),
    MeantLine(
        "2026-03-04T11:22:33+07:00 ss1 INFO [X-Road Proxy UI] 2026-03-04 11:22:33+0700 - {\"event\":\"Log in "
            + "user\",\"user\":\"canbo\"}",
        ["user.name": "canbo", "event.outcome": "success", "event.category": "authentication"]),
    MeantLine(
        "2026-03-04T11:22:33+07:00 ss1 INFO [X-Road Proxy UI] 2026-03-04 11:22:33+0700 - {\"event\":\"Log out "
            + "user\",\"user\":\"canbo\"}",
        ["user.name": "canbo", "event.action": "logout"]),
]

@Test(arguments: roadLines) func roadServersTellWhoLoggedIn(_ line: MeantLine) throws { try line.check() }
