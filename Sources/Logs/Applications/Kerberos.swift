internal import Events

/// MIT Kerberos: krb5kdc (src/kdc/kdc_log.c: `AS_REQ (etypes) ADDRESS: STATUS: CLIENT for SERVER, why`) and kadmind
/// (src/kadmin/server/server_stubs.c). A client may ask without proof first: `NEEDED_PREAUTH` refuses nobody.
let kerberosMessages = MessageFamily(
    ["krb5kdc", "kadmind"], .application,
    [
        .plain(request + "NEEDED_PREAUTH: %{user:short} for %{service:short}, *", "authentication", action: "ticket"),
        .accepted(
            request + "ISSUE: authtime %{number}, (etypes {%{short}}, |)%{user:short} for %{service}",
            action: "ticket"),
        .refused(
            request + "%{short}: authtime %{number}, %{user:short} for %{service:short}, %{reason}", action: "ticket"),
        .refused(request + "%{short}: %{user:short} for %{service:short}, %{reason}", action: "ticket"),
        MessageForm(
            grant + "ISSUE: authtime %{number}, (etypes {%{short}}, |)%{user:short} for %{service}", "authentication",
            "info", action: "service_ticket", .success),
        MessageForm(
            grant + "%{short}: authtime %{number}, %{user:short} for %{service:short}, %{reason}", "authentication",
            "info", action: "service_ticket", .failure),
        .plain("(AS_REQ|TGS_REQ|closing down fd|preauth |setting up|listening|commencing)*"),
        MessageForm(
            "Request: %{event.action:token}, %{target:short}, success, client=%{user:short}, service=%{short}, "
                + "addr=%{ip}",
            "iam", "change", .success),
        MessageForm(
            "Unauthorized request: %{event.action:token}, %{target:short}, client=%{user:short}, service=%{short}, "
                + "addr=%{ip}", "iam", "denied", .failure),
        MessageForm(
            "Request: %{event.action:token}, %{target:short}, %{reason:short}, client=%{user:short}, service=%{short}, "
                + "addr=%{ip}", "iam", "info", .failure),
    ])

private let request = "AS_REQ (\\(%{short}\\) |)%{ip}: "
private let grant = "TGS_REQ (\\(%{short}\\) |)%{ip}: "
