public import Primitives

/// One hit of any rule, with what matched. For a correlation or an anomaly `events` are the records it stands on.
///
/// A value whose members lie in memory of their own until somebody changes them (copy on write): findings are sorted,
/// grouped and handed on in lists of many thousands.
public struct Detection: Sendable {
    @usableFromInline var members: DetectionMembers

    public static let maximumLinks = 64
    public static let maximumEvents = 100
    public static let maximumEvidence = 20

    public init(
        id: ContentID, rule: RuleInfo, first: Timestamp, last: Timestamp, count: Int = 1, events: [EventReference],
        fields: [FieldValue], form: String = "raw", entity: Entity, evidence: [Evidence] = [],
        alert: AlertContext? = nil
    ) {
        members = DetectionMembers(
            id: id, rule: rule, first: first, last: last, count: count, events: events, fields: fields, form: form,
            entity: entity, evidence: evidence, alert: alert, links: [])
    }

    /// To be called before a member is changed.
    @inlinable mutating func own() {
        if !isKnownUniquelyReferenced(&members) { members = DetectionMembers(members) }
    }
}

extension Detection {
    /// Hash of the rule's id and of the records that make it (the first of them, for one that grows).
    @inlinable public var id: ContentID {
        _read { yield members.id }
        _modify {
            own()
            yield &members.id
        }
    }
    @inlinable public var rule: RuleInfo {
        _read { yield members.rule }
        _modify {
            own()
            yield &members.rule
        }
    }
    @inlinable public var first: Timestamp {
        _read { yield members.first }
        _modify {
            own()
            yield &members.first
        }
    }
    @inlinable public var last: Timestamp {
        _read { yield members.last }
        _modify {
            own()
            yield &members.last
        }
    }
    /// How many records it stands on.
    @inlinable public var count: Int {
        _read { yield members.count }
        _modify {
            own()
            yield &members.count
        }
    }
    /// The records, oldest first, at most `Detection.maximumEvents`.
    @inlinable public var events: [EventReference] {
        _read { yield members.events }
        _modify {
            own()
            yield &members.events
        }
    }
    /// What matched, then what names the parties.
    @inlinable public var fields: [FieldValue] {
        _read { yield members.fields }
        _modify {
            own()
            yield &members.fields
        }
    }
    /// "raw", or the decoded form that matched.
    @inlinable public var form: String {
        _read { yield members.form }
        _modify {
            own()
            yield &members.form
        }
    }
    @inlinable public var entity: Entity {
        _read { yield members.entity }
        _modify {
            own()
            yield &members.entity
        }
    }
    /// Raw bytes of (some of) the records, in the order of `events`.
    @inlinable public var evidence: [Evidence] {
        _read { yield members.evidence }
        _modify {
            own()
            yield &members.evidence
        }
    }
    /// EVE members of a signature's alert; nil for all else.
    @inlinable public var alert: AlertContext? {
        _read { yield members.alert }
        _modify {
            own()
            yield &members.alert
        }
    }
    /// Ids of the detections that a correlation stands on, oldest first: what ties them into one incident. Detections
    /// of rules that do not report are among them, though nobody sees those.
    @inlinable public var links: [ContentID] {
        _read { yield members.links }
        _modify {
            own()
            yield &members.links
        }
    }
}

/// Changed by nobody but the one value that holds it alone: access is exclusive without being checked.
@usableFromInline final class DetectionMembers: @unchecked Sendable {
    @exclusivity(unchecked) @usableFromInline var id: ContentID
    @exclusivity(unchecked) @usableFromInline var rule: RuleInfo
    @exclusivity(unchecked) @usableFromInline var first: Timestamp
    @exclusivity(unchecked) @usableFromInline var last: Timestamp
    @exclusivity(unchecked) @usableFromInline var count: Int
    @exclusivity(unchecked) @usableFromInline var events: [EventReference]
    @exclusivity(unchecked) @usableFromInline var fields: [FieldValue]
    @exclusivity(unchecked) @usableFromInline var form: String
    @exclusivity(unchecked) @usableFromInline var entity: Entity
    @exclusivity(unchecked) @usableFromInline var evidence: [Evidence]
    @exclusivity(unchecked) @usableFromInline var alert: AlertContext?
    @exclusivity(unchecked) @usableFromInline var links: [ContentID]

    init(
        id: ContentID, rule: RuleInfo, first: Timestamp, last: Timestamp, count: Int, events: [EventReference],
        fields: [FieldValue], form: String, entity: Entity, evidence: [Evidence], alert: AlertContext?,
        links: [ContentID]
    ) {
        (self.id, self.rule, self.first, self.last, self.count) = (id, rule, first, last, count)
        (self.events, self.fields, self.form, self.entity) = (events, fields, form, entity)
        (self.evidence, self.alert, self.links) = (evidence, alert, links)
    }

    @usableFromInline convenience init(_ other: DetectionMembers) {
        self.init(
            id: other.id, rule: other.rule, first: other.first, last: other.last, count: other.count,
            events: other.events, fields: other.fields, form: other.form, entity: other.entity,
            evidence: other.evidence, alert: other.alert, links: other.links)
    }
}
