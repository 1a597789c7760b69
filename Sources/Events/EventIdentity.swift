public import Primitives

/// Id of a log record or packet: hash of (input, offset in the decompressed stream, bytes). The same line has the same
/// id in `auth.log`, `auth.log.1` and `auth.log.2.gz`; equal lines of two inputs stay two events.
public func eventID(input: ContentID, offset: Int64, bytes: Bytes) -> ContentID {
    var hasher = ContentHasher()
    hasher.add(input)
    hasher.add(UInt64(bitPattern: offset))
    hasher.add(bytes)
    return hasher.finish()
}

/// Id of an event of a packet that is told by number alone: in a batch that may be cut anywhere it has no offset.
/// `hash`: of the event's bytes, since a packet may have several.
public func eventID(input: ContentID, packet: UInt64, hash: UInt64) -> ContentID {
    var hasher = ContentHasher()
    hasher.add(input)
    hasher.add(packet)
    hasher.add(hash)
    return hasher.finish()
}

/// Id of a detection: hash of the rule's id and of the records that make it (for one that grows: the first of them).
public func detectionID(rule: String, events: [ContentID]) -> ContentID {
    var hasher = ContentHasher()
    hasher.add("detection")
    hasher.add(rule)
    for event in events { hasher.add(event) }
    return hasher.finish()
}

/// Id of an incident: hash of the rule or chain, the entity, and its first detection.
public func incidentID(rule: String, entity: Entity, firstDetection: ContentID) -> ContentID {
    var hasher = ContentHasher()
    hasher.add("incident")
    hasher.add(rule)
    hasher.add(entity.kind)
    hasher.add(entity.value)
    hasher.add(firstDetection)
    return hasher.finish()
}
