internal import Events

/// Messages of Apache's error log (mod_auth_basic, mod_authz_core, core, ...), the client and the time taken off.
let apacheErrorMessages = MessageFamily(
    ["apache-error"], .apacheError,
    ["", "AH%{number}: "].flatMap { code -> [MessageForm] in
        [
            login("\(code)user %{user}: authentication failure for \"%{url}\": %{reason}"),
            login("\(code)user %{user} not found: %{url}"),
            login("\(code)user %{user}: (not in|nonce|wrong|unknown|invalid|password mismatch|client)%{reason}"),
            login("\(code)(Digest: |)user `%{user}' (in realm `%{text}' |)not found: %{url}"),
            login("\(code)(Digest: |)user %{user}: password mismatch: %{url}"),
            login(
                "\(code)(Digest: |)(invalid nonce|client used wrong authentication scheme|realm "
                    + "mismatch|unknown algorithm|unknown or wrong nonce|invalid qop|user %{user})%{text}"
            ),
            login(
                "\(code)(access to|authorization of user) %{text} (failed|to access)%{text}, reason: "
                    + "(user|require|unknown require directive|verification of user id) %{reason}"
            ),
            login("\(code)Authorization of user %{user} to access %{url} failed, reason: %{reason}"),
            login(
                "\(code)Got error 'PHP message: user \\(name stripped-out\\) authentication failure for %{service}'*"),
            login("\(code)Got error 'PHP message: user %{user} authentication failure for %{service}'*"),
            login("\(code)user %{user}: authorization failure for \"%{url}\": *"),
            login("\(code)user %{user} not found"),
            denial("\(code)(Hostname %{token} provided via SNI*|No hostname was provided via SNI*)"),
            denial("\(code)(invalid URI path|Invalid URI path)*"),
            fault("\(code)Got error 'Primary script unknown*"),
            fault("\(code)stderr from %{path:short}: script not found or unable to stat"),
            denial("\(code)client denied by server configuration: %{path}"),
            denial("\(code)client used wrong authentication scheme: %{path}"),
            fault("\(code)File does not exist: %{path}(, referer: *|)"),
            fault("\(code)File does not exist: %{path}"),
            fault("\(code)script '%{path}' not found or unable to stat(, referer: *|)"),
            fault("\(code)script not found or unable to stat: %{path}"),
            denial("\(code)Invalid (URI|method) in request %{url}"),
            denial(
                "\(code)(request failed: |)(URI too long|erroneous characters after protocol string|error "
                    + "reading the headers|invalid characters in URI)*"
            ),
            denial("\(code)Directory index forbidden by Options directive: %{path}"),
            attack("\(code)(\\[client %{anyip}\\] |)ModSecurity: *"),
            attack("\(code)(\\[client %{anyip}\\] |)(ALERT - *|mod_security*|mod_evasive*)"),
        ]
    })

/// nginx's error log; client, request and host are taken off by the format.
let nginxErrorMessages = MessageFamily(
    ["nginx-error"], .nginxError,
    [
        login("user \"%{user}\": password mismatch"),
        login("user \"%{user}\" was not found in \"%{path}\""),
        login("no user/password was provided for basic authentication"),
        login("client login failed: \"%{reason}\" while %{text}"),
        denial("access forbidden by rule"),
        denial("directory index of \"%{path}\" is forbidden"),
        denial("limiting (requests|connections)*"),
        .plain("client %{ip}:%{port} connected to %{dst}:%{dstport}", "network", action: "connection"),
        .plain("(delaying request|delayed request)*", "web", action: "request_delayed"),
        fault("open\\(\\) \"%{path}\" failed \\(%{number}: %{reason}\\)"),
        fault("\"%{path}\" is not found \\(%{number}: %{reason}\\)"),
        attack("\\[client %{ip}\\] ModSecurity: *"),
        attack("ModSecurity: *"),
        MessageForm("client logged in", "authentication", "start", action: "login", .success),
        .plain("(upstream|recv|connect|SSL|client|a client|an upstream)*", "web"),
    ])

private func login(_ skeleton: String) -> MessageForm {
    MessageForm(skeleton, "web authentication", "start", action: "http_auth", .failure)
}

private func denial(_ skeleton: String) -> MessageForm {
    MessageForm(skeleton, "web", "denied", action: "http_denied", .failure)
}

private func attack(_ skeleton: String) -> MessageForm {
    MessageForm(skeleton, "web intrusion_detection", "denied", action: "waf_alert", .failure)
}

private func fault(_ skeleton: String) -> MessageForm {
    MessageForm(skeleton, "web", "error", action: "http_error", .failure)
}
