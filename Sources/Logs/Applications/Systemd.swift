internal import Events

/// systemd and systemd-logind: what touches sessions and units.
let systemdMessages = MessageFamily(
    ["systemd", "systemd-logind", "elogind"], .systemd,
    [
        MessageForm("New session %{token} of user %{user}.", "session", "start", action: "session_opened", .success),
        MessageForm(
            "New session '%{token}' of user '%{user}' with class *", "session", "start", action: "session_opened",
            .success),
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
