internal import Events

/// sudo (lib/eventlog of sudo) and doas.
let sudoMessages = MessageFamily(
    ["sudo", "sudo-rs", "doas"], .sudo,
    [
        sudoRefusal(
            "%{user:word} : %{number} incorrect password attempt(s|) ; \(context)", reason: "incorrect_password"),
        sudoRefusal("%{user:word} : (user |)NOT in sudoers ; \(context)", reason: "not_in_sudoers"),
        sudoRefusal(
            "%{user:word} : (command not allowed|a password is required|command not found) ; \(context)",
            reason: "not_allowed"),
        MessageForm("%{user:word} : \(context)", "process session", "start", action: "sudo_command", .success),
        MessageForm(
            "%{user:word} : \(place) ; USER=%{effective:short} ; *", "process session", "start", action: "sudo_command",
            .success),
        sudoRefusal("%{user:word} : %{reason:short} ; \(context)", reason: nil),
        MessageForm(
            "(error: |)%{user:short} is not in the sudoers file*", "authentication", "start", action: "sudo_refused",
            .failure),
        MessageForm("Failed auth for %{user}", "authentication", "start", action: "sudo_refused", .failure),
        MessageForm(
            "failed command for %{user:short}: %{command}", "process", "start", action: "sudo_refused", .failure),
        MessageForm(
            "%{user:short} ran command %{command} as %{effective} from %{cwd}", "process session", "start",
            action: "sudo_command", .success),
        MessageForm(
            "pam_%{token}\\((sudo|sudo-i):auth\\): authentication failure; logname=%{short} uid=%{number} "
                + "euid=%{number} tty=%{tty:short} ruser=%{user:word} rhost=( user=|  user=)%{word}",
            "authentication", "start", action: "sudo_refused", .failure),
    ] + pamForms)

private let place = "(HOST=%{token} ; |)(TTY=%{tty:short} ; |)(CHROOT=%{short} ; |)PWD=%{cwd:short}"
private let context =
    place
    + " ; USER=%{effective:short} ;( GROUP=%{group:short} ;|)( TSID=%{word} ;|)( ENV=%{short} ;|) COMMAND=%{command}"

private func sudoRefusal(_ skeleton: String, reason: String?) -> MessageForm {
    MessageForm(
        skeleton, "authentication process", "start", action: "sudo_refused", .failure,
        further: reason.map { [(.eventReason, $0)] } ?? [])
}
