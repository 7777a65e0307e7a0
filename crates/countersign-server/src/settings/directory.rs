use countersign::{Directory, Transports};
use toml::de::DeTable;

use super::fault::Faults;
use super::reader::Section;

/// The tables that the library reads by itself; its documentation says what may stand in them.
const TABLES: [&str; 3] = ["platforms", "channels", "navigators"];

/// Reads channels, navigators, and platforms of one's own.
pub(super) fn read(
    file: &mut Section<'_>,
    text: &str,
    document: &DeTable<'_>,
    transports: &Transports,
    faults: &Faults<'_>,
) -> Option<Directory> {
    let there = TABLES.map(|table| file.get(table).is_some());
    if there == [there[0], false, false] {
        file.fault("channels are missing: write [[channels]] with an id, a platform and a transport");
        return None;
    }
    // The library is given those tables alone. Its faults are found again in the file by their paths.
    let whole: toml::Table = toml::from_str(text).ok()?;
    let own: toml::Table = whole.into_iter().filter(|(table, _)| TABLES.contains(&table.as_str())).collect();
    let read = Directory::from_toml(&toml::to_string(&own).ok()?, transports);
    read.map_err(|invalid| {
        for (path, _, sentence) in invalid.faults() {
            faults.add_at(document, path, sentence);
        }
    })
    .ok()
}
