internal import Events
internal import GRDB
internal import Primitives

/// What is stored of an incident, worked out without the store: another thread does it while the rows before are
/// written.
struct IncidentSheet: Sendable {
    /// Texts of a row's columns.
    struct Texts {
        var title: String
        var entity: String
        var stages: String
        var techniques: String
        var rules: String
        var inputs: String
        var assets: String
        var owners: String
        var agencies: String

        init(_ incident: Incident) {
            title = TextFold.fold(incident.title)
            entity = TextFold.fold(incident.entity.value)
            stages = JSONValue.texts(incident.stages).text
            techniques = JSONValue.texts(incident.techniques).text
            rules = JSONValue.texts(incident.rules).text
            inputs = JSONValue.texts(incident.inputs.map(\.description)).text
            assets = JSONValue.texts(incident.assets).text
            owners = JSONValue.texts(incident.owners).text
            agencies = JSONValue.texts(incident.agencies).text
        }
    }

    let incident: Incident
    let acts: String
    /// Over everything that is found (not what is decided): equal means nothing to write.
    let digest: ContentID
    /// Nil where it is put together when it is written: only few of the incidents that were there before are.
    private let made: (texts: Texts, mentions: MentionSheet?)?

    /// - Parameters:
    ///   - fields: of its detections, as far as they are known
    ///   - isNew: it is going to be written whole
    init(_ incident: Incident, _ fields: KnownFields, isNew: Bool) {
        self.incident = incident
        acts = ActCoding.json(incident.acts).text
        digest = IncidentTable.digest(incident, acts: acts)
        made = isNew ? (Texts(incident), fields.all(of: incident.detections).map { MentionSheet($0) }) : nil
    }

    var texts: Texts { made?.texts ?? Texts(incident) }

    /// What the detections behind the first `known` name.
    func mentions(after known: Int, _ fields: KnownFields, _ database: Database) throws -> MentionSheet {
        if known == 0, let mentions = made?.mentions { return mentions }
        return MentionSheet(try incident.detections.dropFirst(known).map { try fields.fields(of: $0, database) })
    }
}
