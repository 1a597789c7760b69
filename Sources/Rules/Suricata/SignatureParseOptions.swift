package import Primitives

/// What a signature's text does not say itself.
package struct SignatureParseOptions: Sendable {
    package var variables: RuleVariables
    package var classifications: ClassificationTable
    package var references: ReferenceTable
    /// Shared by all files read with these options.
    package var datasets = DatasetLibrary()
    package var reputation = IPReputation()
    package var countries = CountryDatabase()
    /// Asked for signatures that were compiled before, by what their files and these options say; nil: parse them.
    package var remember: (@Sendable (ContentID) -> RememberedSignatures?)?

    package init(
        variables: RuleVariables = .standard, classifications: ClassificationTable = .init(),
        references: ReferenceTable = .init()
    ) {
        self.variables = variables
        self.classifications = classifications
        self.references = references
    }
}
