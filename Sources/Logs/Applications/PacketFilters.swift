internal import Events

/// What the packet filters of the BSDs say: pf by tcpdump's hand (print-pflog), IP Filter (ipmon(8)). Lines without
/// ports are ICMP's.
let packetFilterMessages = MessageFamily(
    [], .firewall,
    [("block", "b", true), ("pass", "p", false)].flatMap { word, letter, isDenied in
        [
            "*rule %{short}: \(word) (in|out) on %{token}: %{ip}.%{port} > %{dstip}.%{dstport}: %{text}",
            "*rule %{short} \(word) (in|out) on %{token}: %{ip}.%{port} > %{dstip}.%{dstport}: %{text}",
            "*rule %{short} \(word) (in|out) on %{token}: %{ip} > %{dstip}: %{text}",
            "(%{word} |)(%{number}x |)%{token} @%{word} \(letter) %{ip},%{port} -> %{dstip},%{dstport} PR %{proto:word} len %{text}",
            "(%{word} |)(%{number}x |)%{token} @%{word} \(letter) %{ip} -> %{dstip} PR %{proto:word} len %{text}",
        ].map { isDenied ? .denied($0) : MessageForm($0, "network", "allowed") }
    })
