internal import Events

/// BIND's named (lib/ns/client.c), nsd, unbound, dnsmasq: what was refused, and queries.
let nameServerMessages = MessageFamily(
    ["named", "bind", "nsd", "unbound", "dnsmasq", "update-security", "query-errors", "xfer-out"], .dnsServer,
    namedForms)

private let before =
    "(|security: |info: |error: |security: info: |security: error: |queries: info: |query-errors: info: "
    + "|update-security: "
    + "error: |xfer-out: info: )"
private let client = before + "client (@%{word} |)%{ip}#%{port}( \\(%{short}\\)|): (view %{token}: |)"

private let namedForms: [MessageForm] = [
    refusal("\(client)query \\(cache\\) '%{query:short}/%{qtype:token}/%{word}' denied( *|)"),
    refusal("\(client)query '%{query:short}/%{qtype:token}/%{token}' denied( *|)"),
    refusal("\(client)zone transfer '%{query:short}/%{qtype:token}/%{token}' denied( *|)"),
    refusal(
        "\(client)(bad zone transfer request|request has invalid "
            + "signature|update|signer)%{text}(denied|failed|non-authoritative zone|\\(NOTAUTH\\))%{text}"
    ),
    refusal("\(client)rate limit (drop|slip) *"),
    MessageForm("\(client)query: %{query:word} %{word} %{qtype:word} *", "network", "protocol", action: "dns_query"),
    refusal("info: ratelimit block %{query:token} type %{qtype:token} target %{word} query %{ip} %{word}"),
    refusal("info: axfr for %{query:word} from %{ip} refused, %{reason}"),
    MessageForm(
        "(unbound|)\\[%{number}:%{number}\\] (info|query): %{ip} %{query:word} %{qtype:word} %{word}", "network",
        "protocol",
        action: "dns_query"),
    // unbound's log-replies: seconds it took, whether from the cache, bytes.
    MessageForm(
        "(unbound|)\\[%{number}:%{number}\\] (info|reply): %{ip} %{query:word} %{qtype:word} %{word} %{rcode:word} "
            + "%{word} %{number} %{number}", "network", "protocol", action: "dns_response"),
    // Windows' DNS debug log: thread, packet, transport, client, id, flags; the name in DNS's own spelling.
    MessageForm(
        "%{word} PACKET%{_}%{word} (UDP|TCP) Rcv %{ip}%{_}%{word}%{_}Q \\[%{short}\\] %{qtype:word}%{_}%{word}",
        "network", "protocol", action: "dns_query"),
    MessageForm("query\\[%{qtype:token}\\] %{query:word} from %{ip}", "network", "protocol", action: "dns_query"),
]

/// CoreDNS's `log` plug-in: client, id, the question in quotes, what was answered.
let coreDNSLines = MessageFamily(
    [], .dnsServer,
    [
        MessageForm(
            "\\[(INFO|ERROR)\\] (\\[%{ip}\\]|%{ip}):%{port} - %{number} \"%{qtype:word} %{word} %{query:word} "
                + "%{proto:word} %{number} (true|false) %{number}\" *", "network", "protocol", action: "dns_query")
    ])

private func refusal(_ skeleton: String) -> MessageForm {
    MessageForm(skeleton, "network", "denied protocol", action: "dns_refused", .failure)
}
