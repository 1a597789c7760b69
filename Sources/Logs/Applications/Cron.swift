internal import Events

/// cron of Vixie and cronie, anacron, atd.
let cronMessages = MessageFamily(
    ["cron", "crond", "crontab", "anacron", "atd"], .cron,
    [
        MessageForm("\\(%{user:short}\\) CMD \\(%{command}\\)", "process", "start", action: "cron_command"),
        MessageForm("\\(%{user:short}\\) CMDEND \\(%{command}\\)", "process", "end", action: "cron_command_end"),
        MessageForm("\\(%{user:short}\\) CMDOUT \\(%{text}\\)", "process", "info", action: "cron_output"),
        MessageForm(
            "\\(%{user:short}\\) (BEGIN EDIT|END EDIT|REPLACE|LIST|DELETE|RELOAD) \\(%{target}\\)", "configuration",
            "change", action: "crontab_edit"),
        MessageForm(
            "\\(%{user:short}\\) (AUTH|WRONG FILE OWNER|BAD FILE MODE|NOT REGULAR|PAM ERROR|FAILED to open PAM "
                + "security session|FAILED to authorize user with PAM) \\(%{reason}\\)",
            "process", "info", action: "cron_refused", .failure),
        MessageForm("\\(%{user:short}\\) %{short} \\(%{reason}\\)", "process", "info"),
        MessageForm("Job `%{text}' (started|terminated*)", "process", "info"),
        MessageForm("(Anacron|Normal exit|Will run job|Jobs will be executed|Updated timestamp)*", "process", "info"),
    ] + pamForms)
