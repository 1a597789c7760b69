internal import Events

/// shadow-utils (useradd.c, usermod.c, userdel.c, groupadd.c, ...), Debian's adduser, chage, chpasswd.
let userManagementMessages = MessageFamily(
    [
        "useradd", "usermod", "userdel", "groupadd", "groupmod", "groupdel", "passwd", "chpasswd", "chage", "adduser",
        "addgroup", "gpasswd", "newusers", "chfn", "chsh", "shadow", "pw",
    ], .userManagement,
    [
        made(
            "new user: name=%{target:short}, (UID|uid)=%{targetid}, (GID|gid)=%{gid}, home=%{home:short}, "
                + "shell=%{shell:short}(, from=%{text}, by=*|, from=*|)",
            "user_added"),
        made("new user: name=%{target:short}, (UID|uid)=%{targetid}, *", "user_added"),
        made("new (account added|account): %{target:short}*", "user_added"),
        made(
            "(new group|group added to /etc/group): name=%{group:short}(, GID=%{gid}|)(, *|)", "group_added",
            group: true),
        made("new group: %{group:token}", "group_added", group: true),
        made("group added to /etc/gshadow: name=%{group}", "group_added", group: true),
        removed("(delete|remove) user '%{target}'( from *|)", "user_removed"),
        removed("delete user `%{target}'", "user_removed"),
        removed("delete '%{target}' from (group|shadow group) '%{group}'", "user_removed_from_group"),
        removed("(remove|removed) (group|shadow group) '%{group}'(| owned by *| from *)", "group_removed"),
        removed("group '%{group}' removed( from *|)", "group_removed"),
        changed("add '%{target}' to (group|shadow group) '%{group}'", "user_added_to_group"),
        changed("change user '%{target:short}' (password|UID|GID|home|shell|expiration|*)", "user_changed"),
        changed("change user `%{target:short}' *", "user_changed"),
        changed("(lock|unlock) user '%{target}' password", "password_locked"),
        changed("user %{target:token} added by %{user:token} to group %{group}", "user_added_to_group"),
        changed("user %{target:token} added to group %{group}", "user_added_to_group"),
        changed(
            "(user|User) '%{target}' (added|removed) by '%{user}' (to|from) group '%{group}'", "user_added_to_group"),
        changed("password for '%{target}' changed by '%{user}'", "password_changed"),
        changed("password for (user |)%{target} changed( by %{user}|)", "password_changed"),
        changed("changed password expiry for %{target}", "password_expiry_changed"),
        changed("changed password for %{target}", "password_changed"),
        MessageForm("failed adding user '%{target}', *", "iam", "user creation", action: "user_added", .failure),
        MessageForm("failed adding user '%{target}'*", "iam", "user creation", action: "user_added", .failure),
        MessageForm(
            "password change failed, pam error %{number} - account=%{target}, *", "iam", "user change",
            action: "password_changed", .failure),
    ] + pamForms)

private func made(_ skeleton: String, _ action: String, group: Bool = false) -> MessageForm {
    MessageForm(skeleton, "iam", group ? "group creation" : "user creation", action: action, .success)
}

private func removed(_ skeleton: String, _ action: String) -> MessageForm {
    MessageForm(skeleton, "iam", "user deletion", action: action, .success)
}

private func changed(_ skeleton: String, _ action: String) -> MessageForm {
    MessageForm(skeleton, "iam", "user change", action: action, .success)
}
