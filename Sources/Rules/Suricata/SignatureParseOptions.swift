/// What a signature's text does not say itself.
package struct SignatureParseOptions: Sendable {
    package var variables: RuleVariables
    package var classifications: ClassificationTable
    package var references: ReferenceTable
    /// Shared by all files read with these options.
    package var datasets = DatasetLibrary()

    package init(
        variables: RuleVariables = .standard, classifications: ClassificationTable = .init(),
        references: ReferenceTable = .init()
    ) {
        self.variables = variables
        self.classifications = classifications
        self.references = references
    }
}
