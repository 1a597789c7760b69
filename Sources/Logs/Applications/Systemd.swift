internal import Events

/// systemd and systemd-logind: what touches sessions and units.
let systemdMessages = MessageFamily(
    ["systemd", "systemd-logind", "elogind"], .systemd,
    [
        MessageForm("New session %{token} of user %{user}.", "session", "start", action: "session_opened", .success),
        MessageForm(
            "New session '%{token}' of user '%{user}' with class *", "session", "start", action: "session_opened",
            .success),
        MessageForm(
            "Started (|%{token} - )Session %{token} of (User|user) %{user}.", "session",
            "start", action: "unit_started"),
        MessageForm("Removed session %{token}.", "session", "end", action: "session_closed"),
        MessageForm(
            "Session %{token} (logged out|of user %{user} logged out)*", "session", "end", action: "session_closed"),
        MessageForm(
            "(Starting|Started|Reached target|Listening on|Mounted|Mounting|Created slice|Condition check "
                + "resulted in) %{service:text}",
            "process", "start", action: "unit_started"),
        MessageForm(
            "(Stopping|Stopped|Stopped target|Removed slice|Closed|Unmounted|Unmounting|Finished) %{service:text}",
            "process", "end", action: "unit_stopped"),
        MessageForm(
            "%{service:word} Main process exited, %{reason}", "process", "end", action: "unit_failed", .failure),
        MessageForm(
            "%{service:word} Failed with result '%{reason}'.", "process", "end", action: "unit_failed", .failure),
        MessageForm("Failed to start %{service:text}.", "process", "start", action: "unit_failed", .failure),
        MessageForm(
            "%{service:word} (Succeeded|Deactivated "
                + "successfully|Consumed*).", "process", "end", action: "unit_stopped"),
    ] + pamForms)

/// polkit's daemon: who asked for what, and whether he could show that he may.
let polkitMessages = MessageFamily(
    ["polkitd", "polkit"], .pam,
    [
        .refused(
            "Operator of %{word} FAILED to authenticate to gain authorization for action %{service:word} for %{short} "
                + "(\\[%{command:short}\\] |)\\(owned by unix-user:%{user:token}\\)", action: "privilege_escalation"),
        .accepted(
            "Operator of %{word} successfully authenticated as unix-user:%{effective:word} to gain %{word} "
                + "authorization for action %{service:word} for %{short} (\\[%{command:short}\\] |)\\(owned by "
                + "unix-user:%{user:token}\\)", action: "privilege_escalation"),
    ])

/// ClamAV: clamd and clamscan.
let clamavMessages = MessageFamily(
    ["clamd", "clamav-daemon", "clamscan"], .clamav,
    [
        MessageForm("(-> |)%{path:text}: %{rule.name:token} FOUND", "malware", "info", action: "malware_found")
    ])

/// clamd's own log file, its time taken off.
let clamavLines = MessageFamily(
    [], .clamav,
    [
        MessageForm("-> %{path:text}: %{rule.name:token} FOUND", "malware", "info", action: "malware_found")
    ])
