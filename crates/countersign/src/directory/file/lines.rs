use toml::de::{DeTable, DeValue};

use crate::directory::InvalidDirectory;

impl InvalidDirectory {
    /// The same faults, each with the line on which its path stands in the file, or the last part of it that is there.
    pub(super) fn located(mut self, text: &str) -> Self {
        if let Ok(document) = DeTable::parse(text) {
            for fault in &mut self.faults {
                fault.line = offset_of(document.get_ref(), &fault.path).map(|offset| line_at(text, offset));
            }
        }
        self
    }
}

/// Where the value of a path like `navigators[0].channels[2].id` begins.
fn offset_of(document: &DeTable<'_>, path: &str) -> Option<usize> {
    let mut keys = path.split(['.', '[', ']']).filter(|key| !key.is_empty());
    let first = document.get(keys.next()?)?;
    let mut found = first.span().start;
    let mut value = first.get_ref();
    for key in keys {
        let next = match value {
            DeValue::Array(array) => array.get(key.parse::<usize>().ok()?),
            DeValue::Table(table) => table.get(key),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => None,
        };
        let Some(next) = next else { break };
        found = next.span().start;
        value = next.get_ref();
    }
    Some(found)
}

/// The line, from 1, of that byte.
pub(super) fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
