/// The ninth migration. `unsettled`: times of detections that came, changed or went since incidents were last put
/// together (`Unsettled`); an older store does not say, and has all put together anew. `run_inputs.jumps`: where an
/// input's clock jumped.
enum UnsettledSchema {
    static let all = """
        CREATE TABLE unsettled (first INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
        ALTER TABLE run_inputs ADD COLUMN jumps TEXT NOT NULL DEFAULT '{}';
        """
}
