internal import Events

/// DHCP servers: ISC dhcpd (server/dhcp.c) and dnsmasq (src/rfc2131.c). What they acknowledge binds an address to a
/// host.
let dhcpServerMessages = MessageFamily(
    ["dhcpd", "dnsmasq-dhcp"], .networkDHCP,
    [
        acknowledged(
            "DHCPACK on %{dhcp.assigned_ip:token} to %{source.mac:token} \\(%{dhcp.client.host_name:token}\\) via *"),
        acknowledged("DHCPACK on %{dhcp.assigned_ip:token} to %{source.mac:token} via *"),
        acknowledged(
            "DHCPACK\\(%{token}\\) %{dhcp.assigned_ip:token} %{source.mac:token} %{dhcp.client.host_name:token}"),
        acknowledged("DHCPACK\\(%{token}\\) %{dhcp.assigned_ip:token} %{source.mac:token}"),
    ])

private func acknowledged(_ skeleton: String) -> MessageForm {
    MessageForm(
        skeleton, "network", "protocol", action: "dhcp_lease", .success, further: [(.dhcpType, "ack")])
}
