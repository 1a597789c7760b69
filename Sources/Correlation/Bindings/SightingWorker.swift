package import Events
internal import Primitives

/// Notes which addresses events speak of, and by which names: leases, log-ins, answers, server names; and, where an
/// inventory was given, which of the organisation's own addresses and names there are. For one thread.
///
/// What `drain` answers depends only on the events since the last drain, not on how they were cut into batches.
package final class SightingWorker {
    private var table = SightingTable()
    /// The organisation's networks; empty: addresses as such are not noted.
    private let inside: [IPNetwork]

    private static let nothing = IPAddress(high: 0, low: 0)
    private let sourceIP = FieldID(.sourceIP)
    private let destinationIP = FieldID(.destinationIP)
    private let urlDomain = FieldID(.urlDomain)
    private let resolved = FieldID(.dnsResolvedIP)
    private let question = FieldID(.dnsQuestionName)
    private let serverName = FieldID(.tlsServerName)
    private let leased = FieldID(.dhcpAddress)
    private let leaseHost = FieldID(.dhcpHostName)
    private let leaseType = FieldID(.dhcpType)
    private let user = FieldID(.userName)
    private let outcome = FieldID(.eventOutcome)

    package init(estate: Estate) {
        let own = estate.networks.isEmpty ? Estate.standardNetworks : estate.networks.map(\.network)
        inside = estate.isGiven ? own : []
    }

    package var dropped: Int64 { table.dropped }

    package func watch(_ batch: EventBatch) {
        for index in 0..<batch.count {
            switch batch.events[index].logSource {
            case .networkDNS, .dnsServer: noteAnswers(batch, index)
            case .networkTLS: note(.serverName, batch, index, address: destinationIP, name: serverName)
            case .networkDHCP: noteLease(batch, index)
            case .sshd, .vpn, .mail, .vsftpd: noteLogin(batch, index)
            case .networkHTTP: noteHost(batch, index, hasServer: true)
            case .apacheAccess, .nginxAccess, .webAccess: noteHost(batch, index, hasServer: false)
            default: break
            }
            if !inside.isEmpty { noteOwn(batch, index) }
        }
    }

    /// What has come together since the last call.
    package func drain() -> [Sighting] { table.drain() }

    private func slot(_ time: Timestamp) -> Int64 { time.nanoseconds / Sighting.slotNanoseconds }

    private func value(_ field: FieldID, _ batch: EventBatch, _ index: Int) -> Bytes? {
        for slot in batch.fields(of: index) where slot.field == field && slot.length > 0 {
            return batch.bytes(of: slot)
        }
        return nil
    }

    private func note(_ kind: SightingKind, _ batch: EventBatch, _ index: Int, address: FieldID, name: FieldID) {
        guard let name = value(name, batch, index), let text = value(address, batch, index),
            let address = IPAddress(text)
        else { return }
        let time = batch.events[index].time
        table.add(kind, address, name, slot: slot(time), at: time)
    }

    /// Every address that a name was answered with.
    private func noteAnswers(_ batch: EventBatch, _ index: Int) {
        guard let name = value(question, batch, index) else { return }
        let time = batch.events[index].time
        for slot in batch.fields(of: index) where slot.field == resolved {
            guard let address = IPAddress(batch.bytes(of: slot)) else { continue }
            table.add(.answer, address, name, slot: self.slot(time), at: time)
        }
    }

    /// An acknowledged lease alone binds (RFC 2131, section 3.1): what is offered or asked for may come to nothing.
    private func noteLease(_ batch: EventBatch, _ index: Int) {
        guard let type = value(leaseType, batch, index), type.count >= 3,
            (type.start[type.count - 3] | 0x20, type.start[type.count - 2] | 0x20, type.start[type.count - 1] | 0x20)
                == (UInt8(ascii: "a"), UInt8(ascii: "c"), UInt8(ascii: "k"))
        else { return }
        note(.lease, batch, index, address: leased, name: leaseHost)
    }

    private func noteLogin(_ batch: EventBatch, _ index: Int) {
        guard let result = value(outcome, batch, index), result == "success" else { return }
        note(.user, batch, index, address: sourceIP, name: user)
        note(.user, batch, index, address: leased, name: user)
    }

    private func noteHost(_ batch: EventBatch, _ index: Int, hasServer: Bool) {
        guard !inside.isEmpty, let name = value(urlDomain, batch, index) else { return }
        let server = hasServer ? value(destinationIP, batch, index).flatMap { IPAddress($0) } : nil
        table.add(
            .virtualHost, server ?? SightingWorker.nothing, name, slot: Sighting.allTime, at: batch.events[index].time)
    }

    private func noteOwn(_ batch: EventBatch, _ index: Int) {
        for slot in batch.fields(of: index) where slot.field == sourceIP || slot.field == destinationIP {
            guard let address = IPAddress(batch.bytes(of: slot)), isInside(address) else { continue }
            table.add(.address, address, .empty, slot: Sighting.allTime, at: batch.events[index].time)
        }
    }

    private func isInside(_ address: IPAddress) -> Bool {
        for network in inside where network.contains(address) { return true }
        return false
    }
}
